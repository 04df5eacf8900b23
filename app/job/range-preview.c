/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See range-preview.h. */
#include "range-preview.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

#include "../app-text.h"
#include "../array-view/array-text.h"

/* Number of values before the "…". A range of one value more is shown completely, because its last
 * value follows the "…" anyway. */
#define N_FIRST 3
#define LONGEST_VALUE 40

static void
append_value(GString *line, MamutoArray *array, gint64 row)
{
    g_autofree char *cell = array_text_cell(array, row, 0, FALSE);
    g_autofree char *zero = g_strconcat(localeconv()->decimal_point, "0", NULL);
    MamutoDtype dtype;

    mamuto_array_get_dtype(array, &dtype);
    /* "1", as a user writes it, and not "1.0", as Python does */
    if (dtype.kind == 'f' && g_str_has_suffix(cell, zero))
        cell[strlen(cell) - strlen(zero)] = '\0';
    if (g_utf8_strlen(cell, -1) > LONGEST_VALUE) {
        g_autofree char *start = g_utf8_substring(cell, 0, LONGEST_VALUE);

        g_string_append_printf(line, "%s…", start);
    } else {
        g_string_append(line, cell);
    }
}

char *
range_preview_describe(MamutoArray *array)
{
    gint64 n = mamuto_array_get_n_rows(array);
    g_autofree char *count = app_text_count(n);
    /* a comma between numbers with decimal commas would be ambiguous */
    const char *between = strcmp(localeconv()->decimal_point, ",") == 0 ? "; " : ", ";
    GString *line;

    if (mamuto_array_get_n_dims(array) != 1)
        return app_text_describe_array(array);
    line = g_string_new(NULL);
    /* Translators: %s is a number: "101 values: 0, 0.01, 0.02 … 1" */
    g_string_printf(line, ngettext("%s value: ", "%s values: ", (gulong)n), count);
    for (gint64 row = 0; row < MIN(n, N_FIRST); row++) {
        g_string_append(line, row > 0 ? between : "");
        append_value(line, array, row);
    }
    if (n > N_FIRST) {
        g_string_append(line, n > N_FIRST + 1 ? " … " : between);
        append_value(line, array, n - 1);
    }
    return g_string_free(line, FALSE);
}
