/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What mamuto-cli show finds out about a key of lines of JSON: in how many lines it is, of which
 * kinds its values are, and the first values. */
#include "show-data.h"

ShowKey *
show_key_load(MamutoArray *array, const char *name, GError **error)
{
    ShowKey *self = g_new0(ShowKey, 1);

    self->name = g_strdup(name);
    self->values = g_ptr_array_new_with_free_func(g_free);
    self->n_lines = mamuto_array_get_n_rows(array);
    self->first_without = -1;
    for (gint64 row = 0; row < self->n_lines; row++) {
        g_autofree char *line = mamuto_array_read_json(array, row, error);
        g_autofree char *value = NULL;

        if (line == NULL) {
            show_key_free(self);
            return NULL;
        }
        value = json_find_member(line, name);
        if (value != NULL) {
            self->n_with++;
            self->n_of_kind[json_find_kind(value)]++;
        } else if (self->first_without < 0) {
            self->first_without = row;
        }
        if (row < SHOW_ROWS)
            g_ptr_array_add(self->values, g_steal_pointer(&value));
    }
    return self;
}

void
show_key_free(ShowKey *self)
{
    g_free(self->name);
    g_ptr_array_unref(self->values);
    g_free(self);
}
