/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Files that the window opens: what they hold says more than their names, and what is saved gets a
 * name by which it is found again. */
#include "../../app/window/file-kind.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "file-fixture.h"

static FileKind
find(FileFixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);

    file_fixture_put(path, text);
    return file_kind_find(path);
}

static void
test_names(FileFixture *fixture, gconstpointer data)
{
    static const struct {
        const char *name;
        FileKind kind;
    } cases[] = {
        {"a.mamuto", FILE_KIND_JOB},   {"a.MAMUTO", FILE_KIND_JOB},  {"a.cfg", FILE_KIND_CLUSTER},
        {"a.Ini", FILE_KIND_CLUSTER},  {"a.py", FILE_KIND_FUNCTION}, {"a.npy", FILE_KIND_ARRAY},
        {"a.npz", FILE_KIND_ARRAY},    {"a.csv", FILE_KIND_ARRAY},   {"a.tsv", FILE_KIND_ARRAY},
        {"a.txt", FILE_KIND_ARRAY},    {"a.jpg", FILE_KIND_UNKNOWN}, {"mamuto", FILE_KIND_UNKNOWN},
        {"a.cfg~", FILE_KIND_UNKNOWN}, {"a", FILE_KIND_UNKNOWN},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_build_filename(fixture->folder, cases[i].name, NULL);

        g_test_message("%s", cases[i].name);
        g_assert_cmpint(file_kind_find(path), ==, cases[i].kind);
        g_assert_cmpint(find(fixture, cases[i].name, "1\n2\n"), ==, cases[i].kind);
        g_assert_cmpint(find(fixture, cases[i].name, ""), ==, cases[i].kind);
    }
}

static void
test_contents(FileFixture *fixture, gconstpointer data)
{
    g_autofree char *late = g_strnfill(100000, '#');

    g_assert_cmpint(find(fixture, "a", "[parameters]\nhosts = {}\n"), ==, FILE_KIND_CLUSTER);
    g_assert_cmpint(find(fixture, "a", "[job]"), ==, FILE_KIND_JOB);
    g_assert_cmpint(find(fixture, "a.txt", "[parameters] # of us\n"), ==, FILE_KIND_CLUSTER);
    g_assert_cmpint(find(fixture, "a.cfg", "\xef\xbb\xbf[job]\r\n"), ==, FILE_KIND_JOB);
    g_assert_cmpint(find(fixture, "a", "\r\n# of us\n  ; yes\n\n[DEFAULT]\na = 1\n[parameters]\n"),
                    ==, FILE_KIND_CLUSTER);
    /* a program that holds the text of a cluster, a table, and others' files */
    g_assert_cmpint(find(fixture, "a.py", "# one\nC = '''\n[parameters]\n'''\n"), ==,
                    FILE_KIND_FUNCTION);
    g_assert_cmpint(find(fixture, "a.csv", "x\n[job]\n"), ==, FILE_KIND_ARRAY);
    g_assert_cmpint(find(fixture, "a", "[Parameters]\n"), ==, FILE_KIND_UNKNOWN);
    g_assert_cmpint(find(fixture, "a", "[other]\nkey\n"), ==, FILE_KIND_UNKNOWN);
    g_assert_cmpint(find(fixture, "a", late), ==, FILE_KIND_UNKNOWN);
}

/* Nobody waits for what a pipe may bring. */
static void
test_no_file(FileFixture *fixture, gconstpointer data)
{
    g_assert_cmpint(file_kind_find(fixture->folder), ==, FILE_KIND_UNKNOWN);
    g_assert_cmpint(mkfifo(fixture->path, 0600), ==, 0);
    g_assert_cmpint(file_kind_find(fixture->path), ==, FILE_KIND_CLUSTER);
}

static void
assert_name(FileKind kind, const char *path, const char *expected)
{
    g_autofree char *named = file_kind_name(kind, path);

    g_assert_cmpstr(named, ==, expected);
}

static void
test_saved(FileFixture *fixture, gconstpointer data)
{
    g_autofree char *bare = g_build_filename(fixture->folder, "bare", NULL);

    assert_name(FILE_KIND_JOB, "/none/a", "/none/a.mamuto");
    assert_name(FILE_KIND_JOB, "/none/a.cfg", "/none/a.cfg.mamuto");
    assert_name(FILE_KIND_JOB, "/none/a.Mamuto", "/none/a.Mamuto");
    assert_name(FILE_KIND_CLUSTER, "/none/lab 2.1", "/none/lab 2.1.cfg");
    assert_name(FILE_KIND_CLUSTER, "/none/lab.ini", "/none/lab.ini");
    /* one that is there was chosen, and the file chooser has asked about it */
    file_fixture_put(bare, "[parameters]\n");
    assert_name(FILE_KIND_CLUSTER, bare, bare);
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
    return g_test_run();
}
