/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A comparison from the button to its charts: it first finds out what it will do and asks. */
#include <glib/gi18n.h>

#include "../compat/compat.h"
#include "../dialogs/tell.h"
#include "app-data.h"
#include "app-text.h"
#include "timings-page-private.h"
#include "verdict-words.h"

/* Of the table, in the usual font; in a larger one it is scrolled. */
#define HEADER_HEIGHT 40
#define ROW_HEIGHT 34

static const double budgets[] = {10, 30, 60, 300, 1800};

/* ---- what was found ---- */

static char *
make_last_path(void)
{
    g_autofree char *folder = app_data_make_data_folder();

    return g_build_filename(folder, "comparison.json", NULL);
}

void
timings_load_last(MamutoTimingsPage *self)
{
    g_autofree char *path = make_last_path();
    g_autoptr(MamutoTimings) timings = mamuto_timings_new_from_file(path, NULL);

    if (timings)
        timings_show(self, timings);
}

/* "likelihood · 2026-11-25 20:45 · model.py:like · 4 hosts · 8 cores" */
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
show_words(MamutoTimingsPage *self)
{
    g_autofree char *summary = verdict_words(self->timings);
    g_autofree char *origin = describe_origin(self->timings);
    const char *const *notes = mamuto_timings_get_notes(self->timings);
    g_autoptr(GString) text = g_string_new(origin);

    for (TimingsChart which = 0; which < N_CHARTS; which++)
        mamuto_chart_set_subtitle(self->chart[which], origin);
    for (; *notes; notes++) {
        g_autofree char *note = verdict_words_note(*notes);

        g_string_append_printf(text, "\n%s", note);
    }
    gtk_label_set_label(GTK_LABEL(self->summary), summary);
    gtk_widget_set_visible(self->summary, *summary != '\0');
    gtk_label_set_label(GTK_LABEL(self->notes), text->str);
    gtk_widget_set_visible(self->notes, TRUE);
}

/* A line of the table: the number of a measurement would change with the next one. */
#define TIMINGS_TYPE_LINE (timings_line_get_type())
G_DECLARE_FINAL_TYPE(TimingsLine, timings_line, TIMINGS, LINE, GObject)

struct _TimingsLine {
    GObject parent_instance;
    MamutoMeasurement measurement;
    double speed_up; /* 0: not known */
};

G_DEFINE_FINAL_TYPE(TimingsLine, timings_line, G_TYPE_OBJECT)

static void
timings_line_class_init(TimingsLineClass *klass)
{
}

static void
timings_line_init(TimingsLine *self)
{
}

static char *
format_contender(gpointer item)
{
    return g_strdup(timings_get_contender_name(TIMINGS_LINE(item)->measurement.contender));
}

static char *
format_rows(gpointer item)
{
    return app_text_count(TIMINGS_LINE(item)->measurement.rows);
}

static char *
format_median(gpointer item)
{
    return app_text_seconds(TIMINGS_LINE(item)->measurement.median);
}

static char *
format_span(gpointer item)
{
    const MamutoMeasurement *one = &TIMINGS_LINE(item)->measurement;
    g_autofree char *min = app_text_seconds(one->min);
    g_autofree char *max = app_text_seconds(one->max);

    return one->n_runs > 1 ? g_strdup_printf("%s – %s", min, max) : g_strdup("");
}

static char *
format_runs(gpointer item)
{
    return app_text_count(TIMINGS_LINE(item)->measurement.n_runs);
}

static char *
format_speed_up(gpointer item)
{
    double speed_up = TIMINGS_LINE(item)->speed_up;

    /* Translators: so many times as fast, short */
    return speed_up > 0 ? g_strdup_printf(_("%.2f×"), speed_up) : g_strdup("");
}

static char *
format_efficiency(gpointer item)
{
    return g_strdup_printf(
        _("%.0f %%"), 100 * mamuto_measurement_get_efficiency(&TIMINGS_LINE(item)->measurement));
}

void
timings_make_table(MamutoTimingsPage *self)
{
    GtkSelectionModel *selection;
    GtkWidget *view;

    self->table = g_list_store_new(TIMINGS_TYPE_LINE);
    selection = GTK_SELECTION_MODEL(gtk_no_selection_new(g_object_ref(G_LIST_MODEL(self->table))));
    view = gtk_column_view_new(selection);
    gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Measurements"), -1);
    timings_add_column(GTK_COLUMN_VIEW(view), _("Contender"), format_contender, FALSE);
    timings_add_column(GTK_COLUMN_VIEW(view), _("Rows"), format_rows, TRUE);
    timings_add_column(GTK_COLUMN_VIEW(view), _("Median"), format_median, TRUE);
    timings_add_column(GTK_COLUMN_VIEW(view), _("From – To"), format_span, TRUE);
    timings_add_column(GTK_COLUMN_VIEW(view), _("Times Measured"), format_runs, TRUE);
    timings_add_column(GTK_COLUMN_VIEW(view), _("Speed-up"), format_speed_up, TRUE);
    timings_add_column(GTK_COLUMN_VIEW(view), _("Efficiency"), format_efficiency, TRUE);
    compat_name_lists(view, _("Measurements"));
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(self->table_holder), view);
}

/* Those who did as many rows stand together. */
static int
compare_lines(gconstpointer a, gconstpointer b, gpointer data)
{
    const MamutoMeasurement *x = &TIMINGS_LINE((gpointer)a)->measurement;
    const MamutoMeasurement *y = &TIMINGS_LINE((gpointer)b)->measurement;

    if (x->rows != y->rows)
        return x->rows < y->rows ? -1 : 1;
    return (int)x->contender - (int)y->contender;
}

static void
fill_table(MamutoTimingsPage *self)
{
    g_list_store_remove_all(self->table);
    for (guint i = 0; i < mamuto_timings_get_n_measurements(self->timings); i++) {
        g_autoptr(TimingsLine) line = g_object_new(TIMINGS_TYPE_LINE, NULL);
        const MamutoMeasurement *loop;

        line->measurement = *mamuto_timings_get_measurement(self->timings, i);
        loop = mamuto_timings_find(self->timings, MAMUTO_CONTENDER_LOOP, line->measurement.rows);
        line->speed_up = loop ? loop->median / line->measurement.median : 0;
        g_list_store_insert_sorted(self->table, line, compare_lines, NULL);
    }
    gtk_scrolled_window_set_min_content_height(
        GTK_SCROLLED_WINDOW(self->table_holder),
        HEADER_HEIGHT + ROW_HEIGHT * (int)mamuto_timings_get_n_measurements(self->timings));
}

void
timings_show(MamutoTimingsPage *self, MamutoTimings *timings)
{
    g_set_object(&self->timings, timings);
    show_words(self);
    for (TimingsChart which = 0; which < N_CHARTS; which++)
        timings_chart_fill(self->chart[which], which, timings);
    fill_table(self);
    timings_update_visible(self);
}

/* ---- while it goes on ---- */

static void
end_comparison(MamutoTimingsPage *self)
{
    g_clear_object(&self->comparison);
    g_clear_object(&self->cancellable);
    timings_update_visible(self);
}

/* The application stays as long as something is measured: what is started must also be ended. */
static void
hold_application(gboolean hold)
{
    if (hold)
        g_application_hold(g_application_get_default());
    else
        g_application_release(g_application_get_default());
}

static gboolean
is_in_window(MamutoTimingsPage *self)
{
    return gtk_widget_get_root(GTK_WIDGET(self)) != NULL;
}

static void
tell_failure(MamutoTimingsPage *self, const GError *error)
{
    if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        tell_error(GTK_WIDGET(self), _("Could Not Compare"), error);
}

static void
on_updated(MamutoComparison *comparison, MamutoTimingsPage *self)
{
    guint done = mamuto_comparison_get_n_done(comparison);
    guint planned = mamuto_comparison_get_n_planned(comparison);
    g_autoptr(GString) text = g_string_new(NULL);
    MamutoContender contender;
    gint64 rows;

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
        timings_show(self, mamuto_comparison_get_timings(comparison));
}

/* Also what was measured until somebody stopped it, or until it failed. */
static void
keep(MamutoTimingsPage *self, MamutoTimings *timings)
{
    g_autofree char *path = make_last_path();
    g_autoptr(GError) error = NULL;

    if (mamuto_timings_get_n_measurements(timings) == 0)
        return;
    if (!mamuto_timings_save(timings, path, &error) && is_in_window(self))
        tell(GTK_WIDGET(self), error->message);
    if (is_in_window(self))
        timings_show(self, timings);
}

static void
on_compared(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(MamutoTimingsPage) self = MAMUTO_TIMINGS_PAGE(data);
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
    MamutoTimingsPage *self = data;

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

/* ---- before ---- */

/* Whether the cluster is more than this computer. */
static gboolean
has_cluster(MamutoTimingsPage *self)
{
    MamutoCluster *cluster =
        mamuto_cluster_document_get_cluster(mamuto_runner_get_cluster(self->runner));

    for (guint i = 0; i < mamuto_cluster_get_n_hosts(cluster); i++) {
        MamutoHost *host = mamuto_cluster_get_host(cluster, i);

        if (mamuto_host_get_enabled(host) && !mamuto_host_is_local(host))
            return TRUE;
    }
    return FALSE;
}

/* Two digits that count: it is only about so many. */
static char *
format_calls(gint64 n_calls)
{
    gint64 unit = 1;

    while (n_calls / unit >= 100)
        unit *= 10;
    return app_text_count((n_calls + unit / 2) / unit * unit);
}

static void
ask(MamutoTimingsPage *self)
{
    const CompatResponse responses[] = {
        {"cancel", _("_Cancel"), ADW_RESPONSE_DEFAULT},
        {"compare", _("_Compare"), ADW_RESPONSE_SUGGESTED},
    };
    double planned = mamuto_comparison_get_planned_seconds(self->comparison);
    g_autofree char *calls = format_calls(mamuto_comparison_get_planned_calls(self->comparison));
    g_autofree char *seconds = app_text_seconds(planned);
    g_autofree char *rows = app_text_rows(mamuto_comparison_get_largest_size(self->comparison));
    /* Translators: numbers of calls and rows, and a time */
    g_autofree char *does = g_strdup_printf(_("This calls your function about %s times, with up to "
                                              "%s, evenly spaced, and takes about %s. Results are "
                                              "thrown away."),
                                            calls, rows, seconds);
    g_autofree char *body =
        has_cluster(self)
            ? g_strdup(does)
            : g_strdup_printf("%s\n\n%s", does,
                              _("Your cluster has no other host than this computer, so only a "
                                "plain loop and all cores of this computer are compared."));

    compat_ask(GTK_WIDGET(self), _("Compare?"), body, NULL, responses, G_N_ELEMENTS(responses),
               "cancel", "compare", on_answer, self);
}

static void
on_planned(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(MamutoTimingsPage) self = MAMUTO_TIMINGS_PAGE(data);
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

/* How many arguments are given: those after the last one may have defaults. */
static guint
count_given(MamutoTimingsPage *self)
{
    MamutoJobDocument *document = mamuto_runner_get_job(self->runner);
    guint n = mamuto_job_document_get_n_inputs(document);

    while (n > 0 && !mamuto_input_get_argument(mamuto_job_document_get_input(document, n - 1)))
        n--;
    return n;
}

/* What was pressed counts as soon as all is known of the job. */
static void
on_loaded(MamutoTimingsPage *self)
{
    MamutoJobDocument *document = mamuto_runner_get_job(self->runner);

    if (mamuto_job_document_get_loading(document))
        return;
    g_signal_handlers_disconnect_by_func(document, on_loaded, self);
    if (!self->comparison && gtk_widget_get_mapped(GTK_WIDGET(self)))
        timings_compare(self);
}

/* FALSE: it was said what stands in the way. */
static gboolean
check(MamutoTimingsPage *self)
{
    MamutoJobDocument *document = mamuto_runner_get_job(self->runner);
    const char *obstacle = NULL;

    if (mamuto_runner_get_running(self->runner)) {
        obstacle = _("Wait until the run has ended: both would be slower");
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

void
timings_compare(MamutoTimingsPage *self)
{
    MamutoJobDocument *document = mamuto_runner_get_job(self->runner);
    MamutoJob *job = mamuto_job_document_get_job(document);
    g_autofree char *title = NULL;
    g_autoptr(MamutoFunction) function = NULL;
    g_autoptr(GPtrArray) arguments = NULL;
    g_autoptr(GError) error = NULL;
    guint n;

    if (!check(self))
        return;
    function = mamuto_job_make_function(job, &error);
    if (!function) {
        tell_failure(self, error);
        return;
    }
    n = count_given(self);
    arguments = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(arguments, mamuto_argument_ref(mamuto_input_get_argument(
                                       mamuto_job_document_get_input(document, i))));
    self->comparison = mamuto_comparison_new(
        mamuto_cluster_document_get_cluster(mamuto_runner_get_cluster(self->runner)), function,
        arguments, mamuto_job_get_flags(job));
    for (guint i = 0; i < n; i++)
        mamuto_comparison_set_keep(self->comparison, i, mamuto_job_get_keep(job, i));
    title = mamuto_document_dup_title(MAMUTO_DOCUMENT(document));
    mamuto_timings_set_job_name(mamuto_comparison_get_timings(self->comparison), title);
    mamuto_comparison_set_asker(self->comparison, mamuto_runner_get_asker(self->runner));
    mamuto_comparison_set_budget(
        self->comparison, budgets[MIN(gtk_drop_down_get_selected(GTK_DROP_DOWN(self->budget)),
                                      G_N_ELEMENTS(budgets) - 1)]);
    self->cancellable = g_cancellable_new();
    gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(self->progress), 0);
    gtk_label_set_label(GTK_LABEL(self->state), _("Timing a few rows…"));
    timings_update_visible(self);
    hold_application(TRUE);
    mamuto_comparison_plan_async(self->comparison, self->cancellable, on_planned,
                                 g_object_ref(self));
}
