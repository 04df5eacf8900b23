/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads JSON that is not believed: every number has a limit, and an error names the file and the
 * place in it, as in “run.json: “hosts[2].cores” is missing, …”. */
#pragma once

#include <cjson/cJSON.h>
#include <glib.h>

G_BEGIN_DECLS

/* A value and the way to it; kept on the stack, as long as the values that it leads to. */
typedef struct _JsonNode {
    const cJSON *value; /* NULL: missing */
    const struct _JsonNode *parent;
    const char *name; /* (nullable): in an object; of the root the file */
    guint index;      /* in an array */
} JsonNode;

/* The parsed text, to be freed by cJSON_Delete(), and @root, which needs it. NULL with
 * MAMUTO_ERROR_INVALID_FILE. @file (nullable): what errors name. */
cJSON *json_parse(const char *text, const char *file, JsonNode *root, GError **error);

/* A member of an object; its value is NULL if there is none. */
JsonNode json_get(const JsonNode *object, const char *name);
/* Goes over the elements of an array: FALSE after the last, and at once for what is no array.
 * @element must be zeroed before the first call. */
gboolean json_next(const JsonNode *array, JsonNode *element);

/* (nullable): a member's text, as long as the tree. */
const char *json_get_text(const JsonNode *object, const char *name);
/* FALSE with MAMUTO_ERROR_INVALID_FILE if it is missing. */
gboolean json_read_text(const JsonNode *object, const char *name, const char **text,
                        GError **error);
/* A number from 0 to @max. */
gboolean json_read_number(const JsonNode *object, const char *name, double max, double *value,
                          GError **error);
/* The same, times @scale and rounded; @max is the limit of the result, at most 2^53. */
gboolean json_read_scaled(const JsonNode *object, const char *name, double scale, gint64 max,
                          gint64 *value, GError **error);
/* ISO 8601. */
GDateTime *json_read_date(const JsonNode *object, const char *name, GError **error);

/* "FILE: “place”: what is wrong", of MAMUTO_ERROR. */
void json_set_error(const JsonNode *node, int code, GError **error, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

G_END_DECLS
