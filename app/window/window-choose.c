/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The files of jobs and of clusters as people choose them: Open, Save, Save As and Reload are the
 * same for both. */
#include "window-private.h"

#include <glib/gi18n.h>

#include "../compat/compat.h"
#include "../dialogs/tell.h"

static char *
propose_job(MamutoWorkspace *workspace)
{
    g_autofree char *title = mamuto_workspace_get_job_title(workspace);

    return g_strconcat(title, ".mamuto", NULL);
}

static char *
propose_cluster(MamutoWorkspace *workspace)
{
    return g_strdup("cluster.cfg");
}

/* What is a kind's own. */
typedef struct {
    const char *name; /* of many of them, in the file chooser */
    const char *open;
    const char *save;
    const char *saved;
    const char *not_saved;
    const char *(*get_path)(MamutoWorkspace *workspace);
    char *(*propose)(MamutoWorkspace *workspace);
    gboolean (*write)(MamutoWorkspace *workspace, const char *path, GError **error);
} Document;

static const Document documents[] = {
    [MAMUTO_FILE_JOB] =
        {
            .name = N_("Jobs"),
            .open = N_("Open Job"),
            .save = N_("Save Job"),
            .saved = N_("Job saved"),
            .not_saved = N_("The Job Could Not Be Saved"),
            .get_path = mamuto_workspace_get_job_path,
            .propose = propose_job,
            .write = mamuto_workspace_save_job,
        },
    [MAMUTO_FILE_CLUSTER] =
        {
            .name = N_("Clusters"),
            .open = N_("Open Cluster"),
            .save = N_("Save Cluster"),
            .saved = N_("Cluster saved"),
            .not_saved = N_("The Cluster Could Not Be Saved"),
            .get_path = mamuto_workspace_get_cluster_path,
            .propose = propose_cluster,
            .write = mamuto_workspace_save_cluster,
        },
};

/* Where an open document's folder is a good place to begin. */
static char *
find_folder(MamutoWindow *self)
{
    const char *path = mamuto_workspace_get_job_path(self->workspace);

    if (!path)
        path = mamuto_inspector_get_file(mamuto_workspace_get_inspector(self->workspace));
    return path ? g_path_get_dirname(path) : NULL;
}

void
window_take_what_is_typed(MamutoWindow *self)
{
    GtkWidget *focus = gtk_window_get_focus(GTK_WINDOW(self));

    if (!focus)
        return;
    g_object_ref(focus);
    gtk_window_set_focus(GTK_WINDOW(self), NULL);
    /* who types goes on from there, if it is still there */
    if (gtk_widget_get_root(focus) == GTK_ROOT(self) && gtk_widget_get_mapped(focus)) {
        if (GTK_IS_TEXT(focus))
            gtk_text_grab_focus_without_selecting(GTK_TEXT(focus));
        else
            gtk_widget_grab_focus(focus);
    }
    g_object_unref(focus);
}

/* ---- opening ---- */

static void
open_chosen(MamutoWindow *self, MamutoFileKind kind, GFile *file)
{
    g_autofree char *path = g_file_get_path(file);

    if (path)
        window_open_document(self, kind, path);
}

static void
on_job_chosen(GFile *file, gpointer window)
{
    open_chosen(window, MAMUTO_FILE_JOB, file);
}

static void
on_cluster_chosen(GFile *file, gpointer window)
{
    open_chosen(window, MAMUTO_FILE_CLUSTER, file);
}

void
window_choose_document(MamutoWindow *self, MamutoFileKind kind)
{
    const Document *document = &documents[kind];
    g_auto(GStrv) suffixes = mamuto_file_kind_get_suffixes(kind);
    g_autofree char *folder = find_folder(self);

    compat_open_file(GTK_WIDGET(self),
                     &(CompatFileChoice){.title = _(document->open),
                                         .filter_name = _(document->name),
                                         .suffixes = (const char *const *)suffixes,
                                         .folder = folder},
                     kind == MAMUTO_FILE_JOB ? on_job_chosen : on_cluster_chosen, self);
}

void
window_reload_document(MamutoWindow *self, MamutoFileKind kind)
{
    /* a copy: opening sets the workspace's own anew */
    g_autofree char *path = g_strdup(documents[kind].get_path(self->workspace));

    if (path)
        window_open_document(self, kind, path);
}

/* ---- saving ---- */

static void
save(MamutoWindow *self, MamutoFileKind kind, const char *path)
{
    g_autoptr(GError) error = NULL;

    if (!documents[kind].write(self->workspace, path, &error)) {
        tell_error(GTK_WIDGET(self), _(documents[kind].not_saved), error);
        return;
    }
    window_note_recent(self, path);
    tell(GTK_WIDGET(self), _(documents[kind].saved));
}

static void
save_in_place(MamutoWindow *self, MamutoFileKind kind, GFile *place)
{
    g_autofree char *path = g_file_get_path(place);
    g_autofree char *named = path ? mamuto_file_kind_complete_name(kind, path) : NULL;

    if (!path)
        return;
    if (!g_str_equal(named, path) && g_file_test(named, G_FILE_TEST_EXISTS)) {
        /* nobody was asked about that one */
        g_autoptr(GError) error =
            g_error_new(G_IO_ERROR, G_IO_ERROR_EXISTS,
                        /* Translators: %s is a file */
                        _("%s exists; give the whole name to replace it."), named);

        tell_error(GTK_WIDGET(self), _(documents[kind].not_saved), error);
        return;
    }
    save(self, kind, named);
}

static void
on_job_place_chosen(GFile *place, gpointer window)
{
    save_in_place(window, MAMUTO_FILE_JOB, place);
}

static void
on_cluster_place_chosen(GFile *place, gpointer window)
{
    save_in_place(window, MAMUTO_FILE_CLUSTER, place);
}

void
window_save_document_as(MamutoWindow *self, MamutoFileKind kind)
{
    const Document *document = &documents[kind];
    g_auto(GStrv) suffixes = mamuto_file_kind_get_suffixes(kind);
    g_autofree char *folder = find_folder(self);
    g_autofree char *name = document->propose(self->workspace);

    compat_save_file(GTK_WIDGET(self),
                     &(CompatFileChoice){.title = _(document->save),
                                         .filter_name = _(document->name),
                                         .suffixes = (const char *const *)suffixes,
                                         .folder = folder,
                                         .name = name},
                     kind == MAMUTO_FILE_JOB ? on_job_place_chosen : on_cluster_place_chosen, self);
}

void
window_save_document(MamutoWindow *self, MamutoFileKind kind)
{
    /* a copy: saving sets the workspace's own anew */
    g_autofree char *path = g_strdup(documents[kind].get_path(self->workspace));

    /* a cluster's keys, as Escape, are those of the host that has the focus */
    if (kind == MAMUTO_FILE_JOB)
        window_take_what_is_typed(self);
    if (path)
        save(self, kind, path);
    else
        window_save_document_as(self, kind);
}
