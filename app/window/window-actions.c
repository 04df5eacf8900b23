/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The actions "win.…" of the menu, the buttons and the keyboard shortcuts. */
#include "window-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "../app-data.h"
#include "../dialogs/approve.h"
#include "../dialogs/tell.h"
#include "../save/results-save.h"

static void
run_now(GtkWidget *window)
{
    mamuto_runner_run(MAMUTO_WINDOW(window)->runner);
}

static void
let_go_and_run(GtkWidget *window)
{
    results_let_go(window, MAMUTO_WINDOW(window)->runner, run_now);
}

void
window_ask_to_run(MamutoWindow *self)
{
    approve_documents(GTK_WIDGET(self), self->job, APPROVE_RUN, let_go_and_run);
}

static void
on_run(GtkWidget *widget, const char *name, GVariant *parameter)
{
    MamutoWindow *self = MAMUTO_WINDOW(widget);

    /* move the focus, because a field applies its typed text only when it loses the focus */
    gtk_window_set_focus(GTK_WINDOW(self), GTK_WIDGET(self->run_button));
    if (mamuto_runner_get_running(self->runner))
        return;
    mamuto_job_document_refresh(self->job);
    /* check first, so that the user is not asked to discard results if the run cannot start */
    if (mamuto_job_document_get_loading(self->job) || mamuto_runner_check(self->runner))
        window_ask_to_run(self);
}

static void
on_stop(GtkWidget *widget, const char *name, GVariant *parameter)
{
    mamuto_runner_stop(MAMUTO_WINDOW(widget)->runner);
}

static void
on_page(GtkWidget *widget, const char *name, GVariant *parameter)
{
    MamutoWindow *self = MAMUTO_WINDOW(widget);

    window_leave_start(self);
    mamuto_window_show_page(self, g_variant_get_string(parameter, NULL));
}

/* ---- jobs and clusters ---- */

static void
on_new_job(GtkWidget *widget, const char *name, GVariant *parameter)
{
    mamuto_opener_new_job(MAMUTO_WINDOW(widget)->opener);
}

/* Returns whether an action such as "win.open-job" or "win.save-cluster-as" concerns a job or a
 * cluster. */
static MamutoFileKind
find_kind(const char *action)
{
    return strstr(action, "-cluster") ? MAMUTO_FILE_CLUSTER : MAMUTO_FILE_JOB;
}

static void
on_open(GtkWidget *widget, const char *name, GVariant *parameter)
{
    mamuto_opener_choose(MAMUTO_WINDOW(widget)->opener, find_kind(name));
}

static void
on_save(GtkWidget *widget, const char *name, GVariant *parameter)
{
    window_save_document(MAMUTO_WINDOW(widget), find_kind(name));
}

static void
on_save_as(GtkWidget *widget, const char *name, GVariant *parameter)
{
    window_save_document_as(MAMUTO_WINDOW(widget), find_kind(name));
}

static void
on_reload(GtkWidget *widget, const char *name, GVariant *parameter)
{
    mamuto_opener_reload(MAMUTO_WINDOW(widget)->opener, find_kind(name));
}

static void
on_copy_command(GtkWidget *widget, const char *name, GVariant *parameter)
{
    MamutoWindow *self = MAMUTO_WINDOW(widget);
    g_autofree char *program = app_data_find_cli();
    g_autofree char *line = NULL;

    window_take_what_is_typed(self);
    line = mamuto_job_to_command(mamuto_job_document_get_job(self->job), program);
    gdk_clipboard_set_text(gtk_widget_get_clipboard(widget), line);
    tell(GTK_WIDGET(self), _("Command copied; paste it into a terminal"));
}

static void
on_open_example(GtkWidget *widget, const char *name, GVariant *parameter)
{
    window_open_example(MAMUTO_WINDOW(widget));
}

static void
on_open_recent(GtkWidget *widget, const char *name, GVariant *parameter)
{
    g_autoptr(GFile) file = g_file_new_for_path(g_variant_get_bytestring(parameter));

    mamuto_opener_open_file(MAMUTO_WINDOW(widget)->opener, file);
}

void
window_install_actions(GtkWidgetClass *klass)
{
    gtk_widget_class_install_action(klass, "win.run", NULL, on_run);
    gtk_widget_class_install_action(klass, "win.stop", NULL, on_stop);
    gtk_widget_class_install_action(klass, "win.page", "s", on_page);
    gtk_widget_class_install_action(klass, "win.new-job", NULL, on_new_job);
    gtk_widget_class_install_action(klass, "win.open-job", NULL, on_open);
    gtk_widget_class_install_action(klass, "win.save-job", NULL, on_save);
    gtk_widget_class_install_action(klass, "win.save-job-as", NULL, on_save_as);
    gtk_widget_class_install_action(klass, "win.copy-command", NULL, on_copy_command);
    gtk_widget_class_install_action(klass, "win.open-example", NULL, on_open_example);
    gtk_widget_class_install_action(klass, "win.open-cluster", NULL, on_open);
    gtk_widget_class_install_action(klass, "win.save-cluster", NULL, on_save);
    gtk_widget_class_install_action(klass, "win.save-cluster-as", NULL, on_save_as);
    gtk_widget_class_install_action(klass, "win.open-recent", "ay", on_open_recent);
    gtk_widget_class_install_action(klass, "win.reload-job", NULL, on_reload);
    gtk_widget_class_install_action(klass, "win.reload-cluster", NULL, on_reload);
}

void
window_update_actions(MamutoWindow *self)
{
    gtk_widget_action_set_enabled(GTK_WIDGET(self), "win.stop",
                                  mamuto_runner_get_running(self->runner));
}
