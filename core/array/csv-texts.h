/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Columns of text with cells of very differing lengths. An array of text gives each cell the length
 * of the longest one, so that one long cell among a million short ones would need more memory than
 * there is. Such a column becomes an array of JSON strings instead (see array-lines.h), in a file
 * in memory. */
#pragma once

#include "csv.h"

G_BEGIN_DECLS

/* Returns whether the column of text is loaded as JSON strings. The cells must be counted. Always
 * FALSE for several columns, because JSON strings have one axis. */
gboolean csv_texts_are_wide(const CsvTable *table);
/* Loads the cells of the whole table. @range: the range of all rows. */
MamutoArray *csv_texts_load(CsvTable *table, CsvRange *range, GError **error);
/* Appends a cell, which must be valid UTF-8. */
gboolean csv_texts_add(CsvRange *range, const char *text);

G_END_DECLS
