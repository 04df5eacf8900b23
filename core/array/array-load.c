/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Arrays loaded and saved by what the name of the file says. */
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "array-private.h"
#include "csv.h"
#include "mamuto-error.h"
#include "mamuto-file-kind.h"
#include "npy.h"

/* What the file begins with tells more than its name. */
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

/* "x,y", where a name that holds a comma stands in quotes (doubled within). */
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

            g_set_error(
                error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                _("%s: '%s' is no list of columns; write names or numbers, as in 'x,y' or '0,2'"),
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

/* The file's name is as much of @spec before a ':' as there is a file of. */
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
 * @spec: a file, and what of it: "p.npy", "a.npz:name", "t.csv" (all columns), "t.csv:x" (one),
 *   "t.csv:x,y" or "t.csv:0,2" (several, by name or by number from 0), also with ".tsv" and ".txt"
 * @cancellable: (nullable): to stop it
 * @error: return location for a #GError
 *
 * Loads an array. What the content is goes before what the name says. A table of one column gives
 * (rows,), of k columns (rows, k): ints where all are (64 bits, unsigned where need be), bools
 * where all are True or False, text where all are text, otherwise double (an empty cell is nan).
 * Blank lines, and '#' lines at the top, are passed over. The first row is a header if a word in it
 * stands over values, or if there are only words and those of the first row come no more in their
 * columns. A column with more words than numbers is text; where numbers are more, a word is an
 * error. Blocks while a table is read; any thread.
 *
 * Returns: (transfer full): the array, or %NULL with %MAMUTO_ERROR_INVALID_FILE if the file cannot
 *   be read or does not hold what it should (file, line, column and what stood there are told),
 *   %MAMUTO_ERROR_INVALID_ARGUMENT if it has no such array or column,
 *   %MAMUTO_ERROR_UNSUPPORTED for formats and dtypes that are not handled, %G_IO_ERROR_CANCELLED
 *   if stopped
 */
MamutoArray *
mamuto_array_load(const char *spec, GCancellable *cancellable, GError **error)
{
    return mamuto_array_load_with_progress(spec, NULL, NULL, cancellable, error);
}

/**
 * mamuto_array_load_with_progress:
 * @spec: a file, and what of it
 * @progress: (nullable) (scope call) (closure progress_data): called now and then while a table is
 *   read, by any thread but never by two at once, with how much of the work is done
 * @progress_data: passed to @progress
 * @cancellable: (nullable): to stop it
 * @error: return location for a #GError
 *
 * As mamuto_array_load().
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
                    _("%s: an NPY file holds one array without a name; leave ':%s' away"), shown,
                    part);
        return NULL;
    case MAMUTO_FILE_NPZ:
        return mamuto_array_load_npz(path, part, cancellable, error);
    case MAMUTO_FILE_TABLE:
        return load_table(path, part, progress, progress_data, cancellable, error);
    default:
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                    _("%s: of no known kind; .npy, .npz, .csv, .tsv and .txt are read"), shown);
        return NULL;
    }
}

/**
 * mamuto_array_save:
 * @self: an array
 * @path: where to, ending in ".npy", ".csv" or ".tsv"
 * @error: return location for a #GError
 *
 * Saves an array in the format that the name says; see mamuto_array_save_npy() and
 * mamuto_array_save_csv().
 *
 * Returns: %FALSE with %MAMUTO_ERROR_INVALID_ARGUMENT for another name, or as these two
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
    default:
        shown = g_filename_display_name(path);
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%s: arrays are saved as .npy, .csv or .tsv; choose one of these names"),
                    shown);
        return FALSE;
    }
}
