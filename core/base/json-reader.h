/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads untrusted JSON: every number is checked against a limit, and an error names the file and
 * the path of the value, as in: run.json: “hosts[2].cores” is missing. */
#pragma once

#include <cjson/cJSON.h>
#include <glib.h>

G_BEGIN_DECLS

/* A value and its path from the root. Lives on the stack; nodes of nested values point to it, so it
 * must outlive them. */
typedef struct _JsonNode {
    const cJSON *value; /* NULL: missing */
    const struct _JsonNode *parent;
    const char *name; /* (nullable): key in the parent object; root: the file */
    guint index;      /* index in the parent array, from 0 */
} JsonNode;

/* Returns the parsed tree, to be freed by cJSON_Delete(), and sets @root, which is valid until
 * then. NULL with MAMUTO_ERROR_INVALID_FILE. @file (nullable): the name of the file for error
 * messages. */
cJSON *json_parse(const char *text, const char *file, JsonNode *root, GError **error);

/* A member of an object; the node's value is NULL if the object has no such member. */
JsonNode json_get(const JsonNode *object, const char *name);
/* Iterates over the elements of an array. FALSE after the last element, or if @array is not an
 * array. @element must be zeroed before the first call. */
gboolean json_next(const JsonNode *array, JsonNode *element);

/* (nullable): a member's string, owned by the tree; NULL if it is missing or not a string. */
const char *json_get_text(const JsonNode *object, const char *name);
/* FALSE with MAMUTO_ERROR_INVALID_FILE if the member is missing or not a string. */
gboolean json_read_text(const JsonNode *object, const char *name, const char **text,
                        GError **error);
/* Reads a number from 0 to @max. */
gboolean json_read_number(const JsonNode *object, const char *name, double max, double *value,
                          GError **error);
/* Reads a number, multiplies it by @scale and rounds it. @max limits the product and is at most
 * 2^53, up to which a double is exact. */
gboolean json_read_scaled(const JsonNode *object, const char *name, double scale, gint64 max,
                          gint64 *value, GError **error);
/* Reads a date in ISO 8601 with a time zone. */
GDateTime *json_read_date(const JsonNode *object, const char *name, GError **error);

/* Sets an error of the domain MAMUTO_ERROR. Its message is FILE: “PATH OF THE VALUE”, followed by
 * the formatted text. */
void json_set_error(const JsonNode *node, int code, GError **error, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

G_END_DECLS
