/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Results that are texts of any width. An array of text gives each row the width of the longest
 * text, so that one long text can make the file larger than any memory. Such results are stored as
 * lines of JSON strings instead (see result-lines.c), from the first row that makes the file too
 * large. A host, too, sends a chunk whose array would consist mainly of padding as JSON strings.
 * Here, such blocks are checked and stored in both kinds of files. */
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "error-private.h"
#include "json-check.h"
#include "json-text.h"
#include "result-store-private.h"

/* Texts become lines if each row has more than SHORT_TEXT bytes in the array, and all rows together
 * more than MAX_ARRAY. */
#define SHORT_TEXT 256u
#define MAX_ARRAY ((guint64)256 << 20)
#define CHARACTER sizeof(gunichar)

static const MamutoDtype native_text = {'U', G_BYTE_ORDER == G_LITTLE_ENDIAN ? '<' : '>', 0};

/* ---- a block of JSON strings ---- */

void
result_texts_clear(ResultTexts *self)
{
    g_clear_pointer(&self->offsets, g_free);
    g_clear_pointer(&self->copy, g_free);
}

static gboolean
set_not_text(const ResultBlock *block, GError **error)
{
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                _("rows %'" PRId64 " to %'" PRId64 ": a result is not a text in JSON"), block->lo,
                block->hi - 1);
    return FALSE;
}

/* Makes the bytes of the strings available at `json`. A file of an agent is copied, because the
 * agent could change it after the check. */
static gboolean
read_bytes(ResultTexts *self, const ResultBlock *block, gsize head, GError **error)
{
    gsize size = block->size - head;

    if (block->data) {
        self->json = (const char *)block->data + head;
        return TRUE;
    }
    self->copy = g_try_malloc(MAX(size, 1));
    self->json = self->copy;
    if (self->copy)
        return result_file_read(block->fd, block->offset + head, self->copy, size, error);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, _("no memory for results: %s"),
                g_strerror(ENOMEM));
    return FALSE;
}

/* Returns whether a string ends in a NUL character, which an array of text could not keep. Hosts
 * report such a result as failed. An escaped backslash before "u0000" does not occur here, because
 * then the sequence is no NUL. */
static gboolean
ends_in_nul(const char *json, gsize size)
{
    static const char nul[] = "\\u0000\"";
    gsize length = strlen(nul), n_before = 0;

    if (size < length || memcmp(json + size - length, nul, length) != 0)
        return FALSE;
    while (json[size - length - 1 - n_before] == '\\')
        n_before++;
    return n_before % 2 == 0;
}

gboolean
result_texts_read(ResultTexts *self, const ResultBlock *block, gint64 n, GError **error)
{
    g_auto(JsonCheck) check = {0};

    self->offsets = result_lines_read_offsets(block, n, error);
    self->n = n;
    if (!self->offsets || !read_bytes(self, block, ((gsize)n + 1) * sizeof *self->offsets, error))
        return FALSE;
    json_check_init(&check, FALSE);
    for (gint64 i = 0; i < n; i++) {
        const char *json = self->json + self->offsets[i];
        gsize size = (gsize)(self->offsets[i + 1] - self->offsets[i]);

        json_check_begin(&check);
        if (size < 2 || json[0] != '"' || json[size - 1] != '"' ||
            !json_check_add(&check, (const guint8 *)json, size) || !json_check_end(&check) ||
            ends_in_nul(json, size))
            return set_not_text(block, error);
        self->longest = MAX(self->longest, json_text_decode(json, size, NULL));
    }
    return TRUE;
}

/* The type of an array of the texts. For texts beyond all limits of arrays, its size is the
 * largest. */
MamutoDtype
result_texts_get_dtype(const ResultTexts *self)
{
    MamutoDtype dtype = native_text;

    dtype.itemsize = (guint32)(CLAMP(self->longest, 1, G_MAXINT32 / CHARACTER) * CHARACTER);
    return dtype;
}

/* ---- the file of lines ---- */

gboolean
result_texts_need_lines(const ResultStore *self, const MamutoDtype *dtype, guint n_dims)
{
    guint64 size;

    return dtype->kind == 'U' && n_dims == 0 && !self->path && self->file.n_axes == 1 &&
           dtype->itemsize > SHORT_TEXT &&
           (!g_uint64_checked_mul(&size, dtype->itemsize, (guint64)self->file.n_rows) ||
            size > MAX_ARRAY);
}

/* Appends lines of consecutive rows to the file, and their segment to @segments. */
static gboolean
append_lines(ResultStore *self, gint64 row, gint64 n, const GString *lines, GArray *segments,
             GError **error)
{
    LineSegment segment = {.row = row, .n = n, .size = lines->len};
    const ResultBlock source = {.data = lines->str, .fd = -1};

    pthread_mutex_lock(&self->lock);
    segment.offset = self->lines_end;
    self->lines_end += lines->len;
    pthread_mutex_unlock(&self->lock);
    g_array_append_val(segments, segment);
    return result_file_copy(&self->file, segment.offset, &source, 0, lines->len, error);
}

static gboolean
append_item(GString *lines, const MamutoDtype *dtype, const guint8 *item, gunichar *text,
            gint64 row, GError **error)
{
    gsize n = dtype->itemsize / CHARACTER;

    memcpy(text, item, dtype->itemsize);
    for (gsize i = 0; mamuto_dtype_is_swapped(dtype) && i < n; i++)
        text[i] = GUINT32_SWAP_LE_BE(text[i]);
    while (n > 0 && text[n - 1] == 0)
        n--;
    if (json_text_append(lines, text, n)) {
        g_string_append_c(lines, '\n');
        return TRUE;
    }
    /* An array of numpy can contain any number. It may also belong to a row of another host. */
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_RESULT,
                _("row %'" PRId64 ": the result is not Unicode"), row);
    return FALSE;
}

/* Writes @n elements of an array of text as lines. @from: position of the first one in the data of
 * @block. */
static gboolean
place_items(ResultStore *self, gint64 row, gint64 n, const ResultBlock *block,
            const MamutoDtype *dtype, guint64 from, GArray *segments, GError **error)
{
    g_autoptr(GString) lines = g_string_new(NULL);
    gsize at_once = MAX(RESULT_PIECE_SIZE / MAX(dtype->itemsize, 1), 1);
    g_autofree gunichar *text = g_malloc(MAX(dtype->itemsize, 1));
    g_autofree guint8 *piece = block->data ? NULL : g_malloc(at_once * MAX(dtype->itemsize, 1));

    for (gint64 done = 0; done < n; done += (gint64)at_once) {
        gsize count = MIN(at_once, (gsize)(n - done));
        const guint8 *items = piece;

        if (block->data)
            items = (const guint8 *)block->data + from;
        else if (!result_file_read(block->fd, block->offset + from, piece, count * dtype->itemsize,
                                   error))
            return FALSE;
        g_string_truncate(lines, 0);
        for (gsize i = 0; i < count; i++)
            if (!append_item(lines, dtype, items + i * dtype->itemsize, text,
                             row + done + (gint64)i, error))
                return FALSE;
        if (!append_lines(self, row + done, (gint64)count, lines, segments, error))
            return FALSE;
        from += count * dtype->itemsize;
    }
    return TRUE;
}

gboolean
result_store_place(ResultStore *self, gint64 row, gint64 n, const ResultBlock *block,
                   const MamutoDtype *dtype, guint64 from, GArray *lines, GError **error)
{
    return lines ? place_items(self, row, n, block, dtype, from, lines, error)
                 : result_file_place(&self->file, row, n, block, dtype, from, error);
}

/* Writes all stored rows of @old as lines to the file of the store. */
static gboolean
move_rows(ResultStore *self, const ResultFile *old, GError **error)
{
    const ResultBlock source = {.fd = old->fd};

    for (gint64 row = 0, end; row < old->n_rows; row = end) {
        end = row_status_run_end(self->status, row);
        if (row_status_get(self->status, row) == RESULT_OK &&
            !place_items(self, row, end - row, &source, &old->dtype, result_file_offset(old, row),
                         self->lines, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
result_texts_begin_lines(ResultStore *self, gboolean move, GError **error)
{
    ResultFile old = self->file;
    int fd = memfd_create("mamuto-results", MFD_CLOEXEC);

    if (fd < 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, _("no memory for results: %s"),
                    g_strerror(errno));
        return FALSE;
    }
    self->file.fd = fd;
    self->lines_end = 0;
    self->lines = g_array_new(FALSE, FALSE, sizeof(LineSegment));
    if (move && !move_rows(self, &old, error)) {
        g_clear_pointer(&self->lines, g_array_unref);
        self->file.fd = old.fd;
        close(fd);
        return FALSE;
    }
    close(old.fd);
    self->file.dtype = native_text;
    self->file.n_dims = 0;
    self->file.row_items = 1;
    self->file.reserved = 0;
    /* The rows of lines cannot be set aside while results arrive, but at the end. */
    pthread_mutex_lock(&self->lock);
    self->keeps_main = TRUE;
    pthread_mutex_unlock(&self->lock);
    return TRUE;
}

/* ---- storing a block of JSON strings ---- */

/* Decodes @n texts from number @first on as elements of the file, which is an array. */
static gboolean
place_decoded(ResultStore *self, const ResultTexts *texts, gint64 first, gint64 n, gint64 row,
              GError **error)
{
    gsize each = self->file.dtype.itemsize;
    gint64 at_once = (gint64)MAX(RESULT_PIECE_SIZE / MAX(each, 1), 1);
    g_autofree guint8 *piece = g_malloc((gsize)MIN(at_once, n) * MAX(each, 1));
    const ResultBlock source = {.data = piece, .fd = -1};
    MamutoDtype dtype = native_text;

    dtype.itemsize = self->file.dtype.itemsize;
    for (gint64 done = 0; done < n; done += at_once) {
        gint64 count = MIN(at_once, n - done);

        memset(piece, 0, (gsize)count * each);
        for (gint64 i = 0; i < count; i++)
            json_text_decode(texts->json + texts->offsets[first + done + i],
                             result_texts_get_size(texts, first + done + i),
                             (gunichar *)(gpointer)(piece + (gsize)i * each));
        if (!result_file_place(&self->file, row + done, count, &source, &dtype, 0, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
place_json(ResultStore *self, const ResultTexts *texts, gint64 first, gint64 n, gint64 row,
           GArray *segments, GError **error)
{
    g_autoptr(GString) lines = g_string_new(NULL);

    for (gint64 i = first; i < first + n; i++) {
        g_string_append_len(lines, texts->json + texts->offsets[i],
                            (gssize)result_texts_get_size(texts, i));
        g_string_append_c(lines, '\n');
    }
    return append_lines(self, row, n, lines, segments, error);
}

gboolean
result_texts_place(ResultStore *self, const ResultTexts *texts, gint64 first, gint64 n, gint64 row,
                   GArray *lines, GError **error)
{
    return lines ? place_json(self, texts, first, n, row, lines, error)
                 : place_decoded(self, texts, first, n, row, error);
}

/* Decodes text number @i as an element of an array. Returns FALSE if it is too long for any array.
 */
static gboolean
decode(const ResultTexts *self, gint64 i, GByteArray *item, MamutoDtype *dtype)
{
    const char *json = self->json + self->offsets[i];
    gsize size = result_texts_get_size(self, i), n = json_text_decode(json, size, NULL);

    *dtype = native_text;
    if (n > G_MAXINT32 / CHARACTER)
        return FALSE;
    dtype->itemsize = (guint32)(MAX(n, 1) * CHARACTER);
    g_byte_array_set_size(item, dtype->itemsize);
    memset(item->data, 0, dtype->itemsize);
    json_text_decode(json, size, (gunichar *)(gpointer)item->data);
    return TRUE;
}

gboolean
result_texts_set_aside(ResultStore *self, const ResultTexts *texts, const ResultBlock *block,
                       GArray *segments, GError **error)
{
    g_autofree gint64 *rows = result_block_list_rows(block, texts->n);
    g_autoptr(GByteArray) item = g_byte_array_new();
    const MamutoDtype dtype = result_texts_get_dtype(texts);
    ResultGroup *group;

    pthread_mutex_lock(&self->lock);
    group = result_groups_get(self->groups, &dtype, 0, NULL, error);
    pthread_mutex_unlock(&self->lock);
    for (gint64 i = 0; group && i < texts->n; i++) {
        AsideSegment segment = {
            .row = rows[i], .n = 1, .group = group->number, .host = block->host};
        ResultBlock source = {.fd = -1};

        if (!decode(texts, i, item, &segment.dtype)) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_RESULT,
                        _("row %'" PRId64 " gives a text that is too long for an array"), rows[i]);
            if (error != NULL)
                error_append_advice(*error, MAMUTO_ADVICE_SAVE_JSON_LINES,
                                    _("; or write -o out.jsonl"));
            return FALSE;
        }
        source.data = item->data;
        if (!result_aside_write(self, &segment, NULL, &source, 0, item->len, error))
            return FALSE;
        g_array_append_val(segments, segment);
    }
    return group != NULL;
}
