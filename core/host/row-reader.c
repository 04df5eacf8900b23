/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads whole rows of arrays into a buffer, which is called the stage. Callers may request
 * any number of bytes, so a request may end within a row. Therefore the requested bytes are copied
 * from the stage. */
#include "row-reader.h"

#include <string.h>

#include "array-lines.h"
#include "array-private.h"
#include "run.h"

/* Size in bytes of the buffer `stage`. The reader reads as many whole rows at once as fit into this
 * buffer, but at least one row. */
#define STAGE_SIZE (1u << 20)

struct _RowReader {
    gatomicrefcount ref_count;
    MamutoArgument **arguments;
    guint *numbers; /* for each argument: its number */
    guint n_arguments;
    gboolean whole; /* the whole array of the only argument is read */
    gint64 lo, hi;
    guint64 size;
    guint current; /* index in `arguments` of the current array */
    guint64 done;  /* bytes of its part of the payload that were read */
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

static MamutoArray *
get_array(RowReader *self, guint i)
{
    return mamuto_argument_get_array(self->arguments[i]);
}

/* Returns the size of an array's part of the payload. */
static guint64
part_size(const RowReader *self, MamutoArray *array)
{
    if (mamuto_array_is_json(array))
        return array_lines_get_block_size(array, self->lo, self->hi);
    return (guint64)(self->hi - self->lo) * mamuto_array_get_row_size(array);
}

RowReader *
row_reader_new(MamutoArgument *const *arguments, const guint *numbers, guint n_arguments, gint64 lo,
               gint64 hi)
{
    RowReader *self = reader_new();

    self->arguments = g_new0(MamutoArgument *, n_arguments);
    self->numbers = g_memdup2(numbers, sizeof *numbers * n_arguments);
    self->n_arguments = n_arguments;
    self->lo = lo;
    self->hi = hi;
    for (guint i = 0; i < n_arguments; i++) {
        self->arguments[i] = mamuto_argument_ref(arguments[i]);
        self->size += part_size(self, get_array(self, i));
    }
    return self;
}

RowReader *
row_reader_new_whole(MamutoArgument *argument, guint number)
{
    MamutoArray *array = mamuto_argument_get_array(argument);
    RowReader *self = row_reader_new(&argument, &number, 1, 0, mamuto_array_get_n_rows(array));

    self->whole = TRUE;
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
    for (guint i = 0; i < self->n_arguments; i++)
        mamuto_argument_unref(self->arguments[i]);
    g_free(self->arguments);
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

/* Prepares the stage for @size bytes. */
static void
fill_stage(RowReader *self, gsize size)
{
    if (self->stage_size < size) {
        self->stage_size = size;
        g_free(self->stage);
        self->stage = g_malloc(size);
    }
    self->done += size;
    self->stage_begin = 0;
    self->stage_end = size;
}

static gboolean
stage_elements(RowReader *self, GError **error)
{
    MamutoArray *array = get_array(self, 0);
    gsize size = array->dtype.itemsize;
    gint64 first = (gint64)(self->done / size);
    gint64 n = MIN(MAX((gint64)(STAGE_SIZE / size), 1), array->n_items - first);

    fill_stage(self, (gsize)n * size);
    if (array_is_stored_in_fortran_order(array))
        return array_read_bytes(array, first * (gint64)size, (gsize)n * size, self->stage, error);
    return array_read_items(array, first, n, self->stage, error);
}

static gboolean
stage_rows(RowReader *self, GError **error)
{
    MamutoArray *array;
    guint64 left, from;
    gint64 first, n;
    gsize row_size;

    while ((left = part_size(self, get_array(self, self->current)) - self->done) == 0) {
        self->current++;
        self->done = 0;
    }
    array = get_array(self, self->current);
    from = self->done;
    if (mamuto_array_is_json(array)) {
        gsize size = (gsize)MIN(left, STAGE_SIZE);

        fill_stage(self, size);
        return array_lines_read_block(array, self->lo, self->hi, from, size, self->stage, error);
    }
    row_size = mamuto_array_get_row_size(array);
    first = self->lo + (gint64)(from / row_size);
    n = MIN(MAX((gint64)(STAGE_SIZE / row_size), 1), self->hi - first);
    fill_stage(self, (gsize)n * row_size);
    return mamuto_array_read_rows(array, first, first + n, self->stage, error);
}

static gboolean
stage_next(RowReader *self, GError **error)
{
    if (self->whole ? stage_elements(self, error) : stage_rows(self, error))
        return TRUE;
    run_argument_name_in(error, self->arguments[self->current], self->numbers[self->current]);
    return FALSE;
}

gboolean
row_reader_read(guint64 offset, gpointer buffer, gsize size, gpointer reader, GError **error)
{
    RowReader *self = reader;
    guint8 *to = buffer;

    while (size > 0) {
        const guint8 *stage = self->bytes != NULL ? g_bytes_get_data(self->bytes, NULL) : NULL;
        gsize n;

        if (self->stage_begin == self->stage_end && !stage_next(self, error))
            return FALSE;
        n = MIN(size, self->stage_end - self->stage_begin);
        memcpy(to, (stage != NULL ? stage : self->stage) + self->stage_begin, n);
        self->stage_begin += n;
        to += n;
        size -= n;
    }
    return TRUE;
}
