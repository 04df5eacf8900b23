/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the ring buffer of spans (periods in which a host or core was busy). The spans must
 * keep their order. Several calls can read them in parts. If the buffer is full, a new span must
 * replace the oldest one. */
#include "mamuto-trace.h"

static void
add_spans(MamutoTrace *trace, int from, int to)
{
    for (int i = from; i < to; i++)
        mamuto_trace_add(trace, &(MamutoSpan){.begin = i, .end = i + 1, .chunk = i});
}

static void
test_read_in_pieces(void)
{
    g_autoptr(MamutoTrace) trace = mamuto_trace_new(100);
    MamutoSpan spans[7];
    guint64 first = 0;
    int expected = 0;
    guint n;

    add_spans(trace, 0, 20);
    while ((n = mamuto_trace_read(trace, &first, spans, G_N_ELEMENTS(spans))) > 0)
        for (guint i = 0; i < n; i++)
            g_assert_cmpint(spans[i].chunk, ==, expected++);
    g_assert_cmpint(expected, ==, 20);
    g_assert_cmpuint(first, ==, 20);
}

static void
test_drops_oldest(void)
{
    g_autoptr(MamutoTrace) trace = mamuto_trace_new(8);
    MamutoSpan spans[8];
    guint64 first = 0;

    add_spans(trace, 0, 21);
    g_assert_cmpuint(mamuto_trace_get_n_spans(trace), ==, 8);
    g_assert_cmpuint(mamuto_trace_get_n_dropped(trace), ==, 13);
    g_assert_cmpuint(mamuto_trace_read(trace, &first, spans, 8), ==, 8);
    for (int i = 0; i < 8; i++)
        g_assert_cmpint(spans[i].chunk, ==, 13 + i);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/trace/read-in-pieces", test_read_in_pieces);
    g_test_add_func("/trace/drops-oldest", test_drops_oldest);
    return g_test_run();
}
