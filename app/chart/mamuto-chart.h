/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A chart of a few data series. Each measurement is a filled mark. Each series has a thin line with
 * the name of the series at its right end. The line is dotted where it shows predicted values.
 * Arrow keys move from mark to mark. Saved files show the same picture as the screen. */
#pragma once

#include <gtk/gtk.h>

#include "chart-axis.h"
#include "palette.h"

typedef enum {
    CHART_CIRCLE,
    CHART_SQUARE,
    CHART_TRIANGLE,
    CHART_DIAMOND,
} ChartMark;

typedef struct {
    const char *name;
    PaletteColor color;
    ChartMark mark;
    double width;
    gboolean dashed;
} ChartStyle;

#define MAMUTO_TYPE_CHART (mamuto_chart_get_type())
G_DECLARE_FINAL_TYPE(MamutoChart, mamuto_chart, MAMUTO, CHART, GtkWidget)

GtkWidget *mamuto_chart_new(ChartAxisKind x, ChartAxisKind y);
/* Removes all series, and the horizontal and the vertical line. */
void mamuto_chart_clear(MamutoChart *self);
/* Sets a short title. It is shown above the chart, and screen readers use it as the name of the
 * chart. */
void mamuto_chart_set_title(MamutoChart *self, const char *title);
/* Sets a text, such as the name of the job. It is shown beside the title, but only in saved files.
 */
void mamuto_chart_set_subtitle(MamutoChart *self, const char *subtitle);
/* Sets a description of the whole chart for screen readers. */
void mamuto_chart_set_summary(MamutoChart *self, const char *summary);
guint mamuto_chart_add_series(MamutoChart *self, const ChartStyle *style);
/* Adds a measurement with an error bar from @low to @high. @text: shown while the pointer is at the
 * mark. */
void mamuto_chart_add_mark(MamutoChart *self, guint series, double x, double y, double low,
                           double high, const char *text);
/* Adds a point to the line of a series. @predicted: the line is dotted from the previous point to
 * this point. */
void mamuto_chart_add_line_point(MamutoChart *self, guint series, double x, double y,
                                 gboolean predicted);
/* Sets a vertical line at @x with the label @text. */
void mamuto_chart_set_break_even(MamutoChart *self, double x, gboolean predicted, const char *text);
void mamuto_chart_set_rule(MamutoChart *self, double y);
/* Saves the chart as SVG or PNG, depending on the suffix of @path. Saved charts always have the
 * colours of the light theme. */
gboolean mamuto_chart_save(MamutoChart *self, const char *path, GError **error);
