/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The colours of charts in the light and the dark theme. People with any kind of colour vision
 * (normal, protan, deutan, tritan) can distinguish the colours. Their contrast ratio with the
 * background is at least 3.2. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

typedef enum {
    PALETTE_SENDING, /* also colours the diagonal lines that show connecting and preparing */
    PALETTE_COMPUTING,
    PALETTE_RETURNING,
    PALETTE_FAILED,
    PALETTE_TRACK, /* background of bars and lanes; visible where a core is idle or waits */
    PALETTE_GRID,
    PALETTE_TEXT,
    PALETTE_DIM_TEXT,
    PALETTE_PAPER, /* background of a chart */
    N_PALETTE_COLORS,
} PaletteColor;

/* Whether the dark theme is in use. AdwStyleManager's signal notify::dark reports changes. */
gboolean palette_is_dark(void);
const GdkRGBA *palette_get(PaletteColor color, gboolean dark);
/* Returns the colour as an opaque pixel in the format GDK_MEMORY_DEFAULT. */
guint32 palette_get_pixel(PaletteColor color, gboolean dark);
PaletteColor palette_of_span(MamutoSpanKind kind);
/* Whether spans of @kind are drawn hatched. */
gboolean palette_is_hatched(MamutoSpanKind kind);
/* The translated word for @kind in legends, such as "Computing". */
const char *palette_get_word(MamutoSpanKind kind);
