/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the text field in which the user enters hosts, one per line. Each notation must be
 * understood. Each error message must contain the number of the wrong line. */
#include "../../app/cluster/host-lines.h"

static void
check_hosts(const char *text, const char *expected)
{
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_local();
    g_auto(HostLines) lines = {0};
    g_autoptr(GString) found = g_string_new(NULL);

    host_lines_parse(&lines, text, cluster);
    g_assert_cmpuint(lines.n_wrong, ==, 0);
    for (guint i = 0; i < lines.hosts->len; i++) {
        MamutoHost *host = g_ptr_array_index(lines.hosts, i);

        g_string_append_printf(found, "%s%s %u", i > 0 ? ", " : "", mamuto_host_get_name(host),
                               mamuto_host_get_cores(host));
    }
    g_assert_cmpstr(found->str, ==, expected);
}

static void
test_ways(void)
{
    check_hosts("", "");
    check_hosts("rem1", "rem1 0");
    check_hosts("rem1 8\n", "rem1 8");
    check_hosts("  rem1\t\t8  \r\n\n# rem2\nrem3:4", "rem1 8, rem3 4");
    check_hosts("user@host:2222*4", "user@host:2222 4");
    check_hosts("user@host:2222 4", "user@host:2222 4");
    check_hosts("rem[1-3]:8", "rem1 8, rem2 8, rem3 8");
    check_hosts("rem[01-02] 8", "rem01 8, rem02 8");
    check_hosts("rem1 rem2 rem3", "rem1 0, rem2 0, rem3 0");
    check_hosts("rem1 rem2 8", "rem1 8, rem2 8");
    check_hosts("rem1 slots=8\nrem[2-3] slots=4", "rem1 8, rem2 4, rem3 4");
    check_hosts("rem1, rem2:4", "rem1 0, rem2 4");
    check_hosts("[::1]:2222 2", "[::1]:2222 2");
}

static void
test_wrong(void)
{
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_local();
    g_auto(HostLines) lines = {0};
    const HostLineProblem *problem;

    host_lines_parse(&lines, "good 1\nrem[1-\n\nbad/name\ngood2 0", cluster);
    g_assert_cmpuint(lines.n_wrong, ==, 3);
    g_assert_cmpuint(lines.hosts->len, ==, 1);
    for (guint i = 0; i < 3; i++) {
        problem = g_ptr_array_index(lines.problems, i);
        g_assert_cmpuint(problem->line, ==, ((guint[]){1, 3, 4})[i]);
        g_assert_false(problem->skipped);
        g_assert_false(g_str_has_prefix(problem->message, "hosts:"));
    }
}

/* Hosts that the cluster already contains are skipped without an error, because a user may
 * extend a list of hosts and then paste the whole list again. */
static void
test_twice(void)
{
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_local();
    g_auto(HostLines) lines = {0};
    const HostLineProblem *problem;

    host_lines_parse(&lines, "localhost 4\nrem1\nrem[1-2]", cluster);
    g_assert_cmpuint(lines.n_wrong, ==, 0);
    g_assert_cmpuint(lines.hosts->len, ==, 2);
    g_assert_cmpuint(lines.problems->len, ==, 2);
    problem = g_ptr_array_index(lines.problems, 0);
    g_assert_true(problem->skipped);
    g_assert_cmpuint(problem->line, ==, 0);
    problem = g_ptr_array_index(lines.problems, 1);
    g_assert_cmpuint(problem->line, ==, 2);
}

static void
test_too_many(void)
{
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_local();
    g_auto(HostLines) lines = {0};

    host_lines_parse(&lines, "a[1-9000]\nb[1-9000]\nc", cluster);
    g_assert_cmpuint(lines.n_wrong, ==, 1);
    g_assert_cmpuint(lines.problems->len, ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host-lines/ways", test_ways);
    g_test_add_func("/host-lines/wrong", test_wrong);
    g_test_add_func("/host-lines/twice", test_twice);
    g_test_add_func("/host-lines/too-many", test_too_many);
    return g_test_run();
}
