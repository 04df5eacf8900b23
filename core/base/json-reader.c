/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See json-reader.h. cJSON parses the text. Each JsonNode points to its parent, so an error message
 * can contain the path from the root to the value. */
#include "json-reader.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "mamuto-error.h"
#include "quote.h"

cJSON *
json_parse(const char *text, const char *file, JsonNode *root, GError **error)
{
    cJSON *tree = g_utf8_validate(text, -1, NULL) ? cJSON_Parse(text) : NULL;

    *root = (JsonNode){.value = tree, .name = file};
    if (tree == NULL)
        json_set_error(root, MAMUTO_ERROR_INVALID_FILE, error, _("is not valid JSON"));
    return tree;
}

JsonNode
json_get(const JsonNode *object, const char *name)
{
    return (JsonNode){
        .value = cJSON_GetObjectItemCaseSensitive(object->value, name),
        .parent = object,
        .name = name,
    };
}

gboolean
json_next(const JsonNode *array, JsonNode *element)
{
    if (element->parent == NULL) {
        *element = (JsonNode){
            .value = cJSON_IsArray(array->value) ? array->value->child : NULL,
            .parent = array,
        };
    } else {
        element->value = element->value != NULL ? element->value->next : NULL;
        element->index++;
    }
    return element->value != NULL;
}

static void
append_place(GString *place, const JsonNode *node)
{
    if (node->parent == NULL)
        return;
    append_place(place, node->parent);
    if (node->name == NULL)
        g_string_append_printf(place, "[%u]", node->index);
    else
        g_string_append_printf(place, "%s%s", place->len > 0 ? "." : "", node->name);
}

void
json_set_error(const JsonNode *node, int code, GError **error, const char *format, ...)
{
    g_autoptr(GString) place = g_string_new(NULL);
    g_autofree char *what = NULL, *shown = NULL;
    const JsonNode *root = node;
    va_list args;

    va_start(args, format);
    what = g_strdup_vprintf(format, args);
    va_end(args);
    append_place(place, node);
    if (place->len > 0) {
        g_string_prepend(place, "“");
        g_string_append(place, "” ");
    }
    while (root->parent != NULL)
        root = root->parent;
    if (root->name != NULL)
        g_string_prepend(g_string_prepend(place, ": "), root->name);
    g_string_append(place, what);
    shown = quote_text(place->str);
    g_set_error_literal(error, MAMUTO_ERROR, code, shown);
}

const char *
json_get_text(const JsonNode *object, const char *name)
{
    return cJSON_GetStringValue(json_get(object, name).value);
}

gboolean
json_read_text(const JsonNode *object, const char *name, const char **text, GError **error)
{
    JsonNode node = json_get(object, name);

    *text = cJSON_GetStringValue(node.value);
    if (*text == NULL)
        json_set_error(&node, MAMUTO_ERROR_INVALID_FILE, error,
                       _("is missing, or is not a string"));
    return *text != NULL;
}

/* Reads a number and multiplies it by @scale. Fails if the product is not from 0 to @max. */
static gboolean
read_scaled(const JsonNode *object, const char *name, double scale, double max, double *value,
            GError **error)
{
    JsonNode node = json_get(object, name);
    char limit[G_ASCII_DTOSTR_BUF_SIZE];

    *value = cJSON_IsNumber(node.value) ? node.value->valuedouble * scale : NAN;
    if (*value >= 0 && *value <= max)
        return TRUE;
    json_set_error(&node, MAMUTO_ERROR_INVALID_FILE, error,
                   _("is missing, or is not a number from 0 to %s"),
                   g_ascii_formatd(limit, sizeof limit, "%.9g", max / scale));
    return FALSE;
}

gboolean
json_read_number(const JsonNode *object, const char *name, double max, double *value,
                 GError **error)
{
    return read_scaled(object, name, 1, max, value, error);
}

gboolean
json_read_scaled(const JsonNode *object, const char *name, double scale, gint64 max, gint64 *value,
                 GError **error)
{
    double number;

    if (!read_scaled(object, name, scale, (double)max, &number, error))
        return FALSE;
    *value = (gint64)(number + 0.5);
    return TRUE;
}

GDateTime *
json_read_date(const JsonNode *object, const char *name, GError **error)
{
    JsonNode node = json_get(object, name);
    const char *text = cJSON_GetStringValue(node.value);
    GDateTime *date = text != NULL ? g_date_time_new_from_iso8601(text, NULL) : NULL;

    if (date == NULL)
        json_set_error(&node, MAMUTO_ERROR_INVALID_FILE, error, _("is missing, or is not a date"));
    return date;
}
