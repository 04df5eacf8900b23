/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads arrays from NPY, NPZ and text table files. Saves arrays to NPY and text table files. */
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "array-private.h"
#include "csv.h"
#include "gzip-file.h"
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
    else if (*format != MAMUTO_FILE_TABLE && gzip_file_has_magic(magic, (gsize)got)) {
        g_autofree char *shown = g_filename_display_name(path);

        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
            _("%s is compressed by gzip; only text tables can be read so (.csv.gz, .tsv.gz, "
              ".txt.gz): uncompress the file with gunzip, or save arrays with "
              "numpy.savez_compressed()"),
            shown);
        return FALSE;
    }
    return TRUE;
}

static MamutoArray *
load_table(const char *path, const char *columns, const char *text, GFileProgressCallback progress,
           gpointer progress_data, GCancellable *cancellable, GError **error)
{
    g_auto(GStrv) names = NULL;
    g_autoptr(MamutoTableOptions) options = NULL;

    options = text != NULL ? mamuto_table_options_parse(text, error) : mamuto_table_options_new();
    if (options != NULL && columns != NULL)
        names = mamuto_table_split_columns(columns, error);
    if (options == NULL || (columns != NULL && names == NULL)) {
        g_autofree char *shown = g_filename_display_name(path);

        g_prefix_error(error, "%s: ", shown);
        return NULL;
    }
    return csv_load(path, names, options, progress, progress_data, cancellable, error);
}

/* Only tables have options: in other files, "+" belongs to the name of the part. */
static char *
join_part(const char *part, const char *options)
{
    if (options == NULL)
        return g_strdup(part);
    return g_strdup_printf("%s+%s", part != NULL ? part : "", options);
}

static MamutoArray *
load_npz(const char *path, const char *part, const char *options, GCancellable *cancellable,
         GError **error)
{
    g_autofree char *name = join_part(part, options);

    return mamuto_array_load_npz(path, name, cancellable, error);
}

static MamutoArray *
load_jsonl(const char *path, const char *part, const char *options, GFileProgressCallback progress,
           gpointer progress_data, GCancellable *cancellable, GError **error)
{
    g_autofree char *key = join_part(part, options);

    return mamuto_array_load_jsonl(path, key, progress, progress_data, cancellable, error);
}

/**
 * mamuto_array_load:
 * @spec: a file and, optionally, an array or columns in the file: "p.npy", "a.npz:name", "t.csv"
 *   (all columns), "t.csv:x" (one column), "t.csv:x,y" or "t.csv:0,2" (several columns, by name or
 *   by number from 0); ".tsv" and ".txt" files accept the same parts as ".csv", and each of them
 * may be compressed by gzip (".csv.gz"). Options of a table may follow:
 *   "t.csv:x+header=no+decimal=,", see mamuto_table_options_parse(). "r.jsonl" (the JSON value of
 *   each line), "r.jsonl:key" (the value of a key of each line)
 * @cancellable: (nullable): cancels the call
 * @error: return location for a #GError
 *
 * Loads an array. The content of the file determines the format. The suffix of the file's name is
 * used only if the content has no magic bytes. A table of one column has the shape (rows,). A table
 * of several columns has the shape (rows, columns). The elements are 64-bit ints if all cells are
 * ints (unsigned if necessary), bools if all cells are True or False, text if all columns are text,
 * complex numbers if a cell has an imaginary part, otherwise doubles (an empty cell or a word such
 * as NA is nan). Loading text columns together with columns of numbers is an error. Blank lines and
 * lines that begin with '#' or '%' are skipped. The first row is a header only if something shows
 * it, such as a word above a column of numbers. A column with more words than numbers is text. In a
 * column with more numbers than words, each word is an error. An integer that a double cannot hold
 * is an error if its column consists of integers and the array of doubles.
 * mamuto_array_get_table() tells how the table was understood. For ".jsonl" see
 * mamuto_array_load_jsonl(). Blocks while a table is read. Can be
 * called from any thread.
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
    g_autofree char *part = NULL;
    g_autofree char *options = NULL;
    g_autofree char *shown = NULL;
    MamutoFileKind format;

    g_return_val_if_fail(spec != NULL, NULL);

    path = mamuto_array_split_spec(spec, &part, &options);
    if (!find_format(path, &format, error))
        return NULL;
    shown = g_filename_display_name(path);
    switch (format) {
    case MAMUTO_FILE_NPY:
        if (part == NULL && options == NULL)
            return mamuto_array_load_npy(path, error);
        if (part == NULL) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                        _("%s: only text tables have options; remove '+%s'"), shown, options);
            return NULL;
        }
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%s: an NPY file contains one array without a name; remove ':%s'"), shown,
                    part);
        return NULL;
    case MAMUTO_FILE_NPZ:
        return load_npz(path, part, options, cancellable, error);
    case MAMUTO_FILE_JSON_LINES:
        return load_jsonl(path, part, options, progress, progress_data, cancellable, error);
    case MAMUTO_FILE_TABLE:
        return load_table(path, part, options, progress, progress_data, cancellable, error);
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
    g_autofree char *folded = NULL, *shown = NULL;

    g_return_val_if_fail(MAMUTO_IS_ARRAY(self) && path != NULL, FALSE);

    switch (mamuto_file_kind_from_name(path)) {
    case MAMUTO_FILE_NPY:
        return mamuto_array_save_npy(self, path, error);
    case MAMUTO_FILE_TABLE:
        folded = g_ascii_strdown(path, -1);
        if (!g_str_has_suffix(folded, ".gz")) /* tables are not written compressed */
            return mamuto_array_save_csv(self, path, error);
        break;
    case MAMUTO_FILE_JSON_LINES:
        return mamuto_array_save_jsonl(self, path, error);
    default:
        break;
    }
    shown = g_filename_display_name(path);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                _("%s: results are saved as .npy, .csv, .tsv or .jsonl; use one of these suffixes"),
                shown);
    return FALSE;
}
