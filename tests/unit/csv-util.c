/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See csv-util.h. */
#include "csv-util.h"

#include <string.h>

#include "mamuto-error.h"

/* Returns the type, shape and elements of the array as text, such as "<f8 2x3: 1.0 2.0 …". */
static char *
describe(MamutoArray *array)
{
    char string[MAMUTO_DTYPE_STRING_MAX];
    GString *text = g_string_new(NULL);
    MamutoDtype dtype;
    guint n_dims;
    const gint64 *shape = mamuto_array_get_shape(array, &n_dims);

    mamuto_array_get_dtype(array, &dtype);
    mamuto_dtype_to_string(&dtype, string);
    g_string_append_printf(text, "%s %d", string, (int)shape[0]);
    if (n_dims > 1)
        g_string_append_printf(text, "x%d", (int)shape[1]);
    g_string_append_c(text, ':');
    for (gint64 i = 0; i < shape[0]; i++)
        for (gint64 j = 0; j < (n_dims > 1 ? shape[1] : 1); j++) {
            g_autofree char *element = mamuto_array_format_element(array, (gint64[]){i, j});

            g_string_append_printf(text, " %s", element);
        }
    return g_string_free(text, FALSE);
}

MamutoArray *
load_csv(const char *path, const char *text, const char *part, GError **error)
{
    g_autofree char *spec = g_strconcat(path, part, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return mamuto_array_load(spec, NULL, error);
}

/* Returns whether @error is as expected: its message begins with @path and contains all texts of
 * @expected. */
static gboolean
is_expected_error(const GError *error, const char *path, const char *expected)
{
    g_auto(GStrv) parts = g_strsplit(expected, " & ", -1);

    if (error->domain != MAMUTO_ERROR || !g_str_has_prefix(error->message, path))
        return FALSE;
    for (char **part = parts; *part != NULL; part++)
        if (strstr(error->message, *part) == NULL)
            return FALSE;
    return TRUE;
}

void
check_csv_cases(const char *path, const CsvCase *cases, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(MamutoArray) array = load_csv(path, cases[i].text, cases[i].part, &error);
        g_autofree char *got = array != NULL ? describe(array) : g_strdup(error->message);

        if (array != NULL ? g_str_equal(got, cases[i].expected)
                          : is_expected_error(error, path, cases[i].expected))
            continue;
        g_test_message("wrong: \"%s\" %s\n  gives    %s\n  expected %s", cases[i].text,
                       cases[i].part, got, cases[i].expected);
        g_test_fail();
    }
}
