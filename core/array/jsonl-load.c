/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads a file of JSON lines. One pass over the file checks that each line is JSON in UTF-8 and
 * notes where it begins. The lines stay in the file, so that only these positions, 8 bytes a row,
 * are in memory. Blank lines are left out; they belong to the row before them, as white space. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array-lines.h"
#include "array-private.h"
#include "json-check.h"
#include "mamuto-error.h"

#define BLOCK_SIZE (1u << 20)
/* Maximum number of bytes of a wrong line that the error message shows. */
#define SHOWN_BYTES 80

static const guint8 byte_order_mark[] = {0xef, 0xbb, 0xbf};

typedef struct {
    MamutoArray *array;
    const char *shown; /* path, for messages */
    JsonCheck check;
    guint64 *index; /* positions of the rows, and room for the end of the last one */
    gsize room;     /* number of elements of `index` */
    gint64 n_rows;
    guint64 line_number, line_start;
    guint64 n_blank; /* lines before the last row that were left out */
} Lines;

static gboolean
refuse_line(Lines *self, GError **error)
{
    char start[SHOWN_BYTES];
    guint64 left = (guint64)self->array->n_bytes - self->line_start;
    gsize size = (gsize)MIN(left, sizeof start);
    g_autofree char *text = NULL;
    const char *end;

    if (!array_read_bytes(self->array, (gint64)self->line_start, size, start, error))
        return FALSE;
    end = memchr(start, '\n', size);
    text = array_show_text(start, end != NULL ? (gsize)(end - start) : size);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                _("%s, line %'" PRIu64 ": %s is not JSON; each line must be one JSON value in "
                  "UTF-8"),
                self->shown, self->line_number, text);
    return FALSE;
}

/* Makes room for the position of one more row. */
static gboolean
add_row(Lines *self, GError **error)
{
    if ((gsize)self->n_rows + 1 >= self->room) {
        gsize room = MAX(self->room + self->room / 2, 1024);
        guint64 *index = g_try_renew(guint64, self->index, room);

        if (index == NULL) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                        _("no memory for the positions of %'" PRId64 " lines"), self->n_rows);
            return FALSE;
        }
        self->index = index;
        self->room = room;
    }
    if (self->line_number - 1 - (guint64)self->n_rows != self->n_blank) {
        BlankLines more = {self->n_rows, self->line_number - 1 - (guint64)self->n_rows};

        g_array_append_val(self->array->blank_lines, more);
        self->n_blank = more.n_blank;
    }
    self->index[self->n_rows++] = self->line_start;
    return TRUE;
}

static gboolean
end_line(Lines *self, guint64 next, GError **error)
{
    if (!json_check_is_blank(&self->check) &&
        !(json_check_end(&self->check) ? add_row(self, error) : refuse_line(self, error)))
        return FALSE;
    self->line_number++;
    self->line_start = next;
    json_check_begin(&self->check);
    return TRUE;
}

/* Reads a block of the file, which begins at byte @at. */
static gboolean
read_block(Lines *self, guint64 at, const guint8 *block, gsize size, GError **error)
{
    const guint8 *from = block, *end = block + size;

    while (from < end) {
        const guint8 *line_end = memchr(from, '\n', (gsize)(end - from));
        gsize n = (gsize)((line_end != NULL ? line_end : end) - from);

        if (!json_check_add(&self->check, from, n))
            return refuse_line(self, error);
        if (line_end == NULL)
            return TRUE;
        from = line_end + 1;
        if (!end_line(self, at + (guint64)(from - block), error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_lines(Lines *self, GFileProgressCallback progress, gpointer progress_data,
           GCancellable *cancellable, GError **error)
{
    g_autofree guint8 *block = g_malloc(BLOCK_SIZE);
    gint64 size = self->array->n_bytes;

    for (gint64 at = 0; at < size; at += BLOCK_SIZE) {
        gsize n = (gsize)MIN(BLOCK_SIZE, size - at), skip = 0;

        if (g_cancellable_set_error_if_cancelled(cancellable, error) ||
            !array_read_bytes(self->array, at, n, block, error))
            return FALSE;
        if (at == 0 && n >= sizeof byte_order_mark &&
            memcmp(block, byte_order_mark, sizeof byte_order_mark) == 0)
            self->line_start = skip = sizeof byte_order_mark;
        if (!read_block(self, (guint64)at + skip, block + skip, n - skip, error))
            return FALSE;
        if (progress != NULL)
            progress(at + (gint64)n, size, progress_data);
    }
    /* the last line may have no line break */
    return end_line(self, (guint64)size, error) &&
           (self->n_rows > 0 || self->index != NULL || (self->index = g_new0(guint64, 1)) != NULL);
}

/* Opens the file without waiting for the writer of a named pipe. */
static MamutoArray *
open_lines(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;

    if (fd < 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("cannot be read: %s"),
                    g_strerror(errno));
        return NULL;
    }
    if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                            _("not a regular file; copy its content into one"));
        close(fd);
        return NULL;
    }
    return array_lines_new_for_fd(fd, 0, error);
}

/**
 * mamuto_array_load_jsonl:
 * @path: a file with a JSON value in each line
 * @key: (nullable): the function gets only the value of this key of each line; %NULL: the whole
 *   value
 * @progress: (nullable) (scope call) (closure progress_data): called repeatedly with the number of
 *   bytes read and the size of the file
 * @progress_data: passed to @progress
 * @cancellable: (nullable): cancels the call
 * @error: return location for a #GError
 *
 * Loads a file of JSON lines as an array of JSON values; see mamuto_array_is_json(). Each line is
 * checked to be JSON, but whether it has the key is seen when its row is computed. Blank lines are
 * left out. The values stay in the file, which must not change while the array is used. Blocks
 * while the file is read. Can be called from any thread.
 *
 * Returns: (transfer full): the array, or %NULL with %MAMUTO_ERROR_INVALID_FILE if the file cannot
 *   be read, or a line is not JSON in UTF-8; %MAMUTO_ERROR_INVALID_ARGUMENT if @key is empty or not
 *   UTF-8; %G_IO_ERROR_CANCELLED if cancelled
 */
MamutoArray *
mamuto_array_load_jsonl(const char *path, const char *key, GFileProgressCallback progress,
                        gpointer progress_data, GCancellable *cancellable, GError **error)
{
    g_autofree char *shown = NULL;
    g_autoptr(MamutoArray) array = NULL;
    Lines lines = {.line_number = 1};
    gboolean read;

    g_return_val_if_fail(path != NULL, NULL);

    shown = g_filename_display_name(path);
    if (key != NULL && (*key == '\0' || !g_utf8_validate(key, -1, NULL))) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%s: a key of its lines must be written after ':', in UTF-8"), shown);
        return NULL;
    }
    array = open_lines(path, error);
    if (array == NULL) {
        g_prefix_error(error, "%s: ", shown);
        return NULL;
    }
    array->lines_path = g_strdup(shown);
    array->blank_lines = g_array_new(FALSE, FALSE, sizeof(BlankLines));
    lines.array = array;
    lines.shown = shown;
    json_check_init(&lines.check, TRUE);
    read = read_lines(&lines, progress, progress_data, cancellable, error);
    json_check_clear(&lines.check);
    if (!read) {
        g_free(lines.index);
        return NULL;
    }
    lines.index[lines.n_rows] = (guint64)array->n_bytes;
    array->index = g_renew(guint64, lines.index, (gsize)lines.n_rows + 1);
    array->shape[0] = array->n_items = lines.n_rows;
    array->key = g_strdup(key);
    return g_steal_pointer(&array);
}
