/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests how the time of each core is divided into activities such as computing and waiting. The
 * expected times of some cases are written by hand. For random cases, a slow algorithm computes
 * the expected times. It finds the activity of each core in each microsecond. */
#include "core-seconds.h"

static void
assert_adds_up(const CoreSeconds *split, gint64 expected)
{
    gint64 sum = 0;

    for (int k = 0; k < MAMUTO_N_SPAN_KINDS; k++) {
        g_assert_cmpint(split->us[k], >=, 0);
        sum += split->us[k];
    }
    g_assert_cmpint(sum, ==, expected);
}

static void
test_by_hand(void)
{
    /* One host with two cores, during 100 µs. Connecting, preparing, sending and returning
     * concern the whole host (slot -1). Core 0 computes from 25 to 80 µs. Core 1 computes from
     * 45 to 90 µs, because its rows are sent later than those of core 0. */
    const MamutoSpan spans[] = {
        {.begin = 0, .end = 10, .slot = -1, .kind = MAMUTO_SPAN_CONNECTING},
        {.begin = 8, .end = 20, .slot = -1, .kind = MAMUTO_SPAN_PREPARING},
        {.begin = 18, .end = 25, .slot = -1, .kind = MAMUTO_SPAN_SENDING},
        {.begin = 25, .end = 80, .slot = 0, .kind = MAMUTO_SPAN_COMPUTING},
        {.begin = 40, .end = 45, .slot = -1, .kind = MAMUTO_SPAN_SENDING},
        {.begin = 45, .end = 90, .slot = 1, .kind = MAMUTO_SPAN_COMPUTING},
        {.begin = 80, .end = 84, .slot = -1, .kind = MAMUTO_SPAN_RETURNING},
        {.begin = 90, .end = 93, .slot = -1, .kind = MAMUTO_SPAN_RETURNING},
    };
    const guint cores[] = {2};
    CoreSeconds split[1];

    core_seconds_split(spans, G_N_ELEMENTS(spans), 0, 100, 1, cores, split);
    g_assert_cmpint(split->us[MAMUTO_SPAN_CONNECTING], ==, 20);
    g_assert_cmpint(split->us[MAMUTO_SPAN_PREPARING], ==, 20);
    g_assert_cmpint(split->us[MAMUTO_SPAN_SENDING], ==, 10 + 5);
    g_assert_cmpint(split->us[MAMUTO_SPAN_WAITING], ==, 15); /* core 1 waits from 25 to 40 µs */
    g_assert_cmpint(split->us[MAMUTO_SPAN_COMPUTING], ==, 55 + 45);
    g_assert_cmpint(split->us[MAMUTO_SPAN_RETURNING], ==, 4 + 6);
    g_assert_cmpint(split->us[MAMUTO_SPAN_IDLE], ==, 6 + 14);
    assert_adds_up(split, 200);
}

static void
test_overlaps_and_edges(void)
{
    /* The run lasts from 0 to 100 µs. Time outside of the run must not count, and time that
     * several spans of a core share must count only once. */
    const MamutoSpan spans[] = {
        {.begin = -50, .end = 30, .slot = 0, .kind = MAMUTO_SPAN_COMPUTING},
        {.begin = 20, .end = 40, .slot = 0, .kind = MAMUTO_SPAN_COMPUTING},
        {.begin = 22, .end = 25, .slot = 0, .kind = MAMUTO_SPAN_COMPUTING},
        {.begin = 90, .end = 500, .slot = 0, .kind = MAMUTO_SPAN_COMPUTING},
        /* Ignored, because the host has no slot 7. */
        {.begin = 10, .end = 20, .slot = 7, .kind = MAMUTO_SPAN_COMPUTING},
        /* Ignored, because the run has no host 5. */
        {.begin = 10, .end = 20, .host = 5, .kind = MAMUTO_SPAN_COMPUTING},
        /* Ignored, because the span ends before it begins. */
        {.begin = 60, .end = 50, .slot = 0, .kind = MAMUTO_SPAN_COMPUTING},
    };
    const guint cores[] = {1, 3};
    CoreSeconds split[2];

    core_seconds_split(spans, G_N_ELEMENTS(spans), 0, 100, 2, cores, split);
    g_assert_cmpint(split[0].us[MAMUTO_SPAN_COMPUTING], ==, 50);
    g_assert_cmpint(split[0].us[MAMUTO_SPAN_WAITING], ==, 50);
    assert_adds_up(&split[0], 100);
    g_assert_cmpint(split[1].us[MAMUTO_SPAN_IDLE], ==, 300); /* host 1 has no spans */
    assert_adds_up(&split[1], 300);
}

static void
test_empty(void)
{
    const guint cores[] = {4};
    CoreSeconds split[1];

    core_seconds_split(NULL, 0, 10, 10, 1, cores, split);
    assert_adds_up(split, 0);
    core_seconds_split(NULL, 0, 10, 20, 1, cores, split);
    g_assert_cmpint(split->us[MAMUTO_SPAN_IDLE], ==, 40);
    core_seconds_split(NULL, 0, 10, 20, 0, NULL, NULL);
}

/* The slow algorithm that core_seconds_split() is compared with. Returns the activity of one
 * core at one time. */
static MamutoSpanKind
find_activity(const MamutoSpan *spans, guint n, gint32 host, int slot, gint64 time)
{
    const MamutoSpanKind order[] = {MAMUTO_SPAN_CONNECTING, MAMUTO_SPAN_PREPARING,
                                    MAMUTO_SPAN_SENDING, MAMUTO_SPAN_RETURNING};

    for (guint i = 0; i < n; i++)
        if (spans[i].host == host && spans[i].kind == MAMUTO_SPAN_COMPUTING &&
            spans[i].slot == slot && spans[i].begin <= time && time < spans[i].end)
            return MAMUTO_SPAN_COMPUTING;
    for (guint k = 0; k < G_N_ELEMENTS(order); k++)
        for (guint i = 0; i < n; i++)
            if (spans[i].host == host && spans[i].kind == order[k] && spans[i].begin <= time &&
                time < spans[i].end)
                return order[k];
    for (guint i = 0; i < n; i++)
        if (spans[i].host == host &&
            ((spans[i].kind == MAMUTO_SPAN_SENDING && spans[i].end > time) ||
             (spans[i].kind == MAMUTO_SPAN_COMPUTING && spans[i].begin > time)))
            return MAMUTO_SPAN_WAITING;
    return MAMUTO_SPAN_IDLE;
}

static void
test_random(void)
{
    const MamutoSpanKind kinds[] = {MAMUTO_SPAN_CONNECTING, MAMUTO_SPAN_PREPARING,
                                    MAMUTO_SPAN_SENDING,    MAMUTO_SPAN_COMPUTING,
                                    MAMUTO_SPAN_COMPUTING,  MAMUTO_SPAN_RETURNING};
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);

    for (int round = 0; round < 200; round++) {
        MamutoSpan spans[24];
        const guint cores[] = {1, 3};
        const gint64 wall = 60;
        CoreSeconds split[2], slow[2] = {0};
        guint n = g_rand_int_range(rand, 0, G_N_ELEMENTS(spans) + 1);

        for (guint i = 0; i < n; i++) {
            MamutoSpanKind kind = kinds[g_rand_int_range(rand, 0, G_N_ELEMENTS(kinds))];
            gint32 host = g_rand_int_range(rand, 0, 2);
            /* Each random span begins before the end of the run. If a span began after the end,
             * find_activity() would count the time before the span as waiting. In contrast,
             * core_seconds_split() ignores such a span. */
            gint64 begin = g_rand_int_range(rand, -5, wall);

            spans[i] = (MamutoSpan){
                .begin = begin,
                .end = MIN(wall, begin + g_rand_int_range(rand, 0, 20)),
                .host = host,
                .slot = kind == MAMUTO_SPAN_COMPUTING ? g_rand_int_range(rand, 0, cores[host]) : -1,
                .kind = kind,
            };
        }
        for (gint32 h = 0; h < 2; h++)
            for (guint c = 0; c < cores[h]; c++)
                for (gint64 t = 0; t < wall; t++)
                    slow[h].us[find_activity(spans, n, h, c, t)]++;
        core_seconds_split(spans, n, 0, wall, 2, cores, split);
        for (int h = 0; h < 2; h++) {
            assert_adds_up(&split[h], cores[h] * wall);
            for (int k = 0; k < MAMUTO_N_SPAN_KINDS; k++)
                g_assert_cmpint(split[h].us[k], ==, slow[h].us[k]);
        }
    }
}

/* A million spans on 3,200 cores. An algorithm that visits every core for every span would
 * exceed the test's time limit. */
static void
test_many(void)
{
    enum { HOSTS = 100, CORES = 32, N = 1000000 };
    g_autofree MamutoSpan *spans = g_new0(MamutoSpan, N);
    g_autofree guint *cores = g_new(guint, HOSTS);
    g_autofree CoreSeconds *split = g_new(CoreSeconds, HOSTS);

    for (guint i = 0; i < N; i++)
        spans[i] = (MamutoSpan){
            .begin = i,
            .end = i + 1000,
            .host = i % HOSTS,
            .slot = i % 3 == 0 ? -1 : (gint16)(i / HOSTS % CORES),
            .kind = i % 3 == 0 ? MAMUTO_SPAN_SENDING : MAMUTO_SPAN_COMPUTING,
        };
    for (guint h = 0; h < HOSTS; h++)
        cores[h] = CORES;
    core_seconds_split(spans, N, 0, N + 5000, HOSTS, cores, split);
    for (guint h = 0; h < HOSTS; h++)
        assert_adds_up(&split[h], (gint64)CORES * (N + 5000));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/core-seconds/by-hand", test_by_hand);
    g_test_add_func("/core-seconds/overlaps-and-edges", test_overlaps_and_edges);
    g_test_add_func("/core-seconds/empty", test_empty);
    g_test_add_func("/core-seconds/random", test_random);
    g_test_add_func("/core-seconds/many", test_many);
    return g_test_run();
}
