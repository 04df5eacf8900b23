/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the archive of sent files: the same content gives the same hash, unchanged files are not
 * read again, and a changed file is always noticed. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#include "file-fixture.h"
#include "function-private.h"
#include "mamuto-error.h"
#include "sent-files.h"

static char *
inside(FileFixture *fixture, const char *name)
{
    return g_build_filename(fixture->folder, name, NULL);
}

static void
put(FileFixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = inside(fixture, name);
    struct utimbuf long_ago = {1000, 1000};

    file_fixture_put(path, text);
    g_assert_cmpint(utime(path, &long_ago), ==, 0);
}

static SentFiles *
read_file(FileFixture *fixture, const char *name, SentFiles *old)
{
    g_autoptr(SourceStamp) stamp = source_stamp_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = sent_files_find(fixture->folder, name, &error);
    SentFiles *files;

    g_assert_no_error(error);
    files = sent_files_read(fixture->folder, (const char *const[]){path, NULL},
                            (const char *const[]){NULL}, old, stamp, NULL, &error);
    g_assert_no_error(error);
    return files;
}

static void
test_archive(FileFixture *fixture, gconstpointer data)
{
    static const guint8 expected[] = {'M', 'M', 'F', '1', 1, 0, 0, 0, 0, 0, 0, 0,   1,  0,
                                      0,   0,   'k', 2,   0, 0, 0, 0, 0, 0, 0, 'a', 'b'};
    g_autoptr(SentFiles) files = NULL;
    g_autoptr(SentFiles) same = NULL;
    g_autoptr(SentFiles) other = NULL;
    gsize size;
    const guint8 *bytes;

    put(fixture, "k", "ab");
    files = read_file(fixture, "k", NULL);
    bytes = g_bytes_get_data(sent_files_get_archive(files), &size);
    g_assert_cmpmem(bytes, size, expected, sizeof expected);
    put(fixture, "k", "cd"); /* the archive has the content as it was read */
    g_assert_cmpmem(bytes, size, expected, sizeof expected);
    other = read_file(fixture, "k", files);
    g_assert_cmpstr(sent_files_get_hash(other), !=, sent_files_get_hash(files));
    put(fixture, "k", "ab");
    same = read_file(fixture, "k", NULL);
    g_assert_cmpstr(sent_files_get_hash(same), ==, sent_files_get_hash(files));
}

/* The time of the last change of the inode cannot be set, so the test waits until it is old. */
static void
test_unchanged(FileFixture *fixture, gconstpointer data)
{
    g_autofree char *path = inside(fixture, "k");
    g_autoptr(SentFiles) files = NULL;
    g_autoptr(SentFiles) same = NULL;
    g_autoptr(SentFiles) other = NULL;
    g_autoptr(GError) error = NULL;

    put(fixture, "k", "ab");
    for (;;) {
        g_clear_pointer(&files, sent_files_unref);
        g_clear_pointer(&same, sent_files_unref);
        files = read_file(fixture, "k", NULL);
        same = read_file(fixture, "k", files);
        if (same == files)
            break;
        g_assert_cmpstr(sent_files_get_hash(same), ==, sent_files_get_hash(files));
        g_usleep(100 * 1000);
    }
    g_assert_true(sent_files_check_unchanged(files, &error));
    put(fixture, "k", "cd"); /* with the same size and time */
    other = read_file(fixture, "k", files);
    g_assert_true(other != files);
    g_assert_cmpstr(sent_files_get_hash(other), !=, sent_files_get_hash(files));
    g_assert_false(sent_files_check_unchanged(files, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LOST);
    g_clear_error(&error);
    g_unlink(path);
    g_assert_false(sent_files_check_unchanged(other, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LOST);
}

static void
test_function(FileFixture *fixture, gconstpointer data)
{
    g_autofree char *spec = inside(fixture, "model.py:f");
    g_autofree char *odd = inside(fixture, "o\xff\"\\\n");
    g_autofree char *expected = NULL;
    g_autofree char *places = NULL;
    g_autoptr(MamutoFunction) function = NULL;
    g_autoptr(FunctionSources) sources = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) files = NULL;

    put(fixture, "model.py", "def f(x): return x\n");
    put(fixture, "k", "ab");
    function = mamuto_function_new(spec, &error);
    g_assert_no_error(error);
    g_assert_true(mamuto_function_add_file(function, "k", &error));
    g_assert_true(mamuto_function_add_file(function, "./k", &error));
    files = mamuto_function_get_files(function);
    g_assert_cmpuint(g_strv_length(files), ==, 1);
    g_assert_false(mamuto_function_add_file(function, "none", &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION);
    g_clear_error(&error);
    g_assert_false(mamuto_function_add_file(function, "/", &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION);
    sources = function_list_sources(function);
    g_free(sources->units[0]);
    sources->units[0] = g_strdup(odd);
    places = function_sources_format_places(sources, TRUE);
    expected =
        g_strdup_printf("{\"here\":true,\"root\":\"%s\",\"units\":{\"o\\udcff\\\"\\\\\\u000a\":"
                        "\"%s/o\\udcff\\\"\\\\\\u000a\"}}",
                        fixture->folder, fixture->folder);
    g_assert_cmpstr(places, ==, expected);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func)                                                                            \
    g_test_add("/sent-files/" name, FileFixture, "x", file_fixture_set_up, func,                   \
               file_fixture_tear_down)
    ADD("archive", test_archive);
    ADD("unchanged", test_unchanged);
    ADD("function", test_function);
    return g_test_run();
}
