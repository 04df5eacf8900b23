/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads untrusted JSON. Every number is checked against a limit. An error message contains the file
 * and the path of the value, for example "run.json: “hosts[2].cores” is missing". */
#pragma once

#include <cjson/cJSON.h>
#include <glib.h>

G_BEGIN_DECLS

/* A JSON value and its path from the root. Nodes are allocated on the stack. A node points to the
 * node of the object or array that contains it. Therefore the containing node must outlive the
 * contained nodes. */
typedef struct _JsonNode {
    const cJSON *value; /* NULL if the value is missing */
    const struct _JsonNode *parent;
    const char *name; /* key of a member; file name of the root; NULL for an element of an array */
    guint index;      /* index in the parent array, from 0 */
} JsonNode;

/* Parses @text. Returns the tree, which the caller frees with cJSON_Delete(), and sets @root to its
 * root node. @root is valid until the tree is freed. Returns NULL with MAMUTO_ERROR_INVALID_FILE if
 * @text is not valid JSON. @file (nullable): the file name in error messages. */
cJSON *json_parse(const char *text, const char *file, JsonNode *root, GError **error);

/* Returns the node of a member. The node's value is NULL if the object has no such member. */
JsonNode json_get(const JsonNode *object, const char *name);
/* Sets @element to the next element of an array. Returns FALSE after the last element, or if @array
 * is not an array. @element must be zeroed before the first call. */
gboolean json_next(const JsonNode *array, JsonNode *element);

/* Returns the string of a member, owned by the tree. Returns NULL if the member is missing or not a
 * string. */
const char *json_get_text(const JsonNode *object, const char *name);
/* Reads a string. Returns FALSE with MAMUTO_ERROR_INVALID_FILE if the member is missing or not a
 * string. */
gboolean json_read_text(const JsonNode *object, const char *name, const char **text,
                        GError **error);
/* Reads a number. Fails if the member is missing or is not a number from 0 to @max. */
gboolean json_read_number(const JsonNode *object, const char *name, double max, double *value,
                          GError **error);
/* Reads a number, multiplies it by @scale and rounds the product. Fails if the product is not from
 * 0 to @max. @max must be at most 2^53, because a double represents integers exactly only up to
 * this value. */
gboolean json_read_scaled(const JsonNode *object, const char *name, double scale, gint64 max,
                          gint64 *value, GError **error);
/* Reads a date in the format ISO 8601 with a time zone. Returns it (transfer full), or NULL with
 * @error set. */
GDateTime *json_read_date(const JsonNode *object, const char *name, GError **error);

/* Sets an error of the domain MAMUTO_ERROR. The message consists of the file name, the path of the
 * value and the text formatted from @format. */
void json_set_error(const JsonNode *node, int code, GError **error, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

G_END_DECLS
