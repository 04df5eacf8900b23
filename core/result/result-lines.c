/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Results that are JSON values: each becomes a line of the result file, and a row without a result
 * the line "null". The sizes of the lines are unknown before they arrive. Therefore each block is
 * appended to the file when it arrives, as one segment of lines, and a list in memory says where
 * the segments are. At the end, the lines are copied to a second file in the order of the rows,
 * unless they are in this order already. Blocks come from hosts, so that each result is checked to
 * be JSON in UTF-8 without control characters before its segment is listed. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "array-lines.h"
#include "json-check.h"
#include "mamuto-error.h"
#include "result-store-private.h"

#define NO_RESULT "null\n"

/* ---- writing ---- */

/* Collects bytes, so that short lines do not need a system call each. */
typedef struct {
    const ResultFile *file;
    guint64 at; /* position in the file of the first byte that is not written */
    gsize used;
    guint8 *bytes;
} LineWriter;

static gboolean
writer_flush(LineWriter *self, GError **error)
{
    const ResultBlock block = {.data = self->bytes, .fd = -1};
    gsize n = self->used;

    self->used = 0;
    self->at += n;
    return n == 0 || result_file_copy(self->file, self->at - n, &block, 0, n, error);
}

static gboolean
writer_add(LineWriter *self, gconstpointer data, gsize size, GError **error)
{
    const guint8 *from = data;

    while (size > 0) {
        gsize n = MIN(size, RESULT_PIECE_SIZE - self->used);

        memcpy(self->bytes + self->used, from, n);
        self->used += n;
        from += n;
        size -= n;
        if (self->used == RESULT_PIECE_SIZE && !writer_flush(self, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
writer_add_nulls(LineWriter *self, gint64 n, GError **error)
{
    for (gint64 i = 0; i < n; i++)
        if (!writer_add(self, NO_RESULT, strlen(NO_RESULT), error))
            return FALSE;
    return TRUE;
}

/* ---- a block of results ---- */

/* Reads the bytes of a block in order. A file of an agent is read into `piece`, because the agent
 * may truncate it, so that it cannot be mapped. */
typedef struct {
    const ResultBlock *block;
    guint64 begin, end; /* the range of the block that is in `piece` */
    guint8 *piece;
} LineSource;

/* Returns (nullable): the bytes of the block from @from on. @n: how many are wanted, at least 1;
 * receives how many there are. */
static const guint8 *
source_get(LineSource *self, guint64 from, gsize *n, GError **error)
{
    if (self->block->data)
        return (const guint8 *)self->block->data + from;
    if (from < self->begin || from >= self->end) {
        gsize size = (gsize)MIN(RESULT_PIECE_SIZE, self->block->size - from);

        if (!result_file_read(self->block->fd, self->block->offset + from, self->piece, size,
                              error))
            return NULL;
        self->begin = from;
        self->end = from + size;
    }
    *n = (gsize)MIN(*n, self->end - from);
    return self->piece + (from - self->begin);
}

guint64 *
result_lines_read_offsets(const ResultBlock *block, gint64 n_ok, GError **error)
{
    g_autofree guint64 *offsets = g_try_new(guint64, (gsize)n_ok + 1);
    gsize size = ((gsize)n_ok + 1) * sizeof *offsets;

    if (!offsets) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                    _("no memory for the positions of %'" PRId64 " lines"), n_ok);
        return NULL;
    }
    if (block->data)
        memcpy(offsets, block->data, size);
    else if (!result_file_read(block->fd, block->offset, offsets, size, error))
        return NULL;
    for (gint64 i = 0; i <= n_ok; i++) {
        offsets[i] = GUINT64_FROM_LE(offsets[i]);
        if (offsets[i] < (i > 0 ? offsets[i - 1] : 0) || offsets[i] > block->size - size) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                        _("rows %'" PRId64 " to %'" PRId64 ": results at impossible positions"),
                        block->lo, block->hi - 1);
            return NULL;
        }
    }
    if (offsets[0] == 0 && offsets[n_ok] == block->size - size)
        return g_steal_pointer(&offsets);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                _("rows %'" PRId64 " to %'" PRId64 ": results at impossible positions"), block->lo,
                block->hi - 1);
    return NULL;
}

/* Checks a result and writes it as a line. */
static gboolean
write_line(LineWriter *writer, LineSource *source, JsonCheck *check, guint64 from, guint64 to,
           gint64 row, GError **error)
{
    gboolean valid = TRUE;

    json_check_begin(check);
    while (from < to && valid) {
        gsize n = (gsize)(to - from);
        const guint8 *bytes = source_get(source, from, &n, error);

        if (!bytes)
            return FALSE;
        valid = json_check_add(check, bytes, n);
        if (valid && !writer_add(writer, bytes, n, error))
            return FALSE;
        from += n;
    }
    if (valid && json_check_end(check))
        return writer_add(writer, "\n", 1, error);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                _("row %'" PRId64 ": the result is not JSON"), row);
    return FALSE;
}

/* Returns the number of bytes that the lines of the block need at most. */
static guint64
count_bytes(const ResultBlock *block, gint64 n_ok, guint64 text)
{
    gint64 n_failed = block->hi - block->lo - n_ok;

    return text + (guint64)n_ok + (guint64)n_failed * strlen(NO_RESULT);
}

/* Writes the lines of all rows but those that another host tries again. Consecutive rows are one
 * segment. @offsets: (nullable): NULL if all rows failed. */
static gboolean
write_rows(LineWriter *writer, LineSource *source, const guint64 *offsets, gint64 n_ok,
           GArray *segments, GError **error)
{
    const ResultBlock *block = source->block;
    guint64 head = ((guint64)n_ok + 1) * sizeof *offsets;
    g_auto(JsonCheck) check;
    LineSegment *open = NULL;
    gint64 next = 0; /* the next result */

    json_check_init(&check, FALSE);
    for (gint64 i = 0; i < block->hi - block->lo; i++) {
        if (result_block_is_tried_again(block, i)) {
            open = NULL;
            continue;
        }
        if (!open) {
            LineSegment segment = {.row = block->lo + i, .offset = writer->at + writer->used};

            g_array_append_val(segments, segment);
            open = &g_array_index(segments, LineSegment, segments->len - 1);
        }
        if (!offsets || result_block_row_failed(block, i)) {
            if (!writer_add_nulls(writer, 1, error))
                return FALSE;
        } else {
            if (!write_line(writer, source, &check, head + offsets[next], head + offsets[next + 1],
                            block->lo + i, error))
                return FALSE;
            next++;
        }
        open->n++;
        open->size = writer->at + writer->used - open->offset;
    }
    return writer_flush(writer, error);
}

gboolean
result_lines_write(ResultStore *self, const ResultBlock *block, gint64 n_ok, GArray *segments,
                   GError **error)
{
    g_autofree guint64 *offsets = n_ok > 0 ? result_lines_read_offsets(block, n_ok, error) : NULL;
    g_autofree guint8 *bytes = g_malloc(RESULT_PIECE_SIZE);
    g_autofree guint8 *piece = block->data ? NULL : g_malloc(RESULT_PIECE_SIZE);
    LineWriter writer = {.file = &self->file, .bytes = bytes};
    LineSource source = {.block = block, .piece = piece};

    if (n_ok > 0 && !offsets)
        return FALSE;
    /* Each thread writes to a range of its own. */
    pthread_mutex_lock(&self->lock);
    writer.at = self->lines_end;
    self->lines_end += count_bytes(block, n_ok, n_ok > 0 ? offsets[n_ok] : 0);
    pthread_mutex_unlock(&self->lock);
    return write_rows(&writer, &source, offsets, n_ok, segments, error);
}

/* ---- the end ---- */

static int
compare_segments(gconstpointer a, gconstpointer b)
{
    const LineSegment *x = a, *y = b;

    return x->row < y->row ? -1 : x->row > y->row;
}

/* Returns whether the file has the lines of all rows in their order, and nothing else before its
 * byte @end. */
static gboolean
is_in_order(const ResultStore *self, guint64 *end)
{
    gint64 row = 0;

    *end = 0;
    for (guint i = 0; i < self->lines->len; i++) {
        const LineSegment *segment = &g_array_index(self->lines, LineSegment, i);

        if (segment->row != row || segment->offset != *end)
            return FALSE;
        row += segment->n;
        *end += segment->size;
    }
    return row == self->file.n_rows;
}

/* Returns whether the disk may be too full for a second file with all lines. */
static gboolean
is_room_scarce(const ResultStore *self)
{
    struct statvfs fs;

    return self->file.on_disk && fstatvfs(self->file.fd, &fs) == 0 &&
           (guint64)fs.f_bavail * (guint64)fs.f_frsize < self->lines_end + self->lines_end / 16;
}

/* Copies a segment to the end of the ordered file. A long one is copied by the kernel. */
static gboolean
copy_segment(LineWriter *writer, const ResultFile *from, const LineSegment *segment, GError **error)
{
    const ResultBlock block = {.fd = from->fd, .offset = segment->offset};

    if (segment->size <= RESULT_PIECE_SIZE - writer->used) {
        if (!result_file_read(from->fd, segment->offset, writer->bytes + writer->used,
                              (gsize)segment->size, error))
            return FALSE;
        writer->used += (gsize)segment->size;
        return TRUE;
    }
    if (!writer_flush(writer, error) ||
        !result_file_copy(writer->file, writer->at, &block, 0, (gsize)segment->size, error))
        return FALSE;
    writer->at += segment->size;
    return TRUE;
}

/* Copies all lines in the order of the rows. If the disk is almost full, the space of each segment
 * is released after it was copied. */
static gboolean
copy_in_order(ResultStore *self, const ResultFile *ordered, GError **error)
{
    g_autofree guint8 *bytes = g_malloc(RESULT_PIECE_SIZE);
    LineWriter writer = {.file = ordered, .bytes = bytes};
    gboolean scarce = is_room_scarce(self);
    gint64 row = 0;

    for (guint i = 0; i < self->lines->len; i++) {
        const LineSegment *segment = &g_array_index(self->lines, LineSegment, i);

        if (!writer_add_nulls(&writer, segment->row - row, error) ||
            !copy_segment(&writer, &self->file, segment, error))
            return FALSE;
        row = segment->row + segment->n;
        if (scarce && writer_flush(&writer, error))
            (void)!fallocate(self->file.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                             (off_t)segment->offset, (off_t)segment->size);
    }
    return writer_add_nulls(&writer, self->file.n_rows - row, error) &&
           writer_flush(&writer, error);
}

static gboolean
order_lines(ResultStore *self, GError **error)
{
    g_autoptr(OutputFile) output = NULL;
    ResultFile ordered = self->file;

    if (self->output) {
        output = output_file_open(self->path, error);
        if (!output)
            return FALSE;
    }
    ordered.fd = output ? output->fd : memfd_create("mamuto-results", MFD_CLOEXEC);
    if (ordered.fd < 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, _("no memory for results: %s"),
                    g_strerror(errno));
        return FALSE;
    }
    if (!copy_in_order(self, &ordered, error)) {
        if (!output)
            close(ordered.fd);
        return FALSE;
    }
    if (output) {
        output_file_free(self->output);
        self->output = g_steal_pointer(&output);
    } else {
        close(self->file.fd);
    }
    self->file.fd = ordered.fd;
    return TRUE;
}

MamutoArray *
result_lines_complete(ResultStore *self, GError **error)
{
    guint64 end;
    MamutoArray *array;
    int fd;

    g_array_sort(self->lines, compare_segments);
    if (!is_in_order(self, &end)) {
        if (!order_lines(self, error))
            return NULL;
    } else if (ftruncate(self->file.fd, (off_t)end) != 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, _("%s: cannot be written: %s"),
                    self->name, g_strerror(errno));
        return NULL;
    }
    fd = fcntl(self->file.fd, F_DUPFD_CLOEXEC, 3);
    if (fd >= 0) {
        array = array_lines_new_for_fd(fd, self->file.n_rows, error);
        if (array)
            array_lines_set_kind(array, self->is_json ? 'J' : self->file.dtype.kind);
        return array;
    }
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, _("%s: cannot be opened again: %s"),
                self->name, g_strerror(errno));
    return NULL;
}
