/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads a text table: selects the columns, counts the rows, determines the element type, and parses
 * ranges of rows in several threads. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array-private.h"
#include "csv-hint.h"
#include "csv-kind.h"
#include "csv-texts.h"
#include "csv.h"
#include "gzip-file.h"
#include "mamuto-error.h"
#include "npy.h"

/* A table is parsed by one thread for each 4 MiB, but at most MAX_THREADS threads. Parsing 4 MiB
 * takes about 20 ms, much longer than starting a thread. */
#define BYTES_PER_THREAD (4 * 1024 * 1024)
#define MAX_THREADS 16

/* Weight of the parsing pass in the reported progress. Parsing the table takes about 4 times as
 * long as the preceding pass, which only counts the rows and has the weight 1. */
#define PARSE_WEIGHT 4

/* An array of the texts of several columns may be larger than MAX_PADDED bytes if it has at most
 * PADDED bytes for each byte of the file. */
#define MAX_PADDED ((guint64)1 << 30)
#define PADDED 64

void
csv_begin_pass(CsvTable *table, CsvKind kind)
{
    table->kind = kind;
    table->stop = 0;
    table->pass_bytes = 0;
}

void
csv_note_read(CsvTable *table, guint64 bytes)
{
    guint64 size = table->size - table->layout.data_start;
    guint64 done;

    if (table->progress == NULL)
        return;
    g_mutex_lock(&table->progress_lock);
    table->pass_bytes += bytes;
    done = table->kind == CSV_COUNT ? table->pass_bytes : size + table->pass_bytes * PARSE_WEIGHT;
    if (done > table->progress_told) {
        table->progress_told = done;
        table->progress((goffset)done, (goffset)(size * (1 + PARSE_WEIGHT)), table->progress_data);
    }
    g_mutex_unlock(&table->progress_lock);
}

static gboolean
find_column(const CsvLayout *layout, const char *wanted, guint *column, GError **error)
{
    g_autofree char *shown = array_show_text(wanted, strlen(wanted));
    g_autoptr(GString) names = g_string_new(NULL);
    guint n_found = 0;
    guint64 number;

    for (guint i = 0; layout->names != NULL && i < layout->names->len; i++) {
        g_autofree char *name =
            array_show_text(layout->names->pdata[i], strlen(layout->names->pdata[i]));

        if (g_str_equal(layout->names->pdata[i], wanted) && n_found++ == 0)
            *column = i;
        if (i < 20)
            g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", name);
        else if (i == 20)
            g_string_append(names, ", …");
    }
    if (n_found > 1) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%u columns are called %s; choose by number, the first of them is %u"),
                    n_found, shown, *column);
        return FALSE;
    }
    if (n_found == 1)
        return TRUE;
    if (g_ascii_string_to_unsigned(wanted, 10, 0, layout->n_columns - 1, &number, NULL)) {
        *column = (guint)number;
        return TRUE;
    }
    if (names->len > 0)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("has no column %s; its columns are %s, or by number 0 to %u"), shown,
                    names->str, layout->n_columns - 1);
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("has no column %s and no header with names; choose by number, 0 to %u"),
                    shown, layout->n_columns - 1);
    return FALSE;
}

static gboolean
choose_columns(CsvTable *table, char **wanted, GError **error)
{
    guint n = table->layout.n_columns;

    table->place = g_new(int, n);
    table->n_chosen = wanted != NULL ? g_strv_length(wanted) : n;
    table->chosen = g_new(guint, table->n_chosen);
    table->columns = g_new0(CsvColumn, table->n_chosen);
    for (guint i = 0; i < n; i++)
        table->place[i] = -1;
    for (guint i = 0; i < table->n_chosen; i++) {
        guint column = i;

        if (wanted != NULL && !find_column(&table->layout, wanted[i], &column, error))
            return FALSE;
        if (wanted != NULL && table->layout.names != NULL &&
            g_str_equal(table->layout.names->pdata[column], wanted[i]))
            table->layout.asked_by_name = TRUE;
        if (table->place[column] >= 0) {
            g_autofree char *name = csv_column_name(table, column);

            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT, _("%s is chosen twice"),
                        name);
            return FALSE;
        }
        table->place[column] = (int)i;
        table->chosen[i] = column;
    }
    for (char **name = table->layout.options->text; name != NULL && *name != NULL; name++) {
        guint column = 0;

        if (!find_column(&table->layout, *name, &column, error))
            return FALSE;
        if (table->place[column] >= 0)
            table->columns[table->place[column]].as_text = TRUE;
    }
    return TRUE;
}

/* Increases *@offset to the start of the next line, or to the end of the file. */
static gboolean
find_line_start(CsvTable *table, guint64 *offset, GError **error)
{
    NpyFile file = {table->fd, 0};
    char text[4096];

    for (;; *offset += sizeof text) {
        gssize got = npy_read_file(&file, *offset, text, sizeof text, error);
        const char *line_end;

        if (got < 0)
            return FALSE;
        line_end = memchr(text, '\n', (gsize)got);
        if (line_end != NULL)
            *offset += (guint64)(line_end + 1 - text);
        else if (got > 0)
            continue;
        *offset = MIN(*offset, table->size);
        return TRUE;
    }
}

static gboolean
split(CsvTable *table, GArray *ranges, GError **error)
{
    guint64 start = table->layout.data_start;
    guint64 size = table->size - start;
    guint64 n = CLAMP(size / BYTES_PER_THREAD, 1, MIN(g_get_num_processors(), MAX_THREADS));

    for (guint64 i = 1; i <= n; i++) {
        CsvRange range = {.table = table, .start = start, .end = table->size};

        if (i < n) {
            range.end = MAX(table->layout.data_start + size / n * i, start);
            if (!find_line_start(table, &range.end, error))
                return FALSE;
        }
        g_array_append_val(ranges, range);
        start = range.end;
    }
    return TRUE;
}

static gpointer
run_thread(gpointer data)
{
    CsvRange *range = data;

    if (range->table->kind == CSV_COUNT)
        csv_count_lines(range);
    else
        csv_walk(range);
    return NULL;
}

/* Counts or parses the rows of all ranges, each range in its own thread. If several threads fail,
 * the error that is closest to the beginning of the file is reported. */
static gboolean
run(CsvTable *table, GArray *ranges, CsvKind kind, GError **error)
{
    g_autofree GThread **threads = g_new0(GThread *, ranges->len);
    gboolean failed = FALSE;

    csv_begin_pass(table, kind);
    for (guint i = 1; i < ranges->len; i++)
        threads[i] = g_thread_try_new("csv", run_thread, &g_array_index(ranges, CsvRange, i), NULL);
    for (guint i = 0; i < ranges->len; i++)
        /* This thread processes the first range and those whose thread could not be started. */
        if (threads[i] == NULL)
            run_thread(&g_array_index(ranges, CsvRange, i));
    for (guint i = 0; i < ranges->len; i++) {
        CsvRange *range = &g_array_index(ranges, CsvRange, i);

        if (threads[i] != NULL)
            g_thread_join(threads[i]);
        if (range->error != NULL && !failed) {
            g_propagate_error(error, g_steal_pointer(&range->error));
            failed = TRUE;
        }
        g_clear_error(&range->error);
    }
    return !failed;
}

/* Counts the lines and the rows of each range. If the table contains quotes, all ranges are
 * replaced by one range, because a line end within a quoted cell does not end the row. */
static gboolean
count_rows(CsvTable *table, GArray *ranges, GError **error)
{
    guint64 line = table->layout.first_line;
    gboolean has_quotes = FALSE;

    if (!run(table, ranges, CSV_COUNT, error))
        return FALSE;
    for (guint i = 0; i < ranges->len; i++)
        has_quotes = has_quotes || g_array_index(ranges, CsvRange, i).has_quotes;
    if (has_quotes) {
        CsvRange *range = &g_array_index(ranges, CsvRange, 0);

        g_array_set_size(ranges, 1);
        range->end = table->size;
        range->first_line = line;
        csv_begin_pass(table, CSV_COUNT);
        csv_walk(range);
        table->n_rows = range->n_rows = range->row;
        if (range->error != NULL) {
            g_propagate_error(error, g_steal_pointer(&range->error));
            return FALSE;
        }
        return TRUE;
    }
    for (guint i = 0; i < ranges->len; i++) {
        CsvRange *range = &g_array_index(ranges, CsvRange, i);

        range->first_line = line;
        range->first_row = table->n_rows;
        line += range->n_lines;
        table->n_rows += range->n_rows;
    }
    return TRUE;
}

static MamutoArray *
new_result(CsvTable *table, CsvKind kind, GError **error)
{
    gint64 shape[] = {table->n_rows, table->n_chosen};
    char order = G_BYTE_ORDER == G_LITTLE_ENDIAN ? '<' : '>';
    gsize max_chars = 1;
    MamutoArray *array;

    for (guint i = 0; i < table->n_chosen; i++)
        max_chars = MAX(max_chars, table->columns[i].max_chars);
    switch (kind) {
    case CSV_BOOL:
        table->dtype = (MamutoDtype){'b', '|', 1};
        break;
    case CSV_INT:
        table->dtype = (MamutoDtype){'i', order, 8};
        break;
    case CSV_UINT:
        table->dtype = (MamutoDtype){'u', order, 8};
        break;
    case CSV_COMPLEX:
        table->dtype = (MamutoDtype){'c', order, 16};
        break;
    case CSV_TEXT:
        table->dtype = (MamutoDtype){'U', order, (guint32)max_chars * 4};
        break;
    default:
        table->dtype = (MamutoDtype){'f', order, 8};
    }
    array = mamuto_array_new(&table->dtype, table->n_chosen > 1 ? 2 : 1, shape, error);
    if (array != NULL) {
        table->dest = mamuto_array_get_data(array);
        table->item_size = table->dtype.itemsize;
    }
    return array;
}

/* Counts the cells of each kind in each column and determines the element type. One thread counts,
 * because the counters are not protected against concurrent changes. */
static gboolean
count_cells(CsvTable *table, GError **error)
{
    CsvRange all = {.table = table,
                    .start = table->layout.data_start,
                    .end = table->size,
                    .first_line = table->layout.first_line};

    for (guint i = 0; i < table->n_chosen; i++) {
        CsvColumn *column = &table->columns[i];

        g_free(column->text);
        g_free(column->inexact);
        *column = (CsvColumn){.as_text = column->as_text};
    }
    table->dest = NULL;
    csv_begin_pass(table, CSV_CLASSIFY);
    csv_walk(&all);
    if (all.error != NULL) {
        g_propagate_error(error, all.error);
        return FALSE;
    }
    return TRUE;
}

/* Returns whether all values of a finished pass are exact. If an integer was changed when it was
 * stored as a double, and its column consists of integers, this is an error. */
static gboolean
check_exact(CsvTable *table, GArray *ranges, GError **error)
{
    gboolean inexact = FALSE;

    for (guint i = 0; i < ranges->len; i++)
        inexact = inexact || g_array_index(ranges, CsvRange, i).inexact;
    return !inexact || (count_cells(table, error) && csv_check_exact(table, error));
}

static gboolean
has_text_option(const CsvTable *table)
{
    for (guint i = 0; i < table->n_chosen; i++)
        if (table->columns[i].as_text)
            return TRUE;
    return FALSE;
}

/* Loads a column of texts of very differing lengths. */
static MamutoArray *
load_texts(CsvTable *table, GArray *ranges, GError **error)
{
    CsvRange *range = &g_array_index(ranges, CsvRange, 0);

    /* The cells are appended in order, so that one thread reads all of them. */
    g_array_set_size(ranges, 1);
    range->end = table->size;
    range->n_rows = table->n_rows;
    return csv_texts_load(table, range, error);
}

/* Fails if an array of the texts of several columns would be large and mainly padding. */
static gboolean
check_padding(const CsvTable *table, GError **error)
{
    guint64 row = 0, size;

    for (guint i = 0; i < table->n_chosen; i++)
        row = MAX(row, table->columns[i].max_chars * sizeof(gunichar) * table->n_chosen);
    if (table->n_chosen < 2 || (g_uint64_checked_mul(&size, row, (guint64)table->n_rows) &&
                                (size <= MAX_PADDED || size / PADDED <= table->size)))
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                _("the longest text of the columns has %'" PRIu64
                  " characters, and an array in which all texts have this length would be too "
                  "large; choose a single column for each parameter of the function"),
                row / sizeof(gunichar) / table->n_chosen);
    return FALSE;
}

static MamutoArray *
parse(CsvTable *table, GArray *ranges, GError **error)
{
    gboolean classified = has_text_option(table);
    CsvKind kind = CSV_INT;

    if (table->n_rows == 0)
        return new_result(table, classified ? CSV_TEXT : CSV_FLOAT, error);
    if (classified && !(count_cells(table, error) && csv_judge_columns(table, &kind, error)))
        return NULL;
    for (;;) {
        g_autoptr(MamutoArray) array = NULL;
        CsvKind needed = kind;

        if (kind == CSV_TEXT && csv_texts_are_wide(table))
            return load_texts(table, ranges, error);
        if (kind == CSV_TEXT && !check_padding(table, error))
            return NULL;
        array = new_result(table, kind, error);
        if (array == NULL || !run(table, ranges, kind, error))
            return NULL;
        for (guint i = 0; i < ranges->len; i++)
            needed = MAX(needed, g_array_index(ranges, CsvRange, i).needed);
        if (needed == kind)
            return check_exact(table, ranges, error) ? g_steal_pointer(&array) : NULL;
        kind = needed;
        if (kind == CSV_TEXT && classified) {
            g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                                _("the file changed while it was read"));
            return NULL;
        }
        if (kind == CSV_TEXT) {
            classified = TRUE;
            if (!count_cells(table, error) || !csv_judge_columns(table, &kind, error))
                return NULL;
        }
    }
}

static void
table_clear(CsvTable *table)
{
    for (guint i = 0; table->columns != NULL && i < table->n_chosen; i++) {
        g_free(table->columns[i].text);
        g_free(table->columns[i].inexact);
    }
    g_free(table->columns);
    g_free(table->chosen);
    g_free(table->place);
    csv_layout_clear(&table->layout);
    g_clear_pointer(&table->options, mamuto_table_options_free);
    g_mutex_clear(&table->progress_lock);
    close(table->fd);
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Describes the table in @array, and adds what only the whole table shows. */
static void
describe(CsvTable *table, const char *path, GArray *ranges, MamutoArray *array)
{
    g_autoptr(GHashTable) words = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *missing = g_ptr_array_new();
    MamutoTable *info = csv_describe_layout(path, &table->layout);

    for (guint i = 0; i < ranges->len; i++) {
        const CsvRange *range = &g_array_index(ranges, CsvRange, i);
        GHashTableIter iter;
        gpointer word;

        info->n_comments += range->lines.n_comments;
        info->n_late_comments += range->lines.n_comments;
        info->n_missing += range->n_missing;
        if (range->missing == NULL)
            continue;
        g_hash_table_iter_init(&iter, range->missing);
        while (g_hash_table_iter_next(&iter, &word, NULL))
            if (g_hash_table_add(words, word))
                g_ptr_array_add(missing, g_strdup(word));
    }
    g_ptr_array_sort(missing, compare_texts);
    g_ptr_array_add(missing, NULL);
    info->missing = (char **)g_ptr_array_free(missing, FALSE);
    info->n_chosen = table->n_chosen;
    info->chosen = g_memdup2(table->chosen, table->n_chosen * sizeof *table->chosen);
    array->table = info;
}

static void
range_clear(gpointer data)
{
    CsvRange *range = data;

    g_clear_pointer(&range->missing, g_hash_table_unref);
}

static void
prefix_path(GError **error, const char *path)
{
    g_autofree char *shown = g_filename_display_name(path);

    g_prefix_error(error, "%s: ", shown);
}

static gboolean
open_table(CsvTable *table, const char *path, char **columns, const MamutoTableOptions *options,
           GError **error)
{
    table->fd = gzip_file_open(path, table->cancellable, error);
    if (table->fd < 0)
        return FALSE;
    g_mutex_init(&table->progress_lock);
    table->options = csv_read_hint(table->fd, options, error);
    if (table->options != NULL &&
        csv_find_layout(table->fd, columns, table->options, &table->layout, error) &&
        choose_columns(table, columns, error))
        return TRUE;
    prefix_path(error, path);
    table_clear(table);
    return FALSE;
}

MamutoArray *
csv_load(const char *path, char **columns, const MamutoTableOptions *options,
         GFileProgressCallback progress, gpointer progress_data, GCancellable *cancellable,
         GError **error)
{
    CsvTable table = {
        .cancellable = cancellable, .progress = progress, .progress_data = progress_data};
    g_autoptr(GArray) ranges = g_array_new(FALSE, TRUE, sizeof(CsvRange));
    MamutoArray *array = NULL;
    struct stat st;

    g_array_set_clear_func(ranges, range_clear);
    if (!open_table(&table, path, columns, options, error))
        return NULL;
    table.size = fstat(table.fd, &st) == 0 ? (guint64)st.st_size : 0;
    table.size = MAX(table.size, table.layout.data_start);
    if (split(&table, ranges, error) && count_rows(&table, ranges, error))
        array = parse(&table, ranges, error);
    if (array != NULL)
        array = csv_kind_apply(array, table.options, columns == NULL, error);
    if (array != NULL)
        describe(&table, path, ranges, array);
    else
        prefix_path(error, path);
    table_clear(&table);
    return array;
}

MamutoTable *
csv_inspect(const char *path, char **columns, const MamutoTableOptions *options, GError **error)
{
    CsvTable table = {0};
    MamutoTable *info;

    if (!open_table(&table, path, columns, options, error))
        return NULL;
    info = csv_describe_layout(path, &table.layout);
    table_clear(&table);
    return info;
}
