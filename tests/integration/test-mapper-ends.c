/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of races at the start and end of a run: the mapper is closed at each stage, signal handlers
 * call the mapper, an agent is killed and restarted, and an error of an old run arrives late. */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include <glib/gstdio.h>

#include "mapper-util.h"

static MamutoFunction *
function_of(const char *file, const char *name)
{
    g_autofree char *spec =
        g_strdup_printf("%s/integration/%s:%s", g_getenv("G_TEST_SRCDIR"), file, name);
    g_autoptr(GError) error = NULL;
    MamutoFunction *function = mamuto_function_new(spec, &error);

    g_assert_no_error(error);
    return function;
}

static MamutoHostStatus *
first_host(MamutoRun *run)
{
    g_autoptr(MamutoHostStatus) host = g_list_model_get_item(mamuto_run_get_hosts(run), 0);

    return host;
}

/* ---- a restarted agent ---- */

static void
test_agent_comes_back(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_autofree char *folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    g_autofree char *mark = g_build_filename(folder, "mark", NULL);
    g_autofree char *json = g_strdup_printf("\"%s\"", mark);
    g_auto(Map) map = {0};
    const double *out;

    map_run(&map, mapper, "kills_its_agent_once", 0, NULL, count_up(20000, 0), value(json), NULL);
    map_expect(&map);
    out = map_doubles(&map, 20000);
    for (int i = 0; i < 20000; i++)
        g_assert_cmpfloat(out[i], ==, i);
    g_assert_cmpuint(mamuto_host_status_get_n_lost(first_host(map.run)), >, 0);
    g_assert_cmpint(mamuto_host_status_get_state(first_host(map.run)), <=, MAMUTO_HOST_DONE);
    g_assert_cmpint(g_remove(mark), ==, 0);
    g_rmdir(folder);
}

/* ---- signal handlers that call the mapper ---- */

typedef struct {
    MamutoMapper *mapper;
    void (*act)(MamutoMapper *mapper);
    guint n_acts;
} Listener;

static void
on_host_updated(MamutoHostStatus *host, gpointer data)
{
    Listener *listener = data;

    listener->n_acts++;
    listener->act(listener->mapper);
}

/* Called when the run emits "updated". The first call connects on_host_updated() to the first host.
 */
static void
listen(MamutoRun *run, gpointer data)
{
    if (g_signal_handler_find(first_host(run), G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, data) == 0)
        g_signal_connect(first_host(run), "updated", G_CALLBACK(on_host_updated), data);
}

static void
change_cores(MamutoMapper *mapper)
{
    mamuto_mapper_set_host_cores(mapper, 0, 1);
}

static void
test_listener_changes_cores(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    Listener listener = {mapper, change_cores, 0};
    g_auto(Map) map = {.updated = listen, .data = &listener};

    map_run(&map, mapper, "sleeps", 0, NULL, count_up(500, 0), value("0.001"), NULL);
    map_expect(&map);
    g_assert_cmpuint(listener.n_acts, >, 0);
    g_assert_cmpuint(mamuto_host_status_get_cores(first_host(map.run)), ==, 1);
    g_signal_handlers_disconnect_by_data(first_host(map.run), &listener);
}

static void
test_listener_closes(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    Listener listener = {mapper, mamuto_mapper_close, 0};
    g_auto(Map) map = {.updated = listen, .data = &listener};

    map_run(&map, mapper, "hangs", 0, NULL, count_up(10, 0), NULL);
    g_assert_error(map.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpint(mamuto_run_get_state(map.run), ==, MAMUTO_RUN_CANCELLED);
    g_signal_handlers_disconnect_by_data(first_host(map.run), &listener);
}

/* ---- closed at each stage ---- */

typedef struct {
    guint n_calls;
    GError *error;
} Outcome;

static void
on_done(GObject *source, GAsyncResult *result, gpointer data)
{
    Outcome *outcome = data;
    g_autoptr(MamutoResult) computed =
        mamuto_mapper_remap_finish(MAMUTO_MAPPER(source), result, &outcome->error);

    outcome->n_calls++;
}

static void
start(MamutoMapper *mapper, MamutoFunction *function, gint64 n, const char *output,
      Outcome *outcome)
{
    g_autoptr(GPtrArray) arguments =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);

    g_ptr_array_add(arguments, count_up(n, 0));
    mamuto_mapper_remap_async(mapper, function, arguments, 0, output, NULL, on_done, outcome);
}

static void
close_and_expect(MamutoMapper *mapper, Outcome *outcome)
{
    mamuto_mapper_close(mapper);
    while (outcome->n_calls == 0)
        g_main_context_iteration(NULL, TRUE);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpuint(outcome->n_calls, ==, 1);
    if (outcome->error != NULL)
        g_assert_error(outcome->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error(&outcome->error);
}

/* Waits until the first host has reached @state. Fails if the host is lost or has failed. */
static void
wait_for_state(MamutoMapper *mapper, MamutoHostState state)
{
    MamutoHostStatus *host = first_host(mamuto_mapper_get_run(mapper));

    while (mamuto_host_status_get_state(host) < state)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpint(mamuto_host_status_get_state(host), <=, MAMUTO_HOST_DONE);
}

static void
on_accepted(GObject *listener, GAsyncResult *result, gpointer data)
{
    GSocketConnection **connection = data;
    g_autoptr(GError) error = NULL;

    *connection =
        g_socket_listener_accept_finish(G_SOCKET_LISTENER(listener), result, NULL, &error);
    g_assert_no_error(error);
}

/* The server accepts the connection but sends nothing. The test waits for the accepted
 * connection, because the host state is "connecting" even before that. */
static void
test_close_connecting(void)
{
    g_autoptr(MamutoFunction) function = function_of("functions.py", "double");
    g_autoptr(GSocketListener) listener = g_socket_listener_new();
    guint port = g_socket_listener_add_any_inet_port(listener, NULL, NULL);
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_from_string("127.0.0.1:2", NULL);
    g_autoptr(MamutoMapper) mapper = NULL;
    g_autoptr(GSocketConnection) connection = NULL;
    Outcome outcome = {0};

    mamuto_host_set_port(mamuto_cluster_get_host(cluster, 0), port);
    mapper = mamuto_mapper_new(cluster, NULL);
    g_socket_listener_accept_async(listener, NULL, on_accepted, &connection);
    start(mapper, function, 100, NULL, &outcome);
    while (connection == NULL)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpint(mamuto_host_status_get_state(first_host(mamuto_mapper_get_run(mapper))), ==,
                    MAMUTO_HOST_CONNECTING);
    g_assert_cmpuint(outcome.n_calls, ==, 0);
    close_and_expect(mapper, &outcome);
}

static void
test_close_preparing(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_autoptr(MamutoFunction) function = function_of("slow_to_fail.py", "double");
    Outcome outcome = {0};

    start(mapper, function, 100, NULL, &outcome);
    wait_for_state(mapper, MAMUTO_HOST_PREPARING);
    g_assert_cmpuint(outcome.n_calls, ==, 0);
    close_and_expect(mapper, &outcome);
}

static void
test_close_computing(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_autoptr(MamutoFunction) function = function_of("functions.py", "hangs");
    Outcome outcome = {0};

    start(mapper, function, 100, NULL, &outcome);
    wait_for_state(mapper, MAMUTO_HOST_COMPUTING);
    g_assert_cmpuint(outcome.n_calls, ==, 0);
    close_and_expect(mapper, &outcome);
}

/* The mapper is closed at a random moment of a run. Afterwards, the folder must contain either
 * the complete result file or no file. */
static void
test_close_anytime(void)
{
    g_autofree char *folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "out.npy", NULL);
    g_autoptr(MamutoFunction) function = function_of("functions.py", "double");

    for (int k = 0; k < 12; k++) {
        g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
        g_autoptr(GDir) dir = NULL;
        Outcome outcome = {0};
        gint64 until;
        const char *name;

        start(mapper, function, 100000, path, &outcome);
        wait_for_state(mapper, MAMUTO_HOST_PREPARING);
        until = g_get_monotonic_time() + g_test_rand_int_range(0, 500000);
        while (g_get_monotonic_time() < until && outcome.n_calls == 0)
            g_main_context_iteration(NULL, FALSE);
        close_and_expect(mapper, &outcome);
        dir = g_dir_open(folder, 0, NULL);
        while ((name = g_dir_read_name(dir)) != NULL)
            g_assert_cmpstr(name, ==, "out.npy");
        g_remove(path);
    }
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

/* ---- late messages ---- */

static void
cancel_preparing(MamutoRun *run, gpointer data)
{
    if (mamuto_host_status_get_state(first_host(run)) == MAMUTO_HOST_PREPARING)
        g_cancellable_cancel(data);
}

/* The run is cancelled while the function's module is imported. The import fails later, during a
 * run of another function, and must not affect that run. */
static void
test_late_fault(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_autoptr(MamutoFunction) function = function_of("slow_to_fail.py", "double");
    g_auto(Map) given_up = {.updated = cancel_preparing};
    g_auto(Map) map = {0};

    given_up.data = given_up.cancellable = g_cancellable_new();
    map_run_function(&given_up, mapper, function, 0, NULL, count_up(10, 0), NULL);
    g_assert_error(given_up.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    map_run(&map, mapper, "sleeps", 0, NULL, count_up(1000, 0), value("0.006"), NULL);
    map_expect(&map);
    g_assert_cmpfloat(map_doubles(&map, 1000)[999], ==, 999);
}

/* ---- a cancelled run without a result ---- */

static void
cancel_computing(MamutoRun *run, gpointer data)
{
    if (mamuto_run_get_rows_done(run) > 0)
        g_cancellable_cancel(data);
}

/* With MAMUTO_MAP_DISCARD, a cancelled run has no result and leaves no file. Without it, the rows
 * that were computed can be used. */
static void
test_discard(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_autofree char *folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "out.npy", NULL);

    for (int discard = 0; discard < 2; discard++) {
        g_auto(Map) map = {.updated = cancel_computing};

        map.data = map.cancellable = g_cancellable_new();
        map_run(&map, mapper, "sleeps", discard ? MAMUTO_MAP_DISCARD : 0, path, count_up(100000, 0),
                value("0.01"), NULL);
        g_assert_error(map.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        g_assert_cmpint(mamuto_run_get_result(map.run) == NULL, ==, discard);
        g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    }
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

/* ---- no space for the results ---- */

/* If the disk is full, the mapper must remove the incomplete file before the call ends. */
static void
test_no_room(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:1");
    g_autofree char *folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "out.npy", NULL);
    struct rlimit old, small;
    g_auto(Map) map = {0};

    signal(SIGXFSZ, SIG_IGN);
    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &old), ==, 0);
    small = old;
    small.rlim_cur = 500000;
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
    map_run(&map, mapper, "double", 0, path, count_up_in_memory(100000), NULL);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &old), ==, 0);
    g_assert_error(map.error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED);
    g_assert_nonnull(strstr(map.error->message, "larger than is allowed"));
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mapper/ends/agent-comes-back", test_agent_comes_back);
    g_test_add_func("/mapper/ends/listener-changes-cores", test_listener_changes_cores);
    g_test_add_func("/mapper/ends/listener-closes", test_listener_closes);
    g_test_add_func("/mapper/ends/close-connecting", test_close_connecting);
    g_test_add_func("/mapper/ends/close-preparing", test_close_preparing);
    g_test_add_func("/mapper/ends/close-computing", test_close_computing);
    g_test_add_func("/mapper/ends/close-anytime", test_close_anytime);
    g_test_add_func("/mapper/ends/late-fault", test_late_fault);
    g_test_add_func("/mapper/ends/discard", test_discard);
    g_test_add_func("/mapper/ends/no-room", test_no_room);
    return g_test_run();
}
