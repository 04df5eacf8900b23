/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the arguments of the open job after another function was chosen, or after the source of
 * the function was edited. An argument must never get into another parameter without a decision of
 * the user, and never be lost. The tables of cases are tested without a document, because each
 * inspection by a document starts Python three times; some of them are repeated in a document. */
#include "../../app/documents/document-drafts.h"
#include "../../app/documents/job-arguments.h"
#include "../../app/documents/job-arrange.h"

#include "file-fixture.h"

#define DEADLINE_SECONDS 60

typedef struct {
    FileFixture files;
    char *module;
    MamutoClusterDocument *cluster;
    MamutoJobDocument *document;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    file_fixture_set_up(&fixture->files, "job.mamuto");
    fixture->module = g_build_filename(fixture->files.folder, "model.py", NULL);
    fixture->cluster = mamuto_cluster_document_new();
    fixture->document = mamuto_job_document_new(fixture->cluster);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_clear_object(&fixture->document);
    g_clear_object(&fixture->cluster);
    g_free(fixture->module);
    file_fixture_tear_down(&fixture->files, "job.mamuto");
}

static MamutoJob *
job_of(Fixture *fixture)
{
    return mamuto_job_document_get_job(fixture->document);
}

static void
settle(MamutoJobDocument *document)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_SECONDS * G_USEC_PER_SEC;

    while (mamuto_job_document_get_loading(document)) {
        g_main_context_iteration(NULL, TRUE);
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
    }
}

/* Writes a source with the functions f(@first) and g(@second). */
static void
write_module(Fixture *fixture, const char *first, const char *second)
{
    g_autofree char *source =
        g_strdup_printf("def f(%s):\n    return 1\n\ndef g(%s):\n    return 1\n", first, second);

    file_fixture_put(fixture->module, source);
}

static void
choose(Fixture *fixture, const char *name)
{
    g_autofree char *spec = g_strconcat(fixture->module, ":", name, NULL);

    mamuto_job_set_function(job_of(fixture), spec);
    settle(fixture->document);
    g_assert_nonnull(
        mamuto_inspector_get_function(mamuto_job_document_get_inspector(fixture->document)));
}

/* Gives the arguments of a list such as "1 - 3" values. "-" is an argument without a value. */
static void
give(Fixture *fixture, const char *values)
{
    g_auto(GStrv) words = g_strsplit(values, " ", -1);

    for (guint i = 0; words[i]; i++) {
        g_autofree char *text = g_strconcat("=", words[i], NULL);

        if (i >= mamuto_job_get_n_arguments(job_of(fixture)))
            mamuto_job_document_add_argument(fixture->document);
        if (*words[i] != '-')
            mamuto_job_set_argument(job_of(fixture), i, text);
    }
    settle(fixture->document);
}

/* (transfer full): the arguments, such as "x=1 s=- data:=3 old:=4?". ":" means that the argument is
 * passed by name, "?" that the function has no parameter for it. */
static char *
show(MamutoJob *job, MamutoFunction *function)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; i < mamuto_job_get_n_arguments(job); i++) {
        const char *text = mamuto_job_get_argument(job, i);

        g_string_append_printf(out, "%s%s%s=%s%s", i > 0 ? " " : "",
                               mamuto_job_get_argument_name(job, i),
                               mamuto_job_get_by_name(job, i) ? ":" : "", text ? text + 1 : "-",
                               job_arguments_find_named(job, function, i) ? "" : "?");
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *
show_document(MamutoJobDocument *document)
{
    return show(mamuto_job_document_get_job(document),
                mamuto_inspector_get_function(mamuto_job_document_get_inspector(document)));
}

static void
assert_rows(Fixture *fixture, const char *expected)
{
    g_autofree char *rows = show_document(fixture->document);

    g_assert_cmpstr(rows, ==, expected);
}

/* ---- without a document ---- */

/* Returns (transfer none) a function with these parameters, which stays until the program ends. */
static MamutoFunction *
get_function(Fixture *fixture, const char *parameters)
{
    static GHashTable *functions;
    MamutoFunction *function;
    g_autofree char *spec = g_strconcat(fixture->module, ":f", NULL);
    g_autoptr(GError) error = NULL;

    if (!functions)
        functions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
    function = g_hash_table_lookup(functions, parameters);
    if (function)
        return function;
    write_module(fixture, parameters, "");
    function = mamuto_function_new(spec, &error);
    g_assert_no_error(error);
    g_assert_true(mamuto_function_inspect(function, NULL, NULL, &error));
    g_assert_no_error(error);
    g_hash_table_insert(functions, g_strdup(parameters), function);
    return function;
}

static void
arrange(MamutoJob *job, const char *name, MamutoFunction *function, const char *expected)
{
    g_autoptr(MamutoJob) saved = mamuto_job_new();
    g_autofree char *rows = NULL;

    mamuto_job_set_function(job, name);
    job_arrange(job, function, saved);
    rows = show(job, function);
    if (expected)
        g_assert_cmpstr(rows, ==, expected);
}

/* (transfer full): a job whose arguments have these values, as in give(). */
static MamutoJob *
make_job(MamutoFunction *function, const char *values)
{
    MamutoJob *job = mamuto_job_new();
    g_autoptr(MamutoJob) saved = mamuto_job_new();
    g_auto(GStrv) words = g_strsplit(values, " ", -1);

    job_arrange_note_opened(job);
    arrange(job, "model.py:f", function, NULL);
    for (guint i = 0; words[i]; i++) {
        g_autofree char *text = g_strconcat("=", words[i], NULL);

        if (i >= mamuto_job_get_n_arguments(job))
            job_arguments_add(job, function);
        if (*words[i] != '-')
            mamuto_job_set_argument(job, i, text);
        job_arrange_names(job, function, saved);
    }
    return job;
}

/* ---- tests ---- */

static const struct {
    const char *first, *values; /* parameters of f, and their arguments */
    const char *second, *rows;  /* parameters of g, and the arguments after g was chosen */
    gboolean in_document;       /* whether the case is repeated in a document */
} others[] = {
    {"x, data", "1 2", "x, data", "x=1 data=2"},
    {"x, data", "1 2", "data, x", "data=2 x=1"},
    {"x, data", "1 2", "data", "data=2 x:=1?"},
    {"x, data", "1 2", "theta, data", "theta=- data=2 x:=1?"},
    {"x, data", "1 2", "a, b", "a=- b=- x:=1? data:=2?"},
    /* an argument is not passed to *args because it is left */
    {"x, data", "1 2", "data, *more", "data=2 x:=1?"},
    {"x, *rest", "1 2 3", "x, *more", "x=1 more[0]=2 more[1]=3"},
    {"x, *rest", "1 2 3", "a, x", "a=- x=1 rest[0]=2? rest[1]=3?", TRUE},
    /* a default is kept, so what follows is passed by name */
    {"x, data", "1 2", "x, s=5, data=None", "x=1 s=- data:=2"},
    {"x, k", "1 2", "x, *, k=3", "x=1 k:=2"},
    {"x, k", "1 -", "x, *, k=3", "x=1 k=-"},
    {"x, k", "1 2", "x, **more", "x=1 k:=2"},
    {"x, k", "1 2", "", "x:=1? k:=2?", TRUE},
    {"x, *, k=3", "1 2", "k, x", "k=2 x=1"},
};

static void
test_other_function(Fixture *fixture, gconstpointer data)
{
    for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
        MamutoFunction *f = get_function(fixture, others[i].first);
        g_autoptr(MamutoJob) job = make_job(f, others[i].values);
        g_autoptr(MamutoJob) before = mamuto_job_copy(job);

        g_test_message("f(%s) to g(%s)", others[i].first, others[i].second);
        arrange(job, "model.py:g", get_function(fixture, others[i].second), others[i].rows);
        arrange(job, "model.py:f", f, NULL);
        g_assert_true(mamuto_job_equal(job, before));
    }
}

static void
test_other_in_document(Fixture *fixture, gconstpointer data)
{
    for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autoptr(MamutoJob) before = NULL;

        if (!others[i].in_document)
            continue;
        g_test_message("f(%s) to g(%s)", others[i].first, others[i].second);
        mamuto_job_document_clear(fixture->document);
        write_module(fixture, others[i].first, others[i].second);
        choose(fixture, "f");
        give(fixture, others[i].values);
        before = mamuto_job_copy(job_of(fixture));
        choose(fixture, "g");
        assert_rows(fixture, others[i].rows);
        if (strchr(others[i].rows, '?')) {
            g_autoptr(MamutoProblem) problem = mamuto_job_document_check(fixture->document);

            g_assert_nonnull(problem);
        }
        choose(fixture, "f");
        g_assert_true(mamuto_job_equal(job_of(fixture), before));
    }
}

/* Each argument without a parameter is named in a problem, and another parameter can get it. */
static void
test_assigned(Fixture *fixture, gconstpointer data)
{
    g_auto(GStrv) names = NULL;
    g_autofree char *message = NULL;
    g_autofree char *none = NULL;

    write_module(fixture, "x, data", "theta, data, s=1");
    choose(fixture, "f");
    give(fixture, "1 2");
    mamuto_job_set_keep(job_of(fixture), 0, TRUE);
    choose(fixture, "g");
    assert_rows(fixture, "theta=- data=2 s=- x:=1?");
    message = mamuto_job_document_check_input(fixture->document, 3);
    g_assert_nonnull(strstr(message, "“x”"));
    names = mamuto_job_document_list_free_parameters(fixture->document);
    g_assert_cmpuint(g_strv_length(names), ==, 2);
    g_assert_cmpstr(names[0], ==, "theta");
    g_assert_cmpstr(names[1], ==, "s");
    mamuto_job_document_assign_argument(fixture->document, 3, "theta");
    settle(fixture->document);
    assert_rows(fixture, "theta=1 data=2 s=-");
    g_assert_true(mamuto_job_get_keep(job_of(fixture), 0));
    none = mamuto_job_document_check_input(fixture->document, 0);
    g_assert_null(none);
}

static const struct {
    const char *first, *values, *edited, *rows;
} edits[] = {
    {"x, data", "1 2", "data, x", "data=2 x=1"},
    {"x, data", "1 2", "point, data", "point=1 data=2"},
    {"x, data", "1 2", "a, x, data", "a=- x=1 data=2"},
    {"x, data", "1 2", "x, y, data=0", "x=1 y=- data=2"},
    {"x, data", "1 2", "data", "data=2 x:=1?"},
    {"x, y", "1 -", "y, z", "y=- z=- x:=1?"},
};

static void
test_edited_source(Fixture *fixture, gconstpointer data)
{
    for (guint i = 0; i < G_N_ELEMENTS(edits); i++) {
        g_autoptr(MamutoJob) job = make_job(get_function(fixture, edits[i].first), edits[i].values);

        g_test_message("f(%s) to f(%s)", edits[i].first, edits[i].edited);
        arrange(job, "model.py:f", get_function(fixture, edits[i].edited), edits[i].rows);
    }
}

static void
test_edited_in_document(Fixture *fixture, gconstpointer data)
{
    write_module(fixture, "x, data", "");
    choose(fixture, "f");
    give(fixture, "1 2");
    g_usleep(2000); /* the file gets another modification time */
    write_module(fixture, "a, data, x", "");
    mamuto_job_document_refresh(fixture->document);
    settle(fixture->document);
    assert_rows(fixture, "a=- data=2 x=1");
}

/* A job file of version 1 gives arguments to parameters by position, whatever it calls them. */
static void
test_file(Fixture *fixture, gconstpointer data)
{
    static const char text[] = "[job]\nfunction = model.py:f\n[argument 1]\nname = b\nvalue = =1\n"
                               "[argument 2]\nname = a\nvalue = =2\n";
    g_autoptr(GError) error = NULL;

    write_module(fixture, "a, b", "b, c, a");
    file_fixture_put(fixture->files.path, text);
    g_assert_true(
        mamuto_document_open(MAMUTO_DOCUMENT(fixture->document), fixture->files.path, &error));
    g_assert_no_error(error);
    settle(fixture->document);
    assert_rows(fixture, "a=1 b=2");
    g_assert_false(mamuto_document_get_dirty(MAMUTO_DOCUMENT(fixture->document)));
    choose(fixture, "g");
    assert_rows(fixture, "b=2 c=- a=1");
    choose(fixture, "f");
    g_assert_false(mamuto_document_get_dirty(MAMUTO_DOCUMENT(fixture->document)));
}

/* Another function was chosen whose source has an error, so the arguments are not arranged for it
 * when the program ends. */
static void
test_draft(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoClusterDocument) cluster = mamuto_cluster_document_new();
    g_autoptr(MamutoJobDocument) document = mamuto_job_document_new(cluster);
    g_autofree char *broken = g_build_filename(fixture->files.folder, "broken.py", NULL);
    g_autofree char *spec = g_strconcat(broken, ":f", NULL);
    g_autofree char *rows = NULL;

    write_module(fixture, "x, data", "");
    choose(fixture, "f");
    give(fixture, "1 2");
    file_fixture_put(broken, "def f(data, x)\n");
    mamuto_job_set_function(job_of(fixture), spec);
    settle(fixture->document);
    document_drafts_save(fixture->document, fixture->cluster);
    file_fixture_put(broken, "def f(data, x):\n    return x\n");
    document_drafts_restore(document, cluster, "", "");
    settle(document);
    rows = show_document(document);
    g_assert_cmpstr(rows, ==, "data=2 x=1");
}

/* A file without a place goes to the first parameter that needs a value. */
static void
test_free(Fixture *fixture, gconstpointer data)
{
    write_module(fixture, "s=1, t=2, *, k", "");
    choose(fixture, "f");
    g_assert_cmpint(mamuto_job_document_find_free_position(fixture->document), ==, 2);
    mamuto_job_set_argument(job_of(fixture), 2, "=3");
    assert_rows(fixture, "s=- t=- k:=3");
    g_assert_cmpint(mamuto_job_document_find_free_position(fixture->document), ==, 0);
    mamuto_job_set_argument(job_of(fixture), 1, "=2");
    assert_rows(fixture, "s=- t:=2 k:=3");
    mamuto_job_set_argument(job_of(fixture), 0, "=1");
    assert_rows(fixture, "s=1 t=2 k:=3");
    g_assert_cmpint(mamuto_job_document_find_free_position(fixture->document), ==, -1);
    mamuto_job_document_remove_argument(fixture->document, 2);
    assert_rows(fixture, "s=1 t=2 k=-");
}

/* Arguments of *args are added and removed before those that can only be passed by name. */
static void
test_rest(Fixture *fixture, gconstpointer data)
{
    write_module(fixture, "x, *rest, k=1", "");
    choose(fixture, "f");
    assert_rows(fixture, "x=- k=-");
    mamuto_job_set_argument(job_of(fixture), 1, "=9");
    mamuto_job_document_add_argument(fixture->document);
    mamuto_job_document_add_argument(fixture->document);
    assert_rows(fixture, "x=- rest[0]=- rest[1]=- k:=9");
    mamuto_job_set_argument(job_of(fixture), 2, "=2");
    mamuto_job_document_remove_argument(fixture->document, 1);
    assert_rows(fixture, "x=- rest[0]=2 k:=9");
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
    g_autofree char *mamuto = g_build_filename(state, "mamuto", NULL);
    int status;

    g_assert_no_error(error);
    g_setenv("XDG_STATE_HOME", state, TRUE);
    g_test_init(&argc, &argv, NULL);
    add("/job-arrange/other-function", test_other_function);
    add("/job-arrange/other-in-document", test_other_in_document);
    add("/job-arrange/assigned", test_assigned);
    add("/job-arrange/edited-source", test_edited_source);
    add("/job-arrange/edited-in-document", test_edited_in_document);
    add("/job-arrange/file", test_file);
    add("/job-arrange/draft", test_draft);
    add("/job-arrange/free", test_free);
    add("/job-arrange/rest", test_rest);
    status = g_test_run();
    file_fixture_remove_folder(mamuto);
    file_fixture_remove_folder(state);
    return status;
}
