/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Stores the size of the window for the next start. Asks the user before the window closes during a
 * run or with unsaved results. */
#include "window-private.h"

#include <glib/gi18n.h>

#include "../app-data.h"
#include "../compat/compat.h"
#include "../dialogs/tell.h"
#include "../save/results-save.h"

static void
set_shown(MamutoWindow *self, gboolean start)
{
    gtk_stack_set_visible_child_name(self->content, start ? "start" : "pages");
    gtk_accessible_update_state(GTK_ACCESSIBLE(self->start_page), GTK_ACCESSIBLE_STATE_HIDDEN,
                                !start, -1);
    gtk_accessible_update_state(GTK_ACCESSIBLE(self->pages), GTK_ACCESSIBLE_STATE_HIDDEN, start,
                                -1);
    gtk_widget_set_visible(GTK_WIDGET(self->run_button), !start);
    gtk_widget_set_visible(GTK_WIDGET(self->switcher_bar), !start);
    gtk_widget_set_visible(self->switcher_title, !start);
}

void
window_leave_start(MamutoWindow *self)
{
    set_shown(self, FALSE);
}

void
window_restore_state(MamutoWindow *self)
{
    GSettings *settings = app_data_get_settings();

    gtk_window_set_default_size(GTK_WINDOW(self), g_settings_get_int(settings, "window-width"),
                                g_settings_get_int(settings, "window-height"));
    if (g_settings_get_boolean(settings, "window-maximized"))
        gtk_window_maximize(GTK_WINDOW(self));
    window_restore_documents(self);
    set_shown(self, mamuto_job_document_is_blank(self->job));
}

void
window_save_state(MamutoWindow *self)
{
    GSettings *settings = app_data_get_settings();
    int width, height;

    gtk_window_get_default_size(GTK_WINDOW(self), &width, &height);
    g_settings_set_int(settings, "window-width", width);
    g_settings_set_int(settings, "window-height", height);
    g_settings_set_boolean(settings, "window-maximized", gtk_window_is_maximized(GTK_WINDOW(self)));
    window_save_drafts(self);
}

/* ---- closing ---- */

static gboolean
close_at_last(gpointer data)
{
    gtk_window_close(GTK_WINDOW(data));
    return G_SOURCE_REMOVE;
}

/* Closes the window in an idle callback, because the dialog that asked the user still uses the
 * window while the dialog closes. */
static void
close_now(GtkWidget *window)
{
    MAMUTO_WINDOW(window)->may_close = TRUE;
    g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, close_at_last, g_object_ref(window), g_object_unref);
}

static void
quit(MamutoWindow *self)
{
    close_now(GTK_WIDGET(self));
    /* close the runner now, because this deletes the temporary file of the run, and the program may
     * exit before it disposes the window */
    mamuto_runner_close(self->runner);
    g_application_quit(G_APPLICATION(gtk_window_get_application(GTK_WINDOW(self))));
}

void
mamuto_window_quit(MamutoWindow *self)
{
    MamutoRunRecord *record = mamuto_runner_get_run(self->runner);

    if (mamuto_runner_get_running(self->runner))
        mamuto_runner_stop(self->runner);
    /* apply the text of the focused field and save now, because the program may exit before the
     * window closes */
    gtk_window_set_focus(GTK_WINDOW(self), NULL);
    window_save_state(self);
    if (record && mamuto_run_record_get_saving(record) && !self->is_ending) {
        self->is_ending = TRUE;
        tell(GTK_WIDGET(self), _("The results are still being saved"));
        g_signal_connect_object(record, "notify::saving", G_CALLBACK(quit), self,
                                G_CONNECT_SWAPPED);
        return;
    }
    quit(self);
}

static void
on_answer_running(const char *response, gpointer data)
{
    MamutoWindow *self = data;

    if (g_strcmp0(response, "stop") != 0)
        return;
    mamuto_runner_stop(self->runner);
    close_now(GTK_WIDGET(self));
}

gboolean
window_hold_close(MamutoWindow *self)
{
    const CompatResponse running[] = {
        {"stop", _("_Stop and Close"), ADW_RESPONSE_DESTRUCTIVE},
        {"keep", _("_Keep Running"), ADW_RESPONSE_SUGGESTED},
    };
    MamutoRunRecord *record = mamuto_runner_get_run(self->runner);

    if (mamuto_runner_get_running(self->runner)) {
        compat_ask(GTK_WIDGET(self), _("The Job Is Running"),
                   _("Closing the window stops the run and discards its results."), NULL, running,
                   G_N_ELEMENTS(running), "keep", "keep", on_answer_running, self);
        return TRUE;
    }
    if (!record || mamuto_run_record_get_saved(record))
        return FALSE;
    results_let_go(GTK_WIDGET(self), self->runner, close_now);
    return TRUE;
}
