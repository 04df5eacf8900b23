/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Jobs and clusters that take the places of others: what was not saved of those is out of sight,
 * which is told, and Undo brings it back. */
#include "window-private.h"

#include <glib/gi18n.h>

#include "../app-data.h"
#include "../dialogs/tell.h"

/* Long enough to read it and to decide. */
#define UNDO_SECONDS 12

static void
on_undo(AdwToast *toast, MamutoWindow *self)
{
    mamuto_workspace_put_back(self->workspace, g_object_get_data(G_OBJECT(toast), "held"));
}

static void
free_held(gpointer held)
{
    mamuto_documents_free(held);
}

/* @held: (transfer full). */
static void
offer_undo(MamutoWindow *self, MamutoDocuments *held, const char *message)
{
    AdwToast *toast = adw_toast_new(message);

    adw_toast_set_button_label(toast, _("_Undo"));
    adw_toast_set_timeout(toast, UNDO_SECONDS);
    g_object_set_data_full(G_OBJECT(toast), "held", held, free_held);
    g_signal_connect_object(toast, "button-clicked", G_CALLBACK(on_undo), self, 0);
    adw_toast_overlay_add_toast(self->toast_overlay, toast);
}

/* Of what has taken the place of @held: (transfer full). */
static void
tell_loss(MamutoWindow *self, MamutoDocuments *held)
{
    switch ((guint)mamuto_documents_find_loss(held, self->workspace)) {
    case 0:
        mamuto_documents_free(held);
        break;
    case MAMUTO_LOSS_JOB:
        offer_undo(self, held, _("The job before it was not saved"));
        break;
    case MAMUTO_LOSS_CLUSTER:
        offer_undo(self, held, _("The cluster before it was not saved"));
        break;
    default:
        offer_undo(self, held, _("The job and the cluster before it were not saved"));
    }
}

void
window_new_job(MamutoWindow *self)
{
    MamutoDocuments *held = mamuto_workspace_hold_documents(self->workspace);

    mamuto_workspace_new_job(self->workspace);
    window_leave_start(self);
    mamuto_window_show_page(self, "job");
    gtk_widget_grab_focus(adw_view_stack_get_visible_child(self->pages));
    tell_loss(self, held);
}

gboolean
window_open_job(MamutoWindow *self, const char *path)
{
    g_autoptr(GError) error = NULL;
    MamutoDocuments *held = mamuto_workspace_hold_documents(self->workspace);

    if (!mamuto_workspace_open_job(self->workspace, path, &error)) {
        mamuto_documents_free(held);
        tell_error(GTK_WIDGET(self), _("The Job Could Not Be Opened"), error);
        return FALSE;
    }
    if (!mamuto_workspace_open_cluster_of_job(self->workspace, &error)) {
        g_prefix_error(&error, "%s\n\n",
                       _("The job is open; the hosts are still those of before. Its cluster file "
                         "cannot be used:"));
        tell_error(GTK_WIDGET(self), _("The Cluster of the Job Could Not Be Opened"), error);
    }
    window_leave_start(self);
    mamuto_window_show_page(self, "job");
    tell_loss(self, held);
    return TRUE;
}

gboolean
window_open_cluster(MamutoWindow *self, const char *path)
{
    g_autoptr(GError) error = NULL;
    MamutoDocuments *held = mamuto_workspace_hold_documents(self->workspace);

    if (!mamuto_workspace_open_cluster(self->workspace, path, &error)) {
        mamuto_documents_free(held);
        tell_error(GTK_WIDGET(self), _("The Cluster Could Not Be Opened"), error);
        return FALSE;
    }
    window_leave_start(self);
    mamuto_window_show_page(self, "cluster");
    tell_loss(self, held);
    return TRUE;
}

/* ---- the function's file ---- */

static void
on_undo_function(AdwToast *toast, MamutoWindow *self)
{
    if (mamuto_workspace_get_job(self->workspace) == g_object_get_data(G_OBJECT(toast), "job"))
        mamuto_job_set_function(mamuto_workspace_get_job(self->workspace),
                                g_object_get_data(G_OBJECT(toast), "function"));
}

void
window_open_function(MamutoWindow *self, const char *path)
{
    MamutoJob *job = mamuto_workspace_get_job(self->workspace);
    MamutoInspector *inspector = mamuto_workspace_get_inspector(self->workspace);
    g_autofree char *old = g_strdup(mamuto_job_get_function(job));
    AdwToast *toast;

    window_leave_start(self);
    mamuto_window_show_page(self, "job");
    /* the file that is there already keeps the function that was chosen of it */
    if (g_strcmp0(mamuto_inspector_get_file(inspector), path) == 0)
        return;
    mamuto_job_set_function(job, path);
    if (!old)
        return;
    toast = adw_toast_new(_("The job has another function now"));
    adw_toast_set_button_label(toast, _("_Undo"));
    adw_toast_set_timeout(toast, UNDO_SECONDS);
    g_object_set_data_full(G_OBJECT(toast), "job", g_object_ref(job), g_object_unref);
    g_object_set_data_full(G_OBJECT(toast), "function", g_steal_pointer(&old), g_free);
    g_signal_connect_object(toast, "button-clicked", G_CALLBACK(on_undo_function), self, 0);
    adw_toast_overlay_add_toast(self->toast_overlay, toast);
}

/* ---- which were last ---- */

static void
note_path(const char *key, const char *path)
{
    /* the settings hold UTF-8 alone */
    g_settings_set_string(app_data_get_settings(), key,
                          path && g_utf8_validate(path, -1, NULL) ? path : "");
}

/* At once, so that they are known after a crash too. */
static void
on_path(MamutoWindow *self)
{
    note_path("last-job", mamuto_workspace_get_job_path(self->workspace));
    note_path("last-cluster", mamuto_workspace_get_cluster_path(self->workspace));
}

void
window_watch_documents(MamutoWindow *self)
{
    g_signal_connect_object(self->workspace, "notify::job-path", G_CALLBACK(on_path), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(self->workspace, "notify::cluster-path", G_CALLBACK(on_path), self,
                            G_CONNECT_SWAPPED);
}
