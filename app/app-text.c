/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See app-text.h. */
#include "app-text.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

/* (nullable): the thousands separator to use if the locale defines none. The C locale gets a comma;
 * other locales, for example pt_PT, get a narrow no-break space. NULL if the locale defines a
 * separator, because printf() can then group the digits. */
static const char *
find_separator(void)
{
    const char *locale = setlocale(LC_NUMERIC, NULL);

    if (strcmp(locale, "C") == 0 || g_str_has_prefix(locale, "C.") || strcmp(locale, "POSIX") == 0)
        return ",";
    return *localeconv()->thousands_sep ? NULL : "\u202f";
}

char *
app_text_count(gint64 n)
{
    const char *separator = find_separator();
    g_autofree char *digits = NULL;
    GString *text;

    if (!separator)
        return g_strdup_printf("%'" G_GINT64_FORMAT, n);
    digits = g_strdup_printf("%" G_GINT64_FORMAT, n);
    text = g_string_new(digits);
    for (gssize at = (gssize)text->len - 3; at > (n < 0); at -= 3)
        g_string_insert(text, at, separator);
    return g_string_free(text, FALSE);
}

char *
app_text_number(const char *number)
{
    const char *point = localeconv()->decimal_point;
    g_auto(GStrv) parts = g_strsplit(number, ".", -1);

    return g_strjoinv(point, parts);
}

char *
app_text_rows(gint64 n)
{
    g_autofree char *count = app_text_count(n);

    /* Translators: %s is a number */
    return g_strdup_printf(ngettext("%s row", "%s rows", (gulong)n), count);
}

char *
app_text_seconds(double seconds)
{
    if (seconds > 0 && seconds < 9.995e-4)
        /* Translators: microseconds, with three significant digits */
        return g_strdup_printf(_("%.3g µs"), seconds * 1e6);
    if (seconds < 0.0995)
        /* Translators: milliseconds */
        return g_strdup_printf(_("%.1f ms"), seconds * 1e3);
    if (seconds < 0.9995)
        return g_strdup_printf(_("%.0f ms"), seconds * 1e3);
    if (seconds < 59.95)
        /* Translators: seconds */
        return g_strdup_printf(_("%.1f s"), seconds);
    if (seconds < 3599.5)
        /* Translators: minutes and seconds */
        return g_strdup_printf(_("%d min %d s"), (int)(seconds + 0.5) / 60,
                               (int)(seconds + 0.5) % 60);
    /* Translators: hours and minutes */
    return g_strdup_printf(_("%d h %d min"), (int)(seconds / 60 + 0.5) / 60,
                           (int)(seconds / 60 + 0.5) % 60);
}

char *
app_text_dtype(const MamutoDtype *dtype)
{
    guint n_characters = dtype->itemsize / 4;
    g_autofree char *characters = app_text_count(n_characters);
    g_autofree char *bytes = app_text_count(dtype->itemsize);

    switch (dtype->kind) {
    case 'b':
        return g_strdup("bool");
    case 'i':
        return g_strdup_printf("int%u", dtype->itemsize * 8);
    case 'u':
        return g_strdup_printf("uint%u", dtype->itemsize * 8);
    case 'f':
        return g_strdup_printf("float%u", dtype->itemsize * 8);
    case 'c':
        return g_strdup_printf("complex%u", dtype->itemsize * 8);
    case 'U':
        return g_strdup_printf(
            ngettext("text of %s character", "text of up to %s characters", n_characters),
            characters);
    case 'J':
        /* Translators: the kind of results that are JSON: "1,000 rows · JSON" */
        return g_strdup(_("JSON"));
    default:
        return g_strdup_printf(
            ngettext("text of %s byte", "text of up to %s bytes", dtype->itemsize), bytes);
    }
}

char *
app_text_describe_array(MamutoArray *array)
{
    MamutoDtype dtype;
    guint n_dims;
    const gint64 *shape = mamuto_array_get_shape(array, &n_dims);

    mamuto_array_get_dtype(array, &dtype);
    if (mamuto_array_is_json(array) && mamuto_array_is_text(array)) {
        g_autofree char *rows = app_text_rows(shape[0]);

        /* Translators: %s is a number of rows, such as "1,000 rows" */
        return g_strdup_printf(_("%s · text of any length"), rows);
    }
    return app_text_describe_shape(&dtype, n_dims, shape);
}

char *
app_text_describe_shape(const MamutoDtype *dtype, guint n_dims, const gint64 *shape)
{
    g_autofree char *type = app_text_dtype(dtype);
    GString *text = g_string_new(NULL);

    if (n_dims == 1) {
        g_autofree char *rows = app_text_rows(shape[0]);

        g_string_append(text, rows);
    } else {
        for (guint i = 0; i < n_dims; i++) {
            g_autofree char *count = app_text_count(shape[i]);

            g_string_append_printf(text, "%s%s", i > 0 ? " × " : "", count);
        }
    }
    g_string_append_printf(text, " · %s", type);
    return g_string_free(text, FALSE);
}

char *
app_text_propose(const char *problem, char **instead)
{
    if (instead[0] && instead[1])
        /* Translators: a problem, and two ways to write it correctly */
        return g_strdup_printf(_("%s; write %s or %s"), problem, instead[0], instead[1]);
    if (instead[0])
        /* Translators: a problem, and a way to write it correctly */
        return g_strdup_printf(_("%s; write %s"), problem, instead[0]);
    return g_strdup(problem);
}

char *
app_text_markup(const char *text)
{
    g_autofree char *escaped = g_markup_escape_text(text, -1);

    return *text ? g_strdup_printf("<span insert_hyphens=\"false\">%s</span>", escaped)
                 : g_steal_pointer(&escaped);
}

const char *
app_text_host(const char *name)
{
    return strcmp(name, "localhost") == 0 ? _("This Computer") : name;
}

char *
app_text_path(const char *path)
{
    const char *home = g_get_home_dir();
    /* remove ".." from an absolute path. It contains ".." if a job file names a file such as
     * "../p.npy", because loading the job puts the folder of the job file before this name. */
    g_autofree char *whole =
        g_path_is_absolute(path) ? g_canonicalize_filename(path, NULL) : g_strdup(path);
    g_autofree char *shown = g_filename_display_name(whole);

    if (g_str_has_prefix(shown, home) && shown[strlen(home)] == '/')
        return g_strconcat("~", shown + strlen(home), NULL);
    return g_steal_pointer(&shown);
}
