/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Makes the measurements of a comparison. Measures all contenders (plain loop, this computer,
 * cluster) with the smallest number of rows, then with the next larger number, and so on. If the
 * time budget ends early, only measurements with many rows are missing. Runs in a thread with its
 * own main context, because the mappers need a main context. */
#include "comparison-run.h"

#include <string.h>

#include "mamuto-error.h"
#include "mamuto-report.h"

#define MAX_REPETITIONS 16
/* Limits for waiting until all hosts are ready: the pause between two checks in milliseconds, the
 * maximum wait as a fraction of the time budget, and the maximum wait in seconds. */
#define WARM_UP_PAUSE 50
#define WARM_UP_SHARE 0.2
#define WARM_UP_MOST 20

typedef struct {
    double seconds, core_seconds[MAMUTO_N_SPAN_KINDS];
    guint cores;
} Repetition;

/* A contender: one way of computing the rows, such as the plain loop or the cluster. */
typedef struct {
    MamutoContender kind;
    MamutoCluster *cluster;
    MamutoMapper *mapper; /* NULL: not started, or plain loop */
    gboolean dropped;     /* excluded from further measurements */
    gint64 last_rows;     /* number of rows in the last measurement, or 0 */
    double last_seconds;
} Contender;

typedef struct {
    ComparisonRun *comparison;
    const ComparisonEvents *events;
    /* The caller cancels @outer. @inner is cancelled together with @outer, and at the deadline. */
    GCancellable *outer, *inner;
    GMainContext *context;
    gint64 deadline;
    GPtrArray *arguments; /* the arguments with the rows of the current size */
    Contender loop, local, cluster;
} Benchmark;

void
comparison_run_clear(ComparisonRun *self)
{
    g_clear_pointer(&self->loop, loop_runner_free);
}

/* ---- one run ---- */

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
has_kept(Benchmark *self)
{
    for (guint i = 0; i < self->arguments->len; i++)
        if (self->comparison->setup->keep[i])
            return TRUE;
    return FALSE;
}

/* Returns the arguments that are kept on the hosts, or the other ones. A NULL stands for each left
 * out argument without a name, because it takes a position. */
static GPtrArray *
select_arguments(Benchmark *self, gboolean kept)
{
    GPtrArray *selected = g_ptr_array_new();

    for (guint i = 0; i < self->arguments->len; i++) {
        MamutoArgument *argument = g_ptr_array_index(self->arguments, i);
        gboolean wanted = !self->comparison->setup->keep[i] == !kept;

        if (wanted || mamuto_argument_get_name(argument) == NULL)
            g_ptr_array_add(selected, wanted ? argument : NULL);
    }
    return selected;
}

/* Copies the number of cores and the core time of a run to @repetition. Emits the notes about the
 * run, such as lost hosts. */
static void
take_run(Benchmark *self, MamutoRun *run, Repetition *repetition)
{
    g_autoptr(MamutoReport) report = mamuto_report_new();
    GListModel *hosts = mamuto_run_get_hosts(run);
    g_autoptr(GPtrArray) notes = NULL;

    mamuto_report_add_run(report, run);
    for (MamutoSpanKind kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
        repetition->core_seconds[kind] = mamuto_report_get_seconds(report, -1, kind);
    repetition->cores = 0;
    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, i);

        repetition->cores += mamuto_host_status_get_cores(host);
    }
    notes = mamuto_report_get_notes(report);
    for (guint i = 0; i < notes->len; i++)
        self->events->noted(g_ptr_array_index(notes, i), self->events->data);
}

/* Executes one run on the hosts of the contender. The first run starts the hosts. The run is
 * cancelled at the end of the time budget, or when the user stops the comparison. */
static gboolean
remap(Benchmark *self, Contender *contender, Repetition *repetition, GError **error)
{
    const ComparisonSetup *setup = self->comparison->setup;
    g_autoptr(GPtrArray) given = select_arguments(self, FALSE);
    g_autoptr(GSource) timeout = NULL;
    Waiting waiting = {0};
    gint64 begin = g_get_monotonic_time();

    if (contender->mapper == NULL) {
        contender->mapper = mamuto_mapper_new(contender->cluster, NULL);
        mamuto_mapper_set_asker(contender->mapper, setup->asker);
    }
    if (has_kept(self)) {
        g_autoptr(GPtrArray) kept = select_arguments(self, TRUE);

        if (!mamuto_mapper_add_remote_arguments(contender->mapper, setup->function, kept, error))
            return FALSE;
    }
    timeout = g_timeout_source_new((guint)(MAX(self->deadline - begin, 0) / 1000));
    g_source_set_callback(timeout, on_deadline, g_object_ref(self->inner), g_object_unref);
    g_source_attach(timeout, self->context);
    mamuto_mapper_remap_async(
        contender->mapper, setup->function, given,
        (setup->flags & (MAMUTO_MAP_BATCH | MAMUTO_MAP_CONTINUE | MAMUTO_MAP_JSON)) |
            MAMUTO_MAP_DISCARD,
        NULL, self->inner, on_remapped, &waiting);
    while (!waiting.done)
        g_main_context_iteration(self->context, TRUE);
    g_source_destroy(timeout);
    repetition->seconds = (double)(waiting.end - begin) / G_USEC_PER_SEC;
    if (waiting.error != NULL) {
        g_propagate_error(error, waiting.error);
        return FALSE;
    }
    take_run(self, mamuto_mapper_get_run(contender->mapper), repetition);
    return TRUE;
}

static gboolean
run_once(Benchmark *self, Contender *contender, gint64 rows, Repetition *repetition, GError **error)
{
    if (contender->kind != MAMUTO_CONTENDER_LOOP)
        return remap(self, contender, repetition, error);
    *repetition = (Repetition){.cores = 1};
    if (!loop_runner_measure(self->comparison->loop, rows, self->deadline, self->outer,
                             &repetition->seconds, error))
        return FALSE;
    repetition->core_seconds[MAMUTO_SPAN_COMPUTING] = repetition->seconds;
    return TRUE;
}

/* ---- one measurement ---- */

static double
get_left(Benchmark *self)
{
    return (double)(self->deadline - g_get_monotonic_time()) / G_USEC_PER_SEC;
}

/* Estimates how many seconds a measurement with @rows rows takes at most. Returns the smaller of
 * two estimates. The first is the duration of the contender's last measurement, multiplied by the
 * ratio of the numbers of rows. The second is the duration of the last measurement plus the
 * duration of a plain loop over @rows rows. If there is no last measurement, returns the duration
 * of the plain loop. */
static double
predict(Benchmark *self, Contender *contender, gint64 rows)
{
    double by_rows = self->comparison->row_seconds * (double)rows;

    if (contender->last_rows == 0)
        return by_rows;
    return MIN(contender->last_seconds * (double)rows / (double)contender->last_rows,
               contender->last_seconds + by_rows);
}

static int
compare_repetitions(gconstpointer a, gconstpointer b)
{
    const Repetition *x = a, *y = b;

    return x->seconds < y->seconds ? -1 : x->seconds > y->seconds;
}

static void
emit_measurement(Benchmark *self, MamutoContender kind, gint64 rows, Repetition *repetitions,
                 guint n)
{
    MamutoMeasurement one = {.contender = kind, .rows = rows, .n_repetitions = n};
    const Repetition *middle = &repetitions[(n - 1) / 2];

    qsort(repetitions, n, sizeof *repetitions, compare_repetitions);
    one.median = middle->seconds;
    one.min = repetitions[0].seconds;
    one.max = repetitions[n - 1].seconds;
    one.cores = middle->cores;
    memcpy(one.core_seconds, middle->core_seconds, sizeof one.core_seconds);
    self->events->measured(&one, self->events->data);
}

static void
emit_note(Benchmark *self, MamutoNoteKind kind, const char *text)
{
    g_autoptr(MamutoNote) note = mamuto_note_new(kind, NULL, text, 0);

    self->events->noted(note, self->events->data);
}

/* Whether the hosts caused the error, so that the other contenders can still be measured. An error
 * of the user's function would occur in all contenders. */
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

/* Decides whether the comparison continues after an error of a contender. If so, adds a note,
 * excludes the contender from further measurements and returns TRUE. Otherwise sets @fatal to the
 * error and returns FALSE. */
static gboolean
drop_on_error(Benchmark *self, Contender *contender, GError **error, GError **fatal)
{
    g_autoptr(GError) reason = g_steal_pointer(error);

    if (!g_cancellable_is_cancelled(self->outer) &&
        (g_error_matches(reason, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
         g_error_matches(reason, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))) {
        contender->dropped = TRUE;
        emit_note(self, MAMUTO_NOTE_BUDGET_OVER, NULL);
        return TRUE;
    }
    if (contender->kind == MAMUTO_CONTENDER_CLUSTER && is_fault_of_hosts(reason)) {
        g_autofree char *why = mamuto_error_format(reason);

        contender->dropped = TRUE;
        emit_note(self, MAMUTO_NOTE_NO_CLUSTER, why);
        return TRUE;
    }
    g_propagate_error(fatal, g_steal_pointer(&reason));
    return FALSE;
}

/* Measures a contender with @rows rows and repeats short measurements. If the contender fails or
 * the rest of the time budget is too short, the measurement is left out. Returns FALSE if an error
 * ends the whole comparison. */
static gboolean
measure(Benchmark *self, Contender *contender, gint64 rows, GError **error)
{
    Repetition repetitions[MAX_REPETITIONS];
    guint n = 0, repeats = 1;
    GError *failure = NULL;

    self->events->begun(contender->kind, rows, self->events->data);
    if (!contender->dropped && contender->kind != MAMUTO_CONTENDER_LOOP && has_kept(self) &&
        predict(self, contender, rows) < get_left(self) &&
        !run_once(self, contender, rows, repetitions, &failure))
        return drop_on_error(self, contender, &failure, error);
    while (!contender->dropped && n < repeats) {
        double expected = n > 0 ? repetitions[n - 1].seconds : predict(self, contender, rows);

        if (expected > get_left(self))
            break;
        if (!run_once(self, contender, rows, &repetitions[n], &failure)) {
            if (!drop_on_error(self, contender, &failure, error))
                return FALSE;
            break;
        }
        n++;
        if (n == 1)
            repeats = MIN(plan_repeats(repetitions[0].seconds), MAX_REPETITIONS);
    }
    if (n == 0) {
        self->events->measured(NULL, self->events->data);
        return TRUE;
    }
    emit_measurement(self, contender->kind, rows, repetitions, n);
    contender->last_rows = rows;
    contender->last_seconds = repetitions[(n - 1) / 2].seconds;
    return TRUE;
}

static gboolean
on_pause_over(gpointer data)
{
    *(gboolean *)data = TRUE;
    return G_SOURCE_REMOVE;
}

static void
pause_briefly(Benchmark *self)
{
    g_autoptr(GSource) source = g_timeout_source_new(WARM_UP_PAUSE);
    gboolean over = FALSE;

    g_source_set_callback(source, on_pause_over, &over, NULL);
    g_source_attach(source, self->context);
    while (!over)
        g_main_context_iteration(self->context, TRUE);
}

/* Whether at least one host was not ready before the end of the last run. */
static gboolean
is_starting(Contender *contender)
{
    GListModel *hosts = mamuto_run_get_hosts(mamuto_mapper_get_run(contender->mapper));
    gboolean starting = FALSE;

    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, i);

        starting |= !mamuto_host_status_get_was_ready(host);
    }
    return starting;
}

/* Executes one run with two rows for each core, so that every core can call the function. The first
 * call on a core is slower because of imports, so it must not be measured. */
static gboolean
warm_all_cores(Benchmark *self, Contender *contender, gint64 rows, GError **error)
{
    const ComparisonSetup *setup = self->comparison->setup;
    gint64 all = MIN(2 * (gint64)mamuto_cluster_get_n_cores(contender->cluster), setup->n_rows);
    GPtrArray *usual = self->arguments;
    gboolean ok;
    Repetition repetition;

    if (contender->dropped || all <= rows ||
        2 * self->comparison->row_seconds > WARM_UP_SHARE * setup->budget)
        return TRUE;
    self->arguments = comparison_sample(setup->arguments, setup->n_rows, all, self->outer, error);
    ok = self->arguments != NULL && remap(self, contender, &repetition, error);
    g_clear_pointer(&self->arguments, g_ptr_array_unref);
    self->arguments = usual;
    return ok;
}

/* Repeats the run until every host is ready. A single run is not enough, because a fast host may
 * compute all rows while other hosts are still connecting. */
static gboolean
warm_up(Benchmark *self, Contender *contender, gint64 rows, GError **error)
{
    gint64 end = g_get_monotonic_time() +
                 MIN((gint64)(WARM_UP_SHARE * self->comparison->setup->budget * G_USEC_PER_SEC),
                     WARM_UP_MOST * (gint64)G_USEC_PER_SEC);
    GError *failure = NULL;
    Repetition repetition;

    while (!contender->dropped && is_starting(contender) &&
           g_get_monotonic_time() < MIN(end, self->deadline)) {
        pause_briefly(self);
        if (!remap(self, contender, &repetition, &failure))
            return drop_on_error(self, contender, &failure, error);
    }
    return warm_all_cores(self, contender, rows, &failure) ||
           drop_on_error(self, contender, &failure, error);
}

/* Starts the hosts of a contender by a first run. For the cluster, the time of this run is the
 * measurement of a cold start, which includes connecting. */
static gboolean
start_cold(Benchmark *self, Contender *contender, gint64 rows, GError **error)
{
    MamutoAsker *asker = self->comparison->setup->asker;
    guint asked = asker != NULL ? mamuto_asker_get_n_asked(asker) : 0;
    GError *failure = NULL;
    Repetition repetition;

    self->events->begun(contender->kind == MAMUTO_CONTENDER_CLUSTER ? MAMUTO_CONTENDER_COLD
                                                                    : contender->kind,
                        rows, self->events->data);
    if (!remap(self, contender, &repetition, &failure)) {
        if (contender->kind == MAMUTO_CONTENDER_CLUSTER)
            self->events->measured(NULL, self->events->data);
        return drop_on_error(self, contender, &failure, error);
    }
    contender->last_rows = rows;
    contender->last_seconds = repetition.seconds;
    if (contender->kind != MAMUTO_CONTENDER_CLUSTER)
        return TRUE;
    if (asker != NULL && mamuto_asker_get_n_asked(asker) != asked) {
        emit_note(self, MAMUTO_NOTE_QUESTION, NULL);
        self->events->measured(NULL, self->events->data);
    } else {
        emit_measurement(self, MAMUTO_CONTENDER_COLD, rows, &repetition, 1);
    }
    return TRUE;
}

static gboolean
measure_size(Benchmark *self, gint64 rows, GError **error)
{
    Contender *const hosts[] = {&self->local, &self->cluster};
    const ComparisonSetup *setup = self->comparison->setup;

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

/* Disconnects the cluster and measures a cold start with the largest number of rows. Leaves out
 * this measurement if the user had to enter a password at the first start, because the user would
 * be asked again. */
static gboolean
measure_cold_again(Benchmark *self, GError **error)
{
    gint64 rows = self->comparison->plan.sizes[self->comparison->plan.n_sizes - 1];
    MamutoAsker *asker = self->comparison->setup->asker;
    double expected = predict(self, &self->cluster, rows);

    if (self->cluster.cluster == NULL)
        return TRUE;
    if (self->cluster.dropped || self->comparison->plan.n_sizes < 2 || expected > get_left(self) ||
        (asker != NULL && mamuto_asker_get_n_asked(asker) > 0)) {
        self->events->measured(NULL, self->events->data);
        return TRUE;
    }
    mamuto_mapper_close(self->cluster.mapper);
    g_clear_object(&self->cluster.mapper);
    return start_cold(self, &self->cluster, rows, error);
}

static void
contender_clear(Contender *contender)
{
    if (contender->mapper != NULL)
        mamuto_mapper_close(contender->mapper);
    g_clear_object(&contender->mapper);
    g_clear_object(&contender->cluster);
}

static void
pass_cancel(GCancellable *outer, GCancellable *inner)
{
    g_cancellable_cancel(inner);
}

gboolean
comparison_measure(ComparisonRun *comparison, const ComparisonEvents *events,
                   GCancellable *cancellable, GError **error)
{
    Benchmark self = {
        .comparison = comparison,
        .events = events,
        .outer = cancellable,
        .inner = g_cancellable_new(),
        .context = g_main_context_new(),
        .loop = {.kind = MAMUTO_CONTENDER_LOOP},
        .local = {.kind = MAMUTO_CONTENDER_LOCAL},
        .cluster = {.kind = MAMUTO_CONTENDER_CLUSTER},
    };
    gulong handler = g_cancellable_connect(cancellable, G_CALLBACK(pass_cancel), self.inner, NULL);
    gboolean ok = TRUE;

    g_main_context_push_thread_default(self.context);
    self.deadline = g_get_monotonic_time() - comparison->spent_us +
                    (gint64)(comparison->setup->budget * G_USEC_PER_SEC);
    self.local.cluster = comparison_make_local_cluster(comparison->setup->cluster);
    if (comparison_has_cluster(comparison->setup->cluster))
        self.cluster.cluster = g_object_ref(comparison->setup->cluster);
    for (guint i = 0; ok && i < comparison->plan.n_sizes; i++)
        ok = measure_size(&self, comparison->plan.sizes[i], error);
    ok = ok && measure_cold_again(&self, error);
    contender_clear(&self.local);
    contender_clear(&self.cluster);
    g_clear_pointer(&self.arguments, g_ptr_array_unref);
    g_cancellable_disconnect(cancellable, handler);
    g_main_context_pop_thread_default(self.context);
    g_main_context_unref(self.context);
    g_object_unref(self.inner);
    return ok;
}
