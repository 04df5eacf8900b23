/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See save-export.h. */
#include "save-export.h"

#include <glib/gi18n.h>

#include "../compat/compat.h"
#include "../dialogs/tell.h"
#include "save-name.h"

/* A request to write a file after the user has chosen its name. The request is stored as data of
 * the widget, so that a widget has at most one request. */
typedef struct {
    const char *suffix;
    SaveExportFunc write;
} Request;

static void
tell_saved(GtkWidget *widget, const char *path)
{
    g_autofree char *shown = g_filename_display_basename(path);
    /* Translators: %s is the name of a file */
    g_autofree char *text = g_strdup_printf(_("%s saved"), shown);

    tell(widget, text);
}

static void
on_file(GFile *file, gpointer data)
{
    GtkWidget *widget = data;
    const Request *request = g_object_get_data(G_OBJECT(widget), "export-request");
    g_autoptr(GError) error = NULL;
    g_autofree char *path = save_name_get_path(file, request->suffix, SAVE_NAME_ALWAYS, &error);

    if (path && request->write(widget, path, &error))
        tell_saved(widget, path);
    else
        tell_error(widget, _("Could Not Save"), error);
}

void
save_export(GtkWidget *widget, const SaveExport *what)
{
    g_autofree char *upper = g_ascii_strup(what->suffix + 1, -1);
    g_autofree char *name = g_strconcat(what->name, what->suffix, NULL);
    const char *const suffixes[] = {what->suffix, NULL};
    const CompatFileChoice choice = {
        .title = what->title, .filter_name = upper, .suffixes = suffixes, .name = name};
    Request *request = g_new(Request, 1);

    *request = (Request){what->suffix, what->write};
    g_object_set_data_full(G_OBJECT(widget), "export-request", request, g_free);
    compat_save_file(widget, &choice, on_file, widget);
}
