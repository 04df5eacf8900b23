/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What goes on while a run goes on: how far it is, and how it ended. */
#include "mamuto-progress-page.h"

#include <glib/gi18n.h>

#include "../app-text.h"

struct _MamutoProgressPage {
    AdwBin parent_instance;
    MamutoWorkspace *workspace;
    GtkStack *stack;
    AdwStatusPage *status;
    GtkProgressBar *bar;
    GtkWidget *show_results;
};

G_DEFINE_FINAL_TYPE(MamutoProgressPage, mamuto_progress_page, ADW_TYPE_BIN)

static void
mamuto_progress_page_dispose(GObject *object)
{
    MamutoProgressPage *self = MAMUTO_PROGRESS_PAGE(object);

    g_clear_object(&self->workspace);
    G_OBJECT_CLASS(mamuto_progress_page_parent_class)->dispose(object);
}

static void
mamuto_progress_page_class_init(MamutoProgressPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_progress_page_dispose;
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-progress-page.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, stack);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, status);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, bar);
    gtk_widget_class_bind_template_child(widget_class, MamutoProgressPage, show_results);
}

static void
mamuto_progress_page_init(MamutoProgressPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}

static char *
describe(MamutoRun *run, MamutoJob *job)
{
    g_autofree char *done = job ? app_text_count(mamuto_job_get_rows_done(job)) : NULL;
    g_autofree char *rows = job ? app_text_rows(mamuto_job_get_n_rows(job)) : NULL;
    g_autofree char *time = job ? app_text_seconds(mamuto_job_get_elapsed(job)) : NULL;

    if (mamuto_run_get_error(run) && mamuto_run_get_state(run) == MAMUTO_RUN_FAILED)
        return g_markup_escape_text(mamuto_run_get_error(run)->message, -1);
    if (!job)
        return g_strdup(_("Preparing"));
    /* Translators: "412,000 of 1,000,000 rows · 4.8 s" */
    return g_strdup_printf(_("%s of %s · %s"), done, rows, time);
}

static void
update(MamutoProgressPage *self)
{
    MamutoRun *run = mamuto_workspace_get_run(self->workspace);
    MamutoJob *job = run ? mamuto_run_get_job(run) : NULL;
    g_autofree char *name = run ? mamuto_run_format_name(run) : NULL;
    g_autofree char *text = run ? describe(run, job) : NULL;
    gint64 n = job ? mamuto_job_get_n_rows(job) : 0;

    gtk_stack_set_visible_child_name(self->stack, run ? "run" : "empty");
    if (!run)
        return;
    adw_status_page_set_title(self->status, name);
    adw_status_page_set_description(self->status, text);
    gtk_progress_bar_set_fraction(self->bar,
                                  n > 0 ? (double)mamuto_job_get_rows_done(job) / (double)n : 0);
    gtk_widget_set_visible(self->show_results,
                           !mamuto_run_is_active(run) && mamuto_run_get_result(run));
}

static void
on_job(MamutoRun *run, GParamSpec *pspec, MamutoProgressPage *self)
{
    if (mamuto_run_get_job(run))
        g_signal_connect_object(mamuto_run_get_job(run), "updated", G_CALLBACK(update), self,
                                G_CONNECT_SWAPPED);
}

static void
on_run(MamutoProgressPage *self)
{
    MamutoRun *run = mamuto_workspace_get_run(self->workspace);

    g_signal_connect_object(run, "notify::job", G_CALLBACK(on_job), self, 0);
    g_signal_connect_object(run, "notify::state", G_CALLBACK(update), self, G_CONNECT_SWAPPED);
    on_job(run, NULL, self);
    update(self);
}

GtkWidget *
mamuto_progress_page_new(MamutoWorkspace *workspace)
{
    MamutoProgressPage *self = g_object_new(MAMUTO_TYPE_PROGRESS_PAGE, NULL);

    self->workspace = g_object_ref(workspace);
    g_signal_connect_object(workspace, "notify::run", G_CALLBACK(on_run), self, G_CONNECT_SWAPPED);
    return GTK_WIDGET(self);
}
