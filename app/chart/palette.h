/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The colours of charts in the light and the dark theme. Colour-blind people can also distinguish
 * the colours. The contrast ratio with the background is at least 3.2. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

typedef enum {
    PALETTE_SENDING, /* colour of sending, and of the diagonal lines that show connecting and
                        preparing */
    PALETTE_COMPUTING,
    PALETTE_RETURNING,
    PALETTE_FAILED,
    PALETTE_TRACK, /* background of the bars and strips that show activity; visible while a core is
                      idle */
    PALETTE_GRID,
    PALETTE_TEXT,
    PALETTE_DIM_TEXT,
    PALETTE_PAPER, /* background of a chart */
    N_PALETTE_COLORS,
} PaletteColor;

/* Returns TRUE if the window uses the dark theme. AdwStyleManager emits the signal notify::dark
 * when the theme changes. */
gboolean palette_is_dark(void);
const GdkRGBA *palette_get(PaletteColor color, gboolean dark);
/* Returns the colour as a pixel of a texture with the format GDK_MEMORY_DEFAULT. */
guint32 palette_get_pixel(PaletteColor color, gboolean dark);
PaletteColor palette_of_span(MamutoSpanKind kind);
/* Returns TRUE if spans of @kind are drawn with diagonal lines. */
gboolean palette_is_hatched(MamutoSpanKind kind);
/* Returns a translated name of @kind for legends, such as "Computing". */
const char *palette_get_word(MamutoSpanKind kind);
