/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-comparison-view.h. The program first plans a comparison and starts it after the user
 * has confirmed the plan. */
#include "mamuto-comparison-view.h"

#include <glib/gi18n.h>

#include "../compat/compat.h"
#include "../dialogs/approve.h"
#include "../dialogs/tell.h"
#include "../save/save-export.h"
#include "../widgets/stack-hide.h"
#include "app-data.h"
#include "app-error.h"
#include "app-text.h"
#include "comparison-setup.h"
#include "comparison-table.h"
#include "timings-charts.h"
#include "verdict-words.h"

struct _MamutoComparisonView {
    AdwBin parent_instance;
    MamutoRunner *runner;
    GtkWidget *budget, *table_button, *export_button;
    GtkWidget *progress_box, *progress, *state, *comparison_box;
    GtkWidget *summary, *notes, *switcher, *chart_or_table, *table_holder;
    GtkStack *charts;
    MamutoChart *chart[N_CHARTS];
    GActionMap *actions;

    MamutoComparison *comparison; /* (nullable): planned or running */
    GCancellable *cancellable;
    MamutoTimings *timings; /* (nullable): the displayed comparison */
    GListStore *table;
    MamutoRunRecord *record; /* (nullable): the runner's latest run */
    gboolean empty;
};

enum { PROP_0, PROP_EMPTY, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE(MamutoComparisonView, mamuto_comparison_view, ADW_TYPE_BIN)

/* Names of the charts; also used as proposed file names. */
static const char *const chart_names[N_CHARTS] = {"time", "speed-up", "efficiency"};
static const double budgets[] = {10, 30, 60, 300, 1800};

static void
enable(MamutoComparisonView *self, const char *action, gboolean enabled)
{
    g_simple_action_set_enabled(G_SIMPLE_ACTION(g_action_map_lookup_action(self->actions, action)),
                                enabled);
}

static void
update_visible(MamutoComparisonView *self)
{
    gboolean comparing = self->comparison != NULL;
    gboolean has_timings = self->timings && mamuto_timings_get_n_measurements(self->timings) > 0;

    gtk_widget_set_visible(self->progress_box, comparing);
    gtk_widget_set_visible(self->comparison_box, has_timings);
    gtk_widget_set_sensitive(self->table_button, has_timings);
    gtk_widget_set_sensitive(self->export_button, has_timings);
    enable(self, "compare", !comparing);
    enable(self, "stop", comparing);
    if (self->empty == (!comparing && !has_timings))
        return;
    self->empty = !self->empty;
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_EMPTY]);
}

/* ---- results ---- */

static char *
make_last_path(void)
{
    g_autofree char *folder = app_data_make_data_folder();

    return g_build_filename(folder, "comparison.json", NULL);
}

/* Describes the comparison, for example "likelihood · 2026-11-25 20:45 · model.py:like · 4 hosts ·
 * 8 cores". */
static char *
describe_origin(MamutoTimings *timings)
{
    const char *job = mamuto_timings_get_job_name(timings);
    guint hosts = mamuto_timings_get_n_hosts(timings), cores = mamuto_timings_get_n_cores(timings);
    g_autofree char *function = g_path_get_basename(mamuto_timings_get_function(timings));
    g_autoptr(GDateTime) local = g_date_time_to_local(mamuto_timings_get_created(timings));
    g_autofree char *date = g_date_time_format(local, _("%Y-%m-%d %H:%M"));
    GString *text = g_string_new(NULL);

    if (job)
        g_string_append_printf(text, "%s · ", job);
    g_string_append_printf(text, "%s · %s", date, function);
    if (hosts > 0) {
        g_string_append(text, " · ");
        g_string_append_printf(text, ngettext("%u host", "%u hosts", hosts), hosts);
        g_string_append(text, " · ");
        g_string_append_printf(text, ngettext("%u core", "%u cores", cores), cores);
    }
    return g_string_free(text, FALSE);
}

static void
show_words(MamutoComparisonView *self)
{
    g_autofree char *summary = verdict_words(self->timings);
    g_autofree char *origin = describe_origin(self->timings);
    GPtrArray *notes = mamuto_timings_get_notes(self->timings);
    g_autoptr(GString) text = g_string_new(origin);

    for (TimingsChart which = 0; which < N_CHARTS; which++)
        mamuto_chart_set_subtitle(self->chart[which], origin);
    for (guint i = 0; i < notes->len; i++) {
        g_autofree char *note = verdict_words_note(g_ptr_array_index(notes, i));

        g_string_append_printf(text, "\n%s", note);
    }
    gtk_label_set_label(GTK_LABEL(self->summary), summary);
    gtk_widget_set_visible(self->summary, *summary != '\0');
    gtk_label_set_label(GTK_LABEL(self->notes), text->str);
    gtk_widget_set_visible(self->notes, TRUE);
}

static void
show(MamutoComparisonView *self, MamutoTimings *timings)
{
    g_set_object(&self->timings, timings);
    show_words(self);
    for (TimingsChart which = 0; which < N_CHARTS; which++)
        timings_chart_fill(self->chart[which], which, timings);
    comparison_table_fill(self->table, timings);
    gtk_scrolled_window_set_min_content_height(
        GTK_SCROLLED_WINDOW(self->table_holder),
        comparison_table_get_height(mamuto_timings_get_n_measurements(timings)));
    update_visible(self);
}

/* Shows the last comparison, which is stored in the user's data folder. */
static void
load_last(MamutoComparisonView *self)
{
    g_autofree char *path = make_last_path();
    g_autoptr(MamutoTimings) timings = mamuto_timings_new_from_file(path, NULL);

    if (timings)
        show(self, timings);
}

/* ---- running ---- */

static void
end_comparison(MamutoComparisonView *self)
{
    g_clear_object(&self->comparison);
    g_clear_object(&self->cancellable);
    update_visible(self);
}

/* @hold: TRUE prevents the application from exiting while a comparison runs, because the
 * application must end the processes of the comparison first. */
static void
hold_application(gboolean hold)
{
    if (hold)
        g_application_hold(g_application_get_default());
    else
        g_application_release(g_application_get_default());
}

static gboolean
is_in_window(MamutoComparisonView *self)
{
    return gtk_widget_get_root(GTK_WIDGET(self)) != NULL;
}

static void
tell_failure(MamutoComparisonView *self, const GError *error)
{
    if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        tell_error(GTK_WIDGET(self), _("Could Not Compare"), error);
}

static void
on_updated(MamutoComparison *comparison, MamutoComparisonView *self)
{
    guint done = mamuto_comparison_get_n_done(comparison);
    guint planned = mamuto_comparison_get_n_planned(comparison);
    g_autoptr(GString) text = g_string_new(NULL);
    MamutoContender contender;
    gint64 rows;

    /* Translators: numbers of finished and planned measurements: "3 of 12 measurements" */
    g_string_printf(text, ngettext("%u of %u measurement", "%u of %u measurements", planned), done,
                    planned);
    contender = mamuto_comparison_get_current(comparison, &rows);
    if (rows > 0) {
        g_autofree char *count = app_text_rows(rows);

        g_string_append_printf(text, " · %s, %s", timings_get_contender_name(contender), count);
    }
    gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(self->progress),
                                  planned > 0 ? (double)done / planned : 0);
    gtk_label_set_label(GTK_LABEL(self->state), text->str);
    if (rows == 0 && done > 0)
        show(self, mamuto_comparison_get_timings(comparison));
}

/* Saves the measurements, also if the comparison was stopped or failed. */
static void
keep(MamutoComparisonView *self, MamutoTimings *timings)
{
    g_autofree char *path = make_last_path();
    g_autoptr(GError) error = NULL;

    if (mamuto_timings_get_n_measurements(timings) == 0)
        return;
    if (!mamuto_timings_save(timings, path, &error) && is_in_window(self)) {
        g_autofree char *message = app_error_describe(error);

        tell(GTK_WIDGET(self), message);
    }
    if (is_in_window(self))
        show(self, timings);
}

static void
on_compared(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(MamutoComparisonView) self = MAMUTO_COMPARISON_VIEW(data);
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoTimings) timings =
        mamuto_comparison_run_finish(MAMUTO_COMPARISON(source), result, &error);

    hold_application(FALSE);
    keep(self, mamuto_comparison_get_timings(MAMUTO_COMPARISON(source)));
    if (!is_in_window(self))
        return;
    end_comparison(self);
    if (!timings)
        tell_failure(self, error);
}

static void
on_answer(const char *response, gpointer data)
{
    MamutoComparisonView *self = data;

    if (!self->comparison)
        return;
    if (!g_str_equal(response, "compare")) {
        end_comparison(self);
        return;
    }
    g_signal_connect_object(self->comparison, "updated", G_CALLBACK(on_updated), self, 0);
    on_updated(self->comparison, self);
    hold_application(TRUE);
    mamuto_comparison_run_async(self->comparison, self->cancellable, on_compared,
                                g_object_ref(self));
}

/* ---- starting ---- */

static void
ask(MamutoComparisonView *self)
{
    const CompatResponse responses[] = {
        {"cancel", _("_Cancel"), ADW_RESPONSE_DEFAULT},
        {"compare", _("_Compare"), ADW_RESPONSE_SUGGESTED},
    };
    g_autofree char *body = comparison_setup_describe(self->comparison, self->runner);

    compat_ask(GTK_WIDGET(self), _("Start the Comparison?"), body, NULL, responses,
               G_N_ELEMENTS(responses), "cancel", "compare", on_answer, self);
}

static void
on_planned(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(MamutoComparisonView) self = MAMUTO_COMPARISON_VIEW(data);
    g_autoptr(GError) error = NULL;
    gboolean well = mamuto_comparison_plan_finish(MAMUTO_COMPARISON(source), result, &error);

    hold_application(FALSE);
    if (!is_in_window(self))
        return;
    if (well) {
        ask(self);
        return;
    }
    end_comparison(self);
    tell_failure(self, error);
}

static void compare(MamutoComparisonView *self);

/* Starts the comparison if the user asked for it while the job's inputs were still loading. */
static void
on_loaded(MamutoComparisonView *self)
{
    MamutoJobDocument *document = mamuto_runner_get_job(self->runner);

    if (mamuto_job_document_get_loading(document))
        return;
    g_signal_handlers_disconnect_by_func(document, on_loaded, self);
    if (!self->comparison && gtk_widget_get_mapped(GTK_WIDGET(self)))
        compare(self);
}

/* Checks whether a comparison can start. If not, shows the reason and returns FALSE. */
static gboolean
check(MamutoComparisonView *self)
{
    MamutoJobDocument *document = mamuto_runner_get_job(self->runner);
    const char *obstacle = NULL;

    if (mamuto_runner_get_running(self->runner)) {
        obstacle = _("Wait until the run ends; a run at the same time distorts the measurements");
    } else if (mamuto_job_document_get_loading(document)) {
        obstacle = _("Wait until the arguments are loaded");
        g_signal_handlers_disconnect_by_func(document, on_loaded, self);
        g_signal_connect_object(document, "inputs-changed", G_CALLBACK(on_loaded), self,
                                G_CONNECT_SWAPPED);
    }
    if (obstacle)
        tell(GTK_WIDGET(self), obstacle);
    return !obstacle && mamuto_runner_check_job(self->runner);
}

static void
plan(GtkWidget *view)
{
    MamutoComparisonView *self = MAMUTO_COMPARISON_VIEW(view);
    guint budget = gtk_drop_down_get_selected(GTK_DROP_DOWN(self->budget));
    g_autoptr(GError) error = NULL;

    self->comparison = comparison_setup_new(self->runner, &error);
    if (!self->comparison) {
        tell_failure(self, error);
        return;
    }
    mamuto_comparison_set_budget(self->comparison, budgets[MIN(budget, G_N_ELEMENTS(budgets) - 1)]);
    self->cancellable = g_cancellable_new();
    gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(self->progress), 0);
    gtk_label_set_label(GTK_LABEL(self->state), _("Timing a few rows…"));
    update_visible(self);
    hold_application(TRUE);
    mamuto_comparison_plan_async(self->comparison, self->cancellable, on_planned,
                                 g_object_ref(self));
}

static void
compare(MamutoComparisonView *self)
{
    if (check(self))
        approve_documents(GTK_WIDGET(self), mamuto_runner_get_job(self->runner), APPROVE_COMPARE,
                          plan);
}

/* Stops the comparison when a run starts, because both would slow each other down. */
static void
on_run_state(MamutoComparisonView *self)
{
    if (self->comparison && mamuto_run_record_is_active(self->record)) {
        g_cancellable_cancel(self->cancellable);
        tell(GTK_WIDGET(self), _("The comparison was stopped because a run started"));
    }
}

static void
on_run(MamutoComparisonView *self)
{
    MamutoRunRecord *record = mamuto_runner_get_run(self->runner);

    if (self->record)
        g_signal_handlers_disconnect_by_func(self->record, on_run_state, self);
    g_set_object(&self->record, record);
    if (!record)
        return;
    g_signal_connect_object(record, "notify::state", G_CALLBACK(on_run_state), self,
                            G_CONNECT_SWAPPED);
    on_run_state(self);
}

/* ---- exports ---- */

static gboolean
save_chart(GtkWidget *widget, const char *path, GError **error)
{
    MamutoComparisonView *self = MAMUTO_COMPARISON_VIEW(widget);

    return mamuto_chart_save(MAMUTO_CHART(gtk_stack_get_visible_child(self->charts)), path, error);
}

static gboolean
save_timings(GtkWidget *widget, const char *path, GError **error)
{
    return mamuto_timings_save(MAMUTO_COMPARISON_VIEW(widget)->timings, path, error);
}

static void
export_chart(MamutoComparisonView *self, const char *suffix)
{
    const char *name = gtk_stack_get_visible_child_name(self->charts);

    save_export(GTK_WIDGET(self),
                &(SaveExport){_("Save Chart"), name ? name : chart_names[0], suffix, save_chart});
}

static void
export_timings(MamutoComparisonView *self, const char *suffix)
{
    save_export(GTK_WIDGET(self),
                &(SaveExport){_("Save Comparison"), "comparison", suffix, save_timings});
}

/* ---- the widget ---- */

static void
on_action(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    MamutoComparisonView *self = data;
    const char *name = g_action_get_name(G_ACTION(action));

    if (g_str_equal(name, "compare"))
        compare(self);
    else if (g_str_equal(name, "stop"))
        g_cancellable_cancel(self->cancellable);
    else if (g_str_equal(name, "export-svg"))
        export_chart(self, ".svg");
    else if (g_str_equal(name, "export-png"))
        export_chart(self, ".png");
    else if (g_str_equal(name, "export-csv"))
        export_timings(self, ".csv");
    else if (g_str_equal(name, "export-json"))
        export_timings(self, ".json");
}

static void
make_actions(MamutoComparisonView *self)
{
    static const char *const names[] = {"compare",    "stop",       "export-svg",
                                        "export-png", "export-csv", "export-json"};
    GSimpleActionGroup *group = g_simple_action_group_new();

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GSimpleAction) action = g_simple_action_new(names[i], NULL);

        g_signal_connect_object(action, "activate", G_CALLBACK(on_action), self, 0);
        g_action_map_add_action(G_ACTION_MAP(group), G_ACTION(action));
    }
    self->actions = G_ACTION_MAP(group);
    gtk_widget_insert_action_group(GTK_WIDGET(self), "comparison", G_ACTION_GROUP(group));
}

static void
make_charts(MamutoComparisonView *self)
{
    static const char *const titles[N_CHARTS] = {N_("Time"), N_("Speed-up"), N_("Efficiency")};

    for (TimingsChart which = 0; which < N_CHARTS; which++) {
        self->chart[which] = timings_chart_new(which);
        gtk_widget_set_size_request(GTK_WIDGET(self->chart[which]), -1, 300);
        gtk_stack_add_titled(self->charts, GTK_WIDGET(self->chart[which]), chart_names[which],
                             _(titles[which]));
    }
}

static void
on_table_toggled(GtkToggleButton *button, MamutoComparisonView *self)
{
    gboolean table = gtk_toggle_button_get_active(button);

    gtk_stack_set_visible_child_name(GTK_STACK(self->chart_or_table), table ? "table" : "chart");
    gtk_widget_set_visible(self->switcher, !table);
}

static void
mamuto_comparison_view_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    g_value_set_boolean(value, MAMUTO_COMPARISON_VIEW(object)->empty);
}

static void
mamuto_comparison_view_dispose(GObject *object)
{
    MamutoComparisonView *self = MAMUTO_COMPARISON_VIEW(object);

    if (self->cancellable)
        g_cancellable_cancel(self->cancellable);
    g_clear_object(&self->cancellable);
    g_clear_object(&self->comparison);
    g_clear_object(&self->timings);
    g_clear_object(&self->table);
    g_clear_object(&self->record);
    g_clear_object(&self->actions);
    g_clear_object(&self->runner);
    G_OBJECT_CLASS(mamuto_comparison_view_parent_class)->dispose(object);
}

/* Stops the comparison when the window is closed. The finished measurements are kept. */
static void
mamuto_comparison_view_unroot(GtkWidget *widget)
{
    g_cancellable_cancel(MAMUTO_COMPARISON_VIEW(widget)->cancellable);
    GTK_WIDGET_CLASS(mamuto_comparison_view_parent_class)->unroot(widget);
}

static void
mamuto_comparison_view_class_init(MamutoComparisonViewClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    object_class->dispose = mamuto_comparison_view_dispose;
    object_class->get_property = mamuto_comparison_view_get_property;
    properties[PROP_EMPTY] =
        g_param_spec_boolean("empty", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, N_PROPS, properties);
    widget_class->unroot = mamuto_comparison_view_unroot;
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-comparison-view.ui");
#define BIND(name) gtk_widget_class_bind_template_child(widget_class, MamutoComparisonView, name)
    BIND(budget);
    BIND(table_button);
    BIND(export_button);
    BIND(progress_box);
    BIND(progress);
    BIND(state);
    BIND(comparison_box);
    BIND(summary);
    BIND(notes);
    BIND(switcher);
    BIND(chart_or_table);
    BIND(table_holder);
    BIND(charts);
#undef BIND
}

static void
mamuto_comparison_view_init(MamutoComparisonView *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    self->empty = TRUE;
    make_actions(self);
    make_charts(self);
    self->table = comparison_table_new_model();
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(self->table_holder),
                                  comparison_table_new(self->table));
    stack_hide_others(self->charts);
    stack_hide_others(GTK_STACK(self->chart_or_table));
    g_signal_connect(self->table_button, "toggled", G_CALLBACK(on_table_toggled), self);
    load_last(self);
    update_visible(self);
}

void
mamuto_comparison_view_set_runner(MamutoComparisonView *self, MamutoRunner *runner)
{
    g_set_object(&self->runner, runner);
    g_signal_connect_object(runner, "notify::run", G_CALLBACK(on_run), self, G_CONNECT_SWAPPED);
    on_run(self);
}

gboolean
mamuto_comparison_view_get_empty(MamutoComparisonView *self)
{
    return self->empty;
}
