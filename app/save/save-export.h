/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Exports of what a view shows: asks for a file, has it written, and says how it went. */
#pragma once

#include <gtk/gtk.h>

/* Writes @path, whose ending says in which format. @widget: the one that asked. */
typedef gboolean (*SaveExportFunc)(GtkWidget *widget, const char *path, GError **error);

typedef struct {
    const char *title;  /* of the dialog */
    const char *name;   /* proposed, without ending */
    const char *suffix; /* ".csv"; static */
    SaveExportFunc write;
} SaveExport;

/* Nothing is written once @widget is gone. */
void save_export(GtkWidget *widget, const SaveExport *what);
