/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of several hosts that are reached over one ssh connection. A connection has one or more
 * streams, and each stream leads to one agent. An agent can control several hosts, which are then
 * called nodes. By default, the tests use the fake agent of hostile-agent.py on this computer. If
 * MAMUTO_TEST_HOSTS is set, the tests use the real agent on the first host of this list. */
#include "connection-util.h"
#include "mapper-util.h"

#include <glib/gstdio.h>
#include <string.h>

enum { ROWS = 5000 };

typedef struct {
    MamutoCluster *cluster;
    ConnectionShared shared;
    Session *session;
    Connection *connection;
    MamutoFunction *function;
    guint n_runs;
    gboolean complete;
} Fixture;

static void
fixture_begin(Fixture *self)
{
    const char *hosts = g_getenv("MAMUTO_TEST_HOSTS");
    g_autoptr(GError) error = NULL;

    *self = (Fixture){0};
    self->cluster = mamuto_cluster_new_from_string(hosts != NULL ? hosts : "localhost:2", &error);
    g_assert_no_error(error);
    mamuto_cluster_set_python(self->cluster, "/usr/bin/python3");
    self->function = find_function("double_slowly");
    self->session = session_new();
    self->connection =
        connection_new(self->session, &self->shared, mamuto_cluster_get_host(self->cluster, 0));
}

static void
add_host(Fixture *self, guint stream, guint32 node)
{
    g_autofree char *name = g_strdup_printf("s%u-n%u", stream, node);

    connection_add_host(self->connection, stream, node, name, self->cluster,
                        mamuto_cluster_get_host(self->cluster, 0));
}

/* Connects two hosts that share one stream. @modes: what the fake agent does as each of them, such
 * as "1=good,2=stray". */
static void
begin_two_nodes(Fixture *self, const char *modes)
{
    g_setenv("MAMUTO_HOSTILE", modes, TRUE);
    fixture_begin(self);
    add_host(self, 0, 1);
    add_host(self, 0, 2);
    g_assert_true(connection_start(self->connection, NULL));
}

static void
fixture_end(Fixture *self)
{
    session_close(self->session);
    connection_cancel(self->connection);
    connection_join(self->connection);
    connection_free(self->connection);
    session_free(self->session);
    g_object_unref(self->function);
    g_object_unref(self->cluster);
}

/* Maps self->function over 0, 1, … and waits for the end of the run. */
static Run *
run_doubles(Fixture *self)
{
    Run *run = connection_run_new(self->session, ++self->n_runs, self->function,
                                  count_up_in_memory(ROWS), FALSE, &self->complete);

    session_set_run(self->session, run);
    connection_wait(connection_is_complete, &self->complete);
    return run;
}

/* Checks that each of the first @n hosts has computed rows and has no error. */
static void
expect_shared(Run *run, guint n)
{
    gint64 rows = 0;

    for (guint i = 0; i < n; i++) {
        g_assert_cmpint(run->hosts[i].counts.rows_done, >, 0);
        g_assert_cmpuint(run->hosts[i].counts.bytes_received, >, 0);
        g_assert_null(run->hosts[i].error);
        rows += run->hosts[i].counts.rows_done;
    }
    g_assert_cmpint(rows, ==, ROWS);
}

/* @data is 1 if each of the two hosts has a separate stream, and 0 if they share one stream. In
 * both cases, both hosts must compute rows. */
static void
test_both_work(gconstpointer data)
{
    gboolean two_streams = GPOINTER_TO_INT(data);
    Fixture fixture;

    g_setenv("MAMUTO_HOSTILE", two_streams ? "slow" : "1=slow,2=slow", TRUE);
    fixture_begin(&fixture);
    add_host(&fixture, 0, two_streams ? 0 : 1);
    add_host(&fixture, two_streams ? 1 : 0, two_streams ? 0 : 2);
    g_assert_true(connection_start(fixture.connection, NULL));
    for (guint i = 0; i < 3; i++) {
        g_autoptr(Run) run = run_doubles(&fixture);

        connection_expect_doubles(run);
        /* check only the first run, because in later runs one host may compute all rows before the
         * other host is ready */
        if (i == 0)
            expect_shared(run, 2);
    }
    fixture_end(&fixture);
}

/* Two hosts share one stream, and one of the hosts fails. The other host must compute all rows of
 * this run and of the next run. */
static void
test_one_fails(gconstpointer mode)
{
    g_autofree char *modes = g_strdup_printf("1=good,2=%s", (const char *)mode);
    int code = strcmp(mode, "no-numpy") == 0 ? MAMUTO_ERROR_NUMPY : MAMUTO_ERROR_PROTOCOL;
    Fixture fixture;

    begin_two_nodes(&fixture, modes);
    for (guint i = 0; i < 2; i++) {
        g_autoptr(Run) run = run_doubles(&fixture);

        connection_expect_doubles(run);
        g_assert_cmpint(run->hosts[0].counts.rows_done, ==, ROWS);
        g_assert_null(run->hosts[0].error);
        if (run->hosts[1].error != NULL) {
            g_assert_error(run->hosts[1].error, MAMUTO_ERROR, code);
            g_assert_cmpstr(mamuto_error_get_host(run->hosts[1].error), ==, "s0-n2");
        }
    }
    fixture_end(&fixture);
}

/* A host gets a copy of a chunk, the other host gives most rows of the chunk back, and the first
 * host gets a copy of the rest. The late result of the first copy has more rows than the second
 * one, and the host is not to blame. On a busy computer the chunk may be copied before the other
 * host was asked for its rows, and the result of the copy is the last one; the test then tries
 * again. */
static void
test_late_copy(void)
{
    gboolean has_second = FALSE;

    for (guint tries = 0; !has_second; tries++) {
        g_autoptr(Run) run = NULL;
        Fixture fixture;

        g_assert_cmpuint(tries, <, 50);
        begin_two_nodes(&fixture, "1=keeps,2=copies");
        run = run_doubles(&fixture);
        connection_expect_doubles(run);
        expect_shared(run, 2);
        has_second = run->hosts[1].counts.n_copies >= 2;
        fixture_end(&fixture);
    }
}

/* Two hosts share one stream. Either both hosts send invalid data, or a frame contains the number
 * of a host that does not exist. In both cases, the connection must close the stream. */
static void
test_stream_is_lost(gconstpointer modes)
{
    g_autoptr(Run) run = NULL;
    Fixture fixture;

    begin_two_nodes(&fixture, modes);
    run = run_doubles(&fixture);
    g_assert_error(run->error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL);
    for (guint i = 0; i < 2; i++)
        g_assert_error(run->hosts[i].error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL);
    fixture_end(&fixture);
}

/* The agent of one stream ends, and the agent of the other stream continues. The connection must
 * restart the agent that has ended. */
static void
test_one_stream_ends(void)
{
    g_autofree char *folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    g_autofree char *once = g_build_filename(folder, "once", NULL);
    g_autoptr(Run) run = NULL;
    Fixture fixture;

    g_setenv("MAMUTO_ONCE", once, TRUE);
    g_setenv("MAMUTO_HOSTILE", "ends-once", TRUE);
    fixture_begin(&fixture);
    add_host(&fixture, 0, 0);
    add_host(&fixture, 1, 0);
    g_assert_true(connection_start(fixture.connection, NULL));
    run = run_doubles(&fixture);
    connection_expect_doubles(run);
    g_assert_cmpuint(run->hosts[0].counts.n_lost > 0, !=, run->hosts[1].counts.n_lost > 0);
    g_assert_null(run->hosts[0].error);
    g_assert_null(run->hosts[1].error);
    fixture_end(&fixture);
    g_assert_cmpint(g_remove(once), ==, 0);
    g_rmdir(folder);
}

/* The test closes the session while the connection is still being established. The connection must
 * then end too. */
static void
test_end(void)
{
    Fixture fixture;

    begin_two_nodes(&fixture, "1=good,2=good");
    fixture_end(&fixture);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/connection/two-streams", GINT_TO_POINTER(TRUE), test_both_work);
    if (g_getenv("MAMUTO_TEST_HOSTS") != NULL)
        return g_test_run();
    g_test_add_data_func("/connection/two-nodes", GINT_TO_POINTER(FALSE), test_both_work);
    g_test_add_data_func("/connection/one-node-fault", "no-numpy", test_one_fails);
    g_test_add_data_func("/connection/one-node-wrong-result", "marks", test_one_fails);
    g_test_add_data_func("/connection/one-node-without-greeting", "no-greeting", test_one_fails);
    g_test_add_data_func("/connection/both-nodes-wrong-rows", "1=other-rows,2=other-rows",
                         test_stream_is_lost);
    g_test_add_data_func("/connection/stray-frame", "1=stray,2=stray", test_stream_is_lost);
    g_test_add_func("/connection/late-copy", test_late_copy);
    g_test_add_func("/connection/one-stream-ends", test_one_stream_ends);
    g_test_add_func("/connection/end", test_end);
    return g_test_run();
}
