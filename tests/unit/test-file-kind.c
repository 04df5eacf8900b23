/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests how the window finds out the kind of a file (job, cluster, function, array). The content
 * of the file is more important than its name. A file that is saved must get a suffix that
 * belongs to its kind. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "file-fixture.h"
#include "mamuto.h"

static MamutoFileKind
find(FileFixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);

    file_fixture_put(path, text);
    return mamuto_file_kind_guess(path);
}

static void
test_names(FileFixture *fixture, gconstpointer data)
{
    static const struct {
        const char *name;
        MamutoFileKind kind;
    } cases[] = {
        {"a.mamuto", MAMUTO_FILE_JOB},     {"a.MAMUTO", MAMUTO_FILE_JOB},
        {"a.cfg", MAMUTO_FILE_CLUSTER},    {"a.Ini", MAMUTO_FILE_CLUSTER},
        {"a.py", MAMUTO_FILE_FUNCTION},    {"a.npy", MAMUTO_FILE_NPY},
        {"a.npz", MAMUTO_FILE_NPZ},        {"a.csv", MAMUTO_FILE_TABLE},
        {"a.tsv", MAMUTO_FILE_TABLE},      {"a.txt", MAMUTO_FILE_TABLE},
        {"a.csv.gz", MAMUTO_FILE_TABLE},   {"A.TSV.GZ", MAMUTO_FILE_TABLE},
        {"a.txt.gz", MAMUTO_FILE_TABLE},   {"a.gz", MAMUTO_FILE_UNKNOWN},
        {"a.npy.gz", MAMUTO_FILE_UNKNOWN}, {"a.jpg", MAMUTO_FILE_UNKNOWN},
        {"mamuto", MAMUTO_FILE_UNKNOWN},   {"a.cfg~", MAMUTO_FILE_UNKNOWN},
        {"a", MAMUTO_FILE_UNKNOWN},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_build_filename(fixture->folder, cases[i].name, NULL);

        g_test_message("%s", cases[i].name);
        g_assert_cmpint(mamuto_file_kind_guess(path), ==, cases[i].kind);
        g_assert_cmpint(find(fixture, cases[i].name, "1\n2\n"), ==, cases[i].kind);
        g_assert_cmpint(find(fixture, cases[i].name, ""), ==, cases[i].kind);
    }
}

static void
test_contents(FileFixture *fixture, gconstpointer data)
{
    g_autofree char *late = g_strnfill(100000, '#');

    g_assert_cmpint(find(fixture, "a", "[parameters]\nhosts = {}\n"), ==, MAMUTO_FILE_CLUSTER);
    g_assert_cmpint(find(fixture, "a", "[job]"), ==, MAMUTO_FILE_JOB);
    g_assert_cmpint(find(fixture, "a.txt", "[parameters] # of us\n"), ==, MAMUTO_FILE_CLUSTER);
    g_assert_cmpint(find(fixture, "a.cfg", "\xef\xbb\xbf[job]\r\n"), ==, MAMUTO_FILE_JOB);
    g_assert_cmpint(find(fixture, "a", "\r\n# of us\n  ; yes\n\n[DEFAULT]\na = 1\n[parameters]\n"),
                    ==, MAMUTO_FILE_CLUSTER);
    /* These files are neither jobs nor clusters. "[parameters]" or "[job]" is missing, is
     * written with a capital letter, or follows a line that is not a comment. */
    g_assert_cmpint(find(fixture, "a.py", "# one\nC = '''\n[parameters]\n'''\n"), ==,
                    MAMUTO_FILE_FUNCTION);
    g_assert_cmpint(find(fixture, "a.csv", "x\n[job]\n"), ==, MAMUTO_FILE_TABLE);
    g_assert_cmpint(find(fixture, "a", "[Parameters]\n"), ==, MAMUTO_FILE_UNKNOWN);
    g_assert_cmpint(find(fixture, "a", "[other]\nkey\n"), ==, MAMUTO_FILE_UNKNOWN);
    g_assert_cmpint(find(fixture, "a", late), ==, MAMUTO_FILE_UNKNOWN);
}

/* A folder has no kind. For a pipe, only the name counts, because reading from the pipe could
 * block forever. */
static void
test_no_file(FileFixture *fixture, gconstpointer data)
{
    g_assert_cmpint(mamuto_file_kind_guess(fixture->folder), ==, MAMUTO_FILE_UNKNOWN);
    g_assert_cmpint(mkfifo(fixture->path, 0600), ==, 0);
    g_assert_cmpint(mamuto_file_kind_guess(fixture->path), ==, MAMUTO_FILE_CLUSTER);
}

static void
assert_name(MamutoFileKind kind, const char *path, const char *expected)
{
    g_autofree char *named = mamuto_file_kind_complete_name(kind, path);

    g_assert_cmpstr(named, ==, expected);
}

static void
test_saved(FileFixture *fixture, gconstpointer data)
{
    g_autofree char *bare = g_build_filename(fixture->folder, "bare", NULL);

    assert_name(MAMUTO_FILE_JOB, "/none/a", "/none/a.mamuto");
    assert_name(MAMUTO_FILE_JOB, "/none/a.cfg", "/none/a.cfg.mamuto");
    assert_name(MAMUTO_FILE_JOB, "/none/a.Mamuto", "/none/a.Mamuto");
    assert_name(MAMUTO_FILE_CLUSTER, "/none/lab 2.1", "/none/lab 2.1.cfg");
    assert_name(MAMUTO_FILE_CLUSTER, "/none/lab.ini", "/none/lab.ini");
    assert_name(MAMUTO_FILE_ARRAY, "/none/out", "/none/out.npy");
    assert_name(MAMUTO_FILE_ARRAY, "/none/out.TSV", "/none/out.TSV");
    assert_name(MAMUTO_FILE_NPY, "/none/out.csv", "/none/out.csv.npy");
    assert_name(MAMUTO_FILE_ROWS, "/none/out.jsonl", "/none/out.jsonl");
    assert_name(MAMUTO_FILE_JSON_LINES, "/none/out", "/none/out.jsonl");
    /* The user has agreed to replace this file. With a suffix, the program would write another
     * file. */
    file_fixture_put(bare, "[parameters]\n");
    assert_name(MAMUTO_FILE_CLUSTER, bare, bare);
}

static void
assert_suffixes(char **suffixes, const char *expected)
{
    g_autofree char *joined = g_strjoinv(" ", suffixes);

    g_assert_cmpstr(joined, ==, expected);
    g_strfreev(suffixes);
}

static void
test_suffixes(FileFixture *fixture, gconstpointer data)
{
    assert_suffixes(mamuto_file_kind_get_suffixes(MAMUTO_FILE_JOB), ".mamuto");
    assert_suffixes(mamuto_file_kind_get_suffixes(MAMUTO_FILE_CLUSTER), ".cfg .ini");
    assert_suffixes(mamuto_file_kind_get_suffixes(MAMUTO_FILE_ARRAY),
                    ".npy .npz .csv .tsv .txt .csv.gz .tsv.gz .txt.gz");
    assert_suffixes(mamuto_file_kind_get_saved_suffixes(MAMUTO_FILE_ARRAY), ".npy .csv .tsv");
    assert_suffixes(mamuto_file_kind_get_saved_suffixes(MAMUTO_FILE_ROWS), ".npy .csv .tsv .jsonl");
    assert_suffixes(mamuto_file_kind_get_saved_suffixes(MAMUTO_FILE_FUNCTION), "");
    assert_suffixes(mamuto_file_kind_get_suffixes(MAMUTO_FILE_UNKNOWN), "");
}

/* The window offers suffixes for array files. The library must be able to save and load files
 * with these suffixes. */
static void
test_array_files(FileFixture *fixture, gconstpointer data)
{
    g_auto(GStrv) saved = mamuto_file_kind_get_saved_suffixes(MAMUTO_FILE_ARRAY);
    g_auto(GStrv) read = mamuto_file_kind_get_suffixes(MAMUTO_FILE_TABLE);
    static const double values[] = {1, 2, 3};
    const gint64 shape[] = {3};
    g_autoptr(MamutoArray) array = NULL;
    MamutoDtype dtype;

    g_assert_true(mamuto_dtype_parse("<f8", &dtype, NULL));
    array = mamuto_array_new(&dtype, 1, shape, NULL);
    memcpy(mamuto_array_get_data(array), values, sizeof values);
    for (char **suffix = saved; *suffix; suffix++) {
        g_autofree char *path = g_strconcat(fixture->path, *suffix, NULL);
        g_autoptr(MamutoArray) loaded = NULL;
        g_autoptr(GError) error = NULL;

        g_assert_true(mamuto_array_save(array, path, &error));
        g_assert_no_error(error);
        loaded = mamuto_array_load(path, NULL, &error);
        g_assert_no_error(error);
        g_assert_cmpint(mamuto_array_get_n_rows(loaded), ==, 3);
    }
    for (char **suffix = read; *suffix; suffix++) {
        g_autofree char *path = g_strconcat(fixture->path, *suffix, NULL);
        g_autoptr(MamutoArray) loaded = NULL;
        g_autoptr(GError) error = NULL;

        file_fixture_put(path, "1\n2\n");
        loaded = mamuto_array_load(path, NULL, &error);
        g_assert_no_error(error);
        g_assert_cmpint(mamuto_array_get_n_rows(loaded), ==, 2);
    }
}

#define ADD(name, function)                                                                        \
    g_test_add(name, FileFixture, "a.cfg", file_fixture_set_up, function, file_fixture_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/file-kind/names", test_names);
    ADD("/file-kind/contents", test_contents);
    ADD("/file-kind/no-file", test_no_file);
    ADD("/file-kind/saved", test_saved);
    ADD("/file-kind/suffixes", test_suffixes);
    ADD("/file-kind/array-files", test_array_files);
    return g_test_run();
}
