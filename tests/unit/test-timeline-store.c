/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the limits of the timeline: a host may claim any number of cores, and its spans may name
 * any core, but the timeline must not get more lanes than a host may have. */
#include "../../app/chart/mamuto-timeline-store.h"

#include <limits.h>

#include "run-object.h"

static void
add_span(MamutoTrace *trace, gint32 host, gint16 slot)
{
    mamuto_trace_add(trace, &(MamutoSpan){.begin = 1,
                                          .end = 2,
                                          .rows = 1,
                                          .host = host,
                                          .slot = slot,
                                          .kind = MAMUTO_SPAN_COMPUTING});
}

static void
test_lanes(void)
{
    static const char *const names[] = {"a", "b"};
    g_autoptr(MamutoTrace) trace = mamuto_trace_new(100);
    g_autoptr(MamutoRun) run = run_object_new("f", 10, names, G_N_ELEMENTS(names), trace);
    g_autoptr(MamutoTimelineStore) store = NULL;
    const HostFacts facts = {.state = MAMUTO_HOST_COMPUTING, .cores = UINT_MAX};

    host_status_update(run_object_get_host(run, 0), &facts, &(HostCounts){0}, 1);
    add_span(trace, 1, 3);
    add_span(trace, 1, MAMUTO_HOST_MAX_CORES);
    add_span(trace, 1, SHRT_MAX);
    add_span(trace, 2, 0);
    add_span(trace, -1, 0);
    store = mamuto_timeline_store_new(run, 0);
    g_assert_cmpuint(mamuto_timeline_store_get_n_slots(store, 0), ==, MAMUTO_HOST_MAX_CORES);
    g_assert_cmpuint(mamuto_timeline_store_get_n_slots(store, 1), ==, 4);
    g_assert_cmpuint(mamuto_timeline_store_get_n_spans(store), ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/timeline-store/lanes", test_lanes);
    return g_test_run();
}
