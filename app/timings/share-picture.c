/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See share-picture.h. The picture is laid out twice: first without a snapshot, to measure the
 * height, and then to paint. */
#include "share-picture.h"

#include "../app-text.h"
#include "../chart/chart-file.h"
#include "../chart/chart-text.h"
#include "../chart/palette.h"
#include "share-paint.h"

#define WIDTH 1050
#define MARGIN 24
#define GAP 8
#define TITLE_PIXELS 16
#define TEXT_PIXELS 13
#define BAR_HEIGHT 40
#define HOST_HEIGHT 14
#define HOST_NAME 160
#define SWATCH 12

typedef struct {
    GtkWidget *widget;
    GPtrArray *runs;
    GtkSnapshot *snapshot; /* (nullable): NULL while the height is measured */
    double y;
} Picture;

/* Adds a text. @most: greatest width in pixels; in a longer text, "…" replaces the middle. Returns
 * the width of the text. */
static int
add_text(Picture *self, const char *text, int pixels, double x, int most)
{
    g_autoptr(PangoLayout) layout = chart_text_new(self->widget, text, pixels);
    int width;

    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_MIDDLE);
    pango_layout_set_width(layout, most * PANGO_SCALE);
    pango_layout_get_pixel_size(layout, &width, NULL);
    if (self->snapshot != NULL)
        chart_text_draw(self->snapshot, layout, x, self->y, palette_get(PALETTE_TEXT, FALSE));
    return width;
}

static void
add_bar(Picture *self, const double *seconds, double x, double width, double height)
{
    if (self->snapshot != NULL)
        share_paint_bar(self->snapshot, seconds,
                        &GRAPHENE_RECT_INIT((float)x, (float)self->y, (float)width, (float)height),
                        FALSE);
}

static void
add_legend(Picture *self, const double *seconds)
{
    double x = MARGIN;

    for (guint i = 0; i < MAMUTO_N_SPAN_KINDS; i++) {
        MamutoSpanKind kind = share_paint_get_kind(i);
        g_autofree char *share = share_paint_format(seconds, kind);
        double alone[MAMUTO_N_SPAN_KINDS] = {0};

        if (share == NULL)
            continue;
        alone[kind] = 1;
        self->y += 3;
        add_bar(self, alone, x, SWATCH, SWATCH);
        self->y -= 3;
        x += SWATCH + GAP / 2.0;
        x += add_text(self, share, TEXT_PIXELS, x, WIDTH) + 2 * GAP;
    }
}

static void
get_seconds(MamutoReport *report, int host, double seconds[MAMUTO_N_SPAN_KINDS])
{
    for (MamutoSpanKind kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
        seconds[kind] = mamuto_report_get_seconds(report, host, kind);
}

static void
add_hosts(Picture *self, MamutoReport *report)
{
    double seconds[MAMUTO_N_SPAN_KINDS] = {0};
    guint n = mamuto_report_get_n_hosts(report);

    for (guint i = 0; n > 1 && i < n; i++) {
        get_seconds(report, (int)i, seconds);
        add_text(self, app_text_host(mamuto_report_get_host_name(report, i)), TEXT_PIXELS, MARGIN,
                 HOST_NAME - GAP);
        self->y += 2;
        add_bar(self, seconds, MARGIN + HOST_NAME, WIDTH - 2 * MARGIN - HOST_NAME, HOST_HEIGHT);
        self->y += HOST_HEIGHT + GAP - 2;
    }
}

static void
add_run(Picture *self, MamutoKeptRun *run)
{
    MamutoReport *report = mamuto_kept_run_get_report(run);
    g_autofree char *title = mamuto_kept_run_format_title(run);
    double seconds[MAMUTO_N_SPAN_KINDS] = {0};

    get_seconds(report, -1, seconds);
    add_text(self, title, TITLE_PIXELS, MARGIN, WIDTH - 2 * MARGIN);
    self->y += TITLE_PIXELS + 2 * GAP;
    add_bar(self, seconds, MARGIN, WIDTH - 2 * MARGIN, BAR_HEIGHT);
    self->y += BAR_HEIGHT + GAP;
    add_legend(self, seconds);
    self->y += TEXT_PIXELS + 2 * GAP;
    add_hosts(self, report);
}

static double
add_runs(Picture *self)
{
    self->y = MARGIN;
    for (guint i = 0; i < self->runs->len; i++) {
        self->y += i > 0 ? MARGIN : 0;
        add_run(self, g_ptr_array_index(self->runs, i));
    }
    return self->y + MARGIN;
}

static void
paint(GtkSnapshot *snapshot, gpointer data)
{
    Picture *self = data;
    double height = add_runs(self);

    gtk_snapshot_append_color(snapshot, palette_get(PALETTE_PAPER, FALSE),
                              &GRAPHENE_RECT_INIT(0, 0, WIDTH, (float)height));
    self->snapshot = snapshot;
    add_runs(self);
    self->snapshot = NULL;
}

gboolean
share_picture_save(GtkWidget *widget, GPtrArray *runs, const char *path, GError **error)
{
    Picture self = {.widget = widget, .runs = runs};
    int height = (int)add_runs(&self);

    return chart_file_save(path, WIDTH, height, paint, &self, error);
}
