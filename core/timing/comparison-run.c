/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One contender after the other, the small numbers of rows first, so that what the budget cuts off
 * is the largest. Runs in a thread with a main context of its own, in which the mappers live. */
#include "comparison-run.h"

#include <string.h>

#include "mamuto-error.h"
#include "mamuto-report.h"

#define MAX_RUNS 16
/* Hosts that are late are waited for: milliseconds between two looks, and how long at most, as a
 * share of the budget and in seconds. */
#define WARM_UP_PAUSE 50
#define WARM_UP_SHARE 0.2
#define WARM_UP_MOST 20

typedef struct {
    double seconds, core_seconds[MAMUTO_N_SPAN_KINDS];
    guint cores;
} Run;

/* One who is measured. */
typedef struct {
    MamutoContender kind;
    MamutoCluster *cluster;
    MamutoMapper *mapper; /* NULL: not started, or the plain loop */
    gboolean dropped;     /* it cannot be measured any more */
    gint64 last_rows;     /* 0: not measured yet */
    double last_seconds;
} Contestant;

typedef struct {
    ComparisonRun *run;
    const ComparisonEvents *events;
    GCancellable *outer, *inner; /* what the caller cancels; the same, or the budget is over */
    GMainContext *context;
    gint64 deadline;
    GPtrArray *arguments; /* those of the size that is measured */
    Contestant loop, local, cluster;
} Course;

void
comparison_run_clear(ComparisonRun *self)
{
    g_clear_pointer(&self->loop, loop_runner_free);
}

/* ---- one remap ---- */

typedef struct {
    gboolean done;
    gint64 end;
    GError *error;
} Waiting;

static void
on_remapped(GObject *source, GAsyncResult *result, gpointer data)
{
    Waiting *waiting = data;
    g_autoptr(MamutoResult) computed = NULL;

    waiting->end = g_get_monotonic_time();
    computed = mamuto_mapper_remap_finish(MAMUTO_MAPPER(source), result, &waiting->error);
    waiting->done = TRUE;
}

static gboolean
on_deadline(gpointer data)
{
    g_cancellable_cancel(data);
    return G_SOURCE_REMOVE;
}

static gboolean
has_kept(Course *self)
{
    for (guint i = 0; i < self->arguments->len; i++)
        if (self->run->setup->keep[i])
            return TRUE;
    return FALSE;
}

static GPtrArray *
select_arguments(Course *self, gboolean kept)
{
    GPtrArray *selected = g_ptr_array_new();

    for (guint i = 0; i < self->arguments->len; i++)
        g_ptr_array_add(selected, !self->run->setup->keep[i] == !kept
                                      ? g_ptr_array_index(self->arguments, i)
                                      : NULL);
    return selected;
}

/* What the job tells of itself once it has ended. */
static void
take_job(Course *self, MamutoRun *job, Run *run)
{
    g_autoptr(MamutoReport) report = mamuto_report_new();
    GListModel *hosts = mamuto_run_get_hosts(job);
    g_autoptr(GPtrArray) notes = NULL;

    mamuto_report_add_run(report, job);
    for (MamutoSpanKind kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
        run->core_seconds[kind] = mamuto_report_get_seconds(report, -1, kind);
    run->cores = 0;
    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, i);

        run->cores += mamuto_host_status_get_cores(host);
    }
    notes = mamuto_report_get_notes(report);
    for (guint i = 0; i < notes->len; i++)
        self->events->noted(g_ptr_array_index(notes, i), self->events->data);
}

/* Once; starts the contestant if it was not started. Cancelled by the end of the budget or by the
 * caller. */
static gboolean
remap(Course *self, Contestant *who, Run *run, GError **error)
{
    const ComparisonSetup *setup = self->run->setup;
    g_autoptr(GPtrArray) given = select_arguments(self, FALSE);
    g_autoptr(GSource) timeout = NULL;
    Waiting waiting = {0};
    gint64 begin = g_get_monotonic_time();

    if (who->mapper == NULL) {
        who->mapper = mamuto_mapper_new(who->cluster, NULL);
        mamuto_mapper_set_asker(who->mapper, setup->asker);
    }
    if (has_kept(self)) {
        g_autoptr(GPtrArray) kept = select_arguments(self, TRUE);

        if (!mamuto_mapper_add_remote_arguments(who->mapper, setup->function, kept, error))
            return FALSE;
    }
    timeout = g_timeout_source_new((guint)(MAX(self->deadline - begin, 0) / 1000));
    g_source_set_callback(timeout, on_deadline, g_object_ref(self->inner), g_object_unref);
    g_source_attach(timeout, self->context);
    mamuto_mapper_remap_async(who->mapper, setup->function, given,
                              setup->flags & (MAMUTO_MAP_BATCH | MAMUTO_MAP_CONTINUE), NULL,
                              self->inner, on_remapped, &waiting);
    while (!waiting.done)
        g_main_context_iteration(self->context, TRUE);
    g_source_destroy(timeout);
    run->seconds = (double)(waiting.end - begin) / G_USEC_PER_SEC;
    if (waiting.error != NULL) {
        g_propagate_error(error, waiting.error);
        return FALSE;
    }
    take_job(self, mamuto_mapper_get_run(who->mapper), run);
    return TRUE;
}

static gboolean
run_once(Course *self, Contestant *who, gint64 rows, Run *run, GError **error)
{
    if (who->kind != MAMUTO_CONTENDER_LOOP)
        return remap(self, who, run, error);
    *run = (Run){.cores = 1};
    if (!loop_runner_measure(self->run->loop, rows, self->deadline, self->outer, &run->seconds,
                             error))
        return FALSE;
    run->core_seconds[MAMUTO_SPAN_COMPUTING] = run->seconds;
    return TRUE;
}

/* ---- one measurement ---- */

static double
get_left(Course *self)
{
    return (double)(self->deadline - g_get_monotonic_time()) / G_USEC_PER_SEC;
}

/* At most what it will take: nobody is slower for each further row than the plain loop, nor than
 * it was itself. */
static double
predict(Course *self, Contestant *who, gint64 rows)
{
    double by_rows = self->run->row_seconds * (double)rows;

    if (who->last_rows == 0)
        return by_rows;
    return MIN(who->last_seconds * (double)rows / (double)who->last_rows,
               who->last_seconds + by_rows);
}

static int
compare_runs(gconstpointer a, gconstpointer b)
{
    const Run *x = a, *y = b;

    return x->seconds < y->seconds ? -1 : x->seconds > y->seconds;
}

static void
tell_measured(Course *self, MamutoContender contender, gint64 rows, Run *runs, guint n)
{
    MamutoMeasurement one = {.contender = contender, .rows = rows, .n_runs = n};
    const Run *middle = &runs[(n - 1) / 2];

    qsort(runs, n, sizeof *runs, compare_runs);
    one.median = middle->seconds;
    one.min = runs[0].seconds;
    one.max = runs[n - 1].seconds;
    one.cores = middle->cores;
    memcpy(one.core_seconds, middle->core_seconds, sizeof one.core_seconds);
    self->events->measured(&one, self->events->data);
}

static void
tell_note(Course *self, MamutoNoteKind kind, const char *text)
{
    g_autoptr(MamutoNote) note = mamuto_note_new(kind, NULL, text, 0);

    self->events->noted(note, self->events->data);
}

/* A function that cannot be imported would fail in the plain loop, too. */
static gboolean
is_fault_of_hosts(const GError *error)
{
    if (error->domain != MAMUTO_ERROR)
        return FALSE;
    switch ((MamutoError)error->code) {
    case MAMUTO_ERROR_RESOLVE:
    case MAMUTO_ERROR_CONNECT:
    case MAMUTO_ERROR_HOST_KEY:
    case MAMUTO_ERROR_AUTH:
    case MAMUTO_ERROR_AGENT:
    case MAMUTO_ERROR_PYTHON:
    case MAMUTO_ERROR_NUMPY:
    case MAMUTO_ERROR_PROTOCOL:
    case MAMUTO_ERROR_LOST:
        return TRUE;
    default:
        return FALSE;
    }
}

/* Whether an error is the end of this contestant only; then it is told. */
static gboolean
bear(Course *self, Contestant *who, GError **error, GError **fatal)
{
    g_autoptr(GError) reason = g_steal_pointer(error);

    if (!g_cancellable_is_cancelled(self->outer) &&
        (g_error_matches(reason, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
         g_error_matches(reason, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))) {
        who->dropped = TRUE;
        tell_note(self, MAMUTO_NOTE_BUDGET_OVER, NULL);
        return TRUE;
    }
    if (who->kind == MAMUTO_CONTENDER_CLUSTER && is_fault_of_hosts(reason)) {
        g_autofree char *why = mamuto_error_format(reason);

        who->dropped = TRUE;
        tell_note(self, MAMUTO_NOTE_NO_CLUSTER, why);
        return TRUE;
    }
    g_propagate_error(fatal, g_steal_pointer(&reason));
    return FALSE;
}

/* FALSE: the comparison is at its end. */
static gboolean
measure(Course *self, Contestant *who, gint64 rows, GError **error)
{
    Run runs[MAX_RUNS];
    guint n = 0, repeats = 1;
    GError *failure = NULL;

    self->events->begun(who->kind, rows, self->events->data);
    if (!who->dropped && who->kind != MAMUTO_CONTENDER_LOOP && has_kept(self) &&
        predict(self, who, rows) < get_left(self) && !run_once(self, who, rows, runs, &failure))
        return bear(self, who, &failure, error);
    while (!who->dropped && n < repeats) {
        double expected = n > 0 ? runs[n - 1].seconds : predict(self, who, rows);

        if (expected > get_left(self))
            break;
        if (!run_once(self, who, rows, &runs[n], &failure)) {
            if (!bear(self, who, &failure, error))
                return FALSE;
            break;
        }
        n++;
        if (n == 1)
            repeats = MIN(plan_repeats(runs[0].seconds), MAX_RUNS);
    }
    if (n == 0) {
        self->events->measured(NULL, self->events->data);
        return TRUE;
    }
    tell_measured(self, who->kind, rows, runs, n);
    who->last_rows = rows;
    who->last_seconds = runs[(n - 1) / 2].seconds;
    return TRUE;
}

static gboolean
on_pause_over(gpointer data)
{
    *(gboolean *)data = TRUE;
    return G_SOURCE_REMOVE;
}

static void
pause_briefly(Course *self)
{
    g_autoptr(GSource) source = g_timeout_source_new(WARM_UP_PAUSE);
    gboolean over = FALSE;

    g_source_set_callback(source, on_pause_over, &over, NULL);
    g_source_attach(source, self->context);
    while (!over)
        g_main_context_iteration(self->context, TRUE);
}

/* Whether a host was still on its way when the last job ended. */
static gboolean
is_starting(Contestant *who)
{
    GListModel *hosts = mamuto_run_get_hosts(mamuto_mapper_get_run(who->mapper));
    gboolean starting = FALSE;

    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, i);

        starting |= !mamuto_host_status_get_was_ready(host);
    }
    return starting;
}

/* Once enough rows that every core gets some: what a first call takes is not part of being warm. */
static gboolean
reach_all(Course *self, Contestant *who, gint64 rows, GError **error)
{
    const ComparisonSetup *setup = self->run->setup;
    gint64 all = MIN(2 * (gint64)mamuto_cluster_get_n_cores(who->cluster), setup->n_rows);
    GPtrArray *usual = self->arguments;
    gboolean well;
    Run run;

    if (who->dropped || all <= rows || 2 * self->run->row_seconds > WARM_UP_SHARE * setup->budget)
        return TRUE;
    self->arguments = comparison_sample(setup->arguments, setup->n_rows, all, self->outer, error);
    well = self->arguments != NULL && remap(self, who, &run, error);
    g_clear_pointer(&self->arguments, g_ptr_array_unref);
    self->arguments = usual;
    return well;
}

/* The first host to be there may have done it all: a cluster is warm when every host is there. */
static gboolean
warm_up(Course *self, Contestant *who, gint64 rows, GError **error)
{
    gint64 end = g_get_monotonic_time() +
                 MIN((gint64)(WARM_UP_SHARE * self->run->setup->budget * G_USEC_PER_SEC),
                     WARM_UP_MOST * (gint64)G_USEC_PER_SEC);
    GError *failure = NULL;
    Run run;

    while (!who->dropped && is_starting(who) && g_get_monotonic_time() < MIN(end, self->deadline)) {
        pause_briefly(self);
        if (!remap(self, who, &run, &failure))
            return bear(self, who, &failure, error);
    }
    return reach_all(self, who, rows, &failure) || bear(self, who, &failure, error);
}

/* Starts the hosts, and tells how long that took of a cluster. */
static gboolean
start_cold(Course *self, Contestant *who, gint64 rows, GError **error)
{
    MamutoAsker *asker = self->run->setup->asker;
    guint asked = asker != NULL ? mamuto_asker_get_n_asked(asker) : 0;
    GError *failure = NULL;
    Run run;

    self->events->begun(who->kind == MAMUTO_CONTENDER_CLUSTER ? MAMUTO_CONTENDER_COLD : who->kind,
                        rows, self->events->data);
    if (!remap(self, who, &run, &failure)) {
        if (who->kind == MAMUTO_CONTENDER_CLUSTER)
            self->events->measured(NULL, self->events->data);
        return bear(self, who, &failure, error);
    }
    who->last_rows = rows;
    who->last_seconds = run.seconds;
    if (who->kind != MAMUTO_CONTENDER_CLUSTER)
        return TRUE;
    if (asker != NULL && mamuto_asker_get_n_asked(asker) != asked) {
        tell_note(self, MAMUTO_NOTE_QUESTION, NULL);
        self->events->measured(NULL, self->events->data);
    } else {
        tell_measured(self, MAMUTO_CONTENDER_COLD, rows, &run, 1);
    }
    return TRUE;
}

static gboolean
measure_size(Course *self, gint64 rows, GError **error)
{
    Contestant *const hosts[] = {&self->local, &self->cluster};
    const ComparisonSetup *setup = self->run->setup;

    g_clear_pointer(&self->arguments, g_ptr_array_unref);
    self->arguments = comparison_sample(setup->arguments, setup->n_rows, rows, self->outer, error);
    if (self->arguments == NULL || !measure(self, &self->loop, rows, error))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(hosts); i++) {
        if (hosts[i]->cluster == NULL)
            continue;
        if (hosts[i]->mapper == NULL &&
            (!start_cold(self, hosts[i], rows, error) || !warm_up(self, hosts[i], rows, error)))
            return FALSE;
        if (!measure(self, hosts[i], rows, error))
            return FALSE;
    }
    return TRUE;
}

/* Once more from nothing, with the most rows; not where a person would have to answer once more. */
static gboolean
measure_cold_again(Course *self, GError **error)
{
    gint64 rows = self->run->plan.sizes[self->run->plan.n_sizes - 1];
    MamutoAsker *asker = self->run->setup->asker;
    double expected = predict(self, &self->cluster, rows);

    if (self->cluster.cluster == NULL)
        return TRUE;
    if (self->cluster.dropped || self->run->plan.n_sizes < 2 || expected > get_left(self) ||
        (asker != NULL && mamuto_asker_get_n_asked(asker) > 0)) {
        self->events->measured(NULL, self->events->data);
        return TRUE;
    }
    mamuto_mapper_close(self->cluster.mapper);
    g_clear_object(&self->cluster.mapper);
    return start_cold(self, &self->cluster, rows, error);
}

static void
contestant_clear(Contestant *who)
{
    if (who->mapper != NULL)
        mamuto_mapper_close(who->mapper);
    g_clear_object(&who->mapper);
    g_clear_object(&who->cluster);
}

static void
pass_cancel(GCancellable *outer, GCancellable *inner)
{
    g_cancellable_cancel(inner);
}

gboolean
comparison_measure(ComparisonRun *run, const ComparisonEvents *events, GCancellable *cancellable,
                   GError **error)
{
    Course self = {
        .run = run,
        .events = events,
        .outer = cancellable,
        .inner = g_cancellable_new(),
        .context = g_main_context_new(),
        .loop = {.kind = MAMUTO_CONTENDER_LOOP},
        .local = {.kind = MAMUTO_CONTENDER_LOCAL},
        .cluster = {.kind = MAMUTO_CONTENDER_CLUSTER},
    };
    gulong handler = g_cancellable_connect(cancellable, G_CALLBACK(pass_cancel), self.inner, NULL);
    gboolean well = TRUE;

    g_main_context_push_thread_default(self.context);
    self.deadline =
        g_get_monotonic_time() - run->spent_us + (gint64)(run->setup->budget * G_USEC_PER_SEC);
    self.local.cluster = comparison_make_local_cluster(run->setup->cluster);
    if (comparison_has_cluster(run->setup->cluster))
        self.cluster.cluster = g_object_ref(run->setup->cluster);
    for (guint i = 0; well && i < run->plan.n_sizes; i++)
        well = measure_size(&self, run->plan.sizes[i], error);
    well = well && measure_cold_again(&self, error);
    contestant_clear(&self.local);
    contestant_clear(&self.cluster);
    g_clear_pointer(&self.arguments, g_ptr_array_unref);
    g_cancellable_disconnect(cancellable, handler);
    g_main_context_pop_thread_default(self.context);
    g_main_context_unref(self.context);
    g_object_unref(self.inner);
    return well;
}
