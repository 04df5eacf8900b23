/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See summary-grid.h. */
#include "summary-grid.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "../app-text.h"

enum {
    COUNT,
    MEAN,
    DEVIATION,
    LEAST,
    FIRST_QUANTILE,
    GREATEST = FIRST_QUANTILE + MAMUTO_SUMMARY_N_QUANTILES,
    NOT_A_NUMBER,
    INFINITE,
    LEFT_OUT,
    N_LINES,
};

static const char *const names[N_LINES] = {
    [COUNT] = N_("Count"),
    [MEAN] = N_("Mean"),
    [DEVIATION] = N_("Standard deviation"),
    [LEAST] = N_("Minimum"),
    /* Translators: a quantile: 5 % of the values are less than the shown value */
    [FIRST_QUANTILE] = N_("5 %"),
    [FIRST_QUANTILE + 1] = N_("25 %"),
    [FIRST_QUANTILE + 2] = N_("Median"),
    [FIRST_QUANTILE + 3] = N_("75 %"),
    [FIRST_QUANTILE + 4] = N_("95 %"),
    [GREATEST] = N_("Maximum"),
    /* Translators: the number of values that are "not a number" */
    [NOT_A_NUMBER] = N_("NaN"),
    [INFINITE] = N_("Infinite"),
    /* Translators: the number of rows without a result */
    [LEFT_OUT] = N_("Without result"),
};

void
summary_grid_fill(GtkGrid *grid)
{
    for (int i = 0; i < N_LINES; i++) {
        GtkWidget *name = gtk_label_new(_(names[i]));
        GtkWidget *value = gtk_label_new("–");

        gtk_label_set_xalign(GTK_LABEL(name), 0);
        gtk_widget_add_css_class(name, "dim-label");
        gtk_label_set_xalign(GTK_LABEL(value), 1);
        gtk_label_set_selectable(GTK_LABEL(value), TRUE);
        gtk_label_set_ellipsize(GTK_LABEL(value), PANGO_ELLIPSIZE_END);
        gtk_widget_set_hexpand(value, TRUE);
        gtk_widget_add_css_class(value, "numeric");
        gtk_accessible_update_property(GTK_ACCESSIBLE(value), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       _(names[i]), -1);
        gtk_grid_attach(grid, name, 0, i, 1, 1);
        gtk_grid_attach(grid, value, 1, i, 1, 1);
    }
}

static void
show_line(GtkGrid *grid, int line, char *text)
{
    g_autofree char *spoken = g_strdup_printf("%s: %s", _(names[line]), text);
    GtkWidget *value = gtk_grid_get_child_at(grid, 1, line);

    gtk_label_set_text(GTK_LABEL(value), text);
    gtk_accessible_update_property(GTK_ACCESSIBLE(value), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                   -1);
    g_free(text);
}

/* 2^53. A double cannot represent all whole numbers above this limit. */
#define LAST_WHOLE 9007199254740992.0

/* @whole: the array contains whole numbers. A whole number up to 2^53 is written with all digits. A
 * greater number is only approximate, so it is written with ten digits after "≈". */
static char *
format_value(double value, gboolean whole)
{
    if (isnan(value))
        return g_strdup("–");
    if (isinf(value))
        return g_strdup(value < 0 ? "−∞" : "∞");
    if (!whole || value != floor(value))
        return g_strdup_printf("%.10g", value);
    return fabs(value) <= LAST_WHOLE ? app_text_count((gint64)value)
                                     : g_strdup_printf("≈ %.10g", value);
}

static void
set_visible(GtkGrid *grid, int line, gboolean visible)
{
    gtk_widget_set_visible(gtk_grid_get_child_at(grid, 0, line), visible);
    gtk_widget_set_visible(gtk_grid_get_child_at(grid, 1, line), visible);
}

/* Shows the line if @count is positive, else hides it. */
static void
show_count(GtkGrid *grid, int line, gint64 count)
{
    set_visible(grid, line, count > 0);
    show_line(grid, line, app_text_count(count));
}

/* Shows the lines for the mean, the quantiles and similar numbers. Hides these lines if the array
 * contains text or complex numbers, because then only the number of values is known. */
static void
show_numbers(GtkGrid *grid, const MamutoSummary *shown, const MamutoDtype *dtype)
{
    gboolean whole = strchr("biu", dtype->kind) != NULL;
    double values[N_LINES] = {[MEAN] = shown->mean,
                              [DEVIATION] = shown->std,
                              [LEAST] = shown->min,
                              [GREATEST] = shown->max};

    for (int i = 0; i < MAMUTO_SUMMARY_N_QUANTILES; i++)
        values[FIRST_QUANTILE + i] = shown->quantiles[i];
    for (int line = MEAN; line <= NOT_A_NUMBER; line++) {
        set_visible(grid, line, strchr("biuf", dtype->kind) != NULL);
        if (line < NOT_A_NUMBER)
            show_line(grid, line,
                      format_value(values[line], whole && line != MEAN && line != DEVIATION));
    }
}

void
summary_grid_show(GtkGrid *grid, const MamutoSummary *summary, MamutoResult *result)
{
    static const MamutoSummary none = {
        .mean = NAN, .std = NAN, .min = NAN, .max = NAN, .quantiles = {NAN, NAN, NAN, NAN, NAN}};
    const MamutoSummary *shown = summary ? summary : &none;
    MamutoDtype dtype = {.kind = 'f'};
    gint64 n_ok = result ? mamuto_result_get_n_ok(result) : 0;
    gint64 n_left_out = result ? mamuto_result_get_n_rows(result) - n_ok : 0;

    if (result && summary) /* a column of a grid contains only some rows of the run */
        n_left_out =
            mamuto_array_get_n_rows(mamuto_result_get_array(result)) - summary->n - summary->n_nan;
    if (result)
        mamuto_array_get_dtype(mamuto_result_get_array(result), &dtype);
    show_numbers(grid, shown, &dtype);
    if (summary || (result && !strchr("biuf", dtype.kind)))
        show_line(grid, COUNT, app_text_count(summary ? shown->n : n_ok));
    else
        show_line(grid, COUNT, g_strdup("–"));
    show_line(grid, NOT_A_NUMBER, summary ? app_text_count(shown->n_nan) : g_strdup("–"));
    show_count(grid, INFINITE, shown->n_infinite);
    show_count(grid, LEFT_OUT, n_left_out);
}
