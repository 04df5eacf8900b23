/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of rows that fail, perhaps because of their host, and are tried on a second host, and of
 * chunks that are tried again because a result was refused. The hosts are not real: the test takes
 * chunks from the run and answers them. */
#include <string.h>

#include "mamuto-error.h"
#include "run.h"

#define MAX_ROWS 2000
#define LATER_US (1000 * G_USEC_PER_SEC)

/* The outcome of a row on a host. */
typedef enum { GOOD, SUSPECT, WRONG } Outcome;

typedef struct {
    Session *session;
    Run *run;
    guint n_hosts;
    gint64 n_rows;
    Outcome (*outcome)(guint host, gint64 row);
    guint n_complete;
    gint64 clock; /* the time in µs; advances by a second each time hosts ask for chunks */
    /* for each row: the number of tries, the host and the outcome of the last try */
    guint8 tries[MAX_ROWS], host[MAX_ROWS], last[MAX_ROWS];
} Fixture;

static void
wake(gpointer data)
{
}

static void
on_complete(Run *run, gpointer data)
{
    ((Fixture *)data)->n_complete++;
}

static RunArgument *
make_arguments(gint64 n_rows, guint *n)
{
    const MamutoDtype dtype = {'f', '<', 8};
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArray) array = mamuto_array_new(&dtype, 1, &n_rows, &error);
    g_autoptr(GPtrArray) given =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);
    RunArgument *arguments;

    g_assert_no_error(error);
    g_ptr_array_add(given, mamuto_argument_new_array(array));
    arguments = run_arguments_gather(NULL, NULL, given, NULL, n, &n_rows, &error);
    g_assert_no_error(error);
    return arguments;
}

static void
setup(Fixture *self, guint n_hosts, gint64 n_rows, MamutoMapFlags flags,
      Outcome (*outcome)(guint host, gint64 row))
{
    g_autoptr(GError) error = NULL;
    guint n;
    RunArgument *arguments = make_arguments(n_rows, &n);

    *self = (Fixture){.n_hosts = n_hosts, .n_rows = n_rows, .outcome = outcome};
    self->clock = g_get_monotonic_time();
    g_assert_cmpint(n_rows, <=, MAX_ROWS);
    self->session = session_new();
    for (guint i = 0; i < n_hosts; i++)
        session_add_host(self->session, (const char *const[]){"a", "b", "c", "d"}[i], wake, NULL);
    self->run = run_new(self->session, 1, arguments, n, n_rows);
    self->run->flags = flags;
    self->run->code = g_atomic_rc_box_new0(FunctionCode);
    self->run->store = result_store_new(n_rows, NULL, &error);
    g_assert_no_error(error);
    self->run->context = g_main_context_ref_thread_default();
    self->run->complete = on_complete;
    self->run->data = self;
}

static void
teardown(Fixture *self)
{
    self->run->complete = NULL;
    run_unref(self->run);
    session_free(self->session);
}

static void
ready(Fixture *self, guint host)
{
    run_host_ready(self->run, host, 2, 1000, 0);
}

static gboolean
take(Fixture *self, guint host, ScheduleChunk *chunk)
{
    return run_take(self->run, host, self->clock, chunk);
}

static void
answer(Fixture *self, guint host, const ScheduleChunk *chunk)
{
    gsize n_bytes = (gsize)(chunk->hi - chunk->lo + 7) / 8;
    g_autofree guint8 *failed = g_malloc0(n_bytes), *suspect = g_malloc0(n_bytes);
    g_autoptr(GArray) data = g_array_new(FALSE, FALSE, sizeof(double));
    g_autoptr(GPtrArray) errors =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_row_failure_free);
    g_autoptr(GError) error = NULL;
    ResultBlock block = {.lo = chunk->lo, .hi = chunk->hi, .failed = failed, .fd = -1};
    RunResult result = {.chunk = chunk->id,
                        .attempt = chunk->attempt,
                        .took_us = 1000,
                        .errors = errors,
                        .block = &block,
                        .suspect = suspect};

    for (gint64 row = chunk->lo; row < chunk->hi; row++) {
        Outcome outcome = self->outcome(host, row);
        guint8 bit = (guint8)(1 << (row - chunk->lo) % 8);
        double value = 2.0 * (double)row;

        self->tries[row]++;
        self->host[row] = (guint8)host;
        self->last[row] = (guint8)outcome;
        if (outcome == GOOD) {
            g_array_append_val(data, value);
            continue;
        }
        failed[(row - chunk->lo) / 8] |= bit;
        if (outcome == SUSPECT)
            suspect[(row - chunk->lo) / 8] |= bit;
        result.n_failed++;
        result.n_suspect += outcome == SUSPECT;
        g_ptr_array_add(errors, mamuto_row_failure_copy(&(MamutoRowFailure){
                                    row, self->session->hosts[host].name,
                                    (char *)(outcome == SUSPECT ? "ImportError: x" : "ValueError"),
                                    (char *)"traceback"}));
    }
    block.data = data->data;
    block.size = data->len * sizeof(double);
    if (data->len > 0)
        block.dtype = (MamutoDtype){'f', '<', 8};
    g_assert_true(run_result(self->run, host, &result, &error));
    g_assert_no_error(error);
}

/* Lets the hosts in @hosts (a bit mask) compute until none of them gets a chunk any more, even
 * after a long time. */
static void
compute(Fixture *self, guint hosts)
{
    gboolean some;

    do {
        some = FALSE;
        for (guint host = 0; host < self->n_hosts; host++) {
            ScheduleChunk chunk;

            if ((hosts >> host & 1) == 0 ||
                !run_take(self->run, host, (self->clock += G_USEC_PER_SEC), &chunk))
                continue;
            answer(self, host, &chunk);
            some = TRUE;
        }
    } while (some);
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

/* Checks that the run is complete, and each row: the value of the last try, or its failure. */
static MamutoResult *
expect_complete(Fixture *self)
{
    g_autoptr(GError) error = NULL;
    MamutoResult *result;
    const double *values;
    gint64 n_done = 0, n_failed = 0;

    g_assert_cmpuint(self->n_complete, ==, 1);
    g_assert_no_error(self->run->error);
    result = run_finish(self->run, &error);
    g_assert_no_error(error);
    values = mamuto_array_get_data(mamuto_result_get_array(result));
    for (gint64 row = 0; row < self->n_rows; row++) {
        gboolean good = self->last[row] == GOOD;

        g_assert_cmpint(mamuto_result_get_status(result, row), ==,
                        good ? MAMUTO_ROW_OK : MAMUTO_ROW_FAILED);
        g_assert_true(!good || values[row] == 2.0 * (double)row);
    }
    for (guint i = 0; i < self->n_hosts; i++) {
        n_done += self->run->hosts[i].counts.rows_done;
        n_failed += self->run->hosts[i].counts.rows_failed;
    }
    g_assert_cmpint(n_done, ==, self->n_rows);
    g_assert_cmpint(self->run->counts.rows_done, ==, self->n_rows);
    g_assert_cmpint(self->run->counts.rows_failed, ==, n_failed);
    g_assert_cmpint(mamuto_result_get_n_failed(result), ==, n_failed);
    return result;
}

static Outcome
first_lacks(guint host, gint64 row)
{
    return host == 0 ? SUSPECT : GOOD;
}

static Outcome
all_lack(guint host, gint64 row)
{
    return SUSPECT;
}

/* All rows fail on the first host. Another computes them, and the first is left out. */
static void
test_one_host_lacks(gconstpointer flags)
{
    Fixture f;
    g_autoptr(MamutoResult) result = NULL;
    g_autoptr(GArray) drops = g_array_new(FALSE, FALSE, sizeof(guint64));
    g_autoptr(GError) why = NULL;

    setup(&f, 2, 400, GPOINTER_TO_INT(flags), first_lacks);
    ready(&f, 0);
    ready(&f, 1);
    compute(&f, 3);
    result = expect_complete(&f);
    g_assert_cmpint(mamuto_result_get_n_failed(result), ==, 0);
    g_assert_true(f.run->hosts[0].left_out);
    g_assert_cmpint(f.run->hosts[0].counts.rows_done, ==, 0);
    g_assert_cmpint(f.run->hosts[1].counts.rows_done, ==, 400);
    g_assert_false(run_take_drops(f.run, 0, drops, &why));
    g_assert_error(why, MAMUTO_ERROR, MAMUTO_ERROR_ROW);
    g_assert_nonnull(strstr(why->message, "left out"));
    g_assert_nonnull(strstr(why->message, "ImportError: x"));
    g_assert_cmpstr(mamuto_error_get_traceback(why), ==, "traceback");
    g_assert_true(run_take_drops(f.run, 1, drops, NULL));
    teardown(&f);
}

/* A host on which some rows succeed is not left out. */
static Outcome
first_lacks_much(guint host, gint64 row)
{
    return host == 0 && row > 0 ? SUSPECT : GOOD;
}

static void
test_not_all_rows(void)
{
    Fixture f;
    g_autoptr(MamutoResult) result = NULL;

    setup(&f, 2, 400, MAMUTO_MAP_DEFAULT, first_lacks_much);
    ready(&f, 0);
    ready(&f, 1);
    compute(&f, 3);
    result = expect_complete(&f);
    g_assert_cmpint(mamuto_result_get_n_failed(result), ==, 0);
    g_assert_false(f.run->hosts[0].left_out);
    g_assert_cmpint(f.run->hosts[0].counts.rows_done, >, 0);
    teardown(&f);
}

/* The rows fail on all hosts: each row is tried on exactly two hosts, which the failure names. */
static void
test_both_fail(void)
{
    Fixture f;
    g_autoptr(MamutoResult) result = NULL;
    GPtrArray *failures;

    setup(&f, 3, 300, MAMUTO_MAP_CONTINUE, all_lack);
    for (guint i = 0; i < 3; i++)
        ready(&f, i);
    compute(&f, 7);
    result = expect_complete(&f);
    failures = mamuto_result_get_failures(result);
    g_assert_cmpuint(failures->len, ==, 300);
    for (guint i = 0; i < failures->len; i++) {
        const MamutoRowFailure *failure = g_ptr_array_index(failures, i);
        const char *host = failure->host;

        g_assert_cmpuint(f.tries[failure->row], ==, 2);
        g_assert_cmpuint(strlen(host), ==, strlen("a, b"));
        g_assert_true(host[0] != host[3] && host[1] == ',');
        g_assert_cmpint(host[3], ==, f.session->hosts[f.host[failure->row]].name[0]);
    }
    for (guint i = 0; i < 3; i++)
        g_assert_false(f.run->hosts[i].left_out);
    teardown(&f);
}

/* A suspected row does not end the run before a second host has confirmed the failure. */
static void
test_stop(void)
{
    Fixture f;
    ScheduleChunk chunk;

    setup(&f, 2, 4, MAMUTO_MAP_DEFAULT, all_lack);
    ready(&f, 0);
    ready(&f, 1);
    compute(&f, 1);
    g_assert_false(run_is_over(f.run));
    g_assert_true(take(&f, 1, &chunk));
    g_assert_true(chunk.retry);
    answer(&f, 1, &chunk);
    g_assert_true(run_is_over(f.run));
    g_assert_error(f.run->error, MAMUTO_ERROR, MAMUTO_ERROR_ROW);
    g_assert_nonnull(strstr(f.run->error->message, "failed: ImportError: x"));
    g_assert_cmpstr(mamuto_error_get_host(f.run->error), ==, "a, b");
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpuint(f.n_complete, ==, 1);
    teardown(&f);
}

static void
test_only_host(void)
{
    Fixture f;
    g_autoptr(MamutoResult) result = NULL;

    setup(&f, 1, 20, MAMUTO_MAP_CONTINUE, all_lack);
    ready(&f, 0);
    compute(&f, 1);
    result = expect_complete(&f);
    g_assert_cmpint(mamuto_result_get_n_failed(result), ==, 20);
    for (gint64 row = 0; row < 20; row++)
        g_assert_cmpuint(f.tries[row], ==, 1);
    teardown(&f);
}

/* The rows wait for a host that is still being connected. If it cannot be used, the first failures
 * count. */
static void
test_coming_host(gconstpointer joins)
{
    Fixture f;
    g_autoptr(MamutoResult) result = NULL;
    g_autoptr(GError) gone = g_error_new(MAMUTO_ERROR, MAMUTO_ERROR_CONNECT, "unreachable");

    setup(&f, 2, 200, MAMUTO_MAP_CONTINUE, first_lacks);
    ready(&f, 0);
    compute(&f, 1);
    g_assert_false(run_is_over(f.run));
    g_assert_cmpint(f.run->counts.rows_done, ==, 0);
    if (GPOINTER_TO_INT(joins)) {
        ready(&f, 1);
        compute(&f, 3);
    } else {
        run_host_gone(f.run, 1, gone);
        compute(&f, 1);
    }
    result = expect_complete(&f);
    g_assert_cmpint(mamuto_result_get_n_failed(result), ==, GPOINTER_TO_INT(joins) ? 0 : 200);
    if (!GPOINTER_TO_INT(joins)) {
        const MamutoRowFailure *failure = mamuto_result_get_failures(result)->pdata[7];

        g_assert_cmpstr(failure->host, ==, "a");
        g_assert_cmpstr(failure->cause, ==, "ImportError: x");
        g_assert_cmpstr(failure->traceback, ==, "traceback");
    }
    teardown(&f);
}

/* The second host is lost, or gets no cores, after it has taken the rows. */
static void
test_second_host_ends(gconstpointer how)
{
    Fixture f;
    g_autoptr(MamutoResult) result = NULL;
    g_autoptr(GError) lost = g_error_new(MAMUTO_ERROR, MAMUTO_ERROR_LOST, "lost");
    ScheduleChunk chunk;

    setup(&f, 2, 30, MAMUTO_MAP_CONTINUE, first_lacks);
    ready(&f, 0);
    ready(&f, 1);
    compute(&f, 1);
    g_assert_true(take(&f, 1, &chunk));
    if (g_str_equal(how, "cores")) {
        run_host_set_cores(f.run, 1, 0);
        answer(&f, 1, &chunk);
    } else {
        run_host_away(f.run, 1, lost);
        g_assert_cmpint(f.run->counts.rows_done, ==, 0); /* the host may come back */
        run_host_gone(f.run, 1, lost);
    }
    compute(&f, 1);
    result = expect_complete(&f);
    g_assert_cmpint(mamuto_result_get_n_failed(result), ==,
                    g_str_equal(how, "cores") ? 30 - (chunk.hi - chunk.lo) : 30);
    teardown(&f);
}

/* A host that was connected again is still the host on which the rows failed. */
static void
test_connected_again(void)
{
    Fixture f;
    g_autoptr(MamutoResult) result = NULL;
    g_autoptr(GError) lost = g_error_new(MAMUTO_ERROR, MAMUTO_ERROR_LOST, "lost");
    ScheduleChunk chunk;

    setup(&f, 2, 30, MAMUTO_MAP_CONTINUE, first_lacks);
    ready(&f, 0);
    ready(&f, 1);
    compute(&f, 1);
    run_host_away(f.run, 0, lost);
    ready(&f, 0);
    g_assert_false(take(&f, 0, &chunk));
    compute(&f, 3);
    result = expect_complete(&f);
    g_assert_cmpint(mamuto_result_get_n_failed(result), ==, 0);
    g_assert_true(f.run->hosts[0].left_out);
    teardown(&f);
}

/* The first host gets a copy of a late chunk and fails at once. The host of the original goes on.
 */
static void
test_copy(void)
{
    Fixture f;
    g_autoptr(MamutoResult) result = NULL;
    g_autoptr(GArray) drops = g_array_new(FALSE, FALSE, sizeof(guint64));
    ScheduleChunk original, copy;
    gint64 later = g_get_monotonic_time() + LATER_US;

    setup(&f, 2, 1, MAMUTO_MAP_DEFAULT, first_lacks);
    ready(&f, 1);
    ready(&f, 0);
    g_assert_true(take(&f, 1, &original));
    g_assert_true(run_take(f.run, 0, later, &copy));
    g_assert_true(copy.copy);
    answer(&f, 0, &copy);
    g_assert_true(run_take_drops(f.run, 1, drops, NULL));
    g_assert_cmpuint(drops->len, ==, 0);
    g_assert_false(run_take(f.run, 0, later, &copy));
    answer(&f, 1, &original);
    compute(&f, 3);
    result = expect_complete(&f);
    g_assert_cmpint(mamuto_result_get_n_failed(result), ==, 0);
    g_assert_cmpint(f.run->hosts[0].n_doubly, ==, 1);
    teardown(&f);
}

static Outcome
first_lacks_every_other(guint host, gint64 row)
{
    return host == 0 && row % 2 == 0 ? SUSPECT : GOOD;
}

/* A host gets many second tries at once if they are short. */
static void
test_single_rows(void)
{
    Fixture f;
    g_autoptr(MamutoResult) result = NULL;
    ScheduleChunk chunks[100];
    guint n = 0;

    setup(&f, 2, 100, MAMUTO_MAP_DEFAULT, first_lacks_every_other);
    run_host_ready(f.run, 0, 2, 10, 0);
    compute(&f, 1);
    run_host_ready(f.run, 1, 2, 10, 0);
    while (n < 100 && take(&f, 1, &chunks[n]))
        n++;
    g_assert_cmpuint(n, ==, 50);
    for (guint i = 0; i < n; i++)
        answer(&f, 1, &chunks[i]);
    compute(&f, 3);
    result = expect_complete(&f);
    g_assert_cmpint(mamuto_result_get_n_failed(result), ==, 0);
    g_assert_false(f.run->hosts[0].left_out);
    teardown(&f);
}

/* The original of a chunk was lost as often as a chunk may be lost, and its copy fails because of
 * its host. The rows must be tried again and not be forgotten, because the run would never end. */
static void
test_all_tries_used(void)
{
    Fixture f;
    g_autoptr(MamutoResult) result = NULL;
    g_autoptr(GError) lost = g_error_new(MAMUTO_ERROR, MAMUTO_ERROR_LOST, "lost");
    ScheduleChunk original, copy;

    setup(&f, 2, 1, MAMUTO_MAP_DEFAULT, first_lacks);
    ready(&f, 1);
    ready(&f, 0);
    for (guint tries = 1; tries < SCHEDULE_MAX_TRIES; tries++) {
        g_assert_true(run_take(f.run, 1, (f.clock += LATER_US), &original));
        run_attempt_lost(f.run, 1, original.id, original.attempt, lost);
    }
    g_assert_true(run_take(f.run, 1, (f.clock += LATER_US), &original));
    g_assert_true(run_take(f.run, 0, (f.clock += LATER_US), &copy));
    g_assert_true(copy.copy);
    run_attempt_lost(f.run, 1, original.id, original.attempt, lost);
    answer(&f, 0, &copy);
    compute(&f, 3);
    result = expect_complete(&f);
    g_assert_cmpint(mamuto_result_get_n_failed(result), ==, 0);
    teardown(&f);
}

/* ---- results that are refused ---- */

/* The result of a chunk whose last row is marked as failed, perhaps because of the host, and is
 * also in a part, because its shape is another one. */
typedef struct {
    guint8 failed[8], suspect[8];
    double values[64 + 1];
    gint64 odd_row;
    ResultPart part;
    ResultBlock block;
} OddAnswer;

static void
odd_answer_init(OddAnswer *self, const ScheduleChunk *chunk)
{
    gint64 n = chunk->hi - chunk->lo;

    g_assert_cmpint(n, >, 1);
    g_assert_cmpint(n, <=, 64);
    *self = (OddAnswer){.odd_row = chunk->hi - 1};
    self->failed[(n - 1) / 8] = self->suspect[(n - 1) / 8] = (guint8)(1 << (n - 1) % 8);
    self->part = (ResultPart){.dtype = {'f', '<', 8},
                              .n_dims = 1,
                              .shape = {1},
                              .rows = &self->odd_row,
                              .n_rows = 1,
                              .from = (guint64)n * sizeof(double)}; /* after the row's number */
    self->block = (ResultBlock){.lo = chunk->lo,
                                .hi = chunk->hi,
                                .dtype = {'f', '<', 8},
                                .failed = self->failed,
                                .data = self->values,
                                .size = (gsize)(n + 1) * sizeof(double),
                                .fd = -1,
                                .parts = &self->part,
                                .n_parts = 1};
}

static void
refuse(Fixture *self, guint host, const ScheduleChunk *chunk, ResultBlock *block,
       const guint8 *suspect)
{
    g_autoptr(GPtrArray) errors =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_row_failure_free);
    g_autoptr(GError) error = NULL;
    RunResult result = {.chunk = chunk->id,
                        .attempt = chunk->attempt,
                        .took_us = 1000,
                        .n_failed = suspect != NULL,
                        .n_suspect = suspect != NULL,
                        .errors = errors,
                        .block = block,
                        .suspect = suspect};

    g_assert_false(run_result(self->run, host, &result, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL);
}

static Outcome
all_good(guint host, gint64 row)
{
    return GOOD;
}

/* A result marks a row as suspect and also contains a part with this row. The row must not be set
 * aside and tried again, because it would then count twice. */
static void
test_odd_and_suspect(gconstpointer flags)
{
    Fixture f;
    g_autoptr(MamutoResult) result = NULL;
    ScheduleChunk chunk;
    OddAnswer odd;

    setup(&f, 2, 40, GPOINTER_TO_INT(flags), all_good);
    if (f.run->flags & MAMUTO_MAP_CONTINUE)
        result_store_set_odd_aside(f.run->store);
    ready(&f, 0);
    g_assert_true(take(&f, 0, &chunk));
    ready(&f, 1);
    odd_answer_init(&odd, &chunk);
    refuse(&f, 0, &chunk, &odd.block, odd.suspect);
    g_assert_cmpint(f.run->counts.rows_done, ==, 0);
    compute(&f, 2);
    result = expect_complete(&f);
    teardown(&f);
}

/* The copy of a chunk wins, but its result is refused, and the host of the original takes the chunk
 * again. It must not be told to drop the chunk, because it would drop both attempts. */
static void
test_drop_of_an_earlier_attempt(void)
{
    Fixture f;
    g_autoptr(MamutoResult) result = NULL;
    g_autoptr(GArray) drops = g_array_new(FALSE, FALSE, sizeof(guint64));
    ScheduleChunk original, copy, again;

    setup(&f, 2, 1, MAMUTO_MAP_DEFAULT, all_good);
    ready(&f, 1);
    ready(&f, 0);
    g_assert_true(take(&f, 1, &original));
    g_assert_true(run_take(f.run, 0, f.clock + LATER_US, &copy));
    g_assert_true(copy.copy);
    refuse(&f, 0, &copy, &(ResultBlock){.hi = 1, .dtype = {'f', '<', 8}, .fd = -1}, NULL);
    g_assert_true(run_take(f.run, 1, f.clock + 2 * LATER_US, &again));
    g_assert_cmpuint(again.id, ==, original.id);
    g_assert_cmpuint(again.attempt, !=, original.attempt);
    g_assert_true(run_take_drops(f.run, 1, drops, NULL));
    g_assert_cmpuint(drops->len, ==, 0);
    answer(&f, 1, &again);
    compute(&f, 2);
    result = expect_complete(&f);
    teardown(&f);
}

/* A host is asked for rows, and is disconnected before the question is sent. When the host is
 * connected again, its agent does not know the chunk, so the question is not sent. */
static void
test_question_to_a_host_that_was_away(void)
{
    Fixture f;
    g_autoptr(GError) error = g_error_new(MAMUTO_ERROR, MAMUTO_ERROR_LOST, "disconnected");
    g_autoptr(MamutoResult) result = NULL;
    g_autoptr(GArray) recalls = g_array_new(FALSE, FALSE, sizeof(ScheduleRecall));
    ScheduleChunk chunk;

    setup(&f, 2, 8, MAMUTO_MAP_DEFAULT, all_good);
    ready(&f, 1);
    while (schedule_get_rows_waiting(f.run->schedule) > 0)
        g_assert_true(take(&f, 1, &chunk));
    ready(&f, 0);
    run_recall(f.run, 0, f.clock + LATER_US);
    g_assert_cmpuint(f.run->hosts[1].recalls->len, >, 0);
    run_host_away(f.run, 1, error);
    ready(&f, 1);
    run_take_recalls(f.run, 1, recalls);
    g_assert_cmpuint(recalls->len, ==, 0);
    compute(&f, 2);
    result = expect_complete(&f);
    teardown(&f);
}

static guint32 fuzz_seed;

static Outcome
mixed(guint host, gint64 row)
{
    guint32 x = (guint32)row * 2654435761u ^ (host + 1) * 40503u ^ fuzz_seed * 97u;

    x ^= x >> 15;
    x *= 2246822519u;
    x ^= x >> 13;
    return x % 5 < 2 ? SUSPECT : x % 5 == 2 ? WRONG : GOOD;
}

/* Each row counts once. It was tried twice if and only if its first failure was suspect. */
static void
test_mixed(void)
{
    for (fuzz_seed = 0; fuzz_seed < 30; fuzz_seed++) {
        Fixture f;
        g_autoptr(MamutoResult) result = NULL;

        setup(&f, 2 + fuzz_seed % 3, 500, MAMUTO_MAP_CONTINUE, mixed);
        for (guint i = 0; i < f.n_hosts; i++)
            ready(&f, i);
        compute(&f, 15);
        result = expect_complete(&f);
        for (gint64 row = 0; row < 500; row++)
            g_assert_true(f.tries[row] == 2 || (f.tries[row] == 1 && f.last[row] != SUSPECT));
        teardown(&f);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/run-second/one-host-lacks", GINT_TO_POINTER(MAMUTO_MAP_CONTINUE),
                         test_one_host_lacks);
    g_test_add_data_func("/run-second/one-host-lacks-stop", GINT_TO_POINTER(MAMUTO_MAP_DEFAULT),
                         test_one_host_lacks);
    g_test_add_func("/run-second/not-all-rows", test_not_all_rows);
    g_test_add_func("/run-second/both-fail", test_both_fail);
    g_test_add_func("/run-second/stop", test_stop);
    g_test_add_func("/run-second/only-host", test_only_host);
    g_test_add_data_func("/run-second/coming-host-joins", GINT_TO_POINTER(1), test_coming_host);
    g_test_add_data_func("/run-second/coming-host-fails", GINT_TO_POINTER(0), test_coming_host);
    g_test_add_data_func("/run-second/second-host-lost", "lost", test_second_host_ends);
    g_test_add_data_func("/run-second/second-host-paused", "cores", test_second_host_ends);
    g_test_add_func("/run-second/connected-again", test_connected_again);
    g_test_add_func("/run-second/copy", test_copy);
    g_test_add_func("/run-second/single-rows", test_single_rows);
    g_test_add_func("/run-second/all-tries-used", test_all_tries_used);
    g_test_add_data_func("/run-second/odd-and-suspect", GINT_TO_POINTER(MAMUTO_MAP_CONTINUE),
                         test_odd_and_suspect);
    g_test_add_data_func("/run-second/odd-and-suspect-stop", GINT_TO_POINTER(MAMUTO_MAP_DEFAULT),
                         test_odd_and_suspect);
    g_test_add_func("/run-second/drop-of-an-earlier-attempt", test_drop_of_an_earlier_attempt);
    g_test_add_func("/run-second/question-to-a-host-that-was-away",
                    test_question_to_a_host_that_was_away);
    g_test_add_func("/run-second/mixed", test_mixed);
    return g_test_run();
}
