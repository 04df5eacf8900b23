/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The values of arguments in job files. A job file contains paths that are relative to its folder,
 * a job in memory the paths of the files. In version 1 of job files a value is "=JSON" or a file.
 * In version 2 it is a text in the grammar of argument-spec.h. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "job-private.h"
#include "literal.h"

static gboolean
is_file_in(const char *path, gconstpointer folder)
{
    g_autofree char *whole = g_canonicalize_filename(path, folder);

    return g_file_test(whole, G_FILE_TEST_EXISTS) && !g_file_test(whole, G_FILE_TEST_IS_DIR);
}

static gboolean
is_file(const char *text, const char *folder)
{
    const ArgumentContext context = {.is_file = is_file_in, .data = folder};

    return argument_spec_find_file(text, &context) > 0;
}

/* Returns the beginning of the path in @text, or NULL if @text contains no path. @folder: the
 * folder in which a relative path is searched. */
static const char *
find_path(const char *text, gboolean by_name, guint version, const char *folder)
{
    gsize name_length = by_name ? 0 : argument_spec_name_length(text);

    if (g_str_has_prefix(text, "=@"))
        return text + 2;
    if (version < 2)
        return *text == '=' || *text == '\0' ? NULL : text;
    if (name_length > 0 && !is_file(text, folder)) {
        text += name_length + 1;
        if (literal_is_value(text))
            return NULL;
    }
    if (*text == '\0' || argument_spec_is_range(text))
        return NULL;
    if (*text == '=')
        return text[1] == '@' ? text + 2 : NULL; /* after NAME= */
    return *text == '@' && !is_file(text, folder) ? text + 1 : text;
}

/* Whether a text that is bound to a parameter is rather a value than the name of a file. */
static gboolean
is_like_value(const char *text)
{
    return literal_is_value(text) ||
           (strchr(text, '/') == NULL && !argument_spec_is_named_like_file(text));
}

/* Whether @text, which is bound to a parameter, is a value without "=". A text that cannot be a
 * file is taken for a value too, so that the error about it says how to write values. */
static gboolean
is_bare_value(const char *text, const char *folder)
{
    if (*text == '=' || *text == '@' || argument_spec_is_range(text))
        return FALSE;
    return literal_is_value(text) || (is_like_value(text) && !is_file(text, folder));
}

char *
job_value_resolve(const char *text, gboolean by_name, guint version, const char *folder)
{
    const char *path;
    g_autofree char *before = NULL;
    g_autofree char *whole = NULL;

    if (by_name && version > 1 && is_bare_value(text, folder))
        return g_strconcat("=", text, NULL);
    path = find_path(text, by_name, version, folder);
    if (path == NULL)
        return g_strdup(text);
    before = g_strndup(text, (gsize)(path - text));
    whole = job_resolve_path(path, folder);
    return g_strconcat(before, whole, NULL);
}

gboolean
job_value_is_ambiguous(const char *text, const char *folder)
{
    return *text != '=' && !argument_spec_is_range(text) && literal_is_value(text) &&
           is_file(text, folder);
}

/* Whether version 2 would not read @path, relative to the folder of the job file, as a path. */
static gboolean
needs_dot(const char *path, gboolean by_name)
{
    return *path == '=' || *path == '@' || *path == '\0' || argument_spec_is_range(path) ||
           (by_name ? is_like_value(path) : argument_spec_name_length(path) > 0);
}

char *
job_value_make_relative(const char *text, gboolean by_name, guint version, const char *folder)
{
    g_autofree char *here = g_get_current_dir();
    const char *path = find_path(text, by_name, version, here);
    g_autofree char *before = NULL;
    g_autofree char *relative = NULL;

    if (path == NULL || *path == '\0')
        return g_strdup(text);
    before = g_strndup(text, (gsize)(path - text));
    relative = job_make_path_relative(path, folder);
    return g_strconcat(before, needs_dot(relative, by_name) ? "./" : "", relative, NULL);
}

char *
job_value_find_file(const char *text, gboolean by_name)
{
    g_autofree char *here = g_get_current_dir();
    const ArgumentContext context = {.is_file = is_file_in, .data = here};
    const char *path = find_path(text, by_name, 2, here);
    gsize length = path != NULL ? argument_spec_find_file(path, &context) : 0;

    return length > 0 ? g_strndup(path, length) : NULL;
}

/* Whether @text has options after the name of a file: t.csv+header=no. */
static gboolean
has_options(const char *text, const char *folder)
{
    const ArgumentContext context = {.is_file = is_file_in, .data = folder};
    const char *rest = text + argument_spec_find_file(text, &context);

    for (const char *plus = strchr(rest, '+'); plus != NULL; plus = strchr(plus + 1, '+'))
        if (argument_spec_name_length(plus + 1) > 0)
            return TRUE;
    return FALSE;
}

gboolean
job_value_is_new(const char *text)
{
    g_autofree char *here = g_get_current_dir();

    if (*text == '=' && literal_is_json(text + 1))
        return FALSE;
    if (*text == '=') /* a text that is no value at all is kept in the version of its file */
        return text[1] == '@' || literal_is_value(text + 1);
    return find_path(text, FALSE, 2, here) != text || has_options(text, here);
}
