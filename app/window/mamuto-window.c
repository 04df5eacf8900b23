/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The window class: creates the pages, and shows the state of the documents and of the run. */
#include "window-private.h"

#include <glib/gi18n.h>

#include "../app-data.h"
#include "../cluster/mamuto-cluster-page.h"
#include "../compat/compat.h"
#include "../dialogs/mamuto-asker-dialogs.h"
#include "../dialogs/tell.h"
#include "../documents/mamuto-page.h"
#include "../job/mamuto-job-page.h"
#include "../progress/mamuto-progress-page.h"
#include "../results/mamuto-results-page.h"
#include "../save/results-save.h"
#include "../start/mamuto-start-page.h"
#include "../timings/mamuto-timings-page.h"

G_DEFINE_FINAL_TYPE(MamutoWindow, mamuto_window, ADW_TYPE_APPLICATION_WINDOW)

static void
mamuto_window_dispose(GObject *object)
{
    MamutoWindow *self = MAMUTO_WINDOW(object);

    g_cancellable_cancel(self->cancellable);
    if (self->runner)
        mamuto_runner_close(self->runner);
    g_clear_object(&self->asker_dialogs);
    g_clear_object(&self->opener);
    G_OBJECT_CLASS(mamuto_window_parent_class)->dispose(object);
    /* remove the timeout for saving drafts only after the pages are disposed: a page can edit a
     * document while it is disposed, and each edit adds the timeout again */
    g_clear_handle_id(&self->draft_source, g_source_remove);
    g_clear_object(&self->runner);
    g_clear_object(&self->job);
    g_clear_object(&self->cluster);
    g_clear_object(&self->cancellable);
}

static gboolean
mamuto_window_close_request(GtkWindow *window)
{
    MamutoWindow *self = MAMUTO_WINDOW(window);

    if (!self->may_close && window_hold_close(self))
        return TRUE;
    /* move the focus, because a field applies its typed text only when it loses the focus */
    gtk_window_set_focus(window, NULL);
    window_save_state(self);
    return GTK_WINDOW_CLASS(mamuto_window_parent_class)->close_request(window);
}

static void
mamuto_window_class_init(MamutoWindowClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_window_dispose;
    GTK_WINDOW_CLASS(klass)->close_request = mamuto_window_close_request;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/mamuto/Mamuto/ui/mamuto-window.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoWindow, toast_overlay);
    gtk_widget_class_bind_template_child(widget_class, MamutoWindow, header);
    gtk_widget_class_bind_template_child(widget_class, MamutoWindow, run_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoWindow, run_content);
    gtk_widget_class_bind_template_child(widget_class, MamutoWindow, menu_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoWindow, recent_menu);
    gtk_widget_class_bind_template_child(widget_class, MamutoWindow, content);
    gtk_widget_class_bind_template_child(widget_class, MamutoWindow, pages);
    gtk_widget_class_bind_template_child(widget_class, MamutoWindow, switcher_bar);
    window_install_actions(widget_class);
}

/* Hides the invisible pages from assistive technologies. AdwViewStack does not do this. */
static void
hide_others(AdwViewStack *pages)
{
    GtkWidget *visible = adw_view_stack_get_visible_child(pages);

    for (GtkWidget *page = gtk_widget_get_first_child(GTK_WIDGET(pages)); page;
         page = gtk_widget_get_next_sibling(page))
        gtk_accessible_update_state(GTK_ACCESSIBLE(page), GTK_ACCESSIBLE_STATE_HIDDEN,
                                    page != visible, -1);
}

static void
add_page(MamutoWindow *self, GtkWidget *page, const char *name, const char *title,
         const char *icon_name)
{
    adw_view_stack_page_set_use_underline(
        adw_view_stack_add_titled_with_icon(self->pages, page, name, title, icon_name), TRUE);
}

/* Creates the pages. A new page needs changes in these files:
 *   app/NAME/: the class of the page, its .ui file and a meson.build
 *   app/documents/problem.h: fields of the page that can prevent a run; the page then implements
 *     MamutoPage
 *   app/meson.build: the folder
 *   app/mamuto.gresource.xml: the .ui file and the icon
 *   po/POTFILES: the source files and the .ui file
 *   data/icons/: a symbolic icon
 *   app/window/: this function, and the names of the pages in mamuto-window.h
 *   app/mamuto-application.c and app/help-overlay.ui: the shortcut Alt+N
 *   tests/tools/lint: the folders that the new folder may include
 *   tests/ui/: a test of the page; accessible.py if the page contains lists */
static void
add_pages(MamutoWindow *self)
{
    add_page(self, mamuto_job_page_new(self->job), "job", _("_Job"), "mamuto-job-symbolic");
    add_page(self, mamuto_cluster_page_new(self->job, mamuto_runner_get_asker(self->runner)),
             "cluster", _("_Cluster"), "mamuto-cluster-symbolic");
    add_page(self, mamuto_progress_page_new(self->runner), "progress", _("_Progress"),
             "mamuto-progress-symbolic");
    add_page(self, mamuto_results_page_new(self->runner), "results", _("R_esults"),
             "mamuto-results-symbolic");
    add_page(self, mamuto_timings_page_new(self->runner), "timings", _("_Timings"),
             "mamuto-timings-symbolic");
    g_signal_connect(self->pages, "notify::visible-child", G_CALLBACK(hide_others), NULL);
    hide_others(self->pages);
    self->start_page = mamuto_start_page_new();
    gtk_stack_add_named(self->content, self->start_page, "start");
}

static void
update_title(MamutoWindow *self)
{
    MamutoDocument *job = MAMUTO_DOCUMENT(self->job);
    g_autofree char *title = mamuto_document_dup_title(job);
    g_autofree char *shown = mamuto_document_get_dirty(job) ? g_strconcat("• ", title, NULL) : NULL;
    g_autofree char *whole = NULL;

    /* Translators: the title of the window; %s is the name of the job */
    whole = g_strdup_printf(_("%s – Mamuto"), shown ? shown : title);
    gtk_window_set_title(GTK_WINDOW(self), whole);
    compat_switcher_title_set_title(self->switcher_title, shown ? shown : title, NULL);
}

static void
update_run_button(MamutoWindow *self)
{
    gboolean running = mamuto_runner_get_running(self->runner);

    gtk_actionable_set_action_name(GTK_ACTIONABLE(self->run_button),
                                   running ? "win.stop" : "win.run");
    adw_button_content_set_icon_name(self->run_content, running ? "media-playback-stop-symbolic"
                                                                : "media-playback-start-symbolic");
    adw_button_content_set_label(self->run_content, running ? _("_Stop") : _("_Run"));
    gtk_widget_set_tooltip_text(GTK_WIDGET(self->run_button),
                                running ? _("Stop the run and keep finished rows")
                                        : _("Run the Job (Ctrl+Return)"));
    if (running)
        gtk_widget_remove_css_class(GTK_WIDGET(self->run_button), "suggested-action");
    else
        gtk_widget_add_css_class(GTK_WIDGET(self->run_button), "suggested-action");
    window_update_actions(self);
}

static void
notify_end(MamutoWindow *self, MamutoRunRecord *record)
{
    g_autoptr(GNotification) notification = NULL;
    g_autofree char *name = mamuto_run_record_format_name(record);
    const char *text = NULL;
    GApplication *application = g_application_get_default();

    switch (mamuto_run_record_get_state(record)) {
    case MAMUTO_RUN_RECORD_DONE:
        text = _("The run has ended");
        break;
    case MAMUTO_RUN_RECORD_FAILED:
        text = _("The run has failed");
        break;
    default:
        return;
    }
    if (gtk_window_is_active(GTK_WINDOW(self)) || !application ||
        !g_settings_get_boolean(app_data_get_settings(), "notify-at-end"))
        return;
    notification = g_notification_new(text);
    g_notification_set_body(notification, name);
    compat_notify(application, "run", notification);
}

static void
on_run_state(MamutoRunRecord *record, GParamSpec *pspec, MamutoWindow *self)
{
    gboolean active = mamuto_run_record_is_active(record);

    adw_view_stack_page_set_needs_attention(
        adw_view_stack_get_page(self->pages,
                                adw_view_stack_get_child_by_name(self->pages, "progress")),
        active);
    if (!active)
        notify_end(self, record);
}

static void
on_run(MamutoWindow *self)
{
    MamutoRunRecord *record = mamuto_runner_get_run(self->runner);

    if (!record)
        return;
    g_signal_connect_object(record, "notify::state", G_CALLBACK(on_run_state), self, 0);
    on_run_state(record, NULL, self);
    mamuto_window_show_page(self, "progress");
}

/* Shows the problem on the page with the affected field. Makes that page visible first, because
 * mamuto_page_show_problem() requires it. */
static void
on_problem(MamutoRunner *runner, const MamutoProblem *problem, MamutoWindow *self)
{
    window_leave_start(self);
    for (GtkWidget *page = gtk_widget_get_first_child(GTK_WIDGET(self->pages)); page;
         page = gtk_widget_get_next_sibling(page)) {
        if (!MAMUTO_IS_PAGE(page) || !mamuto_page_has_field(MAMUTO_PAGE(page), problem->field))
            continue;
        adw_view_stack_set_visible_child(self->pages, page);
        mamuto_page_show_problem(MAMUTO_PAGE(page), problem);
        break;
    }
    tell(GTK_WIDGET(self), problem->message);
}

static void
on_save_failed(MamutoRunner *runner, const char *message, MamutoWindow *self)
{
    mamuto_window_show_page(self, "results");
    results_tell_unsaved(GTK_WIDGET(self), runner, message);
}

static void
on_blank_left(MamutoWindow *self)
{
    update_title(self);
    if (!mamuto_job_document_is_blank(self->job))
        window_leave_start(self);
}

/* Reads changed files again when the window becomes active, for example after the user has edited a
 * file in an editor. */
static void
on_active(MamutoWindow *self)
{
    if (gtk_window_is_active(GTK_WINDOW(self)))
        mamuto_job_document_refresh(self->job);
}

static void
mamuto_window_init(MamutoWindow *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    self->cancellable = g_cancellable_new();
    self->cluster = mamuto_cluster_document_new();
    self->job = mamuto_job_document_new(self->cluster);
    self->runner = mamuto_runner_new(self->job, self->cluster);
    self->switcher_title = compat_switcher_title_new(self->pages, self->switcher_bar);
    adw_header_bar_set_title_widget(self->header, self->switcher_title);
    add_pages(self);

    self->asker_dialogs = mamuto_asker_dialogs_new(self->runner, GTK_WINDOW(self));

    g_signal_connect_object(self->runner, "problem", G_CALLBACK(on_problem), self, 0);
    g_signal_connect_object(self->runner, "unknown", G_CALLBACK(window_ask_to_run), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(self->runner, "save-failed", G_CALLBACK(on_save_failed), self, 0);
    g_signal_connect_object(self->job, "notify::path", G_CALLBACK(on_blank_left), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(self->job, "notify::dirty", G_CALLBACK(on_blank_left), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(self->job, "inputs-changed", G_CALLBACK(update_title), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(self->runner, "notify::running", G_CALLBACK(update_run_button), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(self->runner, "notify::run", G_CALLBACK(on_run), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect(self, "notify::is-active", G_CALLBACK(on_active), NULL);
    update_title(self);
    update_run_button(self);
    self->opener = mamuto_opener_new(self);
    window_fill_recent(self);
    window_restore_state(self);
}

MamutoWindow *
mamuto_window_new(GtkApplication *application)
{
    return g_object_new(MAMUTO_TYPE_WINDOW, "application", application, NULL);
}

void
mamuto_window_open_file(MamutoWindow *self, GFile *file)
{
    mamuto_opener_open_file(self->opener, file);
}

void
mamuto_window_show_page(MamutoWindow *self, const char *name)
{
    adw_view_stack_set_visible_child_name(self->pages, name);
}
