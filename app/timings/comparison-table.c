/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See comparison-table.h. */
#include "comparison-table.h"

#include <glib/gi18n.h>

#include "../compat/compat.h"
#include "app-text.h"
#include "timings-charts.h"
#include "timings-column.h"

#define HEADER_HEIGHT 40
#define ROW_HEIGHT 34

/* A line of the table. It contains a copy of its measurement, because adding a measurement changes
 * the positions of other measurements. */
#define TIMINGS_TYPE_LINE (timings_line_get_type())
G_DECLARE_FINAL_TYPE(TimingsLine, timings_line, TIMINGS, LINE, GObject)

struct _TimingsLine {
    GObject parent_instance;
    MamutoMeasurement measurement;
    double speed_up; /* 0: unknown */
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

    return one->n_repetitions > 1 ? g_strdup_printf("%s – %s", min, max) : g_strdup("");
}

static char *
format_runs(gpointer item)
{
    return app_text_count(TIMINGS_LINE(item)->measurement.n_repetitions);
}

static char *
format_speed_up(gpointer item)
{
    double speed_up = TIMINGS_LINE(item)->speed_up;

    /* Translators: a speed-up, "4.00×" means 4 times as fast */
    return speed_up > 0 ? g_strdup_printf(_("%.2f×"), speed_up) : g_strdup("");
}

static char *
format_efficiency(gpointer item)
{
    return g_strdup_printf(
        _("%.0f %%"), 100 * mamuto_measurement_get_efficiency(&TIMINGS_LINE(item)->measurement));
}

/* Sorts lines by number of rows, then by contender. */
static int
compare_lines(gconstpointer a, gconstpointer b, gpointer data)
{
    const MamutoMeasurement *x = &TIMINGS_LINE((gpointer)a)->measurement;
    const MamutoMeasurement *y = &TIMINGS_LINE((gpointer)b)->measurement;

    if (x->rows != y->rows)
        return x->rows < y->rows ? -1 : 1;
    return (int)x->contender - (int)y->contender;
}

void
comparison_table_fill(GListStore *model, MamutoTimings *timings)
{
    g_list_store_remove_all(model);
    for (guint i = 0; i < mamuto_timings_get_n_measurements(timings); i++) {
        g_autoptr(TimingsLine) line = g_object_new(TIMINGS_TYPE_LINE, NULL);
        const MamutoMeasurement *loop;

        line->measurement = *mamuto_timings_get_measurement(timings, i);
        loop = mamuto_timings_find(timings, MAMUTO_CONTENDER_LOOP, line->measurement.rows);
        line->speed_up = loop ? loop->median / line->measurement.median : 0;
        g_list_store_insert_sorted(model, line, compare_lines, NULL);
    }
}

int
comparison_table_get_height(guint n_measurements)
{
    return HEADER_HEIGHT + ROW_HEIGHT * (int)n_measurements;
}

GListStore *
comparison_table_new_model(void)
{
    return g_list_store_new(TIMINGS_TYPE_LINE);
}

GtkWidget *
comparison_table_new(GListStore *model)
{
    GtkWidget *view = gtk_column_view_new(
        GTK_SELECTION_MODEL(gtk_no_selection_new(g_object_ref(G_LIST_MODEL(model)))));

    gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Measurements"), -1);
    timings_column_add(GTK_COLUMN_VIEW(view), _("Method"), format_contender, FALSE);
    timings_column_add(GTK_COLUMN_VIEW(view), _("Rows"), format_rows, TRUE);
    timings_column_add(GTK_COLUMN_VIEW(view), _("Median"), format_median, TRUE);
    timings_column_add(GTK_COLUMN_VIEW(view), _("Range"), format_span, TRUE);
    timings_column_add(GTK_COLUMN_VIEW(view), _("Repetitions"), format_runs, TRUE);
    timings_column_add(GTK_COLUMN_VIEW(view), _("Speed-up"), format_speed_up, TRUE);
    timings_column_add(GTK_COLUMN_VIEW(view), _("Efficiency"), format_efficiency, TRUE);
    compat_name_lists(view, _("Measurements"));
    return view;
}
