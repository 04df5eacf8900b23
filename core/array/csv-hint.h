/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * First lines that tell how a table is to be read: the hint of Mamuto, and the line with which
 * spreadsheets name the separator.
 *
 * The hint in the first line of a text table that Mamuto wrote. It tells the reader of the table
 * what the cells alone do not show, such as that "007" is a text. An example is
 *
 *   # mamuto: +header=yes+separator=comma+text=0,1
 *
 * The hint is a comment, so that other programs can skip it, such as pandas with comment='#'. */
#pragma once

#include "csv-head.h"

G_BEGIN_DECLS

/* Appends the hint and a line feed to @line. */
void csv_append_hint(GString *line, const MamutoTableOptions *options);

/* Reads the hint of the table @fd. Returns (transfer full): a copy of @given, in which the hint
 * sets those options that have their defaults. Returns NULL with @error set if the hint is
 * malformed. */
MamutoTableOptions *csv_read_hint(int fd, const MamutoTableOptions *given, GError **error);

/* Skips a first line such as "sep=;", and sets layout->named_separator. Fails if it names a
 * separator that tables cannot have. */
gboolean csv_skip_separator_line(CsvHead *head, CsvLayout *layout, GError **error);

G_END_DECLS
