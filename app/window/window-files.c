/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Files that come by command line, drag and drop or the recent ones: each goes where it belongs. */
#include "window-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "../app-data.h"
#include "../app-text.h"
#include "../dialogs/tell.h"

#define MAX_RECENT 8

/* ---- recent files ---- */

static void
fill_recent_menu(MamutoWindow *self)
{
    g_auto(GStrv) recent = g_settings_get_strv(app_data_get_settings(), "recent-files");

    g_menu_remove_all(self->recent_menu);
    for (char **path = recent; *path; path++) {
        g_autofree char *shown = app_text_path(*path);
        g_auto(GStrv) parts = g_strsplit(shown, "_", -1);
        g_autofree char *label = g_strjoinv("__", parts);
        g_autoptr(GMenuItem) item = g_menu_item_new(label, NULL);

        g_menu_item_set_action_and_target_value(item, "win.open-recent",
                                                g_variant_new_bytestring(*path));
        g_menu_append_item(self->recent_menu, item);
    }
}

void
window_note_recent(MamutoWindow *self, const char *path)
{
    g_auto(GStrv) recent = g_settings_get_strv(app_data_get_settings(), "recent-files");
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_auto(GStrv) noted = NULL;
    guint n = 1;

    /* the settings hold UTF-8 alone */
    if (!g_utf8_validate(path, -1, NULL))
        return;
    g_strv_builder_add(builder, path);
    for (char **old = recent; *old && n < MAX_RECENT; old++)
        if (strcmp(*old, path) != 0) {
            g_strv_builder_add(builder, *old);
            n++;
        }
    noted = g_strv_builder_end(builder);
    g_settings_set_strv(app_data_get_settings(), "recent-files", (const char *const *)noted);
    fill_recent_menu(self);
}

/* ---- opening ---- */

/* To the first argument that has nothing; where no function is chosen yet, to a new one. */
static void
place_array(MamutoWindow *self, const char *path)
{
    MamutoJob *job = mamuto_workspace_get_job(self->workspace);
    guint n = mamuto_job_get_n_arguments(job);

    for (guint i = 0; i < n; i++)
        if (!mamuto_job_get_argument(job, i)) {
            mamuto_job_set_argument(job, i, path);
            return;
        }
    if (n < MAMUTO_JOB_MAX_ARGUMENTS &&
        (!mamuto_inspector_get_function(mamuto_workspace_get_inspector(self->workspace)) ||
         mamuto_workspace_may_add_argument(self->workspace))) {
        mamuto_workspace_add_argument(self->workspace);
        mamuto_job_set_argument(job, n, path);
        return;
    }
    tell(GTK_WIDGET(self), _("All arguments have a value; drop it on one of them"));
}

/* Files that come together with their function wait until its parameters are known. */
static void
place_waiting(MamutoWindow *self)
{
    g_autoptr(GPtrArray) waiting = NULL;

    if (self->waiting_arrays->len == 0 ||
        mamuto_inspector_get_busy(mamuto_workspace_get_inspector(self->workspace)))
        return;
    /* placing one changes the inputs, which leads here again */
    waiting = g_steal_pointer(&self->waiting_arrays);
    self->waiting_arrays = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < waiting->len; i++)
        place_array(self, g_ptr_array_index(waiting, i));
}

static void
open_array(MamutoWindow *self, const char *path)
{
    window_leave_start(self);
    mamuto_window_show_page(self, "job");
    g_ptr_array_add(self->waiting_arrays, g_strdup(path));
    if (!mamuto_job_get_function(mamuto_workspace_get_job(self->workspace)))
        tell(GTK_WIDGET(self), _("Choose a function; the array becomes its argument"));
    place_waiting(self);
}

/* FALSE: told why it can be read by nobody. */
static gboolean
check_file(MamutoWindow *self, const char *path)
{
    g_autofree char *shown = g_filename_display_name(path);
    g_autoptr(GError) error = NULL;
    GStatBuf info;

    if (g_stat(path, &info) != 0)
        g_set_error(&error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", shown, g_strerror(errno));
    else if (S_ISDIR(info.st_mode))
        g_set_error(&error, G_FILE_ERROR, G_FILE_ERROR_ISDIR,
                    _("%s is a folder. Open a file in it: a job, cluster, function or array"),
                    shown);
    else if (g_access(path, R_OK) != 0)
        g_set_error(&error, G_FILE_ERROR, G_FILE_ERROR_ACCES,
                    _("%s: %s. Ask its owner to let you read it, or copy it as the owner"), shown,
                    g_strerror(errno));
    if (error)
        tell_error(GTK_WIDGET(self), _("The File Could Not Be Opened"), error);
    return !error;
}

static void
tell_unknown(MamutoWindow *self, const char *shown)
{
    g_autoptr(GError) error = NULL;

    g_set_error(&error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                _("%s is none of the files that Mamuto knows: jobs (.mamuto), clusters (.cfg), "
                  "functions (.py) and arrays (.npy, .npz, .csv, .tsv, .txt)"),
                shown);
    tell_error(GTK_WIDGET(self), _("The File Could Not Be Opened"), error);
}

void
window_open_document(MamutoWindow *self, MamutoFileKind kind, const char *path)
{
    gboolean opened =
        kind == MAMUTO_FILE_JOB ? window_open_job(self, path) : window_open_cluster(self, path);

    if (opened)
        window_note_recent(self, path);
}

void
mamuto_window_open_file(MamutoWindow *self, GFile *file)
{
    g_autofree char *path = g_file_get_path(file);
    g_autofree char *shown = g_file_get_parse_name(file);
    MamutoFileKind kind = MAMUTO_FILE_UNKNOWN;

    if (path && !check_file(self, path))
        return;
    if (path)
        kind = mamuto_file_kind_guess(path);
    switch (kind) {
    case MAMUTO_FILE_JOB:
    case MAMUTO_FILE_CLUSTER:
        window_open_document(self, kind, path);
        break;
    case MAMUTO_FILE_FUNCTION:
        window_open_function(self, path);
        break;
    case MAMUTO_FILE_NPY:
    case MAMUTO_FILE_NPZ:
    case MAMUTO_FILE_TABLE:
        open_array(self, path);
        break;
    default:
        tell_unknown(self, shown);
    }
}

static gboolean
on_drop(GtkDropTarget *target, const GValue *value, double x, double y, MamutoWindow *self)
{
    g_autoptr(GSList) files = gdk_file_list_get_files(g_value_get_boxed(value));

    for (GSList *link = files; link; link = link->next)
        mamuto_window_open_file(self, link->data);
    return files != NULL;
}

void
window_init_files(MamutoWindow *self)
{
    GtkDropTarget *target = gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

    g_signal_connect(target, "drop", G_CALLBACK(on_drop), self);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(target));
    self->waiting_arrays = g_ptr_array_new_with_free_func(g_free);
    g_signal_connect_object(self->workspace, "inputs-changed", G_CALLBACK(place_waiting), self,
                            G_CONNECT_SWAPPED);
    fill_recent_menu(self);
}
