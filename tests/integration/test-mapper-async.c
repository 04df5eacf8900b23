/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests that MamutoMapper does long work in threads and does not block the main loop. The tests
 * measure no times, because these would be unreliable. They check mapper->stage instead: if a call
 * returns while the stage is still MAPPER_PREPARING, the call has not waited for the work. Other
 * tests free or close the mapper during a call. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "mapper-private.h"
#include "mapper-util.h"

/* Number of modules in the package of make_large(). The number is large, because the mapper's
 * thread must still be reading files when the test checks mapper->stage. */
#define N_FILES 300

typedef struct {
    MamutoMapper *mapper;
    guint n_calls, n_closed;
    guint calls_at_close; /* value of n_calls when the mapper was closed */
    GError *error;
    MamutoResult *result;
} Outcome;

static void
on_done(GObject *source, GAsyncResult *result, gpointer data)
{
    Outcome *outcome = data;

    outcome->result = mamuto_mapper_remap_finish(MAMUTO_MAPPER(source), result, &outcome->error);
    outcome->n_calls++;
}

static void
on_closed(GObject *source, GAsyncResult *result, gpointer data)
{
    Outcome *outcome = data;
    g_autoptr(GError) error = NULL;

    g_assert_true(mamuto_mapper_close_finish(MAMUTO_MAPPER(source), result, &error));
    g_assert_no_error(error);
    outcome->calls_at_close = outcome->n_calls;
    outcome->n_closed++;
}

static void
outcome_clear(Outcome *outcome)
{
    g_clear_error(&outcome->error);
    g_clear_object(&outcome->result);
    *outcome = (Outcome){0};
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

static MamutoFunction *
function_of(const char *path, const char *name)
{
    g_autofree char *spec = g_strdup_printf("%s:%s", path, name);
    g_autoptr(GError) error = NULL;
    MamutoFunction *function = mamuto_function_new(spec, &error);

    g_assert_no_error(error);
    return function;
}

static void
start(MamutoMapper *mapper, MamutoFunction *function, gint64 n, const char *output,
      GCancellable *cancellable, Outcome *outcome)
{
    g_autoptr(GPtrArray) arguments =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);

    outcome->mapper = mapper;
    g_ptr_array_add(arguments, count_up_in_memory(n));
    mamuto_mapper_remap_async(mapper, function, arguments, 0, output, cancellable, on_done,
                              outcome);
}

static void
wait_for_call(Outcome *outcome)
{
    while (outcome->n_calls == 0)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(outcome->n_calls, ==, 1);
}

static void
wait_for_close(Outcome *outcome)
{
    while (outcome->n_closed == 0)
        g_main_context_iteration(NULL, TRUE);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpuint(outcome->n_closed, ==, 1);
}

static void
expect_doubled(MamutoResult *result, gint64 n)
{
    const double *out;

    g_assert_nonnull(result);
    out = mamuto_array_get_data(mamuto_result_get_array(result));
    for (gint64 i = 0; i < n; i++)
        g_assert_cmpfloat(out[i], ==, 2 * (double)i);
}

static void
write_file(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GError) error = NULL;

    g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error);
    g_assert_no_error(error);
}

static void
remove_folder(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            remove_folder(path);
        else
            g_remove(path);
    }
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

/* Writes a package with many modules to FOLDER/large/. Returns the function large.model:double. */
static MamutoFunction *
make_large(const char *folder)
{
    g_autofree char *package = g_build_filename(folder, "large", NULL);
    g_autofree char *model = g_build_filename(package, "model.py", NULL);

    g_assert_cmpint(g_mkdir(package, 0700), ==, 0);
    write_file(package, "__init__.py", "");
    write_file(package, "model.py", "def double(x):\n    return 2 * x\n");
    for (int i = 0; i < N_FILES; i++) {
        g_autofree char *name = g_strdup_printf("part%d.py", i);

        write_file(package, name, "value = 1\n");
    }
    return function_of(model, "double");
}

/* ---- preparing ---- */

typedef struct {
    MamutoMapper *mapper;
    guint n_turns; /* number of calls of count_turn() while the mapper prepares a run */
} Turns;

static gboolean
count_turn(gpointer data)
{
    Turns *turns = data;

    turns->n_turns += turns->mapper->stage == MAPPER_PREPARING;
    return G_SOURCE_REMOVE;
}

static void
test_prepares_in_thread(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_autofree char *folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "out.npy", NULL);
    g_autoptr(MamutoFunction) function = make_large(folder);
    g_auto(Outcome) outcome = {0};
    Turns turns = {mapper, 0};

    /* count_turn() has a high priority, because it must run before the callback for the end of the
     * mapper's thread */
    g_idle_add_full(G_PRIORITY_HIGH, count_turn, &turns, NULL);
    start(mapper, function, 1000, path, NULL, &outcome);
    g_assert_cmpint(mapper->stage, ==, MAPPER_PREPARING);
    g_assert_cmpint(mamuto_run_get_state(mamuto_mapper_get_run(mapper)), ==, MAMUTO_RUN_RUNNING);
    g_assert_null(mapper->run->code);
    g_assert_null(mapper->run->store);
    wait_for_call(&outcome);
    g_assert_no_error(outcome.error);
    g_assert_cmpuint(turns.n_turns, ==, 1);
    expect_doubled(outcome.result, 1000);
    mamuto_mapper_close(mapper);
    remove_folder(folder);
}

/* A second call with an unchanged function must start without a thread, because a thread costs
 * time. */
static void
test_warm_is_direct(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_autoptr(MamutoFunction) function = find_function("double");

    for (int k = 0; k < 3; k++) {
        g_auto(Outcome) outcome = {0};

        start(mapper, function, 64, NULL, NULL, &outcome);
        g_assert_cmpint(mapper->stage, ==, k == 0 ? MAPPER_PREPARING : MAPPER_RUNNING);
        wait_for_call(&outcome);
        g_assert_no_error(outcome.error);
        expect_doubled(outcome.result, 64);
    }
}

/* The text of the file changes, but not its length. The modification time may also stay the
 * same, because file systems store times in steps of some milliseconds. */
static void
test_change_is_seen(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:1");
    g_autofree char *folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "changing.py", NULL);
    g_autoptr(MamutoFunction) function = NULL;

    write_file(folder, "changing.py", "def f(x): return x + 0\n");
    function = function_of(path, "f");
    for (int k = 1; k < 6; k++) {
        g_autofree char *text = g_strdup_printf("def f(x): return x + %d\n", k);
        g_auto(Outcome) outcome = {0};
        const double *out;

        write_file(folder, "changing.py", text);
        start(mapper, function, 10, NULL, NULL, &outcome);
        wait_for_call(&outcome);
        g_assert_no_error(outcome.error);
        out = mamuto_array_get_data(mamuto_result_get_array(outcome.result));
        g_assert_cmpfloat(out[9], ==, 9 + k);
    }
    remove_folder(folder);
}

static void
test_cancel_preparing(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_autofree char *folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    g_autofree char *results = g_build_filename(folder, "results", NULL);
    g_autofree char *path = g_build_filename(results, "out.npy", NULL);
    g_autoptr(MamutoFunction) function = make_large(folder);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_auto(Outcome) cancelled = {0};
    g_auto(Outcome) outcome = {0};

    g_assert_cmpint(g_mkdir(results, 0700), ==, 0);
    start(mapper, function, 1000, path, cancellable, &cancelled);
    g_cancellable_cancel(cancellable);
    g_assert_cmpuint(cancelled.n_calls, ==, 0);
    wait_for_call(&cancelled);
    g_assert_error(cancelled.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpint(mamuto_run_get_state(mamuto_mapper_get_run(mapper)), ==, MAMUTO_RUN_CANCELLED);
    /* A new call must succeed, although the thread of the cancelled call may still read files. */
    start(mapper, function, 1000, NULL, NULL, &outcome);
    wait_for_call(&outcome);
    g_assert_no_error(outcome.error);
    expect_doubled(outcome.result, 1000);
    mamuto_mapper_close(mapper);
    g_assert_cmpint(g_rmdir(results), ==, 0); /* fails if a file was left in the folder */
    remove_folder(folder);
}

static void
test_errors_of_preparing(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:1");
    g_autofree char *folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    g_autofree char *missing = g_build_filename(folder, "missing", "out.npy", NULL);
    g_autofree char *path = g_build_filename(folder, "vanishing.py", NULL);
    g_autoptr(MamutoFunction) usual = find_function("double");
    g_autoptr(MamutoFunction) vanished = NULL;
    g_auto(Outcome) unwritable = {0};
    g_auto(Outcome) unreadable = {0};

    start(mapper, usual, 10, missing, NULL, &unwritable);
    wait_for_call(&unwritable);
    g_assert_nonnull(unwritable.error);
    g_assert_nonnull(strstr(unwritable.error->message, "missing"));
    g_assert_cmpint(mamuto_run_get_state(mamuto_mapper_get_run(mapper)), ==, MAMUTO_RUN_FAILED);

    write_file(folder, "vanishing.py", "def f(x): return x\n");
    vanished = function_of(path, "f");
    g_remove(path);
    start(mapper, vanished, 10, NULL, NULL, &unreadable);
    wait_for_call(&unreadable);
    g_assert_error(unreadable.error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION);
    remove_folder(folder);
}

/* ---- results ---- */

/* Cancelling leaves about a million missing rows. Filling so many rows takes time, so the mapper
 * must do it in a thread. */
static void
test_fills_in_thread(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:1");
    g_autoptr(MamutoFunction) function = find_function("hangs");
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_auto(Outcome) outcome = {0};
    MamutoResult *part;

    start(mapper, function, 1000000, NULL, cancellable, &outcome);
    while (mapper->stage == MAPPER_PREPARING)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpint(mapper->stage, ==, MAPPER_RUNNING);
    g_cancellable_cancel(cancellable);
    while (mapper->stage == MAPPER_RUNNING)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpint(mapper->stage, ==, MAPPER_FINISHING);
    wait_for_call(&outcome);
    g_assert_error(outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    part = mamuto_run_get_result(mamuto_mapper_get_run(mapper));
    g_assert_cmpint(mamuto_result_get_n_rows(part), ==, 1000000);
}

/* ---- closing ---- */

static void
close_async_and_expect(MamutoMapper *mapper, Outcome *outcome)
{
    mamuto_mapper_close_async(mapper, on_closed, outcome);
    g_assert_cmpuint(outcome->n_closed, ==, 0);
    wait_for_close(outcome);
    g_assert_cmpuint(outcome->calls_at_close, ==, 1);
    g_assert_error(outcome->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_null(mapper->session);
}

static void
test_close_async_preparing(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_autofree char *folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    g_autoptr(MamutoFunction) function = make_large(folder);
    g_auto(Outcome) outcome = {0};

    start(mapper, function, 100, NULL, NULL, &outcome);
    g_assert_cmpint(mapper->stage, ==, MAPPER_PREPARING);
    close_async_and_expect(mapper, &outcome);
    remove_folder(folder);
}

static void
test_close_async_computing(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_autoptr(MamutoFunction) function = find_function("hangs");
    g_auto(Outcome) outcome = {0};
    g_autoptr(MamutoHostStatus) host = NULL;

    start(mapper, function, 100, NULL, NULL, &outcome);
    host = g_list_model_get_item(mamuto_run_get_hosts(mamuto_mapper_get_run(mapper)), 0);
    while (mamuto_host_status_get_state(host) != MAMUTO_HOST_COMPUTING)
        g_main_context_iteration(NULL, TRUE);
    close_async_and_expect(mapper, &outcome);
}

/* The result file is a named pipe. The mapper's thread blocks when it opens the pipe for
 * writing, until the test opens the pipe for reading. */
static void
test_close_async_finishing(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_autofree char *folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "pipe", NULL);
    g_autoptr(MamutoFunction) function = find_function("double");
    g_auto(Outcome) outcome = {0};
    int fd;

    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    start(mapper, function, 10, path, NULL, &outcome);
    while (mapper->stage != MAPPER_FINISHING)
        g_main_context_iteration(NULL, TRUE);
    mamuto_mapper_close_async(mapper, on_closed, &outcome);
    for (int i = 0; i < 3; i++)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(outcome.n_calls, ==, 0);
    fd = g_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
    g_assert_cmpint(fd, >=, 0);
    wait_for_close(&outcome);
    g_close(fd, NULL);
    g_assert_cmpuint(outcome.calls_at_close, ==, 1);
    g_assert_no_error(outcome.error); /* all rows were computed before the close call */
    expect_doubled(outcome.result, 10);
    remove_folder(folder);
}

/* The mapper must accept further close calls while mamuto_mapper_close_async() is still running. */
static void
test_close_async_again(void)
{
    g_autoptr(MamutoFunction) function = find_function("double");

    for (int k = 0; k < 3; k++) {
        g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
        g_auto(Outcome) outcome = {0};

        start(mapper, function, 10, NULL, NULL, &outcome);
        if (k > 0)
            wait_for_call(&outcome);
        mamuto_mapper_close_async(mapper, on_closed, &outcome);
        mamuto_mapper_close_async(mapper, on_closed, &outcome);
        if (k == 2)
            mamuto_mapper_close(mapper);
        while (outcome.n_closed < 2 || outcome.n_calls < 1)
            g_main_context_iteration(NULL, TRUE);
        mamuto_mapper_close(mapper);
        mamuto_mapper_close_async(mapper, on_closed, &outcome);
        while (outcome.n_closed < 3)
            g_main_context_iteration(NULL, TRUE);
        g_assert_cmpuint(outcome.n_calls, ==, 1);
    }
}

static gboolean
close_now(gpointer data)
{
    Outcome *outcome = data;

    mamuto_mapper_close(outcome->mapper);
    /* mamuto_mapper_close() must not call the callback itself. The main loop calls it later. */
    g_assert_cmpuint(outcome->n_calls, ==, 0);
    return G_SOURCE_REMOVE;
}

static void
test_close_does_not_call_back(void)
{
    g_autoptr(MamutoFunction) function = find_function("hangs");

    for (int k = 0; k < 2; k++) {
        g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
        g_auto(Outcome) outcome = {0};

        start(mapper, function, 10, NULL, NULL, &outcome);
        while (k == 1 && mapper->stage == MAPPER_PREPARING)
            g_main_context_iteration(NULL, TRUE);
        g_idle_add(close_now, &outcome);
        wait_for_call(&outcome);
        g_assert_error(outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

/* ---- lifetime ---- */

static void
test_owner_lets_go(void)
{
    g_autoptr(MamutoFunction) function = find_function("double");

    for (int k = 0; k < 3; k++) {
        MamutoMapper *mapper = new_mapper_on("localhost:2");
        g_auto(Outcome) outcome = {0};

        g_object_add_weak_pointer(G_OBJECT(mapper), (gpointer *)&mapper);
        start(mapper, function, 1000, NULL, NULL, &outcome);
        while (k > 0 && mapper->stage == MAPPER_PREPARING)
            g_main_context_iteration(NULL, TRUE);
        if (k == 2)
            mamuto_mapper_close_async(mapper, NULL, NULL);
        g_object_unref(mapper);
        g_assert_nonnull(mapper); /* the running call keeps the mapper alive */
        wait_for_call(&outcome);
        if (k < 2) {
            g_assert_no_error(outcome.error);
            expect_doubled(outcome.result, 1000);
        }
        while (mapper != NULL)
            g_main_context_iteration(NULL, TRUE);
    }
}

static void
unref_when_done(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(MamutoResult) computed =
        mamuto_mapper_remap_finish(MAMUTO_MAPPER(source), result, NULL);

    g_assert_nonnull(computed);
    g_object_unref(source);
    *(gboolean *)data = TRUE;
}

static void
test_unref_in_callback(void)
{
    MamutoMapper *mapper = new_mapper_on("localhost:2");
    g_autoptr(MamutoFunction) function = find_function("double");
    g_autoptr(GPtrArray) arguments =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);
    gboolean done = FALSE;

    g_object_add_weak_pointer(G_OBJECT(mapper), (gpointer *)&mapper);
    g_ptr_array_add(arguments, count_up_in_memory(100));
    mamuto_mapper_remap_async(mapper, function, arguments, 0, NULL, NULL, unref_when_done, &done);
    while (!done || mapper != NULL)
        g_main_context_iteration(NULL, TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mapper/async/prepares-in-thread", test_prepares_in_thread);
    g_test_add_func("/mapper/async/warm-is-direct", test_warm_is_direct);
    g_test_add_func("/mapper/async/change-is-seen", test_change_is_seen);
    g_test_add_func("/mapper/async/cancel-preparing", test_cancel_preparing);
    g_test_add_func("/mapper/async/errors-of-preparing", test_errors_of_preparing);
    g_test_add_func("/mapper/async/fills-in-thread", test_fills_in_thread);
    g_test_add_func("/mapper/async/close-async-preparing", test_close_async_preparing);
    g_test_add_func("/mapper/async/close-async-computing", test_close_async_computing);
    g_test_add_func("/mapper/async/close-async-finishing", test_close_async_finishing);
    g_test_add_func("/mapper/async/close-async-again", test_close_async_again);
    g_test_add_func("/mapper/async/close-does-not-call-back", test_close_does_not_call_back);
    g_test_add_func("/mapper/async/owner-lets-go", test_owner_lets_go);
    g_test_add_func("/mapper/async/unref-in-callback", test_unref_in_callback);
    return g_test_run();
}
