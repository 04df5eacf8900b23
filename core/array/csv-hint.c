/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See csv-hint.h. */
#include "csv-hint.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "mamuto-error.h"
#include "npy.h"

#define HINT_START "# mamuto: +"

/* Maximum length of a hint in bytes. A hint lists the numbers of the columns that contain text. */
#define MAX_HINT (16 * 1024 * 1024)

void
csv_append_hint(GString *line, const MamutoTableOptions *options)
{
    g_autofree char *text = mamuto_table_options_format(options);

    g_string_append_printf(line, "%s%s\n", HINT_START, text + 1);
}

/* Returns the text after HINT_START in the first line (transfer full), or NULL with @error set or,
 * if the table has no hint, without. */
static char *
find_hint(int fd, GError **error)
{
    NpyFile file = {fd, 0};
    /* an editor may have added a byte order mark */
    char start[3 + sizeof HINT_START - 1] = {0};
    g_autofree char *line = NULL;
    gssize got = npy_read_file(&file, 0, start, sizeof start, error);
    guint64 skip = memcmp(start, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    char *end;

    if (got < 0 || memcmp(start + skip, HINT_START, sizeof HINT_START - 1) != 0)
        return NULL;
    line = g_malloc(MAX_HINT + 1);
    got = npy_read_file(&file, skip + sizeof HINT_START - 1, line, MAX_HINT, error);
    if (got < 0)
        return NULL;
    line[got] = '\0';
    end = strpbrk(line, "\r\n");
    if (end != NULL)
        *end = '\0';
    return g_strdup(line);
}

MamutoTableOptions *
csv_read_hint(int fd, const MamutoTableOptions *given, GError **error)
{
    g_autoptr(MamutoTableOptions) merged = mamuto_table_options_copy(given);
    g_autoptr(MamutoTableOptions) hint = NULL;
    g_autoptr(GError) why = NULL;
    g_autofree char *text = find_hint(fd, &why);

    if (text != NULL)
        hint = mamuto_table_options_parse(text, &why);
    if (why != NULL) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    text != NULL ? _("line 1 tells how the table is to be read, but: %s; correct "
                                     "the line or remove it")
                                 : "%s",
                    why->message);
        return NULL;
    }
    if (hint == NULL)
        return g_steal_pointer(&merged);
    if (merged->header == MAMUTO_TABLE_AUTO)
        merged->header = hint->header;
    if (merged->decimal == '\0')
        merged->decimal = hint->decimal;
    if (merged->separator == '\0')
        merged->separator = hint->separator;
    if (merged->text == NULL)
        merged->text = g_steal_pointer(&hint->text);
    if (merged->kind == NULL)
        merged->kind = g_steal_pointer(&hint->kind);
    if (merged->shape == NULL)
        merged->shape = g_steal_pointer(&hint->shape);
    return g_steal_pointer(&merged);
}

/* Returns (transfer full): the first line without quotes and white space at its end, or NULL if it
 * is long or not complete. */
static char *
take_first_line(const CsvHead *head)
{
    const char *end = head->text + head->size;
    const char *line_end = memchr(head->start, '\n', (gsize)(end - head->start));
    gsize length = (gsize)((line_end != NULL ? line_end : end) - head->start);
    g_autofree char *line = NULL;

    if (length >= 16 || (line_end == NULL && !head->whole))
        return NULL;
    line = g_strchomp(g_strndup(head->start, length));
    length = strlen(line);
    if (length > 1 && line[0] == '"' && line[length - 1] == '"')
        return g_strndup(line + 1, length - 2);
    return g_steal_pointer(&line);
}

gboolean
csv_skip_separator_line(CsvHead *head, CsvLayout *layout, GError **error)
{
    const char *end = head->text + head->size, *line_end;
    g_autofree char *line = take_first_line(head);
    gsize length = line != NULL ? strlen(line) : 0;

    /* any other text behind it is a row, such as sep=abc */
    if (length < 4 || length > 5 || g_ascii_strncasecmp(line, "sep=", 4) != 0 ||
        g_ascii_isalnum(line[4]))
        return TRUE;
    if (length == 5 && strchr(",;|", line[4]) != NULL) {
        layout->named_separator = line[4];
    } else if (length == 4 && head->start[*head->start == '"' ? 5 : 4] == '\t') {
        layout->named_separator = '\t'; /* removed from the line as white space */
    } else {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                            _("line 1 names a separator (sep=) that tables cannot have; write "
                              "sep=, or sep=; or sep=| or a tab, or remove the line"));
        return FALSE;
    }
    line_end = memchr(head->start, '\n', (gsize)(end - head->start));
    head->start = line_end != NULL ? line_end + 1 : end;
    head->lines.current = 2;
    return TRUE;
}
