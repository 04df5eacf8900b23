/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * For tests of what is read from and written to disk: a folder of the test's own with one file in
 * it, gone after the test together with all that was saved beside it. */
#pragma once

#include <glib.h>

typedef struct {
    char *folder;
    char *path; /* the file, which is not there yet */
} FileFixture;

/* For g_test_add(), whose data is the file's name. */
void file_fixture_set_up(FileFixture *fixture, gconstpointer name);
void file_fixture_tear_down(FileFixture *fixture, gconstpointer name);

/* Removes a folder of files; fails if a save, done or failed, has left its temporary file there. */
void file_fixture_remove_folder(const char *folder);

void file_fixture_put(const char *path, const char *text);
void file_fixture_assert_text(const char *path, const char *expected);
