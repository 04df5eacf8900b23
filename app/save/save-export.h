/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Exports the content of a view to a file: asks the user for a file, calls the function of the view
 * that writes the file, and shows the outcome. */
#pragma once

#include <gtk/gtk.h>

/* Writes the file @path, which has the suffix SaveExport.suffix. @widget: the widget that was
 * passed to save_export(). */
typedef gboolean (*SaveExportFunc)(GtkWidget *widget, const char *path, GError **error);

typedef struct {
    const char *title;  /* The title of the dialog. */
    const char *name;   /* The proposed name, without suffix. */
    const char *suffix; /* For example ".csv". The string must be static. */
    SaveExportFunc write;
} SaveExport;

/* Asks the user for a file and writes it. If @widget is disposed before the user answers, writes
 * nothing. */
void save_export(GtkWidget *widget, const SaveExport *what);
