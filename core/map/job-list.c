/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Lists of paths as text, for job files and entries of the window: "data, table.bin", or as JSON if
 * a path contains a character with a meaning in such a list. */
#include <cjson/cJSON.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "json-writer.h"
#include "mamuto-error.h"
#include "mamuto-job.h"
#include "quote.h"

static char **
parse_json(const char *text)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    cJSON *list = cJSON_ParseWithOpts(text, NULL, TRUE);
    const cJSON *element;
    gboolean valid = cJSON_IsArray(list);

    cJSON_ArrayForEach (element, list) {
        if (cJSON_IsString(element) && *element->valuestring != '\0')
            g_strv_builder_add(builder, element->valuestring);
        else
            valid = FALSE;
    }
    cJSON_Delete(list);
    return valid ? g_strv_builder_end(builder) : NULL;
}

/**
 * mamuto_job_parse_list:
 * @text: paths separated by commas, or a JSON list of paths
 * @error: return location for an error
 *
 * Returns: (transfer full) (array zero-terminated=1) (element-type filename): the paths, or %NULL
 *   with %MAMUTO_ERROR_INVALID_ARGUMENT if @text begins with `[` but is not a JSON list of texts
 */
char **
mamuto_job_parse_list(const char *text, GError **error)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_auto(GStrv) parts = NULL;

    g_return_val_if_fail(text != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);
    while (g_ascii_isspace(*text))
        text++;
    if (*text == '[') {
        char **list = parse_json(text);

        if (list == NULL) {
            g_autofree char *shown = quote_start(text, strlen(text), QUOTE_SHOWN_CHARS);

            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                        _("“%s”: expected a JSON list of paths, such as [\"a,b\", \"c\"]"), shown);
        }
        return list;
    }
    parts = g_strsplit(text, ",", -1);
    for (char **part = parts; *part != NULL; part++)
        if (*g_strstrip(*part) != '\0')
            g_strv_builder_add(builder, *part);
    return g_strv_builder_end(builder);
}

static gboolean
is_plain(const char *path)
{
    g_autofree char *stripped = g_strstrip(g_strdup(path));

    return strchr(path, ',') == NULL && *path != '[' && strcmp(stripped, path) == 0;
}

/**
 * mamuto_job_format_list:
 * @paths: (array zero-terminated=1) (element-type filename): paths
 *
 * Returns: (transfer full): a text that mamuto_job_parse_list() converts to @paths
 */
char *
mamuto_job_format_list(const char *const *paths)
{
    gboolean plain = TRUE;
    JsonWriter *json;

    g_return_val_if_fail(paths != NULL, NULL);
    for (const char *const *path = paths; *path != NULL; path++)
        plain = plain && is_plain(*path);
    if (plain)
        return g_strjoinv(", ", (char **)paths);
    json = json_writer_new(FALSE);
    json_writer_begin_array(json, NULL);
    for (; *paths != NULL; paths++)
        json_writer_add_text(json, NULL, *paths);
    json_writer_end(json);
    return json_writer_finish(json);
}
