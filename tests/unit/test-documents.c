/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the objects behind the window: the open job, the open cluster and the current run.
 * Closing a job must cancel the loading of its files. Settings that were found automatically
 * must be written to the job. Drafts must restore unsaved changes. */
#include "../../app/documents/document-drafts.h"
#include "../../app/documents/held-documents.h"
#include "../../app/runner/mamuto-runner.h"

#include <glib/gstdio.h>

#include "file-fixture.h"

#define BIG_ROWS 300000
#define DEADLINE_SECONDS 60

typedef struct {
    FileFixture files;
    char *big;   /* path of a large table, which takes a while to load */
    char *small; /* path of a small table, which loads at once */
    char *module;
    MamutoClusterDocument *cluster;
    MamutoJobDocument *job;
} Fixture;

static char *
put(Fixture *fixture, const char *name, const char *text)
{
    char *path = g_build_filename(fixture->files.folder, name, NULL);

    file_fixture_put(path, text);
    return path;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GString) rows = g_string_new("x,y\n");

    file_fixture_set_up(&fixture->files, "job.mamuto");
    for (guint i = 0; i < BIG_ROWS; i++)
        g_string_append_printf(rows, "%u.25,%u.5\n", i, i);
    fixture->big = put(fixture, "big.csv", rows->str);
    fixture->small = put(fixture, "small.csv", "x\n1\n2\n3\n");
    fixture->module = put(fixture, "model.py", "def like(x, data, *rest):\n    return x\n");
    fixture->cluster = mamuto_cluster_document_new();
    fixture->job = mamuto_job_document_new(fixture->cluster);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_clear_object(&fixture->job);
    g_clear_object(&fixture->cluster);
    g_free(fixture->big);
    g_free(fixture->small);
    g_free(fixture->module);
    file_fixture_tear_down(&fixture->files, "job.mamuto");
}

static MamutoJob *
job_of(Fixture *fixture)
{
    return mamuto_job_document_get_job(fixture->job);
}

static void
set_argument(Fixture *fixture, const char *path)
{
    mamuto_job_set_n_arguments(job_of(fixture), 1);
    mamuto_job_set_argument(job_of(fixture), 0, path);
}

static void
wait_for_input(MamutoInput *input)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_SECONDS * G_USEC_PER_SEC;

    while (mamuto_input_get_state(input) == MAMUTO_INPUT_LOADING ||
           mamuto_input_get_checking(input)) {
        g_main_context_iteration(NULL, TRUE);
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
    }
}

static void
wait_for_document(MamutoJobDocument *document)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_SECONDS * G_USEC_PER_SEC;

    while (mamuto_job_document_get_loading(document)) {
        g_main_context_iteration(NULL, TRUE);
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
    }
}

/* Waits until all cancelled loads have ended. For this, loads the large table completely,
 * because this takes longer than any cancelled load. */
static void
outlast_loads(Fixture *fixture)
{
    g_autoptr(MamutoInput) input = mamuto_input_new();

    mamuto_input_set_text(input, fixture->big);
    wait_for_input(input);
    g_assert_cmpint(mamuto_input_get_n_rows(input), ==, BIG_ROWS);
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

/* ---- loads ---- */

static void
on_changed(MamutoInput *input, guint *n_changes)
{
    (*n_changes)++;
}

static void
test_input_gone(Fixture *fixture, gconstpointer data)
{
    MamutoInput *input = mamuto_input_new();
    guint n_changes = 0;

    mamuto_input_set_text(input, fixture->big);
    g_signal_connect(input, "changed", G_CALLBACK(on_changed), &n_changes);
    g_assert_cmpint(mamuto_input_get_state(input), ==, MAMUTO_INPUT_LOADING);
    g_object_add_weak_pointer(G_OBJECT(input), (gpointer *)&input);
    g_object_unref(input);
    g_assert_null(input);
    outlast_loads(fixture);
    g_assert_cmpuint(n_changes, ==, 0);
}

static void
test_input_replaced(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoInput) input = mamuto_input_new();
    guint n_changes = 0;

    mamuto_input_set_text(input, fixture->big);
    mamuto_input_set_text(input, fixture->small);
    g_signal_connect(input, "changed", G_CALLBACK(on_changed), &n_changes);
    wait_for_input(input);
    g_assert_cmpint(mamuto_input_get_n_rows(input), ==, 3);
    outlast_loads(fixture);
    g_assert_cmpint(mamuto_input_get_n_rows(input), ==, 3);
    g_assert_cmpuint(n_changes, ==, 1);
}

/* An input object loads the value of an argument. A widget may still hold the object after the
 * argument was removed from the job. The object must then stop loading. */
static void
test_input_removed(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoInput) input = NULL;

    set_argument(fixture, fixture->big);
    input = g_object_ref(mamuto_job_document_get_input(fixture->job, 0));
    mamuto_job_set_n_arguments(job_of(fixture), 0);
    g_assert_cmpint(mamuto_input_get_state(input), ==, MAMUTO_INPUT_EMPTY);
    outlast_loads(fixture);
    g_assert_null(mamuto_input_get_argument(input));
}

/* A file that was rewritten is loaded again, also if options follow its name. */
static void
test_input_rewritten(Fixture *fixture, gconstpointer data)
{
    static const char *const texts[][2] = {
        {"", ""}, {"", ":0"}, {"", "+header=no"}, {"", ":0+header=no"}, {"@", "+header=no"}};
    g_autofree char *path = g_strconcat(fixture->small, ".csv", NULL);

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(MamutoInput) input = mamuto_input_new();
        g_autofree char *text = g_strconcat(texts[i][0], path, texts[i][1], NULL);
        MamutoArray *array;

        g_test_message("%s", text);
        file_fixture_put(path, "1\n2\n");
        mamuto_input_set_text(input, text);
        wait_for_input(input);
        g_assert_cmpint(mamuto_input_get_state(input), ==, MAMUTO_INPUT_READY);
        file_fixture_put(path, "1\n2\n3\n4\n");
        mamuto_input_refresh(input);
        wait_for_input(input);
        array = mamuto_argument_get_array(mamuto_input_get_argument(input));
        g_assert_cmpint(mamuto_array_get_n_rows(array), ==, 4);
        g_unlink(path);
    }
}

static void
wait_for_rows(MamutoInput *input, gint64 n_rows)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_SECONDS * G_USEC_PER_SEC;

    while (mamuto_input_get_n_rows(input) != n_rows) {
        g_main_context_iteration(NULL, TRUE);
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
    }
}

/* An input notices by itself that its file is written, replaced, gone and back. */
static void
test_input_watched(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoInput) input = mamuto_input_new();
    g_autofree char *path = g_strconcat(fixture->small, ".csv", NULL);
    g_autofree char *other = g_strconcat(fixture->small, ".other.csv", NULL);

    mamuto_input_set_text(input, path);
    wait_for_input(input);
    g_assert_cmpint(mamuto_input_get_state(input), ==, MAMUTO_INPUT_FAILED);
    file_fixture_put(path, "1\n2\n");
    wait_for_rows(input, 2);
    file_fixture_put(path, "1\n2\n3\n");
    wait_for_rows(input, 3);
    file_fixture_put(other, "1\n2\n3\n4\n");
    g_assert_cmpint(g_rename(other, path), ==, 0);
    wait_for_rows(input, 4);
    g_unlink(path);
    wait_for_rows(input, -1);
    wait_for_input(input);
    g_assert_cmpint(mamuto_input_get_state(input), ==, MAMUTO_INPUT_FAILED);
    file_fixture_put(path, "1\n2\n3\n4\n5\n");
    wait_for_rows(input, 5);
    g_unlink(path);
}

/* The widgets for a file stay while another part of it is loaded. What the user began to enter
 * belongs to the text before. */
static void
test_input_reloaded(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoInput) input = mamuto_input_new();
    g_autofree char *path = g_strconcat(fixture->small, ".csv", NULL);
    g_autofree char *column = g_strconcat(path, ":b", NULL);

    file_fixture_put(path, "a,b\n1,2\n3,4\n");
    mamuto_input_set_text(input, path);
    g_assert_false(mamuto_input_has_file(input));
    wait_for_input(input);
    g_assert_true(mamuto_input_has_file(input));
    mamuto_input_set_unfinished(input, "not a number");
    mamuto_input_set_text(input, path);
    g_assert_cmpstr(mamuto_input_get_unfinished(input), ==, "not a number");
    mamuto_input_set_text(input, column);
    g_assert_null(mamuto_input_get_unfinished(input));
    g_assert_cmpint(mamuto_input_get_state(input), ==, MAMUTO_INPUT_LOADING);
    g_assert_true(mamuto_input_has_file(input));
    wait_for_input(input);
    g_assert_true(mamuto_input_has_file(input));
    mamuto_input_set_text(input, "0..9");
    wait_for_input(input);
    g_assert_false(mamuto_input_has_file(input));
    mamuto_input_set_text(input, path);
    wait_for_input(input);
    mamuto_input_set_text(input, NULL);
    g_assert_false(mamuto_input_has_file(input));
    g_unlink(path);
}

static void
test_document_gone(Fixture *fixture, gconstpointer data)
{
    MamutoInspector *inspector = mamuto_job_document_get_inspector(fixture->job);
    MamutoInput *input;

    mamuto_job_set_function(job_of(fixture), fixture->module);
    set_argument(fixture, fixture->big);
    input = mamuto_job_document_get_input(fixture->job, 0);
    /* When the main loop is idle, it starts to read the parameters of the function. */
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_true(mamuto_job_document_get_loading(fixture->job));
    g_object_add_weak_pointer(G_OBJECT(inspector), (gpointer *)&inspector);
    g_object_add_weak_pointer(G_OBJECT(input), (gpointer *)&input);
    g_clear_object(&fixture->job);
    g_assert_null(inspector);
    g_assert_null(input);
    outlast_loads(fixture);
}

static void
test_run_closed(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoRunner) runner = mamuto_runner_new(fixture->job, fixture->cluster);
    g_autofree char *spec = g_strconcat(fixture->module, ":like", NULL);

    mamuto_job_set_function(job_of(fixture), spec);
    set_argument(fixture, fixture->big);
    mamuto_runner_run(runner);
    g_assert_true(mamuto_runner_get_running(runner));
    mamuto_runner_close(runner);
    g_assert_false(mamuto_runner_get_running(runner));
    wait_for_document(fixture->job);
    g_assert_null(mamuto_runner_get_run(runner));
}

/* ---- detected settings and problems ---- */

static void
assert_problem(Fixture *fixture, MamutoField field, guint index)
{
    g_autoptr(MamutoProblem) problem = mamuto_job_document_check(fixture->job);

    g_assert_nonnull(problem);
    g_assert_cmpint(problem->field, ==, field);
    g_assert_cmpuint(problem->index, ==, index);
    g_assert_nonnull(problem->message);
}

static void
test_only_function(Fixture *fixture, gconstpointer data)
{
    g_autofree char *spec = g_strconcat(fixture->module, ":like", NULL);
    g_autoptr(MamutoProblem) problem = NULL;

    assert_problem(fixture, MAMUTO_FIELD_FUNCTION_FILE, 0);
    mamuto_job_set_function(job_of(fixture), fixture->module);
    wait_for_document(fixture->job);
    g_assert_cmpstr(mamuto_job_get_function(job_of(fixture)), ==, spec);
    g_assert_cmpuint(mamuto_job_document_get_n_inputs(fixture->job), ==, 2);
    g_assert_cmpstr(mamuto_job_get_argument_name(job_of(fixture), 1), ==, "data");
    assert_problem(fixture, MAMUTO_FIELD_ARGUMENT, 0);

    mamuto_job_set_argument(job_of(fixture), 0, fixture->small);
    mamuto_job_set_argument(job_of(fixture), 1, fixture->big);
    wait_for_document(fixture->job);
    assert_problem(fixture, MAMUTO_FIELD_ARGUMENT, 1);
    mamuto_job_set_argument(job_of(fixture), 1, "=3");
    wait_for_document(fixture->job);
    problem = mamuto_job_document_check(fixture->job);
    g_assert_null(problem);
}

/* The window shows a job of version 2, in which arguments have names, at the rows of its
 * parameters, and saves it without a loss. */
static void
test_named_arguments(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = put(fixture, "job.mamuto",
                                "[job]\nversion = 2\nfunction = named.py:f\nmode = row\n"
                                "on-error = stop\n"
                                "[argument 1]\nname = k\nvalue = 'a'\nkeep = no\n"
                                "[argument 2]\nname = x\nvalue = 0..2\nkeep = no\n"
                                "[argument 3]\nname = data\nvalue = @big.csv:x\nkeep = yes\n");
    g_autofree char *named =
        put(fixture, "named.py", "def f(x, s=1, data=None, *, k=3):\n    return x\n");
    g_autofree char *whole = g_strdup_printf("@%s:x", fixture->big);
    g_autoptr(MamutoProblem) problem = NULL;
    g_autoptr(MamutoJob) back = NULL;
    g_autoptr(GError) error = NULL;
    static const char *const names[] = {"x", "s", "data", "k"};
    const char *const texts[] = {"0..2", NULL, whole, "='a'"};

    g_assert_true(mamuto_document_open(MAMUTO_DOCUMENT(fixture->job), path, &error));
    g_assert_no_error(error);
    wait_for_document(fixture->job);
    g_assert_cmpuint(mamuto_job_document_get_n_inputs(fixture->job), ==, G_N_ELEMENTS(names));
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        const MamutoParameter *parameter = mamuto_job_document_get_parameter(fixture->job, i);

        g_assert_cmpstr(mamuto_job_get_argument_name(job_of(fixture), i), ==, names[i]);
        g_assert_cmpstr(mamuto_job_get_argument(job_of(fixture), i), ==, texts[i]);
        g_assert_true(mamuto_job_get_by_name(job_of(fixture), i));
        g_assert_cmpint(mamuto_job_get_keep(job_of(fixture), i), ==, i == 2);
        g_assert_cmpstr(parameter->name, ==, names[i]);
    }
    problem = mamuto_job_document_check(fixture->job);
    g_assert_null(problem);
    g_assert_false(mamuto_document_get_dirty(MAMUTO_DOCUMENT(fixture->job)));
    g_assert_true(mamuto_document_save(MAMUTO_DOCUMENT(fixture->job), path, &error));
    g_assert_no_error(error);
    back = mamuto_job_new_from_file(path, &error);
    g_assert_no_error(error);
    g_assert_true(mamuto_job_equal(job_of(fixture), back));
    g_unlink(path);
}

static void
on_problem(MamutoRunner *runner, const MamutoProblem *problem, int *field)
{
    *field = (int)problem->field;
}

static void
test_runner_problem(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoRunner) runner = mamuto_runner_new(fixture->job, fixture->cluster);
    int field = -1;

    g_signal_connect(runner, "problem", G_CALLBACK(on_problem), &field);
    g_assert_false(mamuto_runner_check(runner));
    g_assert_cmpint(field, ==, MAMUTO_FIELD_FUNCTION_FILE);
    mamuto_job_set_function(job_of(fixture), fixture->module);
    wait_for_document(fixture->job);
    mamuto_job_set_argument(job_of(fixture), 0, fixture->small);
    mamuto_job_set_argument(job_of(fixture), 1, "=3");
    wait_for_document(fixture->job);
    g_assert_true(mamuto_runner_check(runner));
    mamuto_host_set_enabled(
        mamuto_cluster_get_host(mamuto_cluster_document_get_cluster(fixture->cluster), 0), FALSE);
    g_assert_false(mamuto_runner_check(runner));
    g_assert_cmpint(field, ==, MAMUTO_FIELD_HOSTS);
}

/* ---- drafts of unsaved changes ---- */

static void
test_saved(Fixture *fixture, gconstpointer data)
{
    MamutoDocument *document = MAMUTO_DOCUMENT(fixture->job);
    g_autofree char *title = mamuto_document_dup_title(document);
    g_autofree char *saved_title = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_cmpstr(title, ==, "New Job");
    set_argument(fixture, fixture->small);
    g_assert_true(mamuto_document_get_dirty(document));
    g_assert_true(mamuto_document_save(document, fixture->files.path, &error));
    g_assert_no_error(error);
    g_assert_false(mamuto_document_get_dirty(document));
    g_assert_cmpstr(mamuto_document_get_path(document), ==, fixture->files.path);
    saved_title = mamuto_document_dup_title(document);
    g_assert_cmpstr(saved_title, ==, "job");
    mamuto_job_set_argument(job_of(fixture), 0, NULL);
    g_assert_true(mamuto_document_get_dirty(document));
    g_assert_true(mamuto_document_open(document, fixture->files.path, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(mamuto_job_get_argument(job_of(fixture), 0), ==, fixture->small);
}

/* Opening documents and looking at them must not run the program that the cluster file names as
 * python, because the file may come from somebody else. The program creates a file when it runs. */
static void
test_foreign_python(Fixture *fixture, gconstpointer data)
{
    g_autofree char *ran = g_build_filename(fixture->files.folder, "ran", NULL);
    g_autofree char *script =
        g_strdup_printf("#!/bin/sh\ntouch '%s'\nexec /usr/bin/python3 \"$@\"\n", ran);
    g_autofree char *python = put(fixture, "python", script);
    g_autofree char *config = g_strdup_printf(
        "[parameters]\nhosts = {\"localhost\": 1}\npython = %s\n[host localhost]\npython = %s\n",
        python, python);
    g_autofree char *cluster = put(fixture, "c.cfg", config);
    g_autofree char *job =
        g_strdup_printf("[job]\nfunction = %s:like\ncluster = %s\n[argument 1]\nvalue = "
                        "%s\n[argument 2]\nvalue = %s\n",
                        fixture->module, cluster, fixture->small, fixture->small);
    g_autofree char *newer = put(fixture, "newer.py", "def like(x): return x x\n");
    g_autofree char *newer_spec = g_strconcat(newer, ":like", NULL);
    MamutoInspector *inspector = mamuto_job_document_get_inspector(fixture->job);
    g_autoptr(MamutoProblem) problem = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(g_chmod(python, 0700), ==, 0);
    file_fixture_put(fixture->files.path, job);
    g_assert_true(mamuto_document_open(MAMUTO_DOCUMENT(fixture->job), fixture->files.path, &error));
    g_assert_no_error(error);
    g_assert_true(mamuto_job_document_open_cluster(fixture->job, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(
        mamuto_cluster_get_python(mamuto_cluster_document_get_cluster(fixture->cluster)), ==,
        python);
    wait_for_document(fixture->job);
    /* an edit and a changed file start a new inspection while the cluster is open */
    mamuto_job_set_function(job_of(fixture), fixture->module);
    wait_for_document(fixture->job);
    mamuto_job_document_choose_function(fixture->job, "like");
    wait_for_document(fixture->job);
    g_assert_nonnull(mamuto_inspector_get_function(inspector));
    g_assert_false(g_file_test(ran, G_FILE_TEST_EXISTS));
    problem = mamuto_job_document_check(fixture->job);
    g_assert_null(problem);
    /* The Python of the cluster may be newer than the one that reads the source. Therefore a syntax
     * error is shown, but does not prevent a run. */
    mamuto_job_set_function(job_of(fixture), newer_spec);
    wait_for_document(fixture->job);
    g_assert_nonnull(mamuto_inspector_get_message(inspector));
    problem = mamuto_job_document_check(fixture->job);
    g_assert_null(problem);
    mamuto_cluster_set_python(mamuto_cluster_document_get_cluster(fixture->cluster), NULL);
    mamuto_host_set_python(
        mamuto_cluster_get_host(mamuto_cluster_document_get_cluster(fixture->cluster), 0), NULL);
    problem = mamuto_job_document_check(fixture->job);
    g_assert_nonnull(problem);
    g_assert_false(g_file_test(ran, G_FILE_TEST_EXISTS));
}

static void
test_held(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoHeldDocuments) held = NULL;

    set_argument(fixture, fixture->small);
    held = mamuto_held_documents_new(fixture->job, fixture->cluster);
    g_assert_cmpint(mamuto_held_documents_find_loss(held), ==, 0);
    mamuto_job_document_clear(fixture->job);
    g_assert_cmpint(mamuto_held_documents_find_loss(held), ==, MAMUTO_LOSS_JOB);
    mamuto_held_documents_put_back(held);
    g_assert_cmpstr(mamuto_job_get_argument(job_of(fixture), 0), ==, fixture->small);
    g_assert_true(mamuto_document_get_dirty(MAMUTO_DOCUMENT(fixture->job)));
}

static void
test_drafts(Fixture *fixture, gconstpointer data)
{
    MamutoCluster *cluster = mamuto_cluster_document_get_cluster(fixture->cluster);
    g_autoptr(MamutoClusterDocument) other_cluster = mamuto_cluster_document_new();
    g_autoptr(MamutoJobDocument) other_job = mamuto_job_document_new(other_cluster);

    set_argument(fixture, fixture->small);
    mamuto_cluster_set_nice(cluster, 7);
    document_drafts_save(fixture->job, fixture->cluster);
    document_drafts_restore(other_job, other_cluster, "", "");
    g_assert_true(mamuto_document_get_dirty(MAMUTO_DOCUMENT(other_job)));
    g_assert_true(mamuto_document_get_dirty(MAMUTO_DOCUMENT(other_cluster)));
    g_assert_cmpstr(mamuto_job_get_argument(mamuto_job_document_get_job(other_job), 0), ==,
                    fixture->small);
    cluster = mamuto_cluster_document_get_cluster(other_cluster);
    g_assert_cmpint(mamuto_cluster_get_nice(cluster), ==, 7);
}

static void
add(const char *path, void (*test)(Fixture *fixture, gconstpointer data))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *state = g_dir_make_tmp("mamuto-state-XXXXXX", &error);
    int status;

    g_assert_no_error(error);
    g_setenv("XDG_STATE_HOME", state, TRUE);
    g_test_init(&argc, &argv, NULL);
    add("/documents/input/gone", test_input_gone);
    add("/documents/input/replaced", test_input_replaced);
    add("/documents/input/removed", test_input_removed);
    add("/documents/input/rewritten", test_input_rewritten);
    add("/documents/input/watched", test_input_watched);
    add("/documents/input/reloaded", test_input_reloaded);
    add("/documents/gone", test_document_gone);
    add("/documents/run-closed", test_run_closed);
    add("/documents/only-function", test_only_function);
    add("/documents/named-arguments", test_named_arguments);
    add("/documents/runner-problem", test_runner_problem);
    add("/documents/saved", test_saved);
    add("/documents/foreign-python", test_foreign_python);
    add("/documents/held", test_held);
    add("/documents/drafts", test_drafts);
    status = g_test_run();
    {
        g_autofree char *mamuto = g_build_filename(state, "mamuto", NULL);

        file_fixture_remove_folder(mamuto);
        file_fixture_remove_folder(state);
    }
    return status;
}
