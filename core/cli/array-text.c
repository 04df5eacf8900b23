/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Formats an array as text. A large array is shortened to the first and the last elements of each
 * axis. */
#include "failures.h"
#include "text.h"

#define MAX_ELEMENTS 60
#define EDGE 3
#define LINE_WIDTH 75

typedef struct {
    MamutoArray *array;
    const gint64 *shape;
    guint n_dims;
    gboolean shorten, quote;
    gint64 index[MAMUTO_ARRAY_MAX_DIMS];
    GString *out;
    guint column;
} Writer;

static void
write_element(Writer *self)
{
    g_autofree char *raw = mamuto_array_format_element(self->array, self->index);
    g_autofree char *text = mamuto_text_escape(raw != NULL ? raw : "", FALSE);
    guint width = text_width(text) + (self->quote ? 3 : 1);

    if (self->column + width > LINE_WIDTH && self->column > self->n_dims) {
        self->out->str[self->out->len - 1] = '\n'; /* this line break replaces the last space */
        for (guint i = 0; i < self->n_dims; i++)
            g_string_append_c(self->out, ' ');
        self->column = self->n_dims;
    }
    g_string_append_printf(self->out, self->quote ? "'%s'" : "%s", text);
    self->column += width;
}

static void
write_separator(Writer *self, guint axis)
{
    if (axis + 1 == self->n_dims) {
        g_string_append_c(self->out, ' ');
        return;
    }
    g_string_append_c(self->out, '\n');
    for (guint i = 0; i <= axis; i++)
        g_string_append_c(self->out, ' ');
    self->column = axis + 1;
}

static void
write_axis(Writer *self, guint axis)
{
    gint64 length = axis < self->n_dims ? self->shape[axis] : 0;

    if (axis == self->n_dims) {
        write_element(self);
        return;
    }
    g_string_append_c(self->out, '[');
    for (gint64 i = 0; i < length; i++) {
        if (i > 0)
            write_separator(self, axis);
        if (self->shorten && i == EDGE && length > 2 * EDGE) {
            g_string_append(self->out, "...");
            self->column += 4;
            i = length - EDGE - 1;
            continue;
        }
        self->index[axis] = i;
        write_axis(self, axis + 1);
    }
    g_string_append_c(self->out, ']');
}

void
array_type_to_string(MamutoArray *array, char *text)
{
    MamutoDtype dtype;

    mamuto_array_get_dtype(array, &dtype);
    if (mamuto_array_is_json(array) && mamuto_array_is_text(array))
        g_strlcpy(text, "text", MAMUTO_DTYPE_STRING_MAX);
    else
        mamuto_dtype_to_string(&dtype, text);
}

char *
array_describe(MamutoArray *array)
{
    Writer self = {.array = array, .out = g_string_new(NULL)};
    char dtype_text[MAMUTO_DTYPE_STRING_MAX];
    gint64 n = 1;

    array_type_to_string(array, dtype_text);
    self.shape = mamuto_array_get_shape(array, &self.n_dims);
    self.quote = mamuto_array_is_text(array);
    for (guint i = 0; i < self.n_dims; i++)
        n = self.shape[i] != 0 && n > G_MAXINT64 / self.shape[i] ? G_MAXINT64 : n * self.shape[i];
    self.shorten = n > MAX_ELEMENTS;
    write_axis(&self, 0);

    g_string_append(self.out, "\nshape (");
    for (guint i = 0; i < self.n_dims; i++)
        g_string_append_printf(self.out, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : "", self.shape[i]);
    g_string_append_printf(self.out, "%s), dtype %s\n", self.n_dims == 1 ? "," : "", dtype_text);
    return g_string_free(self.out, FALSE);
}
