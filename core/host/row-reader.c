/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads whole rows of arrays into a buffer, which is called the stage. Callers may request
 * any number of bytes, so a request may end within a row. Therefore the requested bytes are copied
 * from the stage. */
#include "row-reader.h"

#include <string.h>

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
    gboolean whole; /* the whole array of the only argument is read, and `row` is an element */
    gint64 lo, hi;
    guint64 size;
    guint current; /* index in `arguments` of the current array; `row` is the next row to read */
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

static MamutoArray *
get_array(RowReader *self, guint i)
{
    return mamuto_argument_get_array(self->arguments[i]);
}

RowReader *
row_reader_new(MamutoArgument *const *arguments, const guint *numbers, guint n_arguments, gint64 lo,
               gint64 hi)
{
    RowReader *self = reader_new();

    self->arguments = g_new0(MamutoArgument *, n_arguments);
    self->numbers = g_memdup2(numbers, sizeof *numbers * n_arguments);
    self->n_arguments = n_arguments;
    for (guint i = 0; i < n_arguments; i++) {
        self->arguments[i] = mamuto_argument_ref(arguments[i]);
        self->size += (guint64)(hi - lo) * mamuto_array_get_row_size(get_array(self, i));
    }
    self->lo = self->row = lo;
    self->hi = hi;
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

/* Prepares the stage for @n rows or elements of @size bytes, which begin at `row`. */
static void
fill_stage(RowReader *self, gint64 n, gsize size)
{
    if (self->stage_size < (gsize)n * size) {
        self->stage_size = (gsize)n * size;
        g_free(self->stage);
        self->stage = g_malloc(self->stage_size);
    }
    self->row += n;
    self->stage_begin = 0;
    self->stage_end = (gsize)n * size;
}

static gboolean
stage_elements(RowReader *self, GError **error)
{
    MamutoArray *array = get_array(self, 0);
    gsize size = array->dtype.itemsize;
    gint64 first = self->row, n = MIN(MAX((gint64)(STAGE_SIZE / size), 1), array->n_items - first);

    fill_stage(self, n, size);
    if (array_is_stored_in_fortran_order(array))
        return array_read_bytes(array, first * (gint64)size, (gsize)n * size, self->stage, error);
    return array_read_items(array, first, n, self->stage, error);
}

static gboolean
stage_rows(RowReader *self, GError **error)
{
    gsize row_size;
    gint64 first, n;

    while (self->row == self->hi ||
           mamuto_array_get_row_size(get_array(self, self->current)) == 0) {
        self->current++;
        self->row = self->lo;
    }
    row_size = mamuto_array_get_row_size(get_array(self, self->current));
    first = self->row;
    n = MIN(MAX((gint64)(STAGE_SIZE / row_size), 1), self->hi - first);
    fill_stage(self, n, row_size);
    return mamuto_array_read_rows(get_array(self, self->current), first, first + n, self->stage,
                                  error);
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
