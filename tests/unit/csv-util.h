/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Helpers for tests of CSV tables: they load a table from its text, and compare what was loaded. */
#pragma once

#include "mamuto-array.h"

typedef struct {
    const char *text;
    const char *part;     /* what follows the name of the file, such as ":x+header=no" */
    const char *expected; /* the array, or the texts of the error message, separated by " & " */
} CsvCase;

/* Writes @text to the file @path and loads this table. @part: see CsvCase. */
MamutoArray *load_csv(const char *path, const char *text, const char *part, GError **error);
/* Loads the table of each case from the file @path. Tests all cases, even after a failure. */
void check_csv_cases(const char *path, const CsvCase *cases, gsize n);
