/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the menu, the buttons and the keys do: "win.…" actions. */
#include "window-private.h"

#include <glib/gi18n.h>

#include "../app-data.h"
#include "../compat/compat.h"
#include "../dialogs/tell.h"
#include "../results/results-save.h"

#define MY_JOB_SUFFIX ".mamuto"

static const char *const job_patterns[] = {"*.mamuto", NULL};
static const char *const cluster_patterns[] = {"*.cfg", NULL};

char *
window_document_folder(MamutoWindow *self)
{
    const char *path = mamuto_workspace_get_job_path(self->workspace);

    if (!path)
        path = mamuto_inspector_get_file(mamuto_workspace_get_inspector(self->workspace));
    return path ? g_path_get_dirname(path) : NULL;
}

static void
run_now(GtkWidget *window)
{
    mamuto_workspace_run(MAMUTO_WINDOW(window)->workspace);
}

static void
on_run(GtkWidget *widget, const char *name, GVariant *parameter)
{
    MamutoWindow *self = MAMUTO_WINDOW(widget);

    /* what is typed in a field counts, also before the field is left */
    gtk_window_set_focus(GTK_WINDOW(self), GTK_WIDGET(self->run_button));
    results_let_go(widget, self->workspace, run_now);
}

static void
on_stop(GtkWidget *widget, const char *name, GVariant *parameter)
{
    mamuto_workspace_stop(MAMUTO_WINDOW(widget)->workspace);
}

static void
on_page(GtkWidget *widget, const char *name, GVariant *parameter)
{
    MamutoWindow *self = MAMUTO_WINDOW(widget);

    window_leave_start(self);
    mamuto_window_show_page(self, g_variant_get_string(parameter, NULL));
}

/* ---- jobs ---- */

static void
on_new_job(GtkWidget *widget, const char *name, GVariant *parameter)
{
    window_new_job(MAMUTO_WINDOW(widget));
}

static void
on_job_chosen(GFile *file, gpointer data)
{
    window_open_job_file(data, file);
}

static void
on_open_job(GtkWidget *widget, const char *name, GVariant *parameter)
{
    g_autofree char *folder = window_document_folder(MAMUTO_WINDOW(widget));

    compat_open_file(widget,
                     &(CompatFileChoice){.title = _("Open Job"),
                                         .filter_name = _("Jobs"),
                                         .patterns = job_patterns,
                                         .folder = folder},
                     on_job_chosen, widget);
}

/* What is typed in a field counts, also before the field is left. */
static void
take_what_is_typed(MamutoWindow *self)
{
    gtk_window_set_focus(GTK_WINDOW(self), NULL);
}

static void
save_job(MamutoWindow *self, const char *path)
{
    g_autoptr(GError) error = NULL;

    if (!mamuto_workspace_save_job(self->workspace, path, &error)) {
        tell_error(GTK_WIDGET(self), _("The Job Could Not Be Saved"), error);
        return;
    }
    window_note_recent(self, path);
    tell(GTK_WIDGET(self), _("Job saved"));
}

static void
on_job_place_chosen(GFile *file, gpointer data)
{
    g_autofree char *path = g_file_get_path(file);
    g_autofree char *named = NULL;

    if (!path)
        return;
    named = g_str_has_suffix(path, MY_JOB_SUFFIX) ? g_strdup(path)
                                                  : g_strconcat(path, MY_JOB_SUFFIX, NULL);
    if (!g_str_has_suffix(path, MY_JOB_SUFFIX) && g_file_test(named, G_FILE_TEST_EXISTS)) {
        /* nobody was asked about that one */
        g_autoptr(GError) error =
            g_error_new(G_IO_ERROR, G_IO_ERROR_EXISTS,
                        /* Translators: %s is a file */
                        _("%s exists; give the whole name to replace it."), named);

        tell_error(data, _("The Job Could Not Be Saved"), error);
        return;
    }
    save_job(data, named);
}

static void
on_save_job_as(GtkWidget *widget, const char *name, GVariant *parameter)
{
    MamutoWindow *self = MAMUTO_WINDOW(widget);
    g_autofree char *folder = window_document_folder(self);
    g_autofree char *title = mamuto_workspace_get_job_title(self->workspace);
    g_autofree char *proposal = g_strconcat(title, MY_JOB_SUFFIX, NULL);

    compat_save_file(widget,
                     &(CompatFileChoice){.title = _("Save Job"),
                                         .filter_name = _("Jobs"),
                                         .patterns = job_patterns,
                                         .folder = folder,
                                         .name = proposal},
                     on_job_place_chosen, self);
}

static void
on_save_job(GtkWidget *widget, const char *name, GVariant *parameter)
{
    MamutoWindow *self = MAMUTO_WINDOW(widget);
    /* a copy: saving sets the workspace's own anew */
    g_autofree char *path = g_strdup(mamuto_workspace_get_job_path(self->workspace));

    take_what_is_typed(self);
    if (path)
        save_job(self, path);
    else
        on_save_job_as(widget, name, parameter);
}

static void
on_copy_command(GtkWidget *widget, const char *name, GVariant *parameter)
{
    MamutoWindow *self = MAMUTO_WINDOW(widget);
    g_autofree char *program = app_data_find_cli();
    g_autofree char *line = NULL;

    take_what_is_typed(self);
    line = mamuto_job_file_to_command(mamuto_workspace_get_job_file(self->workspace), program);
    gdk_clipboard_set_text(gtk_widget_get_clipboard(widget), line);
    tell(GTK_WIDGET(self), _("Command copied; paste it into a terminal"));
}

static void
on_open_example(GtkWidget *widget, const char *name, GVariant *parameter)
{
    window_open_example(MAMUTO_WINDOW(widget));
}

/* ---- clusters ---- */

static void
on_cluster_chosen(GFile *file, gpointer data)
{
    window_open_cluster_file(data, file);
}

static void
on_open_cluster(GtkWidget *widget, const char *name, GVariant *parameter)
{
    g_autofree char *folder = window_document_folder(MAMUTO_WINDOW(widget));

    compat_open_file(widget,
                     &(CompatFileChoice){.title = _("Open Cluster"),
                                         .filter_name = _("Clusters"),
                                         .patterns = cluster_patterns,
                                         .folder = folder},
                     on_cluster_chosen, widget);
}

static void
save_cluster(MamutoWindow *self, const char *path)
{
    g_autoptr(GError) error = NULL;

    if (!mamuto_workspace_save_cluster(self->workspace, path, &error)) {
        tell_error(GTK_WIDGET(self), _("The Cluster Could Not Be Saved"), error);
        return;
    }
    window_note_recent(self, path);
    tell(GTK_WIDGET(self), _("Cluster saved"));
}

static void
on_cluster_place_chosen(GFile *file, gpointer data)
{
    g_autofree char *path = g_file_get_path(file);

    if (path)
        save_cluster(data, path);
}

static void
on_save_cluster_as(GtkWidget *widget, const char *name, GVariant *parameter)
{
    g_autofree char *folder = window_document_folder(MAMUTO_WINDOW(widget));

    compat_save_file(widget,
                     &(CompatFileChoice){.title = _("Save Cluster"),
                                         .filter_name = _("Clusters"),
                                         .patterns = cluster_patterns,
                                         .folder = folder,
                                         .name = "cluster.cfg"},
                     on_cluster_place_chosen, widget);
}

static void
on_save_cluster(GtkWidget *widget, const char *name, GVariant *parameter)
{
    MamutoWindow *self = MAMUTO_WINDOW(widget);
    g_autofree char *path = g_strdup(mamuto_workspace_get_cluster_path(self->workspace));

    if (path)
        save_cluster(self, path);
    else
        on_save_cluster_as(widget, name, parameter);
}

static void
on_open_recent(GtkWidget *widget, const char *name, GVariant *parameter)
{
    g_autoptr(GFile) file = g_file_new_for_path(g_variant_get_bytestring(parameter));

    mamuto_window_open_file(MAMUTO_WINDOW(widget), file);
}

/* What was not saved can be had back by Undo. */
static void
on_reload_job(GtkWidget *widget, const char *name, GVariant *parameter)
{
    MamutoWindow *self = MAMUTO_WINDOW(widget);
    const char *path = mamuto_workspace_get_job_path(self->workspace);
    g_autoptr(GFile) file = path ? g_file_new_for_path(path) : NULL;

    if (file)
        window_open_job_file(self, file);
}

static void
on_reload_cluster(GtkWidget *widget, const char *name, GVariant *parameter)
{
    MamutoWindow *self = MAMUTO_WINDOW(widget);
    const char *path = mamuto_workspace_get_cluster_path(self->workspace);
    g_autoptr(GFile) file = path ? g_file_new_for_path(path) : NULL;

    if (file)
        window_open_cluster_file(self, file);
}

void
window_install_actions(GtkWidgetClass *klass)
{
    gtk_widget_class_install_action(klass, "win.run", NULL, on_run);
    gtk_widget_class_install_action(klass, "win.stop", NULL, on_stop);
    gtk_widget_class_install_action(klass, "win.page", "s", on_page);
    gtk_widget_class_install_action(klass, "win.new-job", NULL, on_new_job);
    gtk_widget_class_install_action(klass, "win.open-job", NULL, on_open_job);
    gtk_widget_class_install_action(klass, "win.save-job", NULL, on_save_job);
    gtk_widget_class_install_action(klass, "win.save-job-as", NULL, on_save_job_as);
    gtk_widget_class_install_action(klass, "win.copy-command", NULL, on_copy_command);
    gtk_widget_class_install_action(klass, "win.open-example", NULL, on_open_example);
    gtk_widget_class_install_action(klass, "win.open-cluster", NULL, on_open_cluster);
    gtk_widget_class_install_action(klass, "win.save-cluster", NULL, on_save_cluster);
    gtk_widget_class_install_action(klass, "win.save-cluster-as", NULL, on_save_cluster_as);
    gtk_widget_class_install_action(klass, "win.open-recent", "ay", on_open_recent);
    gtk_widget_class_install_action(klass, "win.reload-job", NULL, on_reload_job);
    gtk_widget_class_install_action(klass, "win.reload-cluster", NULL, on_reload_cluster);
}

void
window_update_actions(MamutoWindow *self)
{
    gtk_widget_action_set_enabled(GTK_WIDGET(self), "win.stop",
                                  mamuto_workspace_get_running(self->workspace));
}
