/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See file-fixture.h. */
#include "file-fixture.h"

#include <glib/gstdio.h>

void
file_fixture_set_up(FileFixture *fixture, gconstpointer name)
{
    fixture->folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    fixture->path = g_build_filename(fixture->folder, name, NULL);
}

void
file_fixture_tear_down(FileFixture *fixture, gconstpointer name)
{
    file_fixture_remove_folder(fixture->folder);
    g_free(fixture->path);
    g_free(fixture->folder);
}

void
file_fixture_remove_folder(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        g_assert_false(g_str_has_suffix(name, ".tmp"));
        g_remove(path);
    }
    g_rmdir(folder);
}

void
file_fixture_put(const char *path, const char *text)
{
    g_autoptr(GError) error = NULL;

    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
}

void
file_fixture_assert_text(const char *path, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(text, ==, expected);
}
