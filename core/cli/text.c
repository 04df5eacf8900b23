/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Measures, shortens and formats text for a terminal. Only text_escape_message() escapes control
 * characters. Text from hosts must be escaped before it is passed to the other functions. */
#include "text.h"

#include <string.h>

char *
text_escape_message(const char *text)
{
    g_autofree char *line = g_strdup(text);

    g_strdelimit(g_strchomp(line), "\n\t", ' ');
    return mamuto_text_escape(line, FALSE);
}

static guint
char_width(gunichar c)
{
    if (g_unichar_iszerowidth(c))
        return 0;
    return g_unichar_iswide(c) ? 2 : 1;
}

guint
text_width(const char *text)
{
    guint width = 0;

    for (; *text != '\0'; text = g_utf8_next_char(text))
        width += char_width(g_utf8_get_char(text));
    return width;
}

/* Returns the end of the longest beginning of @text that fits into @width terminal columns. */
static const char *
take_columns(const char *text, guint width)
{
    while (*text != '\0') {
        guint w = char_width(g_utf8_get_char(text));

        if (w > width)
            break;
        width -= w;
        text = g_utf8_next_char(text);
    }
    return text;
}

static void
pad(GString *out, guint from, guint to)
{
    for (guint i = from; i < to; i++)
        g_string_append_c(out, ' ');
}

char *
text_fit(const char *text, guint width, gboolean utf8)
{
    GString *out = g_string_new(NULL);
    const char *dots = utf8 ? "…" : "..";
    guint dots_width = utf8 ? 1 : 2;
    const char *tail;

    if (text_width(text) <= width) {
        g_string_append(out, text);
    } else if (width > dots_width + 1) {
        g_string_append_len(out, text, take_columns(text, (width - dots_width) / 2) - text);
        g_string_append(out, dots);
        for (tail = text; text_width(tail) > width - text_width(out->str);)
            tail = g_utf8_next_char(tail);
        g_string_append(out, tail);
    } else {
        g_string_append_len(out, text, take_columns(text, width) - text);
    }
    pad(out, text_width(out->str), width);
    return g_string_free(out, FALSE);
}

char *
text_cut(const char *text, guint width, gboolean utf8)
{
    const char *dots = utf8 ? "…" : "..";
    guint dots_width = utf8 ? 1 : 2;
    g_autofree char *head = NULL;

    if (text_width(text) <= width)
        return g_strdup(text);
    if (width < dots_width)
        return g_strndup(text, take_columns(text, width) - text);
    head = g_strndup(text, take_columns(text, width - dots_width) - text);
    return g_strconcat(head, dots, NULL);
}

char *
text_format_double(double value, const char *format)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    return g_strdup(g_ascii_formatd(text, sizeof text, format, value));
}

char *
text_format_rate(double per_second)
{
    static const char *const units[] = {"", "k", "M", "G"};
    g_autofree char *number = NULL;
    guint unit = 0;

    if (!(per_second > 0))
        return g_strdup("");
    while (per_second >= 999.5 && unit + 1 < G_N_ELEMENTS(units)) {
        per_second /= 1000;
        unit++;
    }
    number = text_format_double(per_second, per_second < 9.995   ? "%.2f"
                                            : per_second < 99.95 ? "%.1f"
                                                                 : "%.0f");
    return g_strconcat(number, units[unit], "/s", NULL);
}

char *
text_format_seconds(double seconds)
{
    g_autofree char *number = NULL;
    guint64 whole;

    if (seconds < 0)
        seconds = 0;
    if (seconds < 99.95) {
        number = text_format_double(seconds, seconds < 9.9995 ? "%.3f" : "%.1f");
        return g_strconcat(number, " s", NULL);
    }
    whole = (guint64)(seconds + 0.5);
    if (whole < 3600)
        return g_strdup_printf("%d:%02d", (int)(whole / 60), (int)(whole % 60));
    return g_strdup_printf("%" G_GUINT64_FORMAT ":%02d:%02d", whole / 3600, (int)(whole / 60 % 60),
                           (int)(whole % 60));
}

char *
text_format_left(double seconds)
{
    if (seconds < 99.5)
        return g_strdup_printf("%d s", (int)(MAX(seconds, 0) + 0.5));
    return text_format_seconds(MAX(seconds, 100)); /* 99.5 s to 100 s is shown as 1:40 */
}

char *
text_count(gint64 n, const char *noun)
{
    return g_strdup_printf("%" G_GINT64_FORMAT " %s%s", n, noun, n == 1 ? "" : "s");
}
