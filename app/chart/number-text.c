/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See number-text.h. */
#include "number-text.h"

#include <math.h>

#include "../app-text.h"

char *
number_text_value(double value)
{
    char *text;

    if (isnan(value))
        return g_strdup("–");
    if (isinf(value))
        return g_strdup(value < 0 ? "−∞" : "∞");
    text = g_strdup_printf("%.6g", value == 0 ? 0 : value);
    if (text[0] == '-') {
        char *minus = g_strconcat("−", text + 1, NULL);

        g_free(text);
        text = minus;
    }
    return text;
}

char *
number_text_count(double count)
{
    static const struct {
        double size;
        const char *letter;
    } units[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}};

    for (gsize i = 0; count >= 1e4 && i < G_N_ELEMENTS(units); i++)
        if (count >= units[i].size)
            return g_strdup_printf("%.6g\u202f%s", count / units[i].size, units[i].letter);
    return app_text_count((gint64)(count + 0.5));
}
