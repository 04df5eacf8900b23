/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The colours of charts, light and dark. Normal, protan, deutan and tritan vision can distinguish
 * them; their contrast with the background is at least 3.2. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

typedef enum {
    PALETTE_SENDING, /* also CONNECTING and PREPARING, hatched */
    PALETTE_COMPUTING,
    PALETTE_RETURNING,
    PALETTE_FAILED,
    PALETTE_TRACK, /* empty track: WAITING, IDLE */
    PALETTE_GRID,
    PALETTE_TEXT,
    PALETTE_DIM_TEXT,
    PALETTE_PAPER, /* background of a chart */
    N_PALETTE_COLORS,
} PaletteColor;

/* Whether the dark theme is in use; the style manager's notify::dark signals changes. */
gboolean palette_is_dark(void);
const GdkRGBA *palette_get(PaletteColor color, gboolean dark);
/* The colour as an opaque pixel of GDK_MEMORY_DEFAULT. */
guint32 palette_get_pixel(PaletteColor color, gboolean dark);
PaletteColor palette_of_span(MamutoSpanKind kind);
/* Whether spans of @kind are drawn hatched. */
gboolean palette_is_hatched(MamutoSpanKind kind);
/* The translated word for @kind in legends: "Computing". */
const char *palette_get_word(MamutoSpanKind kind);
