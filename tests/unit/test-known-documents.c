/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the list of known job and cluster files. A file from elsewhere is unknown until it is
 * approved; a file that was saved here is known; a changed file, a draft and an undone replacement
 * keep their origin. */
#include "../../app/documents/document-drafts.h"
#include "../../app/documents/held-documents.h"
#include "../../app/documents/known-documents.h"
#include "../../app/runner/mamuto-runner.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "file-fixture.h"

typedef struct {
    FileFixture files;
    MamutoClusterDocument *cluster;
    MamutoJobDocument *job;
} Fixture;

static char *state_folder;

static char *
list_path(void)
{
    return g_build_filename(state_folder, "mamuto", "known-documents", NULL);
}

static char **
read_lines(void)
{
    g_autofree char *path = list_path();
    g_autofree char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_true(g_str_has_suffix(text, "\n"));
    text[strlen(text) - 1] = '\0';
    return g_strsplit(text, "\n", -1);
}

static gboolean
list_has(const char *line)
{
    g_auto(GStrv) lines = read_lines();

    return g_strv_contains((const char *const *)lines, line);
}

/* Returns the line of a file in the list, with a hash that GLib computes: the hash and the URI. */
static char *
line_of(const char *path)
{
    g_autofree char *text = NULL;
    g_autofree char *hash = NULL;
    g_autofree char *uri = g_filename_to_uri(path, NULL, NULL);
    gsize length;

    g_assert_true(g_file_get_contents(path, &text, &length, NULL));
    hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, length);
    return g_strdup_printf("%s %s", hash, uri);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    file_fixture_set_up(&fixture->files, "job.mamuto");
    fixture->cluster = mamuto_cluster_document_new();
    fixture->job = mamuto_job_document_new(fixture->cluster);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_clear_object(&fixture->job);
    g_clear_object(&fixture->cluster);
    file_fixture_tear_down(&fixture->files, "job.mamuto");
}

static gpointer
job_of(Fixture *fixture)
{
    return mamuto_job_document_get_job(fixture->job);
}

static gpointer
cluster_of(Fixture *fixture)
{
    return mamuto_cluster_document_get_cluster(fixture->cluster);
}

static void
open_file(gpointer document, const char *path)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(mamuto_document_open(document, path, &error));
    g_assert_no_error(error);
}

static void
save_file(gpointer document, const char *path)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(mamuto_document_save(document, path, &error));
    g_assert_no_error(error);
}

/* Writes a job file that Mamuto has not saved. Its comment makes its hash unique in the list. */
static void
put_job(Fixture *fixture)
{
    g_autofree char *text =
        g_strdup_printf("# %s\n[job]\nfunction = model.py:like\n", fixture->files.folder);

    file_fixture_put(fixture->files.path, text);
}

static void
test_from_elsewhere(Fixture *fixture, gconstpointer data)
{
    g_autofree char *config = g_build_filename(fixture->files.folder, "c.cfg", NULL);
    g_autofree char *line = NULL;

    g_assert_true(known_documents_contain(job_of(fixture)));
    g_assert_true(known_documents_contain(cluster_of(fixture)));
    put_job(fixture);
    file_fixture_put(config, "[parameters]\r\nhosts = {\"localhost\": 1}\r\n# end, no line feed");
    open_file(fixture->job, fixture->files.path);
    open_file(fixture->cluster, config);
    g_assert_false(known_documents_contain(job_of(fixture)));
    g_assert_false(known_documents_contain(cluster_of(fixture)));
    mamuto_job_set_output(job_of(fixture), "/tmp/out.npy");
    g_assert_false(known_documents_contain(job_of(fixture)));

    known_documents_approve(cluster_of(fixture));
    g_assert_true(known_documents_contain(cluster_of(fixture)));
    g_assert_false(known_documents_contain(job_of(fixture)));
    line = line_of(config);
    g_assert_true(list_has(line));
    open_file(fixture->cluster, config);
    g_assert_true(known_documents_contain(cluster_of(fixture)));

    /* the same content at another place and other content at the same place are unknown */
    g_free(config);
    config = g_build_filename(fixture->files.folder, "d.cfg", NULL);
    file_fixture_put(config, "[parameters]\r\nhosts = {\"localhost\": 1}\r\n# end, no line feed");
    open_file(fixture->cluster, config);
    g_assert_false(known_documents_contain(cluster_of(fixture)));
    known_documents_approve(cluster_of(fixture));
    file_fixture_put(config, "[parameters]\r\nhosts = {\"localhost\": 1}\r\n# End, no line feed");
    open_file(fixture->cluster, config);
    g_assert_false(known_documents_contain(cluster_of(fixture)));
}

static void
test_saved_here(Fixture *fixture, gconstpointer data)
{
    g_autofree char *first = NULL, *second = NULL;

    mamuto_job_set_function(job_of(fixture), "/nowhere/model.py:like");
    save_file(fixture->job, fixture->files.path);
    first = line_of(fixture->files.path);
    g_assert_true(list_has(first));
    /* only the last content of a file that was saved several times is in the list */
    mamuto_job_set_output(job_of(fixture), "/tmp/out.npy");
    save_file(fixture->job, fixture->files.path);
    second = line_of(fixture->files.path);
    g_assert_cmpstr(first, !=, second);
    g_assert_true(list_has(second));
    g_assert_false(list_has(first));
    open_file(fixture->job, fixture->files.path);
    g_assert_true(known_documents_contain(job_of(fixture)));
}

/* Saving a file from elsewhere does not approve it. */
static void
test_saved_from_elsewhere(Fixture *fixture, gconstpointer data)
{
    g_autofree char *other = g_build_filename(fixture->files.folder, "other.mamuto", NULL);

    put_job(fixture);
    open_file(fixture->job, fixture->files.path);
    mamuto_job_set_output(job_of(fixture), "/tmp/out.npy");
    save_file(fixture->job, fixture->files.path);
    g_assert_false(known_documents_contain(job_of(fixture)));
    save_file(fixture->job, other);
    g_assert_false(known_documents_contain(job_of(fixture)));
    open_file(fixture->job, other);
    g_assert_false(known_documents_contain(job_of(fixture)));
    known_documents_approve(job_of(fixture));
    mamuto_job_set_output(job_of(fixture), NULL);
    save_file(fixture->job, fixture->files.path);
    g_assert_true(known_documents_contain(job_of(fixture)));
}

static void
test_undo_and_drafts(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoHeldDocuments) held = NULL;
    g_autoptr(MamutoClusterDocument) other_cluster = mamuto_cluster_document_new();
    g_autoptr(MamutoJobDocument) other_job = mamuto_job_document_new(other_cluster);
    g_autofree char *config = g_build_filename(fixture->files.folder, "c.cfg", NULL);
    g_autofree char *origin = NULL;

    put_job(fixture);
    file_fixture_put(config, "[parameters]\nhosts = {\"localhost\": 1}\nnice = 3\n");
    open_file(fixture->job, fixture->files.path);
    open_file(fixture->cluster, config);
    held = mamuto_held_documents_new(fixture->job, fixture->cluster);
    mamuto_job_document_clear(fixture->job);
    g_assert_true(known_documents_contain(job_of(fixture)));
    mamuto_held_documents_put_back(held);
    g_assert_false(known_documents_contain(job_of(fixture)));

    mamuto_job_set_output(job_of(fixture), "/tmp/out.npy");
    mamuto_cluster_set_nice(cluster_of(fixture), 7);
    origin = g_strdup(known_documents_get_origin(cluster_of(fixture)));
    document_drafts_save(fixture->job, fixture->cluster);
    /* the file may become known later, but the draft still contains the other content */
    file_fixture_put(fixture->files.path, "[job]\nfunction = other.py:like\n");
    document_drafts_restore(other_job, other_cluster, "", "");
    g_assert_cmpstr(mamuto_job_get_output(mamuto_job_document_get_job(other_job)), ==,
                    "/tmp/out.npy");
    g_assert_false(known_documents_contain(mamuto_job_document_get_job(other_job)));
    g_assert_cmpstr(known_documents_get_origin(mamuto_cluster_document_get_cluster(other_cluster)),
                    ==, origin);
    g_assert_false(known_documents_contain(mamuto_cluster_document_get_cluster(other_cluster)));
    known_documents_approve(job_of(fixture));
    g_assert_true(known_documents_contain(mamuto_job_document_get_job(other_job)));

    /* opening a file again at the next start of the program does not make it known */
    mamuto_job_document_clear(fixture->job);
    open_file(fixture->cluster, config);
    document_drafts_save(fixture->job, fixture->cluster);
    document_drafts_restore(other_job, other_cluster, fixture->files.path, config);
    g_assert_false(known_documents_contain(mamuto_job_document_get_job(other_job)));
    g_assert_false(known_documents_contain(mamuto_cluster_document_get_cluster(other_cluster)));
}

/* The list has a limit, is private, and is ignored if others can write it. */
static void
test_list(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = list_path();
    g_autofree char *line = NULL;
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    g_autoptr(MamutoJob) job = mamuto_job_new();
    GStatBuf info;

    for (guint i = 0; i < 1200; i++) {
        g_autofree char *origin = g_strdup_printf("%064u file:///%u", i, i);

        known_documents_set_origin(job, origin);
        known_documents_approve(job);
    }
    lines = read_lines();
    g_assert_cmpuint(g_strv_length(lines), ==, 1000);
    g_assert_true(g_str_has_suffix(lines[999], "file:///1199"));
    g_assert_cmpint(g_stat(path, &info), ==, 0);
    g_assert_cmpuint(info.st_mode & 0777, ==, 0600);

    put_job(fixture);
    open_file(fixture->job, fixture->files.path);
    line = line_of(fixture->files.path);
    text = g_strconcat(line, "\n", NULL);
    file_fixture_put(path, text);
    g_assert_cmpint(g_chmod(path, 0620), ==, 0);
    g_assert_false(known_documents_contain(job_of(fixture)));
    g_assert_cmpint(g_chmod(path, 0600), ==, 0);
    g_assert_true(known_documents_contain(job_of(fixture)));
}

static void
count(MamutoRunner *runner, guint *n)
{
    (*n)++;
}

/* The runner itself refuses an unknown job or cluster, so that no button or shortcut can start it.
 */
static void
test_runner(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoRunner) runner = mamuto_runner_new(fixture->job, fixture->cluster);
    g_autofree char *module = g_build_filename(fixture->files.folder, "model.py", NULL);
    g_autofree char *table = g_build_filename(fixture->files.folder, "x.csv", NULL);
    guint n_unknown = 0, n_problems = 0;

    file_fixture_put(module, "def like(x):\n    return x\n");
    file_fixture_put(table, "x\n1\n2\n");
    file_fixture_put(fixture->files.path,
                     "[job]\nfunction = model.py:like\n[argument 1]\nvalue = x.csv:x\n");
    open_file(fixture->job, fixture->files.path);
    g_signal_connect(runner, "unknown", G_CALLBACK(count), &n_unknown);
    g_signal_connect(runner, "problem", G_CALLBACK(count), &n_problems);
    mamuto_runner_run(runner);
    while (mamuto_job_document_get_loading(fixture->job) || mamuto_runner_get_running(runner))
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(n_problems, ==, 0);
    g_assert_cmpuint(n_unknown, ==, 1);
    g_assert_null(mamuto_runner_get_run(runner));
    known_documents_approve(job_of(fixture));
    mamuto_runner_run(runner);
    /* the run begins after its files were looked at again */
    while (mamuto_job_document_get_loading(fixture->job))
        g_main_context_iteration(NULL, TRUE);
    g_assert_nonnull(mamuto_runner_get_run(runner));
    g_assert_cmpuint(n_unknown, ==, 1);
    while (mamuto_runner_get_running(runner))
        g_main_context_iteration(NULL, TRUE);
    mamuto_runner_close(runner);
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
    g_autofree char *folder = NULL;
    int status;

    state_folder = g_dir_make_tmp("mamuto-state-XXXXXX", &error);
    g_assert_no_error(error);
    g_setenv("XDG_STATE_HOME", state_folder, TRUE);
    g_test_init(&argc, &argv, NULL);
    add("/known-documents/from-elsewhere", test_from_elsewhere);
    add("/known-documents/saved-here", test_saved_here);
    add("/known-documents/saved-from-elsewhere", test_saved_from_elsewhere);
    add("/known-documents/undo-and-drafts", test_undo_and_drafts);
    add("/known-documents/list", test_list);
    add("/known-documents/runner", test_runner);
    status = g_test_run();
    folder = g_build_filename(state_folder, "mamuto", NULL);
    file_fixture_remove_folder(folder);
    file_fixture_remove_folder(state_folder);
    g_free(state_folder);
    return status;
}
