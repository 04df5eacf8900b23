/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A chart of a few series: what was measured as filled marks, a thin line through it, dotted where
 * it is only predicted, and named at its end. Arrow keys go from mark to mark. The same painter
 * draws on the screen and into files. */
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
/* Forgets series and rules. */
void mamuto_chart_clear(MamutoChart *self);
/* What it shows, a word or two: it stands above it, and is its accessible name. */
void mamuto_chart_set_title(MamutoChart *self, const char *title);
/* What it is of: stands beside the title in files. */
void mamuto_chart_set_subtitle(MamutoChart *self, const char *subtitle);
/* What a reader who cannot see it should know. */
void mamuto_chart_set_summary(MamutoChart *self, const char *summary);
guint mamuto_chart_add_series(MamutoChart *self, const ChartStyle *style);
/* A measured value; @low and @high: between which it was; @text: what is told of it. */
void mamuto_chart_add_mark(MamutoChart *self, guint series, double x, double y, double low,
                           double high, const char *text);
/* A point of its line; the part that leads to it is dotted if it is @predicted. */
void mamuto_chart_add_line_point(MamutoChart *self, guint series, double x, double y,
                                 gboolean predicted);
/* An upright line with a word; a level one. */
void mamuto_chart_set_break_even(MamutoChart *self, double x, gboolean predicted, const char *text);
void mamuto_chart_set_rule(MamutoChart *self, double y);
/* As .svg or .png, by the name; light colours, whatever the screen has. */
gboolean mamuto_chart_save(MamutoChart *self, const char *path, GError **error);
