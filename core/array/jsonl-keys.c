/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Lists the keys of the objects at the beginning of a file of JSON lines, so that a user can choose
 * one and a key that does not exist is noticed before a run. */
#include "array-lines.h"
#include "array-private.h"
#include "json-keys.h"
#include "mamuto-array.h"

/* Limits for the rows that are read: a file may consist of a few very long lines. */
#define MAX_ROWS 1000
#define MAX_BYTES (4u << 20)

/**
 * mamuto_array_list_keys:
 * @self: an array of JSON values, see mamuto_array_is_json()
 * @complete: (out) (optional): whether all rows were read that the limits allow; %FALSE if one
 *   could not be parsed, for example because it contains NaN
 *
 * Reads the first rows, at most 1,000 and at most 4 MiB, and lists the keys of those that are
 * objects. Blocks while reading. Can be called from any thread.
 *
 * Returns: (transfer full) (array zero-terminated=1): the keys in the order of the file, each once
 */
char **
mamuto_array_list_keys(MamutoArray *self, gboolean *complete)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GStrvBuilder) keys = g_strv_builder_new();
    gsize left = MAX_BYTES;
    gboolean all = TRUE;

    g_return_val_if_fail(MAMUTO_IS_ARRAY(self) && mamuto_array_is_json(self), NULL);

    for (gint64 row = 0; row < MIN(self->shape[0], MAX_ROWS); row++) {
        g_autoptr(GString) text = g_string_new(NULL);

        if (!array_lines_append_row(self, row, left, text, NULL) || text->len > left) {
            all = all && row > 0; /* otherwise nothing is known */
            break;
        }
        left -= text->len;
        all = json_collect_keys(text->str, seen, keys) && all;
    }
    if (complete != NULL)
        *complete = all;
    return g_strv_builder_end(keys);
}
