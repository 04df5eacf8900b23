/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shows the first lines of a text table as they are in the file, with the header marked. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

/* Replaces the lines in @grid. @lines: (nullable) (array zero-terminated=1): the lines from the
 * beginning of the file, of which a few around the header are shown. @table: (nullable): how they
 * are understood. Returns whether any line is shown. */
gboolean file_lines_show(GtkGrid *grid, char **lines, const MamutoTable *table);
