/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Creates a temporary folder for a test. The folder and its files are removed after the test. */
#pragma once

#include <glib.h>

typedef struct {
    char *folder;
    char *path; /* path of a file in @folder; the test creates the file if it needs it */
} FileFixture;

/* Set-up and tear-down functions for g_test_add(). @name is the data of the test: the file name at
 * the end of FileFixture.path. */
void file_fixture_set_up(FileFixture *fixture, gconstpointer name);
void file_fixture_tear_down(FileFixture *fixture, gconstpointer name);

/* Removes a folder and its files. Fails if the folder contains a temporary file, which a save
 * should have removed. */
void file_fixture_remove_folder(const char *folder);

void file_fixture_put(const char *path, const char *text);
void file_fixture_assert_text(const char *path, const char *expected);
