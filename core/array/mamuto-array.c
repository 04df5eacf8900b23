/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Constructors and properties of arrays. The functions that read rows are in array-read.c. Each
 * file format has its own source file. */
#include "mamuto-array.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array-private.h"
#include "mamuto-error.h"

G_DEFINE_FINAL_TYPE(MamutoArray, mamuto_array, G_TYPE_OBJECT)

/* The data pointer of an array without elements points to this variable, so that it is never
 * NULL. */
static guint64 nothing;

static void
mamuto_array_finalize(GObject *object)
{
    MamutoArray *self = MAMUTO_ARRAY(object);

    g_clear_pointer(&self->check, content_check_free);
    if (self->map != NULL)
        munmap(self->map, self->map_size);
    if (self->fd >= 0)
        close(self->fd);
    if (self->destroy != NULL)
        self->destroy(self->destroy_data);
    g_free(self->formula);
    g_clear_object(&self->base);
    g_free(self->hash);
    g_clear_pointer(&self->table, mamuto_table_free);
    g_free(self->index);
    g_free(self->key);
    g_free(self->lines_path);
    g_clear_pointer(&self->blank_lines, g_array_unref);
    g_mutex_clear(&self->lock);
    G_OBJECT_CLASS(mamuto_array_parent_class)->finalize(object);
}

static void
mamuto_array_class_init(MamutoArrayClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_array_finalize;
}

static void
mamuto_array_init(MamutoArray *self)
{
    g_mutex_init(&self->lock);
    self->fd = -1;
    self->data = (guint8 *)&nothing;
}

gboolean
array_count(const MamutoDtype *dtype, guint n_dims, const gint64 *shape, gint64 *n_items,
            gint64 *n_bytes, GError **error)
{
    gint64 items = 1, extent = MAX((gint64)dtype->itemsize, 1);

    if (n_dims > MAMUTO_ARRAY_MAX_DIMS) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                    _("an array of %u dimensions: at most %d are handled"), n_dims,
                    MAMUTO_ARRAY_MAX_DIMS);
        return FALSE;
    }
    for (guint i = 0; i < n_dims; i++) {
        if (shape[i] < 0) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                        _("the shape holds %" PRId64 "; no dimension can be negative"), shape[i]);
            return FALSE;
        }
        items *= shape[i] > 0 ? 1 : 0;
        /* @extent is the element size times the lengths of all dimensions. A length of 0 counts as
         * 1, as in numpy. A stride is the element size times the lengths of some dimensions, so it
         * cannot overflow if @extent does not. */
        if (__builtin_mul_overflow(extent, MAX(shape[i], 1), &extent)) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                        _("the shape is too big: its size in bytes overflows at %'" PRId64),
                        shape[i]);
            return FALSE;
        }
    }
    *n_items = items > 0 ? extent / MAX((gint64)dtype->itemsize, 1) : 0;
    *n_bytes = *n_items * (gint64)dtype->itemsize;
    return TRUE;
}

void
array_fill_strides(MamutoArray *self, gboolean fortran_order, gint64 *strides)
{
    gint64 stride = self->dtype.itemsize;

    for (guint k = 0; k < self->n_dims; k++) {
        guint i = fortran_order ? k : self->n_dims - 1 - k;

        strides[i] = stride;
        stride *= MAX(self->shape[i], 1);
    }
}

static void
set_contiguous_strides(MamutoArray *self, gboolean fortran_order)
{
    array_fill_strides(self, fortran_order, self->strides);
}

void
array_set_fortran_order(MamutoArray *self)
{
    set_contiguous_strides(self, TRUE);
}

MamutoArray *
array_new_unbacked(const MamutoDtype *dtype, guint n_dims, const gint64 *shape, GError **error)
{
    g_autoptr(MamutoArray) self = NULL;
    gint64 n_items, n_bytes;

    if (!array_count(dtype, n_dims, shape, &n_items, &n_bytes, error))
        return NULL;
    self = g_object_new(MAMUTO_TYPE_ARRAY, NULL);
    self->dtype = *dtype;
    self->n_dims = n_dims;
    self->n_items = n_items;
    self->n_bytes = n_bytes;
    if (n_dims > 0)
        memcpy(self->shape, shape, n_dims * sizeof *shape);
    set_contiguous_strides(self, FALSE);
    return g_steal_pointer(&self);
}

/* Maps the part of the array's file that contains the elements, that is, self->n_bytes bytes from
 * self->offset on. */
static gboolean
map_data(MamutoArray *self, int protection, GError **error)
{
    guint64 page = (guint64)sysconf(_SC_PAGESIZE);
    guint64 into_page = self->offset % page;
    gpointer map;

    if (self->n_bytes == 0)
        return TRUE;
    self->map_size = (gsize)self->n_bytes + into_page;
    map = mmap(NULL, self->map_size, protection, MAP_SHARED, self->fd,
               (off_t)(self->offset - into_page));
    if (map == MAP_FAILED) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                    _("%'" PRId64 " bytes cannot be mapped: %s"), self->n_bytes, g_strerror(errno));
        return FALSE;
    }
    self->map = map;
    self->data = (guint8 *)map + into_page;
    return TRUE;
}

/**
 * mamuto_array_new:
 * @dtype: the type of the elements
 * @n_dims: number of dimensions, 0 to %MAMUTO_ARRAY_MAX_DIMS
 * @shape: (array length=n_dims) (nullable): length of each dimension
 * @error: return location for a #GError
 *
 * Creates a zeroed array in new memory, in C order. The memory has a file descriptor, so that
 * processes on this computer can share it. Can be called from any thread.
 *
 * Returns: (transfer full): the array, or %NULL with %MAMUTO_ERROR_INVALID_ARGUMENT for an
 *   impossible shape, %MAMUTO_ERROR_FAILED if there is not enough memory
 */
MamutoArray *
mamuto_array_new(const MamutoDtype *dtype, guint n_dims, const gint64 *shape, GError **error)
{
    g_autoptr(MamutoArray) self = NULL;

    g_return_val_if_fail(dtype != NULL && (n_dims == 0 || shape != NULL), NULL);

    self = array_new_unbacked(dtype, n_dims, shape, error);
    if (self == NULL)
        return NULL;
    self->fd = memfd_create("mamuto-array", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (self->fd < 0 || ftruncate(self->fd, (off_t)self->n_bytes) != 0 ||
        fcntl(self->fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                    _("no memory for an array of %'" PRId64 " bytes: %s"), self->n_bytes,
                    g_strerror(errno));
        return NULL;
    }
    if (!map_data(self, PROT_READ | PROT_WRITE, error))
        return NULL;
    return g_steal_pointer(&self);
}

/* Sets the strides and computes the range of bytes that the elements occupy. The range starts
 * @below bytes before the address of the first element and ends @above bytes after this address.
 * Returns FALSE on overflow. */
static gboolean
set_strides(MamutoArray *self, const gint64 *strides, gint64 *below, gint64 *above)
{
    gint64 low = 0, high = self->dtype.itemsize;

    for (guint i = 0; i < self->n_dims; i++) {
        gint64 reach;

        self->strides[i] = strides[i];
        if (__builtin_mul_overflow(strides[i], MAX(self->shape[i] - 1, 0), &reach) ||
            __builtin_add_overflow(reach < 0 ? low : high, reach, reach < 0 ? &low : &high))
            return FALSE;
    }
    if (low == G_MININT64)
        return FALSE;
    *below = -low;
    *above = high;
    return TRUE;
}

/**
 * mamuto_array_new_for_memory: (skip)
 * @data: the memory
 * @size: size of the memory in bytes
 * @dtype: the type of the elements
 * @n_dims: number of dimensions
 * @shape: (array length=n_dims) (nullable): length of each dimension
 * @strides: (array length=n_dims) (nullable): bytes between adjacent elements along each dimension,
 *   possibly negative or 0; %NULL: C order
 * @destroy: (nullable): called with @destroy_data when the memory is no longer used, and also if
 *   this call fails
 * @destroy_data: passed to @destroy
 * @error: return location for a #GError
 *
 * Creates an array whose elements are in the caller's memory. The caller must not change this
 * memory until @destroy is called. Even if a stride is negative, @data is the lowest address, and
 * the first element is then at a higher address. Can be called from any thread. The thread that
 * drops the last reference calls @destroy.
 *
 * Returns: (transfer full): the array, or %NULL with %MAMUTO_ERROR_INVALID_ARGUMENT if an element
 * is outside of the memory
 */
MamutoArray *
mamuto_array_new_for_memory(gpointer data, gsize size, const MamutoDtype *dtype, guint n_dims,
                            const gint64 *shape, const gint64 *strides, GDestroyNotify destroy,
                            gpointer destroy_data, GError **error)
{
    g_autoptr(MamutoArray) self = NULL;
    gint64 below = 0, above;
    guint64 extent;

    g_return_val_if_fail(dtype != NULL && (n_dims == 0 || shape != NULL), NULL);
    g_return_val_if_fail(data != NULL || size == 0, NULL);

    self = array_new_unbacked(dtype, n_dims, shape, error);
    if (self == NULL) {
        if (destroy != NULL)
            destroy(destroy_data);
        return NULL;
    }
    self->destroy = destroy;
    self->destroy_data = destroy_data;
    above = self->n_bytes;
    if (strides != NULL && !set_strides(self, strides, &below, &above)) {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                            _("the strides overflow"));
        return NULL;
    }
    extent = (guint64)below + (guint64)above;
    if (self->n_items > 0 && extent > size) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("shape and strides span %'" PRIu64 " bytes, but the memory has %'zu"), extent,
                    size);
        return NULL;
    }
    if (self->n_bytes > 0)
        self->data = (guint8 *)data + below;
    return g_steal_pointer(&self);
}

static gboolean
check_file(MamutoArray *self, GError **error)
{
    struct stat st;
    guint64 end;

    if (fstat(self->fd, &st) != 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("cannot be read: %s"),
                    g_strerror(errno));
        return FALSE;
    }
    if (!S_ISREG(st.st_mode)) {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                            _("not a regular file, so that it cannot be mapped"));
        return FALSE;
    }
    self->mtime = st.st_mtim;
    if (__builtin_add_overflow(self->offset, (guint64)self->n_bytes, &end) ||
        end > (guint64)st.st_size) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("too short: %'" PRId64 " bytes of data from byte %'" PRIu64
                      " on were expected, but the file has %'" PRId64
                      " in all; was it written completely?"),
                    self->n_bytes, self->offset, (gint64)st.st_size);
        return FALSE;
    }
    return TRUE;
}

/**
 * mamuto_array_new_for_fd: (skip)
 * @fd: (transfer full): descriptor of a regular file or of a memfd; closed even if this call fails
 * @offset: position of the first element in the file
 * @dtype: the type of the elements
 * @n_dims: number of dimensions
 * @shape: (array length=n_dims) (nullable): length of each dimension
 * @fortran_order: whether the first index changes fastest
 * @error: return location for a #GError
 *
 * Maps a file read-only as an array. Can be called from any thread.
 *
 * Returns: (transfer full): the array, or %NULL with %MAMUTO_ERROR_INVALID_FILE if the file is too
 *   short or not a regular file, %MAMUTO_ERROR_INVALID_ARGUMENT for an impossible shape
 */
MamutoArray *
mamuto_array_new_for_fd(int fd, guint64 offset, const MamutoDtype *dtype, guint n_dims,
                        const gint64 *shape, gboolean fortran_order, GError **error)
{
    g_autoptr(MamutoArray) self = NULL;

    g_return_val_if_fail(dtype != NULL && (n_dims == 0 || shape != NULL), NULL);
    g_return_val_if_fail(fd >= 0, NULL);

    self = array_new_unbacked(dtype, n_dims, shape, error);
    if (self == NULL) {
        close(fd);
        return NULL;
    }
    self->fd = fd;
    self->offset = offset;
    self->is_file = TRUE;
    set_contiguous_strides(self, fortran_order);
    if (!check_file(self, error) || !map_data(self, PROT_READ, error))
        return NULL;
    return g_steal_pointer(&self);
}

/**
 * mamuto_array_get_dtype:
 * @self: an array
 * @dtype: (out caller-allocates): the type of its elements
 */
void
mamuto_array_get_dtype(MamutoArray *self, MamutoDtype *dtype)
{
    g_return_if_fail(MAMUTO_IS_ARRAY(self) && dtype != NULL);

    *dtype = self->dtype;
}

/**
 * mamuto_array_get_n_dims:
 * @self: an array
 *
 * Returns: the number of dimensions; 0 for a single value
 */
guint
mamuto_array_get_n_dims(MamutoArray *self)
{
    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), 0);

    return self->n_dims;
}

/**
 * mamuto_array_get_shape:
 * @self: an array
 * @n_dims: (out) (optional): number of dimensions
 *
 * Returns: (transfer none) (array length=n_dims): the length of each dimension
 */
const gint64 *
mamuto_array_get_shape(MamutoArray *self, guint *n_dims)
{
    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), NULL);

    if (n_dims != NULL)
        *n_dims = self->n_dims;
    return self->shape;
}

/**
 * mamuto_array_get_strides:
 * @self: an array
 * @n_dims: (out) (optional): number of dimensions
 *
 * Returns: (transfer none) (array length=n_dims): bytes between adjacent elements along each
 *   dimension
 */
const gint64 *
mamuto_array_get_strides(MamutoArray *self, guint *n_dims)
{
    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), NULL);

    if (n_dims != NULL)
        *n_dims = self->n_dims;
    return self->strides;
}

/**
 * mamuto_array_get_data:
 * @self: an array
 *
 * Provides direct access to the elements. The elements of a mapped file are read-only. If another
 * program truncates the file, direct access raises SIGBUS; mamuto_array_read_rows() returns an
 * error instead.
 *
 * Returns: (transfer none) (nullable): the address of the first element, not necessarily aligned;
 *   %NULL if the elements are not in memory but computed where they are read, as in a range
 */
gpointer
mamuto_array_get_data(MamutoArray *self)
{
    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), NULL);

    return self->formula == NULL && self->base == NULL ? self->data : NULL;
}

/**
 * mamuto_array_get_table:
 * @self: an array
 *
 * Returns: (transfer none) (nullable): how the text table that the array was loaded from was
 *   understood; %NULL if the array was not loaded from a text table
 */
const MamutoTable *
mamuto_array_get_table(MamutoArray *self)
{
    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), NULL);

    return self->table;
}

/**
 * mamuto_array_get_n_rows:
 * @self: an array
 *
 * Returns: the length of the first dimension; 1 for a single value
 */
gint64
mamuto_array_get_n_rows(MamutoArray *self)
{
    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), 0);

    return self->n_dims > 0 ? self->shape[0] : 1;
}

/**
 * mamuto_array_get_row_size:
 * @self: an array
 *
 * Returns: size of one row in bytes, even if the array has no rows; 0 for JSON values, whose sizes
 *   differ
 */
gsize
mamuto_array_get_row_size(MamutoArray *self)
{
    gsize size;

    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), 0);

    size = self->dtype.itemsize;
    for (guint i = 1; i < self->n_dims; i++)
        size *= (gsize)self->shape[i];
    return size;
}

static gboolean
is_contiguous(MamutoArray *self, gboolean fortran_order)
{
    gint64 stride = self->dtype.itemsize;

    if (self->n_bytes == 0)
        return TRUE;
    for (guint k = 0; k < self->n_dims; k++) {
        guint i = fortran_order ? k : self->n_dims - 1 - k;

        if (self->shape[i] != 1 && self->strides[i] != stride)
            return FALSE;
        stride *= self->shape[i];
    }
    return TRUE;
}

/**
 * mamuto_array_is_c_contiguous:
 * @self: an array
 *
 * Returns: whether the elements are contiguous with the last index changing fastest
 */
gboolean
mamuto_array_is_c_contiguous(MamutoArray *self)
{
    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), FALSE);

    return is_contiguous(self, FALSE);
}

gboolean
array_is_fortran_contiguous(MamutoArray *self)
{
    return is_contiguous(self, TRUE);
}

gboolean
array_is_stored_in_fortran_order(MamutoArray *self)
{
    return !is_contiguous(self, FALSE) && is_contiguous(self, TRUE);
}

/**
 * mamuto_array_get_fd: (skip)
 * @self: an array
 * @offset: (out) (optional): position of the first element in the file
 *
 * Returns: the file descriptor of the memory or file that contains the elements, or -1 for memory
 *   of the caller and for a range, whose elements are computed. The array owns the descriptor. The
 * strides determine the positions of all elements after the first one
 */
int
mamuto_array_get_fd(MamutoArray *self, guint64 *offset)
{
    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), -1);

    if (offset != NULL)
        *offset = self->offset;
    return self->fd;
}
