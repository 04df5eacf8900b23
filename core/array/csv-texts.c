/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See csv-texts.h. */
#include "csv-texts.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "array-lines.h"
#include "json-text.h"
#include "mamuto-error.h"

/* A column becomes JSON strings if its longest cell has more than SHORT_CELL characters, and an
 * array of text would need more than MAX_ARRAY bytes. */
#define SHORT_CELL 64u
#define MAX_ARRAY ((guint64)256 << 20)
#define BLOCK_SIZE (256u << 10)

struct _CsvTexts {
    int fd;
    GString *lines; /* those that are not written yet */
    gsize last;     /* position in `lines` of the cell of the row before `n_rows` */
    gint64 n_rows;
};

gboolean
csv_texts_are_wide(const CsvTable *table)
{
    guint64 size;

    return table->n_chosen == 1 && table->columns[0].max_chars > SHORT_CELL &&
           (!g_uint64_checked_mul(&size, table->columns[0].max_chars * sizeof(gunichar),
                                  (guint64)table->n_rows) ||
            size > MAX_ARRAY);
}

static gboolean
flush(CsvTexts *self, GError **error)
{
    const char *from = self->lines->str;
    gsize left = self->lines->len;

    while (left > 0) {
        gssize n = write(self->fd, from, left);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                        _("no memory for the texts of the column: %s"), g_strerror(errno));
            return FALSE;
        }
        from += n;
        left -= (gsize)n;
    }
    g_string_truncate(self->lines, 0);
    return TRUE;
}

gboolean
csv_texts_add(CsvRange *range, const char *text)
{
    CsvTexts *self = range->table->texts;
    glong n;
    g_autofree gunichar *wide = g_utf8_to_ucs4_fast(text, -1, &n);

    /* The cells of a row at the end of a block are read again when more of the row has been read.
     */
    if (range->row < self->n_rows)
        g_string_truncate(self->lines, self->last);
    else if (self->lines->len >= BLOCK_SIZE && !flush(self, &range->error))
        return FALSE;
    self->n_rows = range->row + 1;
    self->last = self->lines->len;
    json_text_append(self->lines, wide, (gsize)n);
    g_string_append_c(self->lines, '\n');
    return TRUE;
}

MamutoArray *
csv_texts_load(CsvTable *table, CsvRange *range, GError **error)
{
    CsvTexts texts = {.fd = memfd_create("mamuto-texts", MFD_CLOEXEC)};
    MamutoArray *array = NULL;

    if (texts.fd < 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                    _("no memory for the texts of the column: %s"), g_strerror(errno));
        return NULL;
    }
    texts.lines = g_string_new(NULL);
    table->texts = &texts;
    csv_begin_pass(table, CSV_TEXT);
    csv_walk(range);
    table->texts = NULL;
    if (range->error != NULL)
        g_propagate_error(error, g_steal_pointer(&range->error));
    else if (range->needed != CSV_TEXT || range->row != table->n_rows)
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                            _("the file changed while it was read"));
    else if (flush(&texts, error))
        array = array_lines_new_for_fd(g_steal_fd(&texts.fd), table->n_rows, error);
    if (texts.fd >= 0)
        close(texts.fd);
    g_string_free(texts.lines, TRUE);
    if (array != NULL)
        array_lines_set_kind(array, 'U');
    return array;
}
