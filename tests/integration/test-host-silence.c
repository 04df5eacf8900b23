/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests that a host that stops responding is noticed long before it is lost: the run is told, other
 * hosts copy its chunks, and after the pause the host works again. The tests need two hosts from
 * the script with-hosts. All processes of a frozen host are stopped, including its sshd. */
#include "connection-util.h"
#include "mapper-util.h"
#include "schedule-private.h"

#include <string.h>

enum { ROWS = 6, FREEZES = 1, N_HOSTS = 2 };

typedef struct {
    MamutoCluster *cluster;
    MamutoFunction *function;
    ConnectionShared shared;
    Session *session;
    Connection *connections[N_HOSTS];
    Run *run;
    guint n_runs;
    gboolean complete;
} Fixture;

static void
fixture_begin(Fixture *self)
{
    g_autoptr(GError) error = NULL;

    *self = (Fixture){.session = session_new()};
    self->cluster = mamuto_cluster_new_from_string("mm1:1,mm2:1", &error);
    g_assert_no_error(error);
    mamuto_cluster_set_python(self->cluster, "/usr/bin/python3");
    self->function = find_function("double_in_a_second");
    for (guint i = 0; i < N_HOSTS; i++) {
        MamutoHost *host = mamuto_cluster_get_host(self->cluster, i);

        self->connections[i] = connection_new(self->session, &self->shared, host);
        connection_add_host(self->connections[i], 0, 0, mamuto_host_get_name(host), self->cluster,
                            host);
    }
    for (guint i = 0; i < N_HOSTS; i++)
        g_assert_true(connection_start(self->connections[i], NULL));
}

static void
fixture_end(Fixture *self)
{
    session_close(self->session);
    for (guint i = 0; i < N_HOSTS; i++)
        connection_cancel(self->connections[i]);
    for (guint i = 0; i < N_HOSTS; i++)
        connection_free(self->connections[i]);
    session_free(self->session);
    g_clear_pointer(&self->run, run_unref);
    g_object_unref(self->function);
    g_object_unref(self->cluster);
}

static void
set_run(Fixture *self)
{
    g_clear_pointer(&self->run, run_unref);
    self->run = connection_run_new(self->session, ++self->n_runs, self->function,
                                   count_up_in_memory(ROWS), FALSE, &self->complete);
    session_set_run(self->session, self->run);
}

static const ScheduleHost *
scheduled(const Fixture *self, guint host)
{
    int number = self->run->hosts[host].scheduled;

    return number < 0 ? NULL : schedule_host(self->run->schedule, (guint)number);
}

/* Returns whether each host computes a row. */
static gboolean
all_compute(gpointer data)
{
    Fixture *self = data;
    guint n = 0;

    pthread_mutex_lock(&self->session->lock);
    for (guint i = 0; i < N_HOSTS; i++) {
        const ScheduleHost *host = scheduled(self, i);

        n += host != NULL && host->running.length > 0;
    }
    pthread_mutex_unlock(&self->session->lock);
    return n == N_HOSTS;
}

static gboolean
is_silent(gpointer data)
{
    Fixture *self = data;
    gboolean silent;

    pthread_mutex_lock(&self->session->lock);
    g_assert_nonnull(scheduled(self, FREEZES)); /* the host is not lost */
    silent = scheduled(self, FREEZES)->silent;
    pthread_mutex_unlock(&self->session->lock);
    g_assert_true(silent || !self->complete);
    return silent;
}

/* The frozen host is silent long before it is lost. The other host copies its rows, and the run
 * ends. After the pause, the next run has both hosts again. */
static void
test_frozen(void)
{
    Fixture fixture, *self = &fixture;

    fixture_begin(self);
    set_run(self);
    connection_wait(all_compute, self);
    control_host("freeze", "mm2");
    connection_wait(is_silent, self);
    connection_wait(connection_is_complete, &self->complete);
    connection_expect_doubles(self->run);
    g_assert_cmpuint(self->run->hosts[0].counts.n_copies, >, 0);
    g_assert_cmpuint(self->run->hosts[FREEZES].counts.n_lost, >, 0);
    g_assert_null(self->run->hosts[FREEZES].error);

    control_host("thaw", "mm2");
    set_run(self);
    connection_wait(all_compute, self);
    connection_wait(connection_is_complete, &self->complete);
    connection_expect_doubles(self->run);
    fixture_end(self);
}

static gboolean
responds(gpointer data)
{
    Fixture *self = data;
    gboolean silent;

    pthread_mutex_lock(&self->session->lock);
    silent = scheduled(self, FREEZES)->silent;
    pthread_mutex_unlock(&self->session->lock);
    return !silent || self->complete;
}

/* A host that responds again during the run is not silent any more. */
static void
test_thawed(void)
{
    Fixture fixture, *self = &fixture;

    fixture_begin(self);
    set_run(self);
    connection_wait(all_compute, self);
    control_host("freeze", "mm2");
    connection_wait(is_silent, self);
    control_host("thaw", "mm2");
    connection_wait(responds, self);
    connection_wait(connection_is_complete, &self->complete);
    connection_expect_doubles(self->run);
    g_assert_null(self->run->hosts[FREEZES].error);
    fixture_end(self);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host-silence/frozen", test_frozen);
    g_test_add_func("/host-silence/thawed", test_thawed);
    return g_test_run();
}
