/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads whole rows of arrays into a buffer, which is called the stage. Callers may request
 * any number of bytes, so a request may end within a row. Therefore the requested bytes are copied
 * from the stage. */
#include "row-reader.h"

#include <string.h>

#include "run.h"

/* Size in bytes of the buffer `stage`. The reader reads as many whole rows at once as fit into this
 * buffer, but at least one row. */
#define STAGE_SIZE (1u << 20)

struct _RowReader {
    gatomicrefcount ref_count;
    MamutoArray **arrays;
    guint *numbers; /* for each array: the number of its argument */
    guint n_arrays;
    gint64 lo, hi;
    guint64 size;
    guint array; /* index in `arrays` of the current array; `row` is the next row to read from it */
    gint64 row;
    guint8 *stage;
    gsize stage_begin, stage_end, stage_size;
    GBytes *bytes;
};

static RowReader *
reader_new(void)
{
    RowReader *self = g_new0(RowReader, 1);

    g_atomic_ref_count_init(&self->ref_count);
    return self;
}

RowReader *
row_reader_new(MamutoArray *const *arrays, const guint *numbers, guint n_arrays, gint64 lo,
               gint64 hi)
{
    RowReader *self = reader_new();

    self->arrays = g_new0(MamutoArray *, n_arrays);
    self->numbers = g_memdup2(numbers, sizeof *numbers * n_arrays);
    self->n_arrays = n_arrays;
    for (guint i = 0; i < n_arrays; i++) {
        self->arrays[i] = g_object_ref(arrays[i]);
        self->size += (guint64)(hi - lo) * mamuto_array_get_row_size(arrays[i]);
    }
    self->lo = self->row = lo;
    self->hi = hi;
    return self;
}

RowReader *
row_reader_new_for_bytes(GBytes *bytes)
{
    RowReader *self = reader_new();

    self->bytes = g_bytes_ref(bytes);
    self->size = g_bytes_get_size(bytes);
    /* All bytes are in memory already, so row_reader_read() reads no rows. */
    self->stage_end = self->size;
    return self;
}

RowReader *
row_reader_ref(RowReader *self)
{
    g_atomic_ref_count_inc(&self->ref_count);
    return self;
}

void
row_reader_unref(gpointer data)
{
    RowReader *self = data;

    if (!g_atomic_ref_count_dec(&self->ref_count))
        return;
    for (guint i = 0; i < self->n_arrays; i++)
        g_object_unref(self->arrays[i]);
    g_free(self->arrays);
    g_free(self->numbers);
    g_free(self->stage);
    g_clear_pointer(&self->bytes, g_bytes_unref);
    g_free(self);
}

guint64
row_reader_get_size(RowReader *self)
{
    return self->size;
}

static gboolean
stage_rows(RowReader *self, GError **error)
{
    gsize row_size;
    gint64 n;

    while (self->row == self->hi || mamuto_array_get_row_size(self->arrays[self->array]) == 0) {
        self->array++;
        self->row = self->lo;
    }
    row_size = mamuto_array_get_row_size(self->arrays[self->array]);
    n = MIN(MAX((gint64)(STAGE_SIZE / row_size), 1), self->hi - self->row);
    if (self->stage_size < (gsize)n * row_size) {
        self->stage_size = (gsize)n * row_size;
        g_free(self->stage);
        self->stage = g_malloc(self->stage_size);
    }
    if (!mamuto_array_read_rows(self->arrays[self->array], self->row, self->row + n, self->stage,
                                error)) {
        run_argument_name_in(error, self->numbers[self->array]);
        return FALSE;
    }
    self->row += n;
    self->stage_begin = 0;
    self->stage_end = (gsize)n * row_size;
    return TRUE;
}

gboolean
row_reader_read(guint64 offset, gpointer buffer, gsize size, gpointer reader, GError **error)
{
    RowReader *self = reader;
    guint8 *to = buffer;

    while (size > 0) {
        const guint8 *stage = self->bytes != NULL ? g_bytes_get_data(self->bytes, NULL) : NULL;
        gsize n;

        if (self->stage_begin == self->stage_end && !stage_rows(self, error))
            return FALSE;
        n = MIN(size, self->stage_end - self->stage_begin);
        memcpy(to, (stage != NULL ? stage : self->stage) + self->stage_begin, n);
        self->stage_begin += n;
        to += n;
        size -= n;
    }
    return TRUE;
}
