/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Exports the content of a view: asks for a file, calls the view's function that writes the file,
 * and shows the outcome. */
#pragma once

#include <gtk/gtk.h>

/* Writes @path; its suffix is that of the SaveExport. @widget: as passed to save_export(). */
typedef gboolean (*SaveExportFunc)(GtkWidget *widget, const char *path, GError **error);

typedef struct {
    const char *title;  /* Of the dialog. */
    const char *name;   /* Proposed name, without suffix. */
    const char *suffix; /* ".csv"; a static string. */
    SaveExportFunc write;
} SaveExport;

/* Writes nothing if @widget is disposed before the user answers. */
void save_export(GtkWidget *widget, const SaveExport *what);
