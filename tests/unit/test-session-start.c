/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests how many hosts of the same machine start Python at the same time. */
#include "session.h"

#define SECOND G_USEC_PER_SEC

static void
wake(gpointer data)
{
    ++*(guint *)data;
}

/* @machines: one letter for each host; hosts with the same letter are on the same machine, and the
 * machine of a host with '-' is unknown. @n_wakes: receives how often each host was woken. */
static Session *
make(const char *machines, guint *n_wakes)
{
    Session *session = session_new();

    for (guint i = 0; machines[i] != '\0'; i++) {
        session_add_host(session, "host", wake, &n_wakes[i]);
        n_wakes[i] = 0;
    }
    for (guint i = 0; machines[i] != '\0'; i++)
        session->hosts[i].boot_id = machines[i] == '-' ? NULL : g_strndup(&machines[i], 1);
    return session;
}

static void
test_same_machine(void)
{
    guint n_wakes[5];
    Session *session = make("aaaaa", n_wakes);
    gint64 again = 0;

    g_assert_true(session_begin_start(session, 0, 2, 1 * SECOND, &again));
    g_assert_true(session_begin_start(session, 1, 2, 2 * SECOND, &again));
    g_assert_false(session_begin_start(session, 2, 2, 3 * SECOND, &again));
    g_assert_false(session_begin_start(session, 3, 2, 3 * SECOND, &again));
    g_assert_cmpint(again, >, 3 * SECOND);
    /* each end lets one host start */
    session_end_start(session, 1);
    g_assert_cmpuint(n_wakes[2] + n_wakes[3] + n_wakes[4], ==, 1);
    g_assert_cmpuint(n_wakes[2], ==, 1);
    g_assert_true(session_begin_start(session, 2, 2, 4 * SECOND, &again));
    g_assert_false(session_begin_start(session, 4, 2, 4 * SECOND, &again));
    /* a host that waited and left the run is not woken, and lets no other host start */
    session_end_start(session, 3);
    g_assert_cmpuint(n_wakes[3] + n_wakes[4], ==, 0);
    session_end_start(session, 0);
    g_assert_cmpuint(n_wakes[4], ==, 1);
    g_assert_cmpuint(n_wakes[3], ==, 0);
    session_free(session);
}

/* A start that takes very long makes no other host wait. */
static void
test_slow_start(void)
{
    guint n_wakes[3];
    Session *session = make("aaa", n_wakes);
    gint64 again = 0, later = 0;

    g_assert_true(session_begin_start(session, 0, 1, 1 * SECOND, &again));
    g_assert_false(session_begin_start(session, 1, 1, 1 * SECOND, &again));
    g_assert_cmpint(again, <=, 20 * SECOND);
    g_assert_true(session_begin_start(session, 1, 1, again, &later));
    g_assert_false(session_begin_start(session, 2, 1, again, &later));
    g_assert_cmpint(later, >, again);
    session_free(session);
}

/* Hosts on different or unknown machines start at the same time, even with one core each. */
static void
test_different_machines(void)
{
    guint n_wakes[6];
    Session *session = make("abc--d", n_wakes);
    gint64 again = 0;

    for (guint i = 0; i < 6; i++)
        g_assert_true(session_begin_start(session, i, 1, 1 * SECOND, &again));
    session_free(session);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/session-start/same-machine", test_same_machine);
    g_test_add_func("/session-start/slow", test_slow_start);
    g_test_add_func("/session-start/different-machines", test_different_machines);
    return g_test_run();
}
