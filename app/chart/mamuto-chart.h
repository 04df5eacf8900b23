/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A chart of a few series: measurements as filled marks, and a thin line through them, dotted where
 * it is predicted, with the series name at its end. Arrow keys move from mark to mark. The same
 * painter draws on the screen and into files. */
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
/* Removes all series and rules. */
void mamuto_chart_clear(MamutoChart *self);
/* A short title above the chart; also its accessible name. */
void mamuto_chart_set_title(MamutoChart *self, const char *title);
/* Shown beside the title in saved files: the job's name, for example. */
void mamuto_chart_set_subtitle(MamutoChart *self, const char *subtitle);
/* The accessible description of the whole chart. */
void mamuto_chart_set_summary(MamutoChart *self, const char *summary);
guint mamuto_chart_add_series(MamutoChart *self, const ChartStyle *style);
/* Adds a measurement; its error bar goes from @low to @high. @text: shown on hover. */
void mamuto_chart_add_mark(MamutoChart *self, guint series, double x, double y, double low,
                           double high, const char *text);
/* Adds a point to the line of a series; @predicted: the segment that ends at the point is dotted.
 */
void mamuto_chart_add_line_point(MamutoChart *self, guint series, double x, double y,
                                 gboolean predicted);
/* Sets a vertical line labelled @text; mamuto_chart_set_rule() sets a horizontal line. */
void mamuto_chart_set_break_even(MamutoChart *self, double x, gboolean predicted, const char *text);
void mamuto_chart_set_rule(MamutoChart *self, double y);
/* Saves as .svg or .png, depending on the suffix of @path. Always in light colours. */
gboolean mamuto_chart_save(MamutoChart *self, const char *path, GError **error);
