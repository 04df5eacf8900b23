/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See run-replay.h. */
#include "run-replay.h"

#include <stdio.h>

#include "failure-log.h"
#include "mamuto-error.h"
#include "run-object.h"

#define ROWS_PER_CHUNK 1000
#define CONNECT_US 300000
#define PREPARE_US 200000
#define GIGABYTE 1000000000.0

typedef struct {
    guint host, slot, stream;
    gint64 time;
    char *text; /* printed text; NULL: the event is the loss of the host */
    char *lost;
} Event;

struct _RunReplay {
    MamutoRun *run;
    GPtrArray *names;
    GArray *cores;  /* of guint */
    GArray *spans;  /* of MamutoSpan, sorted by end time in µs */
    GArray *begins; /* of guint: indexes into @spans, sorted by begin time */
    GArray *events; /* of Event, sorted by @time */
    gint64 n_rows;
    guint next_begin, next_end, next_event;
    HostFacts *facts;
    HostCounts *counts;
    RunCounts total;
    GHashTable *chunks; /* of gint64: numbers of the finished chunks (ranges of rows) */
    FailureLog *failures;
    GPtrArray *new_failures; /* failed rows that tell_failures() has not yet reported */
};

static RunReplay *
replay_new(void)
{
    RunReplay *self = g_new0(RunReplay, 1);

    self->names = g_ptr_array_new_with_free_func(g_free);
    self->cores = g_array_new(FALSE, FALSE, sizeof(guint));
    self->spans = g_array_new(FALSE, FALSE, sizeof(MamutoSpan));
    self->begins = g_array_new(FALSE, FALSE, sizeof(guint));
    self->events = g_array_new(FALSE, FALSE, sizeof(Event));
    self->chunks = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    self->failures = failure_log_new();
    return self;
}

void
run_replay_free(RunReplay *self)
{
    for (guint i = 0; i < self->events->len; i++) {
        g_free(g_array_index(self->events, Event, i).text);
        g_free(g_array_index(self->events, Event, i).lost);
    }
    for (guint i = 0; self->facts && i < self->names->len; i++)
        host_facts_clear(&self->facts[i]);
    g_free(self->facts);
    g_free(self->counts);
    g_clear_object(&self->run);
    failure_log_free(self->failures);
    g_hash_table_unref(self->chunks);
    g_ptr_array_unref(self->names);
    g_array_unref(self->cores);
    g_array_unref(self->spans);
    g_array_unref(self->begins);
    g_array_unref(self->events);
    g_free(self);
}

/* ---- sorting ---- */

static int
compare_ends(gconstpointer a, gconstpointer b)
{
    const MamutoSpan *x = a, *y = b;

    return x->end < y->end ? -1 : x->end > y->end;
}

static int
compare_begins(gconstpointer a, gconstpointer b, gpointer spans)
{
    const MamutoSpan *x = &g_array_index((GArray *)spans, MamutoSpan, *(const guint *)a);
    const MamutoSpan *y = &g_array_index((GArray *)spans, MamutoSpan, *(const guint *)b);

    return x->begin < y->begin ? -1 : x->begin > y->begin;
}

static int
compare_events(gconstpointer a, gconstpointer b)
{
    const Event *x = a, *y = b;

    return x->time < y->time ? -1 : x->time > y->time;
}

static void
finish(RunReplay *self)
{
    g_array_sort(self->spans, compare_ends);
    for (guint i = 0; i < self->spans->len; i++)
        g_array_append_val(self->begins, i);
    g_array_sort_with_data(self->begins, compare_begins, self->spans);
    g_array_sort(self->events, compare_events);
    self->facts = g_new0(HostFacts, self->names->len);
    self->counts = g_new0(HostCounts, self->names->len);
}

/* ---- made-up runs ---- */

static void
add_span(RunReplay *self, MamutoSpanKind kind, guint host, int slot, gint64 begin, gint64 end,
         gint64 chunk, guint8 flags)
{
    const MamutoSpan span = {.begin = begin,
                             .end = end,
                             .chunk = chunk,
                             .rows = chunk >= 0 ? ROWS_PER_CHUNK : 0,
                             .host = (gint32)host,
                             .slot = (gint16)slot,
                             .kind = (guint8)kind,
                             .flags = flags};

    g_array_append_val(self->spans, span);
}

static void
make_up_core(RunReplay *self, const RunReplayConfig *config, GRand *random, guint host, guint core,
             gint64 until)
{
    gint64 at = CONNECT_US + PREPARE_US + g_rand_int_range(random, 0, 200000);

    while (at < until) {
        gint64 chunk = self->n_rows / ROWS_PER_CHUNK;
        gint64 travel = g_rand_int_range(random, 500, 5000);
        gint64 end =
            at + (gint64)(config->chunk_seconds * g_rand_double_range(random, 0.6, 1.4) * 1e6);
        guint8 flags =
            config->fail_every > 0 && chunk % config->fail_every == config->fail_every / 2
                ? MAMUTO_SPAN_FAILED
                : 0;

        add_span(self, MAMUTO_SPAN_SENDING, host, -1, at - travel, at, chunk, 0);
        add_span(self, MAMUTO_SPAN_COMPUTING, host, (int)core, at, end, chunk, flags);
        add_span(self, MAMUTO_SPAN_RETURNING, host, -1, end, end + travel, chunk, flags);
        self->n_rows += ROWS_PER_CHUNK;
        at = end + travel;
    }
}

static void
make_up_lines(RunReplay *self, const RunReplayConfig *config, GRand *random)
{
    guint n = (guint)(config->lines_per_second * config->seconds);

    for (guint i = 0; i < n; i++) {
        guint host = (guint)g_rand_int_range(random, 0, (gint32)config->n_hosts);
        Event event = {.host = host,
                       .stream = i % 20 == 0 ? 2 : 1,
                       .time = (gint64)(i * 1e6 / config->lines_per_second),
                       .text = g_strdup_printf("step %u: residual %.3e\n", i,
                                               g_rand_double_range(random, 0, 1))};

        g_array_append_val(self->events, event);
    }
}

RunReplay *
run_replay_new(const RunReplayConfig *config)
{
    RunReplay *self = replay_new();
    GRand *random = g_rand_new_with_seed(config->seed);
    gint64 whole = (gint64)(config->seconds * 1e6);

    for (guint h = 0; h < config->n_hosts; h++) {
        gboolean lost = h % 7 == 3 && h / 7 < config->n_lost;
        gint64 until = lost ? whole / 2 : whole;

        g_ptr_array_add(self->names, h == 0 ? g_strdup("localhost") : g_strdup_printf("rem%u", h));
        g_array_append_val(self->cores, config->n_cores);
        add_span(self, MAMUTO_SPAN_CONNECTING, h, -1, 0, CONNECT_US, -1, 0);
        add_span(self, MAMUTO_SPAN_PREPARING, h, -1, CONNECT_US, CONNECT_US + PREPARE_US, -1, 0);
        for (guint c = 0; c < config->n_cores; c++)
            make_up_core(self, config, random, h, c, until);
        if (lost) {
            const Event event = {.host = h, .time = until, .lost = g_strdup("no answer for 10 s")};

            g_array_append_val(self->events, event);
        }
    }
    make_up_lines(self, config, random);
    g_rand_free(random);
    finish(self);
    return self;
}

/* ---- logs ---- */

static gboolean
read_line(RunReplay *self, const char *line)
{
    char name[256];
    char rest[1024] = "";
    guint cores, kind, flags;
    int slot;
    MamutoSpan span = {0};
    Event event = {0};

    if (sscanf(line, "rows %" G_GINT64_FORMAT, &self->n_rows) == 1)
        return TRUE;
    if (sscanf(line, "host %255s %u", name, &cores) == 2) {
        g_ptr_array_add(self->names, g_strdup(name));
        g_array_append_val(self->cores, cores);
        return cores <= 4096;
    }
    if (sscanf(line,
               "span %u %d %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
               " %" G_GINT64_FORMAT " %u",
               &kind, &span.host, &slot, &span.begin, &span.end, &span.chunk, &span.rows,
               &flags) == 8) {
        span.kind = (guint8)kind;
        span.flags = (guint8)flags;
        span.slot = (gint16)slot;
        g_array_append_val(self->spans, span);
        return kind < MAMUTO_N_SPAN_KINDS && span.host >= 0 &&
               (guint)span.host < self->names->len && slot >= -1 && slot < 4096 &&
               span.begin <= span.end;
    }
    if (sscanf(line, "lost %u %" G_GINT64_FORMAT " %1023[^\n]", &event.host, &event.time, rest) >=
        2)
        event.lost = g_strdup(rest);
    else if (sscanf(line, "print %u %u %u %" G_GINT64_FORMAT " %1023[^\n]", &event.host,
                    &event.slot, &event.stream, &event.time, rest) >= 4)
        event.text = g_strconcat(rest, "\n", NULL);
    else
        return FALSE;
    g_array_append_val(self->events, event);
    return event.host < self->names->len;
}

RunReplay *
run_replay_new_from_file(const char *path, GError **error)
{
    g_autoptr(RunReplay) self = replay_new();
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(path, &text, NULL, error))
        return NULL;
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++)
        if (lines[i][0] != '\0' && !read_line(self, lines[i])) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                        "%s:%u: “%s” is no record of a log", path, i + 1, lines[i]);
            return NULL;
        }
    finish(self);
    return g_steal_pointer(&self);
}

/* ---- replay ---- */

MamutoRun *
run_replay_get_run(RunReplay *self)
{
    g_autoptr(MamutoTrace) trace = NULL;

    if (self->run)
        return self->run;
    trace = mamuto_trace_new(0);
    self->run = run_object_new("replay.py:f", self->n_rows, (const char *const *)self->names->pdata,
                               self->names->len, trace);
    for (guint i = 0; i < self->names->len; i++) {
        self->facts[i].cores = g_array_index(self->cores, guint, i);
        self->facts[i].memory_total = (guint64)(64 * GIGABYTE);
        self->facts[i].memory_available = (guint64)((60 - i % 40) * GIGABYTE);
        self->facts[i].versions = g_strsplit("python 3.11.2 numpy 1.24.2", " ", -1);
    }
    return self->run;
}

static void
begin_span(RunReplay *self, const MamutoSpan *span)
{
    HostFacts *facts = &self->facts[span->host];

    if (span->kind == MAMUTO_SPAN_COMPUTING)
        self->counts[span->host].n_busy++;
    if (facts->state == MAMUTO_HOST_LOST)
        return;
    switch ((MamutoSpanKind)span->kind) {
    case MAMUTO_SPAN_CONNECTING:
        facts->state = MAMUTO_HOST_CONNECTING;
        break;
    case MAMUTO_SPAN_PREPARING:
        facts->state = MAMUTO_HOST_PREPARING;
        break;
    case MAMUTO_SPAN_COMPUTING:
        facts->state = MAMUTO_HOST_COMPUTING;
        break;
    default:
        break;
    }
}

/* Adds an invented failure of one row of the chunk that @span computed. */
static void
fail_row(RunReplay *self, const MamutoSpan *span)
{
    static const char *const causes[] = {"ValueError: x lies outside of the domain",
                                         "ZeroDivisionError: division by zero",
                                         "FloatingPointError: overflow in exp"};
    MamutoRowFailure *failure = g_new0(MamutoRowFailure, 1);

    failure->row = span->chunk * ROWS_PER_CHUNK + span->slot % ROWS_PER_CHUNK;
    failure->host = g_strdup(g_ptr_array_index(self->names, (guint)span->host));
    failure->cause = g_strdup(causes[span->chunk / 7 % (gint64)G_N_ELEMENTS(causes)]);
    failure->traceback = g_strdup_printf("Traceback (most recent call last):\n"
                                         "  File \"replay.py\", line 12, in f\n%s\n",
                                         failure->cause);
    g_ptr_array_add(self->new_failures, failure);
    self->counts[span->host].rows_failed++;
    self->total.rows_failed++;
}

static void
end_span(RunReplay *self, const MamutoSpan *span)
{
    HostCounts *counts = &self->counts[span->host];
    MamutoSpan shifted = *span;
    gint64 origin = mamuto_run_get_begin(self->run);

    shifted.begin += origin;
    shifted.end += origin;
    mamuto_trace_add(mamuto_run_get_trace(self->run), &shifted);
    if (span->kind != MAMUTO_SPAN_COMPUTING)
        return;
    counts->n_busy--;
    /* Two hosts may compute the same chunk. If another host has already finished this chunk, do
     * not count its rows again. */
    if (!g_hash_table_add(self->chunks, g_memdup2(&span->chunk, sizeof span->chunk)))
        return;
    counts->chunks_done++;
    counts->rows_done += span->rows;
    self->total.rows_done += span->rows;
    if (span->flags & MAMUTO_SPAN_FAILED)
        fail_row(self, span);
}

static void
happen(RunReplay *self, const Event *event)
{
    HostFacts *facts = &self->facts[event->host];

    if (event->text) {
        run_object_log(self->run, event->host, (int)event->slot, event->stream, event->text);
        return;
    }
    facts->state = MAMUTO_HOST_LOST;
    g_free(facts->message);
    facts->message = g_strdup(event->lost);
    self->counts[event->host].n_lost += facts->cores;
}

static void
update_hosts(RunReplay *self, double interval)
{
    for (guint i = 0; i < self->names->len; i++) {
        HostFacts *facts = &self->facts[i];

        facts->cpu = facts->cores > 0 ? (double)self->counts[i].n_busy / facts->cores : 0;
        host_status_update(run_object_get_host(self->run, i), facts, &self->counts[i], interval);
    }
}

/* Adds the new failures to the run's list of failures, until the list has its maximum length. */
static void
tell_failures(RunReplay *self)
{
    GPtrArray *failures = g_steal_pointer(&self->new_failures);
    guint n_listed = mamuto_run_get_failures(self->run)->len;

    failure_log_add(self->failures, failures, failures->len);
    if (failures->len > MAMUTO_MAX_LISTED_FAILURES - n_listed)
        g_ptr_array_set_size(failures, (int)(MAMUTO_MAX_LISTED_FAILURES - n_listed));
    run_object_add_failures(self->run, failures, failure_log_copy_causes(self->failures));
}

gboolean
run_replay_step(RunReplay *self, gint64 time)
{
    double interval = run_object_begin_update(run_replay_get_run(self));
    gboolean ended;

    self->new_failures = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_row_failure_free);
    for (; self->next_begin < self->begins->len; self->next_begin++) {
        guint number = g_array_index(self->begins, guint, self->next_begin);
        const MamutoSpan *span = &g_array_index(self->spans, MamutoSpan, number);

        if (span->begin > time)
            break;
        begin_span(self, span);
    }
    for (; self->next_end < self->spans->len; self->next_end++) {
        const MamutoSpan *span = &g_array_index(self->spans, MamutoSpan, self->next_end);

        if (span->end > time)
            break;
        end_span(self, span);
    }
    for (; self->next_event < self->events->len; self->next_event++) {
        const Event *event = &g_array_index(self->events, Event, self->next_event);

        if (event->time > time)
            break;
        happen(self, event);
    }
    ended = self->next_end == self->spans->len && self->next_event == self->events->len;
    update_hosts(self, interval);
    tell_failures(self);
    if (ended)
        run_object_end(self->run, MAMUTO_RUN_DONE, mamuto_run_get_begin(self->run) + time, NULL,
                       &self->total);
    else
        run_object_update(self->run, &self->total);
    return !ended;
}
