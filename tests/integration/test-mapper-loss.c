/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of hosts that vanish during a run. The processes of one host are killed, and another host
 * stops responding. The run continues on the remaining hosts, and the result is complete. The tests
 * need four hosts from the script with-hosts. */
#include <string.h>

#include "mapper-util.h"

enum { N_ROWS = 40000, ROWS_BEFORE = N_ROWS * 3 / 10 };

/* Arguments for the command MAMUTO_TEST_CONTROL: a fault and the host that it affects. */
static const char *const faults[][2] = {{"crash", "mm2"}, {"freeze", "mm3"}};

static void
inject_faults(MamutoRun *run, gpointer data)
{
    gboolean *injected = data;

    if (*injected || mamuto_run_get_rows_done(run) < ROWS_BEFORE)
        return;
    *injected = TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(faults); i++)
        control_host(faults[i][0], faults[i][1]);
}

static MamutoHostStatus *
find_host(MamutoRun *run, const char *name)
{
    GListModel *hosts = mamuto_run_get_hosts(run);

    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, i);

        if (g_str_equal(mamuto_host_status_get_name(host), name))
            return host;
    }
    g_assert_not_reached();
}

static void
test_two_of_four(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    gboolean injected = FALSE;
    g_auto(Map) map = {.updated = inject_faults, .data = &injected};
    const double *out;

    map_run(&map, mapper, "sleeps", 0, NULL, count_up(N_ROWS, 0), value("0.0005"), NULL);
    map_expect(&map);
    g_assert_true(injected);
    out = map_doubles(&map, N_ROWS);
    for (int i = 0; i < N_ROWS; i++)
        g_assert_cmpfloat(out[i], ==, i);
    g_assert_cmpint(mamuto_run_get_state(map.run), ==, MAMUTO_RUN_DONE);
    g_assert_cmpint(mamuto_host_status_get_state(find_host(map.run, "mm2")), ==, MAMUTO_HOST_LOST);
    g_assert_nonnull(mamuto_host_status_get_message(find_host(map.run, "mm2")));
    /* the library may still wait for the frozen host mm3, but must have given its chunks to other
     * hosts */
    g_assert_cmpuint(mamuto_host_status_get_n_lost(find_host(map.run, "mm3")), >, 0);
    control_host("thaw", "mm3");
}

static void
crash_all(MamutoRun *run, gpointer data)
{
    gboolean *injected = data;

    if (*injected || mamuto_run_get_rows_done(run) < ROWS_BEFORE)
        return;
    *injected = TRUE;
    for (int i = 1; i <= 4; i++) {
        g_autofree char *name = g_strdup_printf("mm%d", i);

        control_host("crash", name);
    }
}

/* If all hosts are lost, the computed rows are kept, and the error names every host. */
static void
test_all(void)
{
    g_autoptr(MamutoMapper) mapper = NULL;
    gboolean injected = FALSE;
    g_auto(Map) map = {.updated = crash_all, .data = &injected};
    MamutoResult *partial;
    const double *out;

    control_host("boot", "mm2");
    mapper = new_mapper();
    map_run(&map, mapper, "sleeps", 0, NULL, count_up(N_ROWS, 0), value("0.0005"), NULL);
    g_assert_error(map.error, MAMUTO_ERROR, MAMUTO_ERROR_LOST);
    g_assert_cmpuint(mamuto_error_get_n_causes(map.error), ==, 4);
    for (guint i = 0; i < 4; i++) {
        g_autofree char *name = g_strdup_printf("mm%u", i + 1);

        g_assert_cmpstr(mamuto_error_get_host(mamuto_error_get_cause(map.error, i)), ==, name);
    }
    partial = mamuto_run_get_result(map.run);
    g_assert_nonnull(partial);
    g_assert_cmpint(mamuto_result_get_n_ok(partial), >=, ROWS_BEFORE);
    g_assert_cmpint(mamuto_result_get_n_missing(partial), >, 0);
    out = mamuto_array_get_data(mamuto_result_get_array(partial));
    for (int i = 0; i < N_ROWS; i++)
        if (mamuto_result_get_status(partial, i) == MAMUTO_ROW_OK)
            g_assert_cmpfloat(out[i], ==, i);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mapper/loss/two-of-four", test_two_of_four);
    g_test_add_func("/mapper/loss/all", test_all);
    return g_test_run();
}
