/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-progress-page.h. */
#include "mamuto-progress-page.h"

#include <glib/gi18n.h>

#include "../app-error.h"
#include "../app-text.h"
#include "../chart/mamuto-timeline.h"
#include "../compat/compat.h"
#include "../save/results-save.h"
#include "../widgets/stack-hide.h"
#include "mamuto-failures-view.h"
#include "mamuto-hosts-view.h"
#include "mamuto-log-view.h"
#include "progress-words.h"

/* Least time between two changes of a text, because users cannot read faster changes. */
#define WORDS_US (G_USEC_PER_SEC / 4)

struct _MamutoProgressPage {
    AdwBin parent_instance;
    MamutoRunner *runner;
    MamutoRunRecord *record;
    GtkStack *stack, *views;
    GtkLabel *name, *rows, *pace, *notice;
    GtkProgressBar *bar;
    GtkWidget *save_part, *show_results, *notice_revealer, *notice_bar, *notice_details;
    GtkImage *notice_icon;
    GtkStackPage *hosts_tab, *log_tab, *failed_tab;
    MamutoHostsView *hosts;
    MamutoTimeline *timeline;
    MamutoLogView *log;
    MamutoFailuresView *failures;
    char *notice_more; /* text that the button Details of the notice shows */
    gint64 words_at;
};

G_DEFINE_FINAL_TYPE(MamutoProgressPage, mamuto_progress_page, ADW_TYPE_BIN)

static void
set_label(GtkLabel *label, const char *text)
{
    if (strcmp(gtk_label_get_text(label), text) != 0)
        gtk_label_set_text(label, text);
}

static void
set_tab(GtkStackPage *tab, const char *title, gint64 n)
{
    g_autofree char *count = app_text_count(n);
    g_autofree char *text = n > 0 ? g_strdup_printf("%s %s", title, count) : g_strdup(title);

    if (g_strcmp0(gtk_stack_page_get_title(tab), text) != 0)
        gtk_stack_page_set_title(tab, text);
}

/* ---- the notice ---- */

static void
show_notice(MamutoProgressPage *self, const char *css_class, const char *icon_name,
            const char *text, const char *more)
{
    const char *classes[] = {"notice-bar", css_class, NULL};

    gtk_widget_set_visible(self->notice_revealer, text != NULL);
    gtk_revealer_set_reveal_child(GTK_REVEALER(self->notice_revealer), text != NULL);
    g_free(self->notice_more);
    self->notice_more = g_strdup(more);
    if (!text)
        return;
    gtk_image_set_from_icon_name(self->notice_icon, icon_name);
    gtk_widget_set_css_classes(self->notice_bar, classes);
    set_label(self->notice, text);
    gtk_widget_set_visible(self->notice_details, more != NULL);
}

static char *
first_line(const char *text)
{
    const char *end = strchr(text, '\n');

    return end ? g_strndup(text, (gsize)(end - text)) : g_strdup(text);
}

/* Returns whether at least one row is finished or has failed. */
static gboolean
has_rows(MamutoRunRecord *record)
{
    MamutoResult *result = mamuto_run_record_get_result(record);

    return result && mamuto_result_get_n_missing(result) < mamuto_result_get_n_rows(result);
}

static void
update_notice(MamutoProgressPage *self)
{
    MamutoRun *run = mamuto_run_record_get_run(self->record);
    const GError *error = mamuto_run_record_get_error(self->record);
    g_autofree char *hosts = run ? progress_words_hosts(run) : NULL;
    g_autofree char *more = hosts ? progress_words_hosts_details(run) : NULL;
    g_autofree char *message = error ? app_error_describe(error) : NULL;
    g_autofree char *summary = error ? app_error_summary(error) : NULL;
    g_autofree char *line = NULL;

    switch (mamuto_run_record_get_state(self->record)) {
    case MAMUTO_RUN_RECORD_FAILED:
        line = first_line(summary ? summary : "");
        show_notice(self, "error", "dialog-error-symbolic", line,
                    message && strcmp(line, message) != 0 ? message : more);
        break;
    case MAMUTO_RUN_RECORD_STOPPED:
        show_notice(self, NULL, "media-playback-stop-symbolic",
                    has_rows(self->record) ? _("Stopped. The computed rows are kept.")
                                           : _("Stopped before any row was computed."),
                    more);
        break;
    default:
        show_notice(self, "warning", "dialog-warning-symbolic", hosts, more);
        break;
    }
}

static void
on_told(const char *response, gpointer data)
{
}

static void
on_details(MamutoProgressPage *self)
{
    const CompatResponse close = {"close", _("_Close"), ADW_RESPONSE_DEFAULT};
    GtkWidget *label = gtk_label_new(self->notice_more);
    GtkWidget *scroller = gtk_scrolled_window_new();

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_selectable(GTK_LABEL(label), TRUE);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), label);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(scroller), TRUE);
    gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scroller), 360);
    compat_ask(GTK_WIDGET(self), gtk_label_get_text(self->notice), NULL, scroller, &close, 1,
               "close", "close", on_told, self);
}

/* ---- progress ---- */

static void
update_words(MamutoProgressPage *self)
{
    MamutoRun *run = mamuto_run_record_get_run(self->record);
    g_autofree char *rows = progress_words_rows(self->record);
    g_autofree char *pace = progress_words_pace(self->record);

    set_label(self->rows, rows);
    set_label(self->pace, pace);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->bar), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                   rows, -1);
    set_tab(self->failed_tab, C_("rows", "Failed"), run ? mamuto_run_get_rows_failed(run) : 0);
}

static void
update_bar(MamutoProgressPage *self)
{
    MamutoRun *run = mamuto_run_record_get_run(self->record);
    gint64 n = run ? mamuto_run_get_n_rows(run) : 0;

    gtk_progress_bar_set_fraction(self->bar,
                                  n > 0 ? (double)mamuto_run_get_rows_done(run) / (double)n : 0);
}

static void
on_updated(MamutoProgressPage *self)
{
    gint64 now = g_get_monotonic_time();

    if (!self->record || !gtk_widget_get_mapped(GTK_WIDGET(self)))
        return;
    update_bar(self);
    if (now - self->words_at < WORDS_US &&
        mamuto_run_record_get_state(self->record) == MAMUTO_RUN_RECORD_RUNNING)
        return;
    self->words_at = now;
    update_words(self);
    update_notice(self);
    mamuto_hosts_view_update(self->hosts);
    mamuto_failures_view_update(self->failures);
}

/* Updates the whole page, including the parts that only change at the start or the end of a run. */
static void
update(MamutoProgressPage *self)
{
    MamutoResult *result;
    gboolean active, any;
    g_autofree char *name = NULL;

    gtk_stack_set_visible_child_name(self->stack, self->record ? "run" : "empty");
    if (!self->record)
        return;
    result = mamuto_run_record_get_result(self->record);
    active = mamuto_run_record_is_active(self->record);
    any = !active && result && mamuto_result_get_n_ok(result) > 0;
    name = mamuto_run_record_format_name(self->record);
    set_label(self->name, name);
    gtk_widget_set_visible(self->show_results, !active && has_rows(self->record));
    gtk_widget_set_visible(self->save_part, any &&
                                                mamuto_run_record_get_state(self->record) !=
                                                    MAMUTO_RUN_RECORD_DONE &&
                                                !mamuto_run_record_get_saved(self->record));
    gtk_widget_set_visible(GTK_WIDGET(self->views),
                           mamuto_run_record_get_run(self->record) != NULL);
    update_bar(self);
    update_words(self);
    update_notice(self);
    mamuto_hosts_view_update(self->hosts);
    mamuto_failures_view_update(self->failures);
}

/* ---- the run ---- */

static void
on_job(MamutoProgressPage *self)
{
    MamutoRun *run = self->record ? mamuto_run_record_get_run(self->record) : NULL;
    g_autoptr(MamutoTimelineStore) store = run ? mamuto_timeline_store_new(run, 0) : NULL;

    mamuto_hosts_view_set_store(self->hosts, store);
    mamuto_timeline_set_store(self->timeline, store);
    mamuto_log_view_set_run(self->log, run);
    set_tab(self->hosts_tab, _("Hosts"),
            run ? g_list_model_get_n_items(mamuto_run_get_hosts(run)) : 0);
    if (run)
        g_signal_connect_object(run, "updated", G_CALLBACK(on_updated), self, G_CONNECT_SWAPPED);
    update(self);
}

void
mamuto_progress_page_show_run(MamutoProgressPage *self, MamutoRunRecord *record)
{
    if (self->record) {
        if (mamuto_run_record_get_run(self->record))
            g_signal_handlers_disconnect_by_func(mamuto_run_record_get_run(self->record),
                                                 on_updated, self);
        g_signal_handlers_disconnect_by_data(self->record, self);
    }
    g_set_object(&self->record, record);
    mamuto_failures_view_set_run(self->failures, record);
    if (record) {
        g_signal_connect_object(record, "notify::run", G_CALLBACK(on_job), self, G_CONNECT_SWAPPED);
        g_signal_connect_object(record, "notify::state", G_CALLBACK(update), self,
                                G_CONNECT_SWAPPED);
        g_signal_connect_object(record, "notify::saved", G_CALLBACK(update), self,
                                G_CONNECT_SWAPPED);
    }
    on_job(self);
}

void
mamuto_progress_page_show_view(MamutoProgressPage *self, const char *name)
{
    gtk_stack_set_visible_child_name(self->views, name);
}

static void
on_run(MamutoProgressPage *self)
{
    mamuto_progress_page_show_run(self, mamuto_runner_get_run(self->runner));
}

static void
on_cores(MamutoProgressPage *self, guint host, guint cores)
{
    if (self->record == mamuto_runner_get_run(self->runner))
        mamuto_runner_set_host_cores(self->runner, host, cores);
}

static void
on_show_log(MamutoProgressPage *self, guint host)
{
    mamuto_progress_page_show_view(self, "log");
    mamuto_log_view_show_host(self->log, host);
}

static void
on_log_changed(MamutoProgressPage *self)
{
    set_tab(self->log_tab, _("Log"), (gint64)mamuto_log_view_get_n_lines(self->log));
}

/* ---- saving partial results ---- */

static void
on_save_part(MamutoProgressPage *self)
{
    results_save(GTK_WIDGET(gtk_widget_get_root(GTK_WIDGET(self))), self->runner, NULL);
}

/* ---- the widget ---- */

static void
mamuto_progress_page_dispose(GObject *object)
{
    MamutoProgressPage *self = MAMUTO_PROGRESS_PAGE(object);

    g_clear_object(&self->record);
    g_clear_object(&self->runner);
    G_OBJECT_CLASS(mamuto_progress_page_parent_class)->dispose(object);
}

static void
mamuto_progress_page_finalize(GObject *object)
{
    g_free(MAMUTO_PROGRESS_PAGE(object)->notice_more);
    G_OBJECT_CLASS(mamuto_progress_page_parent_class)->finalize(object);
}

static void
bind_children(GtkWidgetClass *widget_class)
{
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, stack);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, views);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, name);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, rows);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, pace);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, bar);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, save_part);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, show_results);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, notice);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, notice_revealer);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, notice_bar);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, notice_icon);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, notice_details);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, hosts_tab);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, log_tab);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, failed_tab);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, hosts);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, timeline);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, log);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, failures);
}

static void
mamuto_progress_page_class_init(MamutoProgressPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_progress_page_dispose;
    G_OBJECT_CLASS(klass)->finalize = mamuto_progress_page_finalize;
    g_type_ensure(MAMUTO_TYPE_HOSTS_VIEW);
    g_type_ensure(MAMUTO_TYPE_TIMELINE);
    g_type_ensure(MAMUTO_TYPE_LOG_VIEW);
    g_type_ensure(MAMUTO_TYPE_FAILURES_VIEW);
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-progress-page.ui");
    bind_children(widget_class);
    gtk_widget_class_bind_template_callback(widget_class, on_details);
    gtk_widget_class_bind_template_callback(widget_class, on_cores);
    gtk_widget_class_bind_template_callback(widget_class, on_show_log);
    gtk_widget_class_bind_template_callback(widget_class, on_log_changed);
    gtk_widget_class_bind_template_callback(widget_class, on_save_part);
}

static void
mamuto_progress_page_init(MamutoProgressPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    stack_hide_others(self->stack);
    stack_hide_others(self->views);
    g_signal_connect_after(self, "map", G_CALLBACK(update), NULL);
}

GtkWidget *
mamuto_progress_page_new(MamutoRunner *runner)
{
    MamutoProgressPage *self = g_object_new(MAMUTO_TYPE_PROGRESS_PAGE, NULL);

    self->runner = g_object_ref(runner);
    g_signal_connect_object(runner, "notify::run", G_CALLBACK(on_run), self, G_CONNECT_SWAPPED);
    on_run(self);
    return GTK_WIDGET(self);
}
