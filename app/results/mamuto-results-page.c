/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-results-page.h. */
#include "mamuto-results-page.h"

#include <glib/gi18n.h>

#include "../app-error.h"
#include "../app-text.h"
#include "../array-view/mamuto-array-view.h"
#include "../compat/compat.h"
#include "../dialogs/tell.h"
#include "../plot/mamuto-array-plot.h"
#include "../save/results-save.h"
#include "../widgets/mamuto-split.h"
#include "../widgets/narrow-button.h"
#include "../widgets/stack-hide.h"
#include "failure-list.h"
#include "summary-grid.h"

struct _MamutoResultsPage {
    AdwBin parent_instance;
    MamutoRunner *runner;
    MamutoRunRecord *record; /* the shown run; handlers are connected to its signals */

    GtkStack *stack;
    AdwStatusPage *none_page;
    GtkLabel *title_label;
    GtkLabel *about_label;
    GtkStack *save_stack;
    GtkButton *save_button;
    GtkWidget *saving_label;
    GtkWidget *outdated_notice;
    GtkWidget *partial_notice;
    GtkLabel *partial_label;
    GtkWidget *switcher;
    GtkToggleButton *table_button;
    GtkToggleButton *summary_button;
    MamutoSplit *split;
    MamutoArrayView *array_view;
    MamutoArrayPlot *plot;
    GtkGrid *summary_grid;
    GtkWidget *failures_box;
    GtkLabel *failures_label;
    GtkLabel *failures_more;
    GtkListView *failures_list;
};

G_DEFINE_FINAL_TYPE(MamutoResultsPage, mamuto_results_page, ADW_TYPE_BIN)

static MamutoResult *
get_result(MamutoResultsPage *self)
{
    return self->record ? mamuto_run_record_get_result(self->record) : NULL;
}

/* ---- content ---- */

static const char *
name_formats(MamutoResult *result)
{
    MamutoArray *array = result ? mamuto_result_get_array(result) : NULL;

    if (array && mamuto_array_is_json(array))
        return mamuto_array_is_text(array) ? _("Save as CSV or JSON Lines (Ctrl+E)")
                                           : _("Save as JSON Lines (Ctrl+E)");
    if (result && mamuto_result_get_n_axes(result) > 1) /* a grid */
        return _("Save as NPY (Ctrl+E)");
    return _("Save as NPY or CSV (Ctrl+E)");
}

static void
update_about(MamutoResultsPage *self)
{
    MamutoResult *result = get_result(self);
    const char *file = result ? mamuto_run_record_get_file(self->record) : NULL;
    g_autofree char *array =
        result ? app_text_describe_array(mamuto_result_get_array(result)) : NULL;
    g_autofree char *path = file ? app_text_path(file) : NULL;
    g_autofree char *text = NULL;
    gboolean saving = result && mamuto_run_record_get_saving(self->record);

    if (result)
        /* Translators: the end of "1,000,000 rows · float64 · in memory" */
        text = g_strdup_printf("%s · %s", array,
                               path && mamuto_run_record_get_saved(self->record) ? path
                                                                                 : _("in memory"));
    gtk_label_set_text(self->about_label, text ? text : "");
    gtk_widget_set_tooltip_text(GTK_WIDGET(self->about_label), text);
    gtk_widget_set_tooltip_text(GTK_WIDGET(self->save_button), name_formats(result));
    gtk_stack_set_visible_child_name(self->save_stack, saving ? "saving" : "save");
    gtk_widget_action_set_enabled(GTK_WIDGET(self), "results.save-as", result && !saving);
    gtk_widget_action_set_enabled(GTK_WIDGET(self), "results.copy", result != NULL);
    gtk_widget_action_set_enabled(GTK_WIDGET(self), "results.open-folder",
                                  path && mamuto_run_record_get_saved(self->record));
}

static void
update_outdated(MamutoResultsPage *self)
{
    gtk_widget_set_visible(self->outdated_notice, mamuto_runner_get_outdated(self->runner));
}

/* If rows lack a result, shows after how many rows the run ended, and the error. */
static void
update_partial(MamutoResultsPage *self)
{
    MamutoResult *result = get_result(self);
    gint64 missing = mamuto_result_get_n_missing(result);
    const GError *error = mamuto_run_record_get_error(self->record);
    g_autofree char *done = app_text_count(mamuto_result_get_n_rows(result) - missing);
    g_autofree char *rows = app_text_rows(mamuto_result_get_n_rows(result));
    g_autofree char *message = error ? app_error_describe(error) : NULL;
    g_autofree char *summary = error ? app_error_summary(error) : g_strdup("–");
    g_auto(GStrv) lines = g_strsplit(summary, "\n", 2);
    g_autofree char *text = NULL;

    if (mamuto_run_record_get_state(self->record) == MAMUTO_RUN_RECORD_STOPPED)
        /* Translators: "Stopped after 412,000 of 1,000,000 rows" */
        text = g_strdup_printf(_("Stopped after %s of %s"), done, rows);
    else
        /* Translators: "Failed after 412,000 of 1,000,000 rows: no host is left" */
        text = g_strdup_printf(_("Failed after %s of %s: %s"), done, rows, lines[0]);
    gtk_label_set_text(self->partial_label, text);
    gtk_widget_set_tooltip_text(GTK_WIDGET(self->partial_label), message);
    gtk_widget_set_visible(self->partial_notice, missing > 0);
}

static void
update_failures(MamutoResultsPage *self)
{
    MamutoResult *result = get_result(self);
    gint64 n = mamuto_result_get_n_failed(result);
    gint64 listed = mamuto_result_get_failures(result)->len;
    g_autofree char *rows = app_text_rows(n);
    g_autofree char *first = app_text_count(listed);
    /* Translators: %s is a number of rows: "2 rows failed" */
    g_autofree char *title = g_strdup_printf(ngettext("%s failed", "%s failed", (gulong)n), rows);
    g_autofree char *more = g_strdup_printf(_("The first %s are listed"), first);

    gtk_label_set_text(self->failures_label, title);
    gtk_label_set_text(self->failures_more, more);
    gtk_widget_set_visible(GTK_WIDGET(self->failures_more), listed < n);
    gtk_widget_set_visible(self->failures_box, n > 0);
    failure_list_show(self->failures_list, result);
}

static void
update_summary(MamutoResultsPage *self)
{
    summary_grid_show(self->summary_grid, mamuto_array_plot_get_summary(self->plot),
                      get_result(self));
}

static void
show_nothing(MamutoResultsPage *self)
{
    const GError *error = self->record ? mamuto_run_record_get_error(self->record) : NULL;
    gboolean active = self->record && mamuto_run_record_is_active(self->record);

    mamuto_array_view_set_result(self->array_view, NULL);
    mamuto_array_plot_set_result(self->plot, NULL);
    failure_list_show(self->failures_list, NULL);
    if (active) {
        adw_status_page_set_title(self->none_page, _("Still Running"));
        adw_status_page_set_description(self->none_page,
                                        _("The results appear here when the run ends"));
    } else if (self->record) {
        gboolean failed =
            error && mamuto_run_record_get_state(self->record) != MAMUTO_RUN_RECORD_STOPPED;
        g_autofree char *message = failed
                                       ? app_error_describe(error)
                                       : g_strdup(_("The run ended before any row was computed"));
        g_autofree char *markup = g_markup_escape_text(message, -1);

        adw_status_page_set_title(self->none_page, _("No Results"));
        adw_status_page_set_description(self->none_page, markup);
    }
    gtk_stack_set_visible_child_name(self->stack, self->record ? "none" : "empty");
}

static void
update(MamutoResultsPage *self)
{
    MamutoResult *result = get_result(self);
    g_autofree char *name = self->record ? mamuto_run_record_format_name(self->record) : NULL;

    update_about(self);
    if (!result) {
        show_nothing(self);
        return;
    }
    gtk_label_set_text(self->title_label, name);
    gtk_widget_set_tooltip_text(GTK_WIDGET(self->title_label), name);
    mamuto_array_view_set_result(self->array_view, result);
    mamuto_array_plot_set_result(self->plot, result);
    update_partial(self);
    update_failures(self);
    update_summary(self);
    gtk_stack_set_visible_child_name(self->stack, "result");
}

static void
on_run(MamutoResultsPage *self)
{
    if (self->record)
        g_signal_handlers_disconnect_by_data(self->record, self);
    g_set_object(&self->record, mamuto_runner_get_run(self->runner));
    if (self->record) {
        g_signal_connect_object(self->record, "notify::state", G_CALLBACK(update), self,
                                G_CONNECT_SWAPPED);
        g_signal_connect_object(self->record, "notify::saved", G_CALLBACK(update_about), self,
                                G_CONNECT_SWAPPED);
        g_signal_connect_object(self->record, "notify::saving", G_CALLBACK(update_about), self,
                                G_CONNECT_SWAPPED);
    }
    update(self);
}

static void
on_narrow(MamutoResultsPage *self)
{
    gboolean narrow = mamuto_split_get_narrow(self->split);

    gtk_widget_set_visible(self->switcher, narrow);
    narrow_button_show(self->save_button, _("Save _As…"), "document-save-as-symbolic", narrow);
    gtk_widget_set_visible(self->saving_label, !narrow);
}

static void
on_switch(MamutoResultsPage *self)
{
    mamuto_split_set_show_end(self->split, gtk_toggle_button_get_active(self->summary_button));
}

static void
on_failure(MamutoResultsPage *self, guint position)
{
    MamutoResult *result = get_result(self);
    /* several rows of a grid are in one row of the table */
    gint64 n_shown = mamuto_array_get_n_rows(mamuto_result_get_array(result));
    gint64 n = MAX(mamuto_result_get_n_rows(result) / MAX(n_shown, 1), 1);

    gtk_toggle_button_set_active(self->table_button, TRUE);
    mamuto_array_view_go_to(self->array_view,
                            failure_list_get_row(self->failures_list, position) / n);
}

/* ---- actions ---- */

static void
on_copied(MamutoResultsPage *self, gint64 n, gboolean all)
{
    g_autofree char *rows = app_text_rows(n);
    g_autofree char *text =
        /* Translators: %s is a number of rows: "1,000 rows copied" */
        all ? g_strdup_printf(ngettext("%s copied", "%s copied", (gulong)n), rows)
            /* Translators: %s is a number of rows: "1,000 rows" */
            : g_strdup_printf(_("Only the first %s were copied; save the results to get all rows"),
                              rows);

    tell(GTK_WIDGET(self), text);
}

static void
on_action(GtkWidget *widget, const char *action, GVariant *parameter)
{
    MamutoResultsPage *self = MAMUTO_RESULTS_PAGE(widget);

    if (g_str_equal(action, "results.copy")) {
        mamuto_array_view_copy(self->array_view);
    } else if (g_str_equal(action, "results.save-as")) {
        results_save(GTK_WIDGET(gtk_widget_get_root(GTK_WIDGET(self))), self->runner, NULL);
    } else if (mamuto_run_record_get_file(self->record)) {
        g_autofree char *folder = g_path_get_dirname(mamuto_run_record_get_file(self->record));
        g_autoptr(GFile) file = g_file_new_for_path(folder);
        g_autofree char *uri = g_file_get_uri(file);

        compat_show_uri(widget, uri);
    }
}

/* ---- the widget ---- */

static void
mamuto_results_page_dispose(GObject *object)
{
    MamutoResultsPage *self = MAMUTO_RESULTS_PAGE(object);

    g_clear_object(&self->record);
    g_clear_object(&self->runner);
    G_OBJECT_CLASS(mamuto_results_page_parent_class)->dispose(object);
}

static void
bind_children(GtkWidgetClass *widget_class)
{
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, stack);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, none_page);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, title_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, about_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, save_stack);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, save_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, saving_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, outdated_notice);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, partial_notice);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, partial_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, switcher);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, table_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, summary_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, split);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, array_view);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, plot);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, summary_grid);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, failures_box);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, failures_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, failures_more);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, failures_list);
}

static void
mamuto_results_page_class_init(MamutoResultsPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    g_type_ensure(MAMUTO_TYPE_SPLIT);
    g_type_ensure(MAMUTO_TYPE_ARRAY_VIEW);
    g_type_ensure(MAMUTO_TYPE_ARRAY_PLOT);
    G_OBJECT_CLASS(klass)->dispose = mamuto_results_page_dispose;
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-results-page.ui");
    bind_children(widget_class);
    gtk_widget_class_bind_template_callback(widget_class, on_narrow);
    gtk_widget_class_bind_template_callback(widget_class, on_switch);
    gtk_widget_class_bind_template_callback(widget_class, on_failure);
    gtk_widget_class_bind_template_callback(widget_class, on_copied);
    gtk_widget_class_bind_template_callback(widget_class, update_summary);
    gtk_widget_class_install_action(widget_class, "results.save-as", NULL, on_action);
    gtk_widget_class_install_action(widget_class, "results.copy", NULL, on_action);
    gtk_widget_class_install_action(widget_class, "results.open-folder", NULL, on_action);
    gtk_widget_class_add_binding_action(widget_class, GDK_KEY_e, GDK_CONTROL_MASK,
                                        "results.save-as", NULL);
}

static void
mamuto_results_page_init(MamutoResultsPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    stack_hide_others(self->stack);
    failure_list_init(self->failures_list);
    summary_grid_fill(self->summary_grid);
}

GtkWidget *
mamuto_results_page_new(MamutoRunner *runner)
{
    MamutoResultsPage *self = g_object_new(MAMUTO_TYPE_RESULTS_PAGE, NULL);

    self->runner = g_object_ref(runner);
    g_signal_connect_object(runner, "notify::run", G_CALLBACK(on_run), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(runner, "notify::outdated", G_CALLBACK(update_outdated), self,
                            G_CONNECT_SWAPPED);
    update_outdated(self);
    on_run(self);
    return GTK_WIDGET(self);
}
