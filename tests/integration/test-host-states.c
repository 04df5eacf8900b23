/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of an agent that fails or violates the protocol while its host is in a certain state: each
 * state of HostState in which an agent runs × each fault of hostile-agent.py. If another host works
 * for the same run, the results must be complete and right. Otherwise the run must end with an
 * error that names the host, or must be completed.
 *
 * No agent runs in HOST_OFF. In HOST_AWAY the test is about the agent that returns. In
 * HOST_CONNECTING a script on the host installs the agent; test-link-install.c has its faults. */
#include "connection-util.h"
#include "mapper-util.h"

#include <glib/gstdio.h>
#include <string.h>

enum { ROWS = 500 };

/* The run is completed although no other host works for it. */
#define COMPLETED (-1)

typedef struct {
    const char *state;
    /* Codes of the error of a run without other hosts, if the agent ends or the link fails, if the
     * agent is silent, and if it violates the protocol */
    int end, silence, violation;
} State;

/* In "refused", the run ends with the error that the agent sent in FAULT. In "away", it ends with
 * the error of the first lost connection. In "idle", the next run connects the host again. In
 * "barred", another host on the same stream computes the rows, unless the fault makes the stream
 * unreadable. */
static const State states[] = {
    {"greeting", MAMUTO_ERROR_LOST, MAMUTO_ERROR_AGENT, MAMUTO_ERROR_PROTOCOL},
    {"starting", MAMUTO_ERROR_LOST, MAMUTO_ERROR_LOST, MAMUTO_ERROR_PROTOCOL},
    {"preparing", MAMUTO_ERROR_LOST, MAMUTO_ERROR_LOST, MAMUTO_ERROR_PROTOCOL},
    {"working", MAMUTO_ERROR_LOST, MAMUTO_ERROR_LOST, MAMUTO_ERROR_PROTOCOL},
    {"refused", MAMUTO_ERROR_FUNCTION, MAMUTO_ERROR_FUNCTION, MAMUTO_ERROR_FUNCTION},
    {"away", MAMUTO_ERROR_LOST, MAMUTO_ERROR_LOST, MAMUTO_ERROR_LOST},
    {"idle", COMPLETED, COMPLETED, COMPLETED},
    {"barred", COMPLETED, COMPLETED, COMPLETED},
};

static const char *const faults[] = {
    "end", "silence", "garbage", "wrong-state", "wrong-job", "wrong-node", "oversized",
};

typedef struct {
    const State *state;
    const char *fault;
    gboolean beside; /* another host works for the same run */
} Cell;

enum { GOOD, HOSTILE, N_CONNECTIONS };

typedef struct {
    const Cell *cell;
    MamutoCluster *cluster;
    MamutoFunction *function;
    Session *session;
    ConnectionShared shared[N_CONNECTIONS];
    Connection *connections[N_CONNECTIONS];
    guint hostile; /* number of the hostile host in the session */
    Run *run;
    guint n_runs;
    gboolean complete;
    /* TRUE: hash_later(), which replaces the thread that hashes the kept arrays, may continue;
     * guarded by the session's lock */
    gboolean may_hash;
} Fixture;

static char *folder; /* the files by which the test and the agents exchange messages */

/* A host that is silent is lost soon, and a lost host is connected again at once. The agent must
 * start in this time. */
static const HostTimes silent_times = {
    .ping_us = 500000,
    .suspect_us = 1000000,
    .lost_us = 5000000,
    .n_returns = 1,
    .return_us = {1000},
};
static const HostTimes usual_times = {
    .ping_us = 5000000,
    .suspect_us = 15000000,
    .lost_us = 30000000,
    .n_returns = 2,
    .return_us = {1000, 1000},
};

/* ---- messages between the test and the agents ---- */

static void
tell(const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static gboolean
is_in_log(gpointer line)
{
    g_autofree char *path = g_build_filename(folder, "log", NULL);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) && strstr(text, line) != NULL;
}

/* Waits until an agent with this mode has noted @what. */
static void
wait_for_note(const char *mode, const char *what)
{
    g_autofree char *line = g_strdup_printf("%s: %s\n", mode, what);

    connection_wait(is_in_log, line);
}

static void
empty_folder(void)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        g_assert_cmpint(g_remove(path), ==, 0);
    }
}

/* ---- the thread that hashes kept arrays ---- */

static gboolean
is(const Fixture *self, const char *state)
{
    return g_str_equal(self->cell->state->state, state);
}

/* Hashes the arrays only after the test allows it. Until then, the hosts are in HOST_STARTING. */
static gpointer
hash_later(gpointer data)
{
    Fixture *self = data;
    Session *session = self->session;

    pthread_mutex_lock(&session->lock);
    while (!self->may_hash)
        pthread_cond_wait(&session->changed, &session->lock);
    pthread_mutex_unlock(&session->lock);
    mamuto_array_hash(mamuto_argument_get_array(self->run->arguments[0].argument), NULL, NULL);
    pthread_mutex_lock(&session->lock);
    self->run->hashed = TRUE;
    session_wake_all(session);
    pthread_mutex_unlock(&session->lock);
    return NULL;
}

static void
allow_hashing(Fixture *self)
{
    pthread_mutex_lock(&self->session->lock);
    self->may_hash = TRUE;
    session_wake_all(self->session);
    pthread_mutex_unlock(&self->session->lock);
}

/* ---- beginning and end of a cell ---- */

static void
add_connection(Fixture *self, guint number)
{
    const HostTimes *times =
        g_str_equal(self->cell->fault, "silence") ? &silent_times : &usual_times;

    self->shared[number] = (ConnectionShared){.times = number == HOSTILE ? times : NULL};
    self->connections[number] = connection_new(self->session, &self->shared[number],
                                               mamuto_cluster_get_host(self->cluster, 0));
}

static void
add_host(Fixture *self, guint number, guint32 node, const char *name)
{
    connection_add_host(self->connections[number], 0, node, name, self->cluster,
                        mamuto_cluster_get_host(self->cluster, 0));
}

static void
fixture_begin(Fixture *self, const Cell *cell)
{
    g_autoptr(GError) error = NULL;

    empty_folder();
    *self = (Fixture){.cell = cell};
    self->cluster = mamuto_cluster_new_from_string("localhost:2", &error);
    g_assert_no_error(error);
    self->function = find_function("double");
    self->session = session_new();
    if (cell->beside) {
        tell("beside", "");
        add_connection(self, GOOD);
        add_host(self, GOOD, 0, "good");
    }
    add_connection(self, HOSTILE);
    if (is(self, "barred"))
        add_host(self, HOSTILE, 1, "neighbour");
    self->hostile = self->session->n_hosts;
    add_host(self, HOSTILE, is(self, "barred") ? 2 : 0, "hostile");
}

static void
fixture_end(Fixture *self)
{
    allow_hashing(self);
    session_join_hasher(self->session); /* the thread wakes the hosts when it has finished */
    session_close(self->session);
    for (guint i = 0; i < N_CONNECTIONS; i++)
        if (self->connections[i] != NULL)
            connection_cancel(self->connections[i]);
    for (guint i = 0; i < N_CONNECTIONS; i++)
        g_clear_pointer(&self->connections[i], connection_free);
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
                                   count_up_in_memory(ROWS), is(self, "starting"), &self->complete);
    session_set_run(self->session, self->run);
}

static void
start(Fixture *self, guint number, const char *mode)
{
    g_autoptr(GError) error = NULL;

    tell("mode", mode);
    g_assert_true(connection_start(self->connections[number], &error));
    g_assert_no_error(error);
}

/* ---- the states of the host ---- */

/* Returns whether the public facts about the host are those of the cell's state. For the state
 * "working" there is nothing to check: the library sends the CHUNK for which the agent has waited
 * only in this state. */
static gboolean
shows_state(gpointer data)
{
    Fixture *self = data;
    const HostFacts *facts = &self->session->hosts[self->hostile].facts;
    const RunHost *host = &self->run->hosts[self->hostile];
    gboolean shows = TRUE;

    pthread_mutex_lock(&self->session->lock);
    if (is(self, "greeting"))
        shows = facts->state == MAMUTO_HOST_CONNECTING;
    else if (is(self, "starting"))
        shows = facts->state == MAMUTO_HOST_PREPARING && facts->message != NULL;
    else if (is(self, "preparing"))
        shows = facts->state == MAMUTO_HOST_PREPARING;
    else if (is(self, "away"))
        shows = facts->state == MAMUTO_HOST_LOST && !host->gone;
    else if (is(self, "refused") || is(self, "barred"))
        shows = host->gone && host->error != NULL;
    else if (is(self, "idle"))
        shows = facts->state == MAMUTO_HOST_DONE;
    pthread_mutex_unlock(&self->session->lock);
    return shows;
}

/* Starts the hosts, and lets the agent commit the fault when its host is in the state. */
static void
commit_fault(Fixture *self)
{
    g_autofree char *mode = g_strdup_printf("%s/%s", self->cell->state->state, self->cell->fault);
    gboolean released = FALSE;

    set_run(self);
    if (is(self, "starting"))
        self->session->hasher = g_thread_new("hash", hash_later, self);
    if (self->cell->beside) {
        start(self, GOOD, "patient");
        wait_for_note("patient", "started");
    }
    start(self, HOSTILE, mode);
    if (is(self, "idle")) { /* the host becomes idle at the end of a run that it has joined */
        wait_for_note(mode, "joined");
        tell("finish", "");
        released = TRUE;
    }
    wait_for_note(mode, "reached");
    if (self->cell->beside || !is(self, "refused"))
        connection_wait(shows_state, self);
    tell("go", "");
    wait_for_note(mode, "acted");
    if (self->cell->beside) {
        allow_hashing(self);
        if (!released)
            tell("finish", "");
    }
}

static int
expected_code(const Cell *cell)
{
    if (cell->beside)
        return COMPLETED;
    /* the stream cannot be read any more, so that both hosts on it fail */
    if (g_str_equal(cell->state->state, "barred") &&
        (g_str_equal(cell->fault, "garbage") || g_str_equal(cell->fault, "oversized") ||
         g_str_equal(cell->fault, "wrong-node")))
        return MAMUTO_ERROR_PROTOCOL;
    if (g_str_equal(cell->fault, "end"))
        return cell->state->end;
    return g_str_equal(cell->fault, "silence") ? cell->state->silence : cell->state->violation;
}

/* Checks that the error of the run names the host. If the link has failed, the error names the
 * connection instead. */
static void
expect_name(const Fixture *self)
{
    g_autofree char *text = mamuto_error_format(self->run->error);

    g_assert_true(strstr(text, "hostile") != NULL || strstr(text, "localhost") != NULL);
}

static void
test_cell(gconstpointer data)
{
    Fixture fixture, *self = &fixture;

    fixture_begin(self, data);
    commit_fault(self);
    connection_wait(connection_is_complete, &self->complete);
    if (expected_code(data) == COMPLETED) {
        connection_expect_doubles(self->run);
    } else {
        g_assert_error(self->run->error, MAMUTO_ERROR, expected_code(data));
        expect_name(self);
    }
    if (is(self, "idle")) {
        set_run(self);
        connection_wait(connection_is_complete, &self->complete);
        connection_expect_doubles(self->run);
    }
    fixture_end(self);
}

/* An agent that answers pings, but neither imports the function nor computes a chunk, cannot be
 * told from one that needs long. Other hosts must complete the run, and the user can cancel it. */
static void
test_mute(gconstpointer data)
{
    const Cell *cell = data;
    Fixture fixture, *self = &fixture;

    fixture_begin(self, cell);
    commit_fault(self);
    if (!cell->beside) {
        g_autoptr(GError) cancelled =
            g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");

        run_stop(self->run, cancelled);
    }
    connection_wait(connection_is_complete, &self->complete);
    if (cell->beside)
        connection_expect_doubles(self->run);
    else
        g_assert_error(self->run->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    fixture_end(self);
}

static void
add_cells(const State *state, const char *fault, GTestDataFunc test)
{
    for (int beside = 0; beside < 2; beside++) {
        g_autofree char *path = g_strdup_printf("/host-states/%s/%s/%s", state->state, fault,
                                                beside ? "beside-another" : "alone");
        Cell *cell = g_new(Cell, 1);

        *cell = (Cell){state, fault, beside};
        g_test_add_data_func_full(path, cell, test, g_free);
    }
}

int
main(int argc, char **argv)
{
    g_autofree char *setting = NULL;
    int status;

    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    setting = g_strconcat("@", folder, NULL);
    g_setenv("MAMUTO_HOSTILE", setting, TRUE);
    for (guint i = 0; i < G_N_ELEMENTS(states); i++) {
        for (guint k = 0; k < G_N_ELEMENTS(faults); k++)
            add_cells(&states[i], faults[k], test_cell);
        if (g_str_equal(states[i].state, "preparing") || g_str_equal(states[i].state, "working"))
            add_cells(&states[i], "mute", test_mute);
    }
    status = g_test_run();
    empty_folder();
    g_rmdir(folder);
    g_free(folder);
    return status;
}
