/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The colours of charts, light and dark: told apart by normal, protan, deutan and tritan eyes, with
 * a contrast of at least 3.2 to what they stand on. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

typedef enum {
    PALETTE_SENDING, /* also CONNECTING and PREPARING, hatched */
    PALETTE_COMPUTING,
    PALETTE_RETURNING,
    PALETTE_FAILED,
    PALETTE_TRACK, /* where nothing is: WAITING, IDLE */
    PALETTE_GRID,
    PALETTE_TEXT,
    PALETTE_DIM_TEXT,
    PALETTE_PAPER, /* what a chart stands on */
    N_PALETTE_COLORS,
} PaletteColor;

/* Whether the window is dark now; the style manager's notify::dark tells of changes. */
gboolean palette_is_dark(void);
const GdkRGBA *palette_get(PaletteColor color, gboolean dark);
/* As a pixel of GDK_MEMORY_DEFAULT, opaque. */
guint32 palette_get_pixel(PaletteColor color, gboolean dark);
PaletteColor palette_of_span(MamutoSpanKind kind);
/* Whether that kind is drawn hatched. */
gboolean palette_is_hatched(MamutoSpanKind kind);
/* The word for it, translated, as it stands in legends: "Computing". */
const char *palette_get_word(MamutoSpanKind kind);
