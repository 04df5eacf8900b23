/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests the schedule, which distributes chunks of rows to hosts, with random events. A simple
 * model predicts its answers. Each row must be stored exactly once. A row is given to a second
 * host only as a copy or after a failure. Forged results, which no host was asked for, must be
 * recognized. Each run must end. */
#include "schedule.h"

#define MS 1000

static void
finish(Schedule *schedule, guint host, const ScheduleChunk *chunk, gint64 compute_us, gint64 now)
{
    g_assert_cmpint(schedule_result(schedule, host, chunk->id, chunk->attempt, compute_us,
                                    8 * (gsize)(chunk->hi - chunk->lo), now, NULL),
                    ==, SCHEDULE_ACCEPT);
    schedule_stored(schedule, chunk->id);
}

typedef struct {
    guint64 id;
    gint64 lo, hi;
    guint host, attempt;
    gboolean asked; /* TRUE if the host was asked to give rows back */
    gboolean late;  /* TRUE if another copy of the chunk was finished first */
} Held;

typedef struct {
    Schedule *schedule;
    GRand *rand;
    GArray *held;
    gint64 n_rows, done, now;
    guint8 *stored;
    guint n_hosts;
    gboolean alive[64], silent[64], ready[64];
    gboolean hopeless;
} Fuzz;

static guint
pick(Fuzz *fuzz, guint n)
{
    return (guint)g_rand_int_range(fuzz->rand, 0, (gint32)n);
}

static void
fuzz_add_host(Fuzz *fuzz)
{
    double row_us = pick(fuzz, 2) ? 0 : g_rand_double_range(fuzz->rand, 0.01, 100000);
    gsize credit = pick(fuzz, 2) ? 0 : 1 + pick(fuzz, 100000);

    if (fuzz->n_hosts == G_N_ELEMENTS(fuzz->alive))
        return;
    g_assert_cmpint(schedule_add_host(fuzz->schedule, 1 + pick(fuzz, 4), row_us, credit, fuzz->now),
                    ==, fuzz->n_hosts);
    fuzz->ready[fuzz->n_hosts] = row_us > 0;
    fuzz->alive[fuzz->n_hosts++] = TRUE;
}

static void
fuzz_take(Fuzz *fuzz, guint host)
{
    ScheduleChunk chunk;
    Held held;
    guint copies = 0, live = 0;

    if (!schedule_take(fuzz->schedule, host, fuzz->now, &chunk))
        return;
    g_assert_true(fuzz->alive[host]);
    g_assert_false(fuzz->silent[host]);
    g_assert_cmpint(chunk.lo, >=, 0);
    g_assert_cmpint(chunk.lo, <, chunk.hi);
    g_assert_cmpint(chunk.hi, <=, fuzz->n_rows);
    for (gint64 row = chunk.lo; row < chunk.hi; row++)
        g_assert_cmpint(fuzz->stored[row], ==, 0);
    for (guint i = 0; i < fuzz->held->len; i++) {
        const Held *other = &g_array_index(fuzz->held, Held, i);

        if (other->late)
            continue;
        /* a second host may get the same rows only as a copy of the whole chunk */
        if (other->id == chunk.id) {
            g_assert_true(chunk.copy);
            g_assert_cmpint(other->host, !=, host);
            g_assert_cmpint(other->attempt, !=, chunk.attempt);
            copies++;
            live += !fuzz->silent[other->host] && fuzz->ready[other->host];
        } else {
            g_assert_true(other->hi <= chunk.lo || other->lo >= chunk.hi);
        }
    }
    g_assert_cmpint(live, <=, 2);
    g_assert_cmpint(copies, <=, 7);
    g_assert_true(chunk.copy == (copies > 0));
    held = (Held){chunk.id, chunk.lo, chunk.hi, host, chunk.attempt, FALSE, FALSE};
    g_array_append_val(fuzz->held, held);
}

static void
fuzz_accepted(Fuzz *fuzz, const Held *held, const GArray *losers)
{
    guint n = 0;

    for (guint i = 0; i < fuzz->held->len; i++) {
        Held *other = &g_array_index(fuzz->held, Held, i);

        if (other->late || other->id != held->id)
            continue;
        other->late = TRUE;
        for (guint l = 0; l < losers->len; l++)
            n += g_array_index(losers, guint, l) == other->host;
    }
    g_assert_cmpint(n, ==, losers->len);
    if (pick(fuzz, 30) == 0) {
        fuzz->hopeless |= !schedule_refused(fuzz->schedule, held->id, fuzz->now);
        return;
    }
    for (gint64 row = held->lo; row < held->hi; row++)
        g_assert_cmpint(fuzz->stored[row]++, ==, 0);
    fuzz->done += held->hi - held->lo;
    schedule_stored(fuzz->schedule, held->id);
}

static void
fuzz_result(Fuzz *fuzz)
{
    g_autoptr(GArray) losers = g_array_new(FALSE, FALSE, sizeof(guint));
    guint i;
    Held held;
    ScheduleVerdict verdict;

    if (fuzz->held->len == 0)
        return;
    i = pick(fuzz, fuzz->held->len);
    held = g_array_index(fuzz->held, Held, i);
    g_array_remove_index_fast(fuzz->held, i);
    if (pick(fuzz, 10) == 0) { /* about one chunk of ten fails */
        fuzz->hopeless |=
            !schedule_failed(fuzz->schedule, held.host, held.id, held.attempt, fuzz->now);
        return;
    }
    if (pick(fuzz, 10) == 0 && held.hi - held.lo > 1) { /* the host computed only some rows */
        gint64 hi = held.lo + 1 + pick(fuzz, (guint)MIN(held.hi - held.lo - 1, 1000));

        fuzz->silent[held.host] = FALSE;
        g_assert_true(schedule_cut(fuzz->schedule, held.host, held.id, held.attempt, hi,
                                   fuzz->now) == !held.late);
        held.hi = held.late ? held.hi : hi;
    }
    fuzz->silent[held.host] = FALSE;
    verdict = schedule_result(fuzz->schedule, held.host, held.id, held.attempt,
                              g_rand_int_range(fuzz->rand, -10, 100000), pick(fuzz, 10000),
                              fuzz->now, losers);
    g_assert_cmpint(verdict, ==, held.late ? SCHEDULE_DUPLICATE : SCHEDULE_ACCEPT);
    fuzz->ready[held.host] = TRUE;
    if (verdict == SCHEDULE_ACCEPT)
        fuzz_accepted(fuzz, &held, losers);
}

/* A host is asked only for rows of a chunk that it has, once for each attempt. */
static void
fuzz_recall(Fuzz *fuzz, guint host)
{
    ScheduleRecall recall;
    guint found = 0;

    if (!schedule_recall(fuzz->schedule, host, fuzz->now, &recall))
        return;
    g_assert_true(fuzz->alive[host]);
    g_assert_false(fuzz->silent[host]);
    g_assert_false(fuzz->silent[recall.from]);
    for (guint i = 0; i < fuzz->held->len; i++) {
        Held *held = &g_array_index(fuzz->held, Held, i);

        if (held->late || held->id != recall.id)
            continue;
        found++;
        g_assert_cmpint(held->host, ==, recall.from);
        g_assert_cmpint(held->attempt, ==, recall.attempt);
        g_assert_false(held->asked);
        held->asked = TRUE;
    }
    g_assert_cmpint(found, ==, 1);
}

/* A host gives rows back, perhaps without having been asked. */
static void
fuzz_returned(Fuzz *fuzz)
{
    g_autoptr(GArray) losers = g_array_new(FALSE, FALSE, sizeof(guint));
    guint i = fuzz->held->len > 0 ? pick(fuzz, fuzz->held->len) : 0, n_losers = 0;
    Held *held;
    gint64 hi;
    gboolean returned;

    if (fuzz->held->len == 0)
        return;
    held = &g_array_index(fuzz->held, Held, i);
    hi = held->lo + pick(fuzz, (guint)MIN(held->hi - held->lo, 1000) + 2);
    returned = schedule_returned(fuzz->schedule, held->host, held->id, held->attempt, hi, fuzz->now,
                                 losers);
    fuzz->silent[held->host] = FALSE;
    g_assert_true(returned == (held->asked && !held->late && hi < held->hi));
    for (guint k = 0; returned && hi > held->lo && k < fuzz->held->len; k++) {
        Held *other = &g_array_index(fuzz->held, Held, k);

        if (k == i || other->late || other->id != held->id)
            continue;
        other->late = TRUE;
        n_losers++;
    }
    g_assert_cmpint(losers->len, ==, n_losers);
    if (returned && hi == held->lo)
        g_array_remove_index_fast(fuzz->held, i);
    else if (returned)
        held->hi = hi;
}

static void
fuzz_forge(Fuzz *fuzz)
{
    guint64 id = pick(fuzz, 50);
    guint host = pick(fuzz, fuzz->n_hosts + 1), attempt = pick(fuzz, 6);

    if (host < fuzz->n_hosts && !fuzz->alive[host])
        return;
    for (guint i = 0; i < fuzz->held->len; i++) {
        const Held *held = &g_array_index(fuzz->held, Held, i);

        if (held->id == id && held->host == host && held->attempt == attempt)
            return;
    }
    if (host < fuzz->n_hosts)
        fuzz->silent[host] = FALSE;
    g_assert_cmpint(schedule_result(fuzz->schedule, host, id, attempt, 1, 1, fuzz->now, NULL), ==,
                    SCHEDULE_UNKNOWN);
}

static void
fuzz_remove_host(Fuzz *fuzz, guint host)
{
    fuzz->alive[host] = FALSE;
    fuzz->hopeless |= !schedule_remove_host(fuzz->schedule, host, fuzz->now);
    for (guint i = fuzz->held->len; i-- > 0;)
        if (g_array_index(fuzz->held, Held, i).host == host)
            g_array_remove_index_fast(fuzz->held, i);
}

static void
fuzz_step(Fuzz *fuzz)
{
    guint host = pick(fuzz, fuzz->n_hosts);

    fuzz->now += pick(fuzz, 20000);
    switch (pick(fuzz, 40)) {
    case 0:
        fuzz_add_host(fuzz);
        schedule_set_round_trip(fuzz->schedule, host, pick(fuzz, 200 * MS));
        break;
    case 1:
        if (pick(fuzz, 3) == 0)
            fuzz_remove_host(fuzz, host);
        break;
    case 2:
        schedule_set_cores(fuzz->schedule, host, pick(fuzz, 5), fuzz->now);
        break;
    case 3:
    case 4:
        fuzz_forge(fuzz);
        break;
    case 5:
    case 6:
        fuzz_recall(fuzz, host);
        break;
    case 7:
    case 8:
        fuzz_returned(fuzz);
        break;
    case 9:
        g_assert_cmpint(schedule_get_wakeup(fuzz->schedule, host, fuzz->now), >=, fuzz->now);
        g_assert_true(fuzz->alive[host] || schedule_get_due(fuzz->schedule, host) == G_MAXINT64);
        break;
    case 10:
    case 11:
        fuzz->silent[host] = fuzz->alive[host] && pick(fuzz, 2) == 0;
        schedule_set_silent(fuzz->schedule, host, fuzz->silent[host], fuzz->now);
        break;
    default:
        if (pick(fuzz, 5) < 3)
            fuzz_take(fuzz, host);
        else
            fuzz_result(fuzz);
    }
    g_assert_cmpint(schedule_get_rows_done(fuzz->schedule), ==, fuzz->done);
    g_assert_true(schedule_is_done(fuzz->schedule) == (fuzz->done == fuzz->n_rows));
}

static void
fuzz_forget(Fuzz *fuzz, guint64 id)
{
    for (guint i = fuzz->held->len; i-- > 0;)
        if (g_array_index(fuzz->held, Held, i).id == id)
            g_array_remove_index_fast(fuzz->held, i);
}

/* Lets two new hosts, which never fail, compute all that they get. They ask for rows, but the other
 * hosts never answer. If they get no chunk, the time advances to the moment at which they may
 * request one again. */
static void
fuzz_compute(Fuzz *fuzz)
{
    guint host = fuzz->n_hosts, idle = 0;
    ScheduleChunk chunk;
    ScheduleRecall recall;

    while (!schedule_is_done(fuzz->schedule) && !fuzz->hopeless && ++idle < 200) {
        gint64 wake;

        while (schedule_recall(fuzz->schedule, host, fuzz->now, &recall))
            g_assert_cmpint(recall.from, !=, host);
        wake = schedule_get_wakeup(fuzz->schedule, host, fuzz->now);
        if (schedule_take(fuzz->schedule, host, fuzz->now, &chunk)) {
            fuzz->now += 100;
            for (gint64 row = chunk.lo; row < chunk.hi; row++)
                g_assert_cmpint(fuzz->stored[row]++, ==, 0);
            finish(fuzz->schedule, host, &chunk, 100, fuzz->now);
            fuzz_forget(fuzz, chunk.id);
            idle = 0;
        } else {
            fuzz->now = wake < G_MAXINT64 ? MAX(fuzz->now, wake) : fuzz->now;
        }
        host = fuzz->n_hosts + (host + 1) % 2;
    }
}

static guint
count_attempts(const Fuzz *fuzz, guint64 id)
{
    guint n = 0;

    for (guint i = 0; i < fuzz->held->len; i++) {
        const Held *held = &g_array_index(fuzz->held, Held, i);

        n += held->id == id && !held->late;
    }
    return n;
}

/* Completes the run with two new hosts. They do not wait for hosts that never answer: as long as a
 * chunk may be copied, they copy it. What is left they compute when the other hosts are removed. */
static void
fuzz_complete(Fuzz *fuzz)
{
    for (guint i = 0; i < 2; i++)
        schedule_add_host(fuzz->schedule, 2, 0, 0, fuzz->now);
    fuzz_compute(fuzz);
    if (!fuzz->hopeless && !schedule_is_done(fuzz->schedule))
        g_assert_cmpint(schedule_get_rows_waiting(fuzz->schedule), ==, 0);
    for (guint i = 0; i < fuzz->held->len && !fuzz->hopeless; i++) {
        const Held *held = &g_array_index(fuzz->held, Held, i);

        g_assert_true(held->late || count_attempts(fuzz, held->id) >= 3);
    }
    for (guint i = 0; i < fuzz->n_hosts; i++)
        fuzz->hopeless |= !schedule_remove_host(fuzz->schedule, i, fuzz->now);
    fuzz_compute(fuzz);
    g_assert_true(fuzz->hopeless || schedule_is_done(fuzz->schedule));
}

static void
test_fuzz(void)
{
    guint completed = 0;

    for (guint32 seed = 0; seed < 4000; seed++) {
        Fuzz fuzz = {.rand = g_rand_new_with_seed(seed)};
        ScheduleConfig config = {0};
        gint64 lo, hi;
        guint steps;

        fuzz.n_rows = config.n_rows = pick(&fuzz, 2) ? pick(&fuzz, 20) : pick(&fuzz, 5000);
        config.row_bytes_in = pick(&fuzz, 100);
        config.row_bytes_out = pick(&fuzz, 100);
        config.max_chunk_bytes = 1 + pick(&fuzz, 100000);
        config.target_us = 500 * MS;
        fuzz.schedule = schedule_new(&config);
        fuzz.held = g_array_new(FALSE, FALSE, sizeof(Held));
        fuzz.stored = g_new0(guint8, fuzz.n_rows + 1);
        for (guint i = 0; i < 3; i++)
            fuzz_add_host(&fuzz);
        steps = pick(&fuzz, 400);
        for (guint i = 0; i < steps && !fuzz.hopeless; i++)
            fuzz_step(&fuzz);
        fuzz_complete(&fuzz);
        g_assert_true(schedule_get_hopeless(fuzz.schedule, &lo, &hi) == fuzz.hopeless);
        for (gint64 row = 0; row < fuzz.n_rows && !fuzz.hopeless; row++)
            g_assert_cmpint(fuzz.stored[row], ==, 1);
        completed += !fuzz.hopeless;
        g_array_unref(fuzz.held);
        g_free(fuzz.stored);
        schedule_free(fuzz.schedule);
        g_rand_free(fuzz.rand);
    }
    g_assert_cmpint(completed, >, 2000);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/schedule/fuzz", test_fuzz);
    return g_test_run();
}
