/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads NPY files by mapping them. Writes NPY files that are byte for byte the same as those of
 * numpy.save(). */
#include "npy.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array-lines.h"
#include "array-private.h"
#include "mamuto-error.h"
#include "output-file.h"

/* Number of bytes that are written at once. */
#define BLOCK_SIZE (1024 * 1024)

int
input_file_open(const char *path, GError **error)
{
    /* O_NONBLOCK is set, because otherwise open() of a named pipe would wait for a program that
     * writes to the pipe. The flag has no effect on regular files. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        g_autofree char *shown = g_filename_display_name(path);
        int number = fd < 0 ? errno : 0;

        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, "%s: %s", shown,
                    number != 0           ? g_strerror(number)
                    : S_ISDIR(st.st_mode) ? _("a folder, not a file")
                                          : _("not a regular file; copy its content into one"));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    return fd;
}

/**
 * mamuto_array_load_npy:
 * @path: an NPY file
 * @error: return location for a #GError
 *
 * Maps the array of an NPY file (versions 1.0 to 3.0). Can be called from any thread.
 *
 * Returns: (transfer full): the array, or %NULL with %MAMUTO_ERROR_INVALID_FILE if the file cannot
 *   be read or is malformed or truncated, %MAMUTO_ERROR_UNSUPPORTED for unsupported dtypes
 */
MamutoArray *
mamuto_array_load_npy(const char *path, GError **error)
{
    MamutoArray *self;
    NpyHeader header;
    NpyFile file = {0};

    g_return_val_if_fail(path != NULL, NULL);

    file.fd = input_file_open(path, error);
    if (file.fd < 0)
        return NULL;
    if (!npy_read_header(npy_read_file, &file, &header, error)) {
        close(file.fd);
        self = NULL;
    } else {
        self = mamuto_array_new_for_fd(file.fd, header.size, &header.dtype, header.n_dims,
                                       header.shape, header.fortran_order, error);
    }
    if (self == NULL) {
        g_autofree char *shown = g_filename_display_name(path);

        g_prefix_error(error, "%s: ", shown);
    }
    return self;
}

static gboolean
write_in_c_order(MamutoArray *self, OutputFile *file, GError **error)
{
    gint64 itemsize = MAX((gint64)self->dtype.itemsize, 1);
    gint64 block_items = MAX(BLOCK_SIZE / itemsize, 1);
    g_autofree guint8 *block = g_malloc((gsize)(block_items * itemsize));

    for (gint64 done = 0; self->n_bytes > 0 && done < self->n_items; done += block_items) {
        gint64 n = MIN(block_items, self->n_items - done);

        if (!array_read_items(self, done, n, block, error) ||
            !output_file_write(file, block, (gsize)n * self->dtype.itemsize, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
write_as_it_lies(MamutoArray *self, OutputFile *file, GError **error)
{
    g_autofree guint8 *block = g_malloc(BLOCK_SIZE);

    for (gint64 done = 0; done < self->n_bytes; done += BLOCK_SIZE) {
        gsize size = (gsize)MIN(BLOCK_SIZE, self->n_bytes - done);

        if (!array_read_bytes(self, done, size, block, error) ||
            !output_file_write(file, block, size, error))
            return FALSE;
    }
    return TRUE;
}

/**
 * mamuto_array_save_npy:
 * @self: an array
 * @path: the file to write or replace
 * @error: return location for a #GError
 *
 * Writes the same bytes as numpy.save(). The file is replaced atomically. Can be called from any
 * thread.
 *
 * Returns: %FALSE with %MAMUTO_ERROR_FAILED if the file cannot be written (permission, full disk),
 *   %MAMUTO_ERROR_INVALID_FILE if the file that contains the array can no longer be read
 */
gboolean
mamuto_array_save_npy(MamutoArray *self, const char *path, GError **error)
{
    g_autoptr(GByteArray) header = NULL;
    g_autoptr(OutputFile) file = NULL;
    gboolean fortran_order;

    g_return_val_if_fail(MAMUTO_IS_ARRAY(self) && path != NULL, FALSE);

    if (array_lines_refuse(self, path, error))
        return FALSE;
    fortran_order = array_is_stored_in_fortran_order(self);
    header = npy_format_header(&self->dtype, self->n_dims, self->shape, fortran_order, 0, error);
    if (header == NULL)
        return FALSE;
    file = output_file_open(path, error);
    return file != NULL && output_file_write(file, header->data, header->len, error) &&
           (fortran_order ? write_as_it_lies(self, file, error)
                          : write_in_c_order(self, file, error)) &&
           output_file_commit(file, error);
}
