/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See share-paint.h. Waiting and idle time are not painted: the empty background of the bar shows
 * them. */
#include "share-paint.h"

#include <glib/gi18n.h>
#include <math.h>

#include "../chart/palette.h"

#define HATCH 6

/* Order of the parts in the bar. Waiting and idle are last, because they have the colour of the
 * empty bar: the bar then looks filled from its start to the beginning of these parts. */
static const MamutoSpanKind order[] = {
    MAMUTO_SPAN_COMPUTING, MAMUTO_SPAN_SENDING, MAMUTO_SPAN_RETURNING, MAMUTO_SPAN_CONNECTING,
    MAMUTO_SPAN_PREPARING, MAMUTO_SPAN_WAITING, MAMUTO_SPAN_IDLE,
};
G_STATIC_ASSERT(G_N_ELEMENTS(order) == MAMUTO_N_SPAN_KINDS);

static double
sum(const double seconds[MAMUTO_N_SPAN_KINDS])
{
    double total = 0;

    for (MamutoSpanKind kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
        total += seconds[kind];
    return total;
}

static void
draw_hatched(GtkSnapshot *snapshot, const GdkRGBA *color, const graphene_rect_t *rect)
{
    cairo_t *cr = gtk_snapshot_append_cairo(snapshot, rect);
    int n = (int)ceilf((rect->size.width + rect->size.height) / HATCH);

    cairo_rectangle(cr, rect->origin.x, rect->origin.y, rect->size.width, rect->size.height);
    cairo_clip(cr);
    cairo_set_source_rgba(cr, color->red, color->green, color->blue, color->alpha);
    cairo_set_line_width(cr, HATCH / 2.0);
    for (int i = 0; i < n; i++) {
        double x = rect->origin.x - rect->size.height + i * HATCH;

        cairo_move_to(cr, x, rect->origin.y + rect->size.height);
        cairo_line_to(cr, x + rect->size.height, rect->origin.y);
    }
    cairo_stroke(cr);
    cairo_destroy(cr);
}

void
share_paint_bar(GtkSnapshot *snapshot, const double seconds[MAMUTO_N_SPAN_KINDS],
                const graphene_rect_t *bar, gboolean dark)
{
    double total = sum(seconds);
    float x = bar->origin.x;
    GskRoundedRect outline;

    gsk_rounded_rect_init_from_rect(&outline, bar, MIN(6, bar->size.height / 4));
    gtk_snapshot_push_rounded_clip(snapshot, &outline);
    gtk_snapshot_append_color(snapshot, palette_get(PALETTE_TRACK, dark), bar);
    for (guint i = 0; total > 0 && i < G_N_ELEMENTS(order); i++) {
        float part = (float)(seconds[order[i]] / total) * bar->size.width;
        const GdkRGBA *color = palette_get(palette_of_span(order[i]), dark);
        graphene_rect_t rect = GRAPHENE_RECT_INIT(x, bar->origin.y, part, bar->size.height);

        if (part > 0 && palette_is_hatched(order[i]))
            draw_hatched(snapshot, color, &rect);
        else if (part > 0)
            gtk_snapshot_append_color(snapshot, color, &rect);
        x += part;
    }
    gtk_snapshot_pop(snapshot);
}

MamutoSpanKind
share_paint_get_kind(guint position)
{
    return order[position];
}

char *
share_paint_format(const double seconds[MAMUTO_N_SPAN_KINDS], MamutoSpanKind kind)
{
    double total = sum(seconds);
    double share = total > 0 ? 100 * seconds[kind] / total : 0;

    /* return no text for a share that would be shown as "0.0 %" */
    if (share < 0.05)
        return NULL;
    return g_strdup_printf(share < 0.95
                               /* Translators: an activity such as "Computing", and its share of the
                                * time */
                               ? _("%s %.1f %%")
                               /* Translators: an activity such as "Computing", and its share of the
                                * time */
                               : _("%s %.0f %%"),
                           palette_get_word(kind), share);
}
