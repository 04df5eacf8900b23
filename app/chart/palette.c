/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See palette.h. */
#include "palette.h"

#include <glib/gi18n.h>

#define RGB(hex)                                                                                   \
    {                                                                                              \
        (float)((hex) >> 16 & 0xff) / 255.0f, (float)((hex) >> 8 & 0xff) / 255.0f,                 \
            (float)((hex)&0xff) / 255.0f, 1.0f                                                     \
    }

static const GdkRGBA colors[2][N_PALETTE_COLORS] = {
    {
        [PALETTE_SENDING] = RGB(0x1a4f9c),
        [PALETTE_COMPUTING] = RGB(0x2f9a9c),
        [PALETTE_RETURNING] = RGB(0xb4751c),
        [PALETTE_FAILED] = RGB(0x7a0f2e),
        [PALETTE_TRACK] = RGB(0xececec),
        [PALETTE_GRID] = RGB(0xd4d4d4),
        [PALETTE_TEXT] = RGB(0x2e2e2e),
        [PALETTE_DIM_TEXT] = RGB(0x6a6a6a),
        [PALETTE_PAPER] = RGB(0xffffff),
    },
    {
        [PALETTE_SENDING] = RGB(0x5b86ea),
        [PALETTE_COMPUTING] = RGB(0x4fe0dc),
        [PALETTE_RETURNING] = RGB(0xf8d57e),
        [PALETTE_FAILED] = RGB(0xe0616b),
        [PALETTE_TRACK] = RGB(0x2c2c2c),
        [PALETTE_GRID] = RGB(0x4c4c4c),
        [PALETTE_TEXT] = RGB(0xffffff),
        [PALETTE_DIM_TEXT] = RGB(0xb4b4b4),
        [PALETTE_PAPER] = RGB(0x383838),
    },
};

gboolean
palette_is_dark(void)
{
    return adw_style_manager_get_dark(adw_style_manager_get_default());
}

const GdkRGBA *
palette_get(PaletteColor color, gboolean dark)
{
    return &colors[dark ? 1 : 0][color];
}

guint32
palette_get_pixel(PaletteColor color, gboolean dark)
{
    const GdkRGBA *rgba = palette_get(color, dark);
    guint32 r = (guint32)(rgba->red * 255.0f + 0.5f);
    guint32 g = (guint32)(rgba->green * 255.0f + 0.5f);
    guint32 b = (guint32)(rgba->blue * 255.0f + 0.5f);

    /* GDK_MEMORY_DEFAULT: the bytes of the integer are alpha, red, green and blue, from most to
     * least significant */
    return 0xff000000u | r << 16 | g << 8 | b;
}

PaletteColor
palette_of_span(MamutoSpanKind kind)
{
    switch (kind) {
    case MAMUTO_SPAN_CONNECTING:
    case MAMUTO_SPAN_PREPARING:
    case MAMUTO_SPAN_SENDING:
        return PALETTE_SENDING;
    case MAMUTO_SPAN_COMPUTING:
        return PALETTE_COMPUTING;
    case MAMUTO_SPAN_RETURNING:
        return PALETTE_RETURNING;
    default:
        return PALETTE_TRACK;
    }
}

gboolean
palette_is_hatched(MamutoSpanKind kind)
{
    return kind == MAMUTO_SPAN_CONNECTING || kind == MAMUTO_SPAN_PREPARING;
}

const char *
palette_get_word(MamutoSpanKind kind)
{
    static const char *const words[MAMUTO_N_SPAN_KINDS] = {
        [MAMUTO_SPAN_CONNECTING] = NC_("span", "Connecting"),
        [MAMUTO_SPAN_PREPARING] = NC_("span", "Preparing"),
        [MAMUTO_SPAN_SENDING] = NC_("span", "Sending"),
        [MAMUTO_SPAN_WAITING] = NC_("span", "Waiting"),
        [MAMUTO_SPAN_COMPUTING] = NC_("span", "Computing"),
        [MAMUTO_SPAN_RETURNING] = NC_("span", "Returning"),
        [MAMUTO_SPAN_IDLE] = NC_("span", "Idle"),
    };

    return kind < MAMUTO_N_SPAN_KINDS ? g_dpgettext2(NULL, "span", words[kind]) : "";
}
