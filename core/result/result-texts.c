/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Results that are texts or bytes of any width. An array gives each row the width of the longest
 * one, so that one long text can make the file larger than any memory. Such results are stored as
 * lines of JSON instead (see result-lines.c), from the first row that makes the file too large:
 * texts as strings, bytes as objects (see json-text.h). A host, too, sends a chunk whose array
 * would consist mainly of padding as variable rows (see wire.h). Here, such blocks are checked and
 * stored in both kinds of files. */
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
 * more than MAX_ARRAY. Bytes become lines only if their array would be refused (see
 * result_store_check_text_width()), because users expect to save bytes as .npy. */
#define SHORT_TEXT 256u
#define SHORT_BYTES 4096u
#define MAX_ARRAY ((guint64)256 << 20)
#define CHARACTER sizeof(gunichar)

static gsize
width_of(char kind)
{
    return kind == 'U' ? CHARACTER : 1;
}

/* The type of an array of texts or bytes. For those beyond all limits of arrays, its size is the
 * largest. @length: characters or bytes. */
static MamutoDtype
type_of(char kind, gsize length)
{
    const char native = G_BYTE_ORDER == G_LITTLE_ENDIAN ? '<' : '>';
    gsize width = width_of(kind);

    return (MamutoDtype){kind, kind == 'U' ? native : '|',
                         (guint32)(CLAMP(length, 1, G_MAXINT32 / width) * width)};
}

/* ---- a block of variable rows ---- */

void
result_texts_clear(ResultTexts *self)
{
    g_clear_pointer(&self->offsets, g_free);
    g_clear_pointer(&self->copy, g_free);
}

static gboolean
set_not_valid(const ResultTexts *self, const ResultBlock *block, GError **error)
{
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                self->kind == 'U'
                    ? _("rows %'" PRId64 " to %'" PRId64 ": a result is not a text in JSON")
                    : _("rows %'" PRId64 " to %'" PRId64 ": a result ends in a NUL byte"),
                block->lo, block->hi - 1);
    return FALSE;
}

/* Makes the bytes of the rows available at `rows`. A file of an agent is copied, because the
 * agent could change it after the check. */
static gboolean
read_bytes(ResultTexts *self, const ResultBlock *block, gsize head, GError **error)
{
    gsize size = block->size - head;

    if (block->data) {
        self->rows = (const char *)block->data + head;
        return TRUE;
    }
    self->copy = g_try_malloc(MAX(size, 1));
    self->rows = self->copy;
    if (self->copy)
        return result_file_read(block->fd, block->offset + head, self->copy, size, error);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, _("no memory for results: %s"),
                g_strerror(ENOMEM));
    return FALSE;
}

/* Returns whether a string ends in a NUL character. An escaped backslash before "u0000" does not
 * occur here, because then the sequence is no NUL. */
static gboolean
string_ends_in_nul(const char *json, gsize size)
{
    static const char nul[] = "\\u0000\"";
    gsize length = strlen(nul), n_before = 0;

    if (size < length || memcmp(json + size - length, nul, length) != 0)
        return FALSE;
    while (json[size - length - 1 - n_before] == '\\')
        n_before++;
    return n_before % 2 == 0;
}

/* Returns whether a row is what a host may send. An array of text or bytes could not keep a NUL at
 * the end, so hosts report such a result as failed. */
static gboolean
is_valid(char kind, const char *row, gsize size, JsonCheck *check)
{
    if (kind == 'S')
        return size == 0 || row[size - 1] != 0;
    json_check_begin(check);
    return size >= 2 && row[0] == '"' && row[size - 1] == '"' &&
           json_check_add(check, (const guint8 *)row, size) && json_check_end(check) &&
           !string_ends_in_nul(row, size);
}

/* Decodes row number @i as an element of an array in native byte order. @item: (nullable): space
 * for it. Returns its length in characters or bytes. */
static gsize
decode(const ResultTexts *self, gint64 i, gpointer item)
{
    const char *row = self->rows + self->offsets[i];
    gsize size = result_texts_get_size(self, i);

    if (self->kind == 'U')
        return json_text_decode(row, size, item);
    if (item && size > 0)
        memcpy(item, row, size);
    return size;
}

gboolean
result_texts_read(ResultTexts *self, const ResultBlock *block, gint64 n, GError **error)
{
    g_auto(JsonCheck) check = {0};

    self->kind = block->is_bytes ? 'S' : 'U';
    self->offsets = result_lines_read_offsets(block, n, error);
    self->n = n;
    if (!self->offsets || !read_bytes(self, block, ((gsize)n + 1) * sizeof *self->offsets, error))
        return FALSE;
    json_check_init(&check, FALSE);
    for (gint64 i = 0; i < n; i++) {
        if (!is_valid(self->kind, self->rows + self->offsets[i], result_texts_get_size(self, i),
                      &check))
            return set_not_valid(self, block, error);
        self->longest = MAX(self->longest, decode(self, i, NULL));
    }
    return TRUE;
}

MamutoDtype
result_texts_get_dtype(const ResultTexts *self)
{
    return type_of(self->kind, self->longest);
}

/* ---- the file of lines ---- */

gboolean
result_texts_need_lines(const ResultStore *self, const MamutoDtype *dtype, guint n_dims)
{
    guint64 size;

    return (dtype->kind == 'U' || dtype->kind == 'S') && n_dims == 0 && !self->path &&
           self->file.n_axes == 1 &&
           dtype->itemsize > (dtype->kind == 'U' ? SHORT_TEXT : SHORT_BYTES) &&
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

static void
append_bytes(GString *lines, const guint8 *bytes, gsize n)
{
    json_bytes_append(lines, bytes, n);
    g_string_append_c(lines, '\n');
}

/* Appends an element of an array as a line. @text: space for a copy of it. */
static gboolean
append_item(GString *lines, const MamutoDtype *dtype, const guint8 *item, gunichar *text,
            gint64 row, GError **error)
{
    gsize n = dtype->itemsize / width_of(dtype->kind);

    if (dtype->kind == 'S') {
        while (n > 0 && item[n - 1] == 0)
            n--;
        append_bytes(lines, item, n);
        return TRUE;
    }
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

/* Writes @n elements of an array of text or bytes as lines. @from: position of the first one in the
 * data of
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
result_texts_begin_lines(ResultStore *self, char kind, gboolean move, GError **error)
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
    g_clear_pointer(&self->lines, g_array_unref);
    self->lines = g_array_new(FALSE, FALSE, sizeof(LineSegment));
    if (move && !move_rows(self, &old, error)) {
        g_clear_pointer(&self->lines, g_array_unref);
        self->file.fd = old.fd;
        close(fd);
        return FALSE;
    }
    close(old.fd);
    self->file.dtype = type_of(kind, 0);
    self->file.n_dims = 0;
    self->file.row_items = 1;
    self->file.reserved = 0;
    /* The rows of lines cannot be set aside while results arrive, but at the end. */
    pthread_mutex_lock(&self->lock);
    self->keeps_main = TRUE;
    pthread_mutex_unlock(&self->lock);
    return TRUE;
}

/* ---- storing a block of variable rows ---- */

/* Decodes @n texts from number @first on as elements of the file, which is an array. */
static gboolean
place_decoded(ResultStore *self, const ResultTexts *texts, gint64 first, gint64 n, gint64 row,
              GError **error)
{
    gsize each = self->file.dtype.itemsize;
    gint64 at_once = (gint64)MAX(RESULT_PIECE_SIZE / MAX(each, 1), 1);
    g_autofree guint8 *piece = g_malloc((gsize)MIN(at_once, n) * MAX(each, 1));
    const ResultBlock source = {.data = piece, .fd = -1};
    const MamutoDtype dtype = type_of(texts->kind, each / width_of(texts->kind));

    for (gint64 done = 0; done < n; done += at_once) {
        gint64 count = MIN(at_once, n - done);

        memset(piece, 0, (gsize)count * each);
        for (gint64 i = 0; i < count; i++)
            decode(texts, first + done + i, piece + (gsize)i * each);
        if (!result_file_place(&self->file, row + done, count, &source, &dtype, 0, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
place_lines(ResultStore *self, const ResultTexts *texts, gint64 first, gint64 n, gint64 row,
            GArray *segments, GError **error)
{
    g_autoptr(GString) lines = g_string_new(NULL);

    for (gint64 i = first; i < first + n; i++) {
        const char *bytes = texts->rows + texts->offsets[i];
        gsize size = result_texts_get_size(texts, i);

        if (texts->kind == 'S') {
            append_bytes(lines, (const guint8 *)bytes, size);
            continue;
        }
        g_string_append_len(lines, bytes, (gssize)size);
        g_string_append_c(lines, '\n');
    }
    return append_lines(self, row, n, lines, segments, error);
}

gboolean
result_texts_place(ResultStore *self, const ResultTexts *texts, gint64 first, gint64 n, gint64 row,
                   GArray *lines, GError **error)
{
    return lines ? place_lines(self, texts, first, n, row, lines, error)
                 : place_decoded(self, texts, first, n, row, error);
}

/* Decodes row number @i as the only element of an array. Returns FALSE if it is too long for any
 * array. */
static gboolean
decode_alone(const ResultTexts *self, gint64 i, GByteArray *item, MamutoDtype *dtype)
{
    gsize n = decode(self, i, NULL);

    if (n > G_MAXINT32 / width_of(self->kind))
        return FALSE;
    *dtype = type_of(self->kind, n);
    g_byte_array_set_size(item, dtype->itemsize);
    memset(item->data, 0, dtype->itemsize);
    decode(self, i, item->data);
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

        if (!decode_alone(texts, i, item, &segment.dtype)) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_RESULT,
                        _("row %'" PRId64 " gives a value that is too long for an array"), rows[i]);
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
