/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Finishes a store: fills the rows without a result, writes the .npy header, and renames the
 * temporary file to its final name. If some rows have no result, also writes a mask file: an
 * array of bool that is TRUE for these rows. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mamuto-error.h"
#include "npy.h"
#include "result-store-private.h"

/* Limits of result_store_is_quick_to_finish(). Filling QUICK_FILL bytes of rows without a result,
 * or checking the status of QUICK_ROWS rows, takes about 1 ms. */
#define QUICK_FILL (1 << 20)
#define QUICK_ROWS (1 << 20)

/* Results in memory of at most this size in bytes become an array in ordinary memory. Copying them
 * takes less time than mapping and unmapping the file. */
#define COPIED_SIZE (64u << 10)

char *
result_mask_path(const char *path)
{
    gsize length = strlen(path);

    if (g_str_has_suffix(path, ".npy"))
        length -= strlen(".npy");
    return g_strdup_printf("%.*s.mask.npy", (int)length, path);
}

gboolean
result_mask_remove(const char *mask_path, GError **error)
{
    g_autofree char *shown = NULL;

    if (unlink(mask_path) == 0 || errno == ENOENT || errno == ENOTDIR)
        return TRUE;
    shown = g_filename_display_name(mask_path);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                _("%s: the mask of an earlier run cannot be removed: %s"), shown,
                g_strerror(errno));
    return FALSE;
}

/* Returns whether a mask file may be written next to @path. No mask is written for a pipe or a
 * device. */
static gboolean
takes_mask(const char *path)
{
    struct stat st;

    return stat(path, &st) != 0 || S_ISREG(st.st_mode);
}

/* Writes the mask to a temporary file. The caller renames it to @mask_path after the results have
 * been saved. */
static OutputFile *
write_mask(ResultStore *self, const char *mask_path, GError **error)
{
    const MamutoDtype dtype = {'b', '|', 1};
    gint64 n_rows = self->file.n_rows;
    g_autoptr(OutputFile) mask = output_file_open(mask_path, error);
    g_autoptr(GByteArray) header = NULL;
    g_autofree guint8 *piece = g_malloc(RESULT_PIECE_SIZE);

    if (!mask)
        return NULL;
    header = npy_format_header(&dtype, self->file.n_axes, self->file.shape, FALSE, 0, error);
    if (!header || !output_file_write(mask, header->data, header->len, error))
        return NULL;
    for (gint64 lo = 0; lo < n_rows; lo += RESULT_PIECE_SIZE) {
        gint64 n = MIN(n_rows - lo, RESULT_PIECE_SIZE);

        for (gint64 row = lo, end; row < lo + n; row = end) {
            end = MIN(row_status_run_end(self->status, row), lo + n);
            memset(piece + (row - lo), row_status_get(self->status, row) != RESULT_OK,
                   (gsize)(end - row));
        }
        if (!output_file_write(mask, piece, (gsize)n, error))
            return NULL;
    }
    return g_steal_pointer(&mask);
}

/* Sets @mask to a temporary file with the mask. If all rows have a result, deletes the mask of an
 * earlier run, and @mask stays NULL. */
static gboolean
prepare_mask(ResultStore *self, const char *path, OutputFile **mask, GError **error)
{
    g_autofree char *mask_path = result_mask_path(path);

    if (!takes_mask(path))
        return TRUE;
    if (self->n_ok == self->file.n_rows)
        return result_mask_remove(mask_path, error);
    *mask = write_mask(self, mask_path, error);
    return *mask != NULL;
}

static MamutoArray *
copy_to_memory(const ResultFile *file, gsize size, GError **error)
{
    guint8 *data = g_malloc(MAX(size, 1));

    if (!result_file_read(file->fd, file->reserved, data, size, error)) {
        g_free(data);
        return NULL;
    }
    return mamuto_array_new_for_memory(data, size, &file->dtype, file->n_axes + file->n_dims,
                                       file->shape, NULL, g_free, data, error);
}

/* Fills the rows without a result, writes the header, and maps the file into memory as one array.
 * After this call, no more rows can be stored. */
static MamutoArray *
complete(ResultStore *self, GError **error)
{
    const MamutoDtype number = RESULT_FLOAT64;
    ResultFile *file = &self->file;
    guint64 size;
    int fd;

    if (!result_store_check_open(self, error))
        return NULL;
    self->finished = TRUE;
    if (self->lines)
        return result_lines_complete(self, error);
    if (!file->dtype.kind && !result_file_set_type(file, &number, 0, NULL, error))
        return NULL;
    if (!result_file_fill(file, self->status, error))
        return NULL;
    size = result_file_offset(file, file->n_rows) - file->reserved;
    if (!self->output && size <= COPIED_SIZE)
        return copy_to_memory(file, (gsize)size, error);
    if (!npy_write_header(file->fd, &file->dtype, file->n_axes + file->n_dims, file->shape,
                          file->reserved, error))
        return NULL;
    fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 3);
    if (fd < 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, _("%s: cannot be opened again: %s"),
                    file->name, g_strerror(errno));
        return NULL;
    }
    return mamuto_array_new_for_fd(fd, file->reserved, &file->dtype, file->n_axes + file->n_dims,
                                   file->shape, FALSE, error);
}

static gboolean
in_same_folder(const char *a, const char *b)
{
    g_autofree char *folder_a = g_path_get_dirname(a), *folder_b = g_path_get_dirname(b);

    return strcmp(folder_a, folder_b) == 0;
}

/* Saves the results as @path. If the temporary file is in the folder of @path, renames it.
 * Otherwise writes a copy of @array. */
static gboolean
give_name(ResultStore *self, MamutoArray *array, const char *path, GError **error)
{
    if (!self->output || (path != self->path && !in_same_folder(path, self->path)))
        return self->lines ? mamuto_array_save_jsonl(array, path, error)
                           : mamuto_array_save_npy(array, path, error);
    if (path != self->path) {
        g_free(self->output->path);
        self->output->path = g_strdup(path);
    }
    self->file.fd = -1;
    return output_file_commit(self->output, error);
}

MamutoArray *
result_store_finish(ResultStore *self, const char *path, GError **error)
{
    g_autoptr(MamutoArray) array = NULL;
    g_autoptr(OutputFile) mask = NULL;

    if (!path || g_strcmp0(path, self->path) == 0)
        path = self->path;
    pthread_rwlock_wrlock(&self->type_lock);
    array = complete(self, error);
    pthread_rwlock_unlock(&self->type_lock);
    if (!array || !path)
        return g_steal_pointer(&array);

    if (!prepare_mask(self, path, &mask, error))
        return NULL;
    if (!give_name(self, array, path, error) || (mask && !output_file_commit(mask, error)))
        return NULL;
    return g_steal_pointer(&array);
}

MamutoArray *
result_store_finish_unnamed(ResultStore *self, GError **error)
{
    g_autoptr(MamutoArray) array = NULL;

    pthread_rwlock_wrlock(&self->type_lock);
    array = complete(self, error);
    pthread_rwlock_unlock(&self->type_lock);
    if (array && self->output) {
        self->file.fd = -1;
        /* The array has a duplicate of the descriptor, so the file can be closed and deleted. */
        g_clear_pointer(&self->output, output_file_free);
    }
    return g_steal_pointer(&array);
}

gboolean
result_store_is_quick_to_finish(ResultStore *self)
{
    const ResultFile *file = &self->file;
    gsize row_size, n_to_fill, fill;

    if (self->path || file->n_rows > QUICK_ROWS || result_store_get_n_aside(self) > 0)
        return FALSE;
    if (self->is_json)
        return self->lines_end <= QUICK_FILL;
    pthread_rwlock_rdlock(&self->type_lock);
    if (self->lines) {
        pthread_rwlock_unlock(&self->type_lock);
        return FALSE;
    }
    row_size = file->dtype.kind ? file->row_items * file->dtype.itemsize : sizeof(double);
    pthread_rwlock_unlock(&self->type_lock);
    pthread_mutex_lock(&self->lock);
    n_to_fill = (gsize)(file->n_rows - self->n_ok);
    pthread_mutex_unlock(&self->lock);
    return g_size_checked_mul(&fill, row_size, n_to_fill) && fill <= QUICK_FILL;
}
