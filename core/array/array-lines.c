/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See array-lines.h. */
#include "array-lines.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array-private.h"
#include "mamuto-error.h"
#include "output-file.h"

#define BLOCK_SIZE (256u << 10)

/**
 * mamuto_array_is_json:
 * @self: an array
 *
 * Returns: whether the elements are JSON values of any kind, of differing lengths. Such an array
 *   has one dimension, its elements are read with mamuto_array_format_element(), and it is saved
 *   with mamuto_array_save_jsonl()
 */
gboolean
mamuto_array_is_json(MamutoArray *self)
{
    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), FALSE);
    return self->dtype.kind == 'J';
}

/**
 * mamuto_array_is_text:
 * @self: an array
 *
 * Returns: whether the elements are texts or bytes. They can be saved as a table. Texts of very
 *   differing lengths are stored as JSON strings; see mamuto_array_is_json(). Bytes of very
 * differing lengths are stored as JSON objects, for which %FALSE is returned
 */
gboolean
mamuto_array_is_text(MamutoArray *self)
{
    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), FALSE);
    return self->dtype.kind == 'U' || self->dtype.kind == 'S' || self->is_text;
}

void
array_lines_set_kind(MamutoArray *self, char kind)
{
    self->is_text = kind == 'U';
    self->is_bytes = kind == 'S';
}

/**
 * mamuto_array_get_key:
 * @self: an array
 *
 * Returns: (transfer none) (nullable): the key whose value in each row is the argument of the
 *   function; %NULL if the argument is the whole row
 */
const char *
mamuto_array_get_key(MamutoArray *self)
{
    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), NULL);
    return self->key;
}

/**
 * mamuto_array_get_n_bytes:
 * @self: an array
 *
 * Returns: the size of all elements in bytes
 */
guint64
mamuto_array_get_n_bytes(MamutoArray *self)
{
    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), 0);
    return (guint64)self->n_bytes;
}

MamutoArray *
array_lines_new_for_fd(int fd, gint64 n_rows, GError **error)
{
    g_autoptr(MamutoArray) self = g_object_new(MAMUTO_TYPE_ARRAY, NULL);
    struct stat st;

    self->fd = fd;
    self->dtype = (MamutoDtype){'J', '|', 0};
    self->n_dims = 1;
    self->shape[0] = self->n_items = n_rows;
    self->is_file = TRUE;
    if (fstat(fd, &st) != 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("cannot be read: %s"),
                    g_strerror(errno));
        return NULL;
    }
    self->n_bytes = st.st_size;
    self->mtime = st.st_mtim;
    return g_steal_pointer(&self);
}

static gboolean
set_memory_error(MamutoArray *self, GError **error)
{
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                _("no memory for the positions of %'" PRId64 " lines"), self->shape[0]);
    return FALSE;
}

static gboolean
make_index(MamutoArray *self, guint64 *index, GError **error)
{
    g_autofree guint8 *block = g_malloc(BLOCK_SIZE);
    gint64 n = 0;

    index[n++] = 0;
    for (gint64 at = 0; at < self->n_bytes; at += BLOCK_SIZE) {
        gsize size = (gsize)MIN(BLOCK_SIZE, self->n_bytes - at);
        const guint8 *end = block + size, *next = block;

        if (!array_read_bytes(self, at, size, block, error))
            return FALSE;
        while (n <= self->shape[0] && (next = memchr(next, '\n', (gsize)(end - next))))
            index[n++] = (guint64)at + (guint64)(++next - block);
    }
    if (n == self->shape[0] + 1)
        return TRUE;
    g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                        _("the file of the array was truncated while it was in use"));
    return FALSE;
}

const guint64 *
array_lines_get_index(MamutoArray *self, GError **error)
{
    const guint64 *index;

    g_mutex_lock(&self->lock);
    if (self->index == NULL) {
        g_autofree guint64 *made = g_try_new(guint64, (gsize)self->shape[0] + 1);

        if (made == NULL)
            set_memory_error(self, error);
        else if (make_index(self, made, error))
            self->index = g_steal_pointer(&made);
    }
    index = self->index;
    g_mutex_unlock(&self->lock);
    return index;
}

const char *
array_lines_find_line(MamutoArray *self, gint64 row, guint64 *line)
{
    guint lo = 0, hi = self->blank_lines != NULL ? self->blank_lines->len : 0;

    *line = (guint64)row + 1;
    while (lo < hi) {
        guint middle = lo + (hi - lo) / 2;

        if (g_array_index(self->blank_lines, BlankLines, middle).row <= row)
            lo = middle + 1;
        else
            hi = middle;
    }
    if (lo > 0)
        *line += g_array_index(self->blank_lines, BlankLines, lo - 1).n_blank;
    return self->lines_path;
}

guint64
array_lines_get_block_size(MamutoArray *self, gint64 lo, gint64 hi)
{
    return (guint64)(hi - lo + 1) * sizeof *self->index + self->index[hi] - self->index[lo];
}

gboolean
array_lines_read_block(MamutoArray *self, gint64 lo, gint64 hi, guint64 from, gsize size,
                       guint8 *dest, GError **error)
{
    guint64 head = (guint64)(hi - lo + 1) * sizeof *self->index;

    for (; from < head && size > 0; from += sizeof head, dest += sizeof head) {
        guint64 offset = self->index[lo + (gint64)(from / sizeof head)] - self->index[lo];

        offset = GUINT64_TO_LE(offset);
        memcpy(dest, &offset, MIN(size, sizeof offset));
        size -= MIN(size, sizeof offset);
    }
    return size == 0 ||
           array_read_bytes(self, (gint64)(self->index[lo] + from - head), size, dest, error);
}

static gboolean
write_copy(int fd, const void *data, gsize size, GError **error)
{
    if (fd >= 0 && write(fd, data, size) == (gssize)size)
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, _("no memory for a copy of lines: %s"),
                g_strerror(errno));
    return FALSE;
}

/* Appends a row and a line break, because the last line of a file may have none. */
static gboolean
copy_row(MamutoArray *self, gint64 row, int fd, guint8 *block, GError **error)
{
    for (guint64 at = self->index[row]; at < self->index[row + 1]; at += BLOCK_SIZE) {
        gsize size = (gsize)MIN(BLOCK_SIZE, self->index[row + 1] - at);

        if (!array_read_bytes(self, (gint64)at, size, block, error) ||
            !write_copy(fd, block, size, error))
            return FALSE;
    }
    return write_copy(fd, "\n", 1, error);
}

MamutoArray *
array_lines_pick(MamutoArray *self, const gint64 *rows, gint64 n, GCancellable *cancellable,
                 GError **error)
{
    g_autofree guint8 *block = g_malloc(BLOCK_SIZE);
    g_autofree guint64 *index = g_new0(guint64, (gsize)n + 1);
    g_autoptr(MamutoArray) picked = NULL;
    int fd;

    if (array_lines_get_index(self, error) == NULL)
        return NULL;
    fd = memfd_create("mamuto-lines", MFD_CLOEXEC);
    for (gint64 i = 0; i < n; i++) {
        index[i + 1] = index[i] + self->index[rows[i] + 1] - self->index[rows[i]] + 1;
        if (g_cancellable_set_error_if_cancelled(cancellable, error) ||
            !copy_row(self, rows[i], fd, block, error)) {
            if (fd >= 0)
                close(fd);
            return NULL;
        }
    }
    picked = array_lines_new_for_fd(fd, n, error);
    if (picked == NULL)
        return NULL;
    picked->index = g_steal_pointer(&index);
    picked->key = g_strdup(self->key);
    return g_steal_pointer(&picked);
}

gboolean
array_lines_append_row(MamutoArray *self, gint64 row, gsize max, GString *text, GError **error)
{
    const guint64 *index = array_lines_get_index(self, error);
    gsize start = text->len, size;
    const char *end;

    if (index == NULL)
        return FALSE;
    size = (gsize)MIN(index[row + 1] - index[row], max + 1);
    g_string_set_size(text, start + size);
    if (!array_read_bytes(self, (gint64)index[row], size, text->str + start, error)) {
        g_string_truncate(text, start);
        return FALSE;
    }
    while (size > 0 && g_ascii_isspace(text->str[start + size - 1]))
        size--;
    g_string_truncate(text, start + MIN(size, max));
    if (!g_utf8_validate_len(text->str + start, text->len - start, &end))
        g_string_truncate(text, (gsize)(end - text->str)); /* a character that was cut */
    if (size > max)
        g_string_append(text, "…");
    return TRUE;
}

/**
 * mamuto_array_read_json:
 * @self: an array of JSON values
 * @row: a row
 * @error: return location for a #GError
 *
 * Reads the whole text of a JSON value, which may be large. Can be called from any thread.
 *
 * Returns: (transfer full): the text in UTF-8; %NULL with %MAMUTO_ERROR_INVALID_FILE if the file of
 *   the array was truncated, %MAMUTO_ERROR_FAILED if memory is exhausted
 */
char *
mamuto_array_read_json(MamutoArray *self, gint64 row, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_return_val_if_fail(MAMUTO_IS_ARRAY(self) && self->dtype.kind == 'J', NULL);
    g_return_val_if_fail(row >= 0 && row < self->shape[0], NULL);
    if (!array_lines_append_row(self, row, G_MAXSSIZE / 2, text, error))
        return NULL;
    return g_string_free(g_steal_pointer(&text), FALSE);
}

gboolean
array_lines_refuse(MamutoArray *self, const char *path, GError **error)
{
    g_autofree char *shown = g_filename_display_name(path);

    if (self->dtype.kind != 'J')
        return FALSE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                self->is_text
                    ? _("%s: texts of any length do not fit into this format; save them as .csv "
                        "or .jsonl")
                : self->is_bytes
                    ? _("%s: bytes of any length do not fit into this format; save them as .jsonl")
                    : _("%s: JSON values do not fit into this format; save them as .jsonl"),
                shown);
    return TRUE;
}

/**
 * mamuto_array_save_jsonl:
 * @self: an array of JSON values
 * @path: the file to write or replace
 * @error: return location for a #GError
 *
 * Saves JSON values, one in each line. The file is replaced atomically. Can be called from any
 * thread.
 *
 * Returns: %FALSE with %MAMUTO_ERROR_FAILED if the file cannot be written,
 *   %MAMUTO_ERROR_UNSUPPORTED if the elements of the array are not JSON values
 */
gboolean
mamuto_array_save_jsonl(MamutoArray *self, const char *path, GError **error)
{
    g_autofree guint8 *block = g_malloc(BLOCK_SIZE);
    g_autoptr(OutputFile) file = NULL;

    g_return_val_if_fail(MAMUTO_IS_ARRAY(self) && path != NULL, FALSE);
    if (self->dtype.kind != 'J') {
        g_autofree char *shown = g_filename_display_name(path);

        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                    _("%s: an array of numbers or text is saved as .npy, .csv or .tsv; to get JSON "
                      "lines, run the job with an output that ends in .jsonl"),
                    shown);
        return FALSE;
    }
    file = output_file_open(path, error);
    for (gint64 done = 0; file != NULL && done < self->n_bytes; done += BLOCK_SIZE) {
        gsize size = (gsize)MIN(BLOCK_SIZE, self->n_bytes - done);

        if (!array_read_bytes(self, done, size, block, error) ||
            !output_file_write(file, block, size, error))
            return FALSE;
    }
    return file != NULL && output_file_commit(file, error);
}
