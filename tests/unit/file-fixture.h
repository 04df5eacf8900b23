/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A fixture for tests that read and write files. The fixture is a temporary folder, which is
 * removed after the test together with all files in the folder. */
#pragma once

#include <glib.h>

typedef struct {
    char *folder;
    char *path; /* a path in @folder; set_up() does not create the file */
} FileFixture;

/* Functions for g_test_add(). @name is the name of the file in the folder. */
void file_fixture_set_up(FileFixture *fixture, gconstpointer name);
void file_fixture_tear_down(FileFixture *fixture, gconstpointer name);

/* Removes a folder and its files. Fails if a save has left a temporary file in the folder. */
void file_fixture_remove_folder(const char *folder);

void file_fixture_put(const char *path, const char *text);
void file_fixture_assert_text(const char *path, const char *expected);
