/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads arrays from NPY, NPZ and text table files. Saves arrays to NPY and text table files. */
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "array-private.h"
#include "csv.h"
#include "mamuto-error.h"
#include "mamuto-file-kind.h"
#include "npy.h"

/* Determines the format of a file. The magic bytes at the beginning of NPY and NPZ files take
 * precedence over the suffix of the file's name. */
static gboolean
find_format(const char *path, MamutoFileKind *format, GError **error)
{
    char magic[NPY_MAGIC_SIZE] = {0};
    NpyFile file = {input_file_open(path, error), 0};
    gssize got;

    if (file.fd < 0)
        return FALSE;
    got = npy_read_file(&file, 0, magic, sizeof magic, error);
    close(file.fd);
    if (got < 0) {
        g_autofree char *shown = g_filename_display_name(path);

        g_prefix_error(error, "%s: ", shown);
        return FALSE;
    }
    *format = mamuto_file_kind_from_name(path);
    if (memcmp(magic, NPY_MAGIC, NPY_MAGIC_SIZE) == 0)
        *format = MAMUTO_FILE_NPY;
    else if (memcmp(magic, "PK\3\4", 4) == 0 || memcmp(magic, "PK\5\6", 4) == 0)
        *format = MAMUTO_FILE_NPZ;
    return TRUE;
}

/* Splits a list of column names such as "x,y". As in CSV, a name that contains a comma is enclosed
 * in quotes, and quotes within the name are doubled. */
static char **
split_columns(const char *path, const char *columns, GError **error)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    const char *p = columns, *end = columns + strlen(columns);
    CsvCellEnd how;
    CsvCell cell;

    do {
        g_autofree char *name = NULL;

        how = csv_next_cell(&p, end, ',', TRUE, &cell);
        name = csv_cell_to_string(&cell);
        if (!cell.quoted)
            g_strstrip(name);
        if (how == CSV_CELL_BAD_QUOTE || (*name == '\0' && !cell.quoted)) {
            g_autofree char *shown = g_filename_display_name(path);

            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                        _("%s: '%s' is not a list of columns; write names or numbers, as in 'x,y' "
                          "or '0,2'"),
                        shown, columns);
            return NULL;
        }
        g_strv_builder_add(builder, name);
    } while (how == CSV_CELL_MORE);
    return g_strv_builder_end(builder);
}

static MamutoArray *
load_table(const char *path, const char *columns, GFileProgressCallback progress,
           gpointer progress_data, GCancellable *cancellable, GError **error)
{
    g_auto(GStrv) names = NULL;

    if (columns != NULL) {
        names = split_columns(path, columns, error);
        if (names == NULL)
            return NULL;
    }
    return csv_load(path, names, progress, progress_data, cancellable, error);
}

/* Splits @spec into the path of a file and the name of a part of the file. @spec has the form PATH
 * or PATH:PART, and PATH may contain colons too. If a file named @spec exists, it is the path.
 * Otherwise the path ends before the first colon that follows the path of an existing file. Returns
 * the path (transfer full), or all of @spec if there is no such file. Sets @part to PART or
 * NULL. */
static char *
split_spec(const char *spec, const char **part)
{
    *part = NULL;
    if (g_file_test(spec, G_FILE_TEST_EXISTS))
        return g_strdup(spec);
    for (const char *colon = strchr(spec, ':'); colon != NULL; colon = strchr(colon + 1, ':')) {
        g_autofree char *path = g_strndup(spec, (gsize)(colon - spec));

        if (g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
            *part = colon + 1;
            return g_steal_pointer(&path);
        }
    }
    return g_strdup(spec);
}

/**
 * mamuto_array_load:
 * @spec: a file and, optionally, an array or columns in the file: "p.npy", "a.npz:name", "t.csv"
 *   (all columns), "t.csv:x" (one column), "t.csv:x,y" or "t.csv:0,2" (several columns, by name or
 *   by number from 0); ".tsv" and ".txt" files accept the same parts as ".csv"; "r.jsonl" (the JSON
 *   value of each line), "r.jsonl:key" (the value of a key of each line)
 * @cancellable: (nullable): cancels the call
 * @error: return location for a #GError
 *
 * Loads an array. The content of the file determines the format. The suffix of the file's name is
 * used only if the content has no magic bytes. A table of one column has the shape (rows,). A table
 * of several columns has the shape (rows, columns). The elements are 64-bit ints if all cells are
 * ints (unsigned if necessary), bools if all cells are True or False, text if all columns are text,
 * otherwise doubles (an empty cell is nan). Loading text columns together with columns of numbers
 * is an error. Blank lines, and comment lines ('#') at the top, are skipped. The first row is a
 * header if it has a word above a column of numbers or bools. In a table of text only, the first
 * row is a header if its words do not occur again in their columns. A column with more words than
 * numbers is text. In a column with more numbers than words, each word is an error. For ".jsonl"
 * see mamuto_array_load_jsonl(). Blocks while a table is read. Can be called from any thread.
 *
 * Returns: (transfer full): the array, or %NULL with %MAMUTO_ERROR_INVALID_FILE if the file cannot
 *   be read or is malformed (the message contains file, line, column and cell),
 *   %MAMUTO_ERROR_INVALID_ARGUMENT if the file has no such array or column,
 *   %MAMUTO_ERROR_UNSUPPORTED for unsupported formats and dtypes, %G_IO_ERROR_CANCELLED if
 *   cancelled
 */
MamutoArray *
mamuto_array_load(const char *spec, GCancellable *cancellable, GError **error)
{
    return mamuto_array_load_with_progress(spec, NULL, NULL, cancellable, error);
}

/**
 * mamuto_array_load_with_progress:
 * @spec: as in mamuto_array_load()
 * @progress: (nullable) (scope call) (closure progress_data): called repeatedly while a table is
 *   read, with the finished and the total amount of work; called in any thread, but by only one
 *   thread at a time
 * @progress_data: passed to @progress
 * @cancellable: (nullable): cancels the call
 * @error: return location for a #GError
 *
 * Loads an array like mamuto_array_load() and reports the progress.
 *
 * Returns: (transfer full): the array, or %NULL with an error
 */
MamutoArray *
mamuto_array_load_with_progress(const char *spec, GFileProgressCallback progress,
                                gpointer progress_data, GCancellable *cancellable, GError **error)
{
    g_autofree char *path = NULL;
    g_autofree char *shown = NULL;
    const char *part;
    MamutoFileKind format;

    g_return_val_if_fail(spec != NULL, NULL);

    path = split_spec(spec, &part);
    if (!find_format(path, &format, error))
        return NULL;
    shown = g_filename_display_name(path);
    switch (format) {
    case MAMUTO_FILE_NPY:
        if (part == NULL)
            return mamuto_array_load_npy(path, error);
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%s: an NPY file contains one array without a name; remove ':%s'"), shown,
                    part);
        return NULL;
    case MAMUTO_FILE_NPZ:
        return mamuto_array_load_npz(path, part, cancellable, error);
    case MAMUTO_FILE_JSON_LINES:
        return mamuto_array_load_jsonl(path, part, progress, progress_data, cancellable, error);
    case MAMUTO_FILE_TABLE:
        return load_table(path, part, progress, progress_data, cancellable, error);
    default:
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
            _("%s: unknown kind of file; .npy, .npz, .csv, .tsv, .txt and .jsonl can be read"),
            shown);
        return NULL;
    }
}

/**
 * mamuto_array_save:
 * @self: an array
 * @path: the file to write or replace, with the suffix ".npy", ".csv", ".tsv" or ".jsonl"
 * @error: return location for a #GError
 *
 * Saves an array. The suffix of @path determines the format; see mamuto_array_save_npy(),
 * mamuto_array_save_csv() and mamuto_array_save_jsonl().
 *
 * Returns: %FALSE with %MAMUTO_ERROR_INVALID_ARGUMENT for another suffix, or with the errors of
 *   these functions
 */
gboolean
mamuto_array_save(MamutoArray *self, const char *path, GError **error)
{
    g_autofree char *shown = NULL;

    g_return_val_if_fail(MAMUTO_IS_ARRAY(self) && path != NULL, FALSE);

    switch (mamuto_file_kind_from_name(path)) {
    case MAMUTO_FILE_NPY:
        return mamuto_array_save_npy(self, path, error);
    case MAMUTO_FILE_TABLE:
        return mamuto_array_save_csv(self, path, error);
    case MAMUTO_FILE_JSON_LINES:
        return mamuto_array_save_jsonl(self, path, error);
    default:
        shown = g_filename_display_name(path);
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
            _("%s: results are saved as .npy, .csv, .tsv or .jsonl; use one of these suffixes"),
            shown);
        return FALSE;
    }
}
