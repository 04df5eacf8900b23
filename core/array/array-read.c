/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Copies elements of an array to memory in C order, for arrays with any strides. Computes the hash
 * of an array. */
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array-lines.h"
#include "array-private.h"
#include "hash.h"
#include "mamuto-error.h"
#include "mapping-guard.h"

/* Number of bytes that are read and hashed at once. A block of this size fits in the processor's
 * cache. Cancellation is checked between two blocks. */
#define HASH_BLOCK (1024 * 1024)

/* Maximum number of hashes in the cache. All arrays of the process share this cache. */
#define MAX_REMEMBERED 64

/* The FAT file system stores modification times in steps of 2 s. Two writes within 2 s may
 * therefore leave the same modification time. */
#define MTIME_STEP_SECONDS 2

static gboolean
set_cut_short(GError **error)
{
    g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                        _("the file of the array was truncated while it was in use"));
    return FALSE;
}

static gboolean
read_file(int fd, guint64 offset, gsize size, guint8 *dest, GError **error)
{
    while (size > 0) {
        ssize_t got = pread(fd, dest, size, (off_t)offset);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                        _("the file of the array cannot be read: %s"), g_strerror(errno));
            return FALSE;
        }
        if (got == 0)
            return set_cut_short(error);
        dest += got;
        offset += (guint64)got;
        size -= (gsize)got;
    }
    return TRUE;
}

gboolean
array_read_bytes(MamutoArray *self, gint64 first, gsize size, gpointer dest, GError **error)
{
    if (self->is_file)
        return read_file(self->fd, self->offset + (guint64)first, size, dest, error);
    if (size > 0)
        memcpy(dest, self->data + first, size);
    return TRUE;
}

/* Copies @n elements from addresses that are @stride bytes apart to adjacent addresses at @dest.
 * For elements of 1, 2, 4, 8 and 16 bytes, memcpy() is called with a constant size, because the
 * compiler replaces such a call by one load and one store. */
static void
copy_run(const guint8 *source, gint64 stride, guint8 *dest, gint64 n, gsize itemsize)
{
#define COPY_RUN(size)                                                                             \
    for (gint64 i = 0; i < n; i++, source += stride, dest += (size))                               \
    memcpy(dest, source, (size))

    if (stride == (gint64)itemsize) {
        memcpy(dest, source, (gsize)n * itemsize);
        return;
    }
    switch (itemsize) {
    case 1:
        COPY_RUN(1);
        break;
    case 2:
        COPY_RUN(2);
        break;
    case 4:
        COPY_RUN(4);
        break;
    case 8:
        COPY_RUN(8);
        break;
    case 16:
        COPY_RUN(16);
        break;
    default:
        COPY_RUN(itemsize);
    }
#undef COPY_RUN
}

/* The argument of gather() and copy_column(). gather() copies @n elements in C order, starting with
 * element @first. copy_column() copies @n elements of @column, starting at row @first. */
typedef struct {
    MamutoArray *array;
    gint64 first;
    gint64 n;
    guint8 *dest;
    gint64 column;
} Items;

static void
gather(gpointer data)
{
    const Items *items = data;
    MamutoArray *self = items->array;
    gint64 first = items->first, n = items->n;
    guint8 *dest = items->dest;
    gint64 index[MAMUTO_ARRAY_MAX_DIMS];
    const guint8 *source = self->data;
    guint last = self->n_dims - 1;

    for (guint k = self->n_dims; k-- > 0;) {
        index[k] = first % self->shape[k];
        first /= self->shape[k];
        source += index[k] * self->strides[k];
    }
    while (n > 0) {
        gint64 run = MIN(n, self->shape[last] - index[last]);

        copy_run(source, self->strides[last], dest, run, self->dtype.itemsize);
        dest += run * self->dtype.itemsize;
        n -= run;
        /* If elements are left, moves to the next one: its last index is 0, and the index before
         * the last is incremented by 1. If an incremented index reaches the length of its
         * dimension, it becomes 0 and the index before it is incremented. */
        source -= index[last] * self->strides[last];
        index[last] = 0;
        for (guint k = last; n > 0 && k-- > 0;) {
            source += self->strides[k];
            if (++index[k] < self->shape[k])
                break;
            source -= index[k] * self->strides[k];
            index[k] = 0;
        }
    }
}

/* Fails if the mapped file was truncated. mapping_guard_read() detects only missing pages, which
 * raise SIGBUS. If the file ends within a page, the missing bytes of this page are read as zeros,
 * without a signal. */
static gboolean
check_not_cut_short(MamutoArray *self, GError **error)
{
    struct stat st;

    if (fstat(self->fd, &st) == 0 &&
        self->offset + (guint64)self->n_bytes <= (guint64)MAX(st.st_size, 0))
        return TRUE;
    return set_cut_short(error);
}

static gboolean
read_mapping(MamutoArray *self, MappingReader reader, gpointer data, GError **error)
{
    if (!self->is_file) {
        reader(data);
        return TRUE;
    }
    if (!mapping_guard_read(self->map, self->map_size, reader, data))
        return set_cut_short(error);
    return check_not_cut_short(self, error);
}

gboolean
array_read_items(MamutoArray *self, gint64 first, gint64 n, gpointer dest, GError **error)
{
    gint64 itemsize = self->dtype.itemsize;

    if (n == 0 || itemsize == 0)
        return TRUE;
    g_return_val_if_fail(dest != NULL, FALSE);
    if (self->formula != NULL) {
        array_formula_compute(self->formula, first, n, dest);
        return TRUE;
    }
    if (self->base != NULL)
        return array_read_tiled(self, first, n, dest, error);
    if (self->n_dims == 0 || mamuto_array_is_c_contiguous(self))
        return array_read_bytes(self, first * itemsize, (gsize)(n * itemsize), dest, error);
    return read_mapping(self, gather, &(Items){self, first, n, dest}, error);
}

/* Returns the address of a column's element in row 0. @column: index of the element within a row,
 * in C order. */
static const guint8 *
find_column(MamutoArray *self, gint64 column)
{
    const guint8 *at = self->data;

    for (guint k = self->n_dims; k-- > 1;) {
        at += column % self->shape[k] * self->strides[k];
        column /= self->shape[k];
    }
    return at;
}

static void
copy_column(gpointer data)
{
    const Items *items = data;
    MamutoArray *self = items->array;

    copy_run(find_column(self, items->column) + items->first * self->strides[0], self->strides[0],
             items->dest, items->n, self->dtype.itemsize);
}

gboolean
array_read_column(MamutoArray *self, gint64 column, gint64 lo, gint64 n, gpointer dest,
                  GError **error)
{
    gint64 itemsize = self->dtype.itemsize;

    if (n == 0 || itemsize == 0)
        return TRUE;
    if (mamuto_array_get_row_size(self) == (gsize)itemsize)
        return array_read_items(self, lo, n, dest, error);
    return read_mapping(self, copy_column, &(Items){self, lo, n, dest, .column = column}, error);
}

/**
 * mamuto_array_read_rows: (skip)
 * @self: an array
 * @lo: the first row
 * @hi: the row after the last row to read
 * @dest: space for (@hi - @lo) × mamuto_array_get_row_size() bytes
 * @error: return location for a #GError
 *
 * Copies the rows to @dest, in C order, without changing their byte order. Can be called from any
 * thread.
 *
 * Returns: %FALSE with %MAMUTO_ERROR_INVALID_FILE if the file was truncated,
 *   %MAMUTO_ERROR_INVALID_ARGUMENT if the array has no such rows, %MAMUTO_ERROR_UNSUPPORTED for
 *   JSON values
 */
gboolean
mamuto_array_read_rows(MamutoArray *self, gint64 lo, gint64 hi, gpointer dest, GError **error)
{
    gint64 n_rows, row_items;

    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), FALSE);
    g_return_val_if_fail(dest != NULL || lo == hi, FALSE);

    n_rows = mamuto_array_get_n_rows(self);
    if (self->dtype.kind == 'J') {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                            _("the sizes of JSON values differ, so that they cannot be read as an "
                              "array"));
        return FALSE;
    }
    if (lo < 0 || hi < lo || hi > n_rows) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("rows %'" PRId64 " to %'" PRId64 " of an array that has %'" PRId64), lo, hi,
                    n_rows);
        return FALSE;
    }
    row_items = n_rows > 0 ? self->n_items / n_rows : 0;
    return array_read_items(self, lo * row_items, (hi - lo) * row_items, dest, error);
}

/**
 * mamuto_array_check_unchanged:
 * @self: an array
 * @error: return location for a #GError
 *
 * Checks, by size and mtime, that the array's file was neither truncated nor modified since it was
 * mapped. If this check succeeds, all rows that were read before it are from the same version of
 * the file. Always succeeds for arrays in memory. Can be called from any thread.
 *
 * Returns: %FALSE with %MAMUTO_ERROR_INVALID_FILE if the file was changed
 */
gboolean
mamuto_array_check_unchanged(MamutoArray *self, GError **error)
{
    struct stat st;

    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), FALSE);

    if (self->base != NULL)
        return mamuto_array_check_unchanged(self->base, error);
    /* A failed fstat() is ignored, because it does not mean that the file has changed. For example,
     * a file server may be unreachable. */
    if (!self->is_file || fstat(self->fd, &st) != 0)
        return TRUE;
    if ((guint64)st.st_size < self->offset + (guint64)self->n_bytes)
        return set_cut_short(error);
    if (st.st_mtim.tv_sec == self->mtime.tv_sec && st.st_mtim.tv_nsec == self->mtime.tv_nsec)
        return TRUE;
    g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                        _("the file of the array was written to by another program while it was in "
                          "use, so that old and new rows may be mixed; run again"));
    return FALSE;
}

/**
 * mamuto_array_check_content:
 * @self: an array
 * @wait: whether to wait for the end of the check. If %FALSE, a check that is not finished counts
 * as passed
 * @cancellable: (nullable): cancels the call
 * @error: return location for a #GError
 *
 * Checks that the content of the array's file matches the checksum that is stored in the file. Only
 * large uncompressed arrays of NPZ files are still checked after they were loaded, by a thread that
 * reads the file once. Results that were computed from the array can be relied on only after this
 * call has returned %TRUE with @wait. Can be called from any thread.
 *
 * Returns: %FALSE with %MAMUTO_ERROR_INVALID_FILE if the content is damaged, %G_IO_ERROR_CANCELLED
 *   if cancelled
 */
gboolean
mamuto_array_check_content(MamutoArray *self, gboolean wait, GCancellable *cancellable,
                           GError **error)
{
    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), FALSE);

    if (self->base != NULL)
        return mamuto_array_check_content(self->base, wait, cancellable, error);
    if (self->check == NULL)
        return TRUE;
    return wait ? content_check_wait(self->check, cancellable, error)
                : content_check_peek(self->check, error);
}

/* An element of the cache of hashes. All members except @hash are the key. The key identifies a
 * version of a file, and the array within the file. */
typedef struct {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec mtime;
    guint64 offset;
    gboolean fortran_order;
    char *header;
    char *hash;
} Remembered;

static GMutex remembered_lock;
static GQueue remembered = G_QUEUE_INIT; /* elements are Remembered, the most recently used first */

static void
remembered_free(Remembered *entry)
{
    g_free(entry->header);
    g_free(entry->hash);
    g_free(entry);
}

static gboolean
remembered_matches(const Remembered *a, const Remembered *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->mtime.tv_sec == b->mtime.tv_sec && a->mtime.tv_nsec == b->mtime.tv_nsec &&
           a->offset == b->offset && a->fortran_order == b->fortran_order &&
           g_str_equal(a->header, b->header);
}

/* Returns the cached hash (transfer full), or NULL if the cache has no hash for @key. */
static char *
look_up(const Remembered *key)
{
    char *hash = NULL;

    g_mutex_lock(&remembered_lock);
    for (GList *link = remembered.head; link != NULL && hash == NULL; link = link->next)
        if (remembered_matches(link->data, key)) {
            g_queue_unlink(&remembered, link);
            g_queue_push_head_link(&remembered, link);
            hash = g_strdup(((Remembered *)link->data)->hash);
        }
    g_mutex_unlock(&remembered_lock);
    return hash;
}

static void
remember(const Remembered *key, const char *hash)
{
    Remembered *entry = g_memdup2(key, sizeof *key);

    entry->header = g_strdup(key->header);
    entry->hash = g_strdup(hash);
    g_mutex_lock(&remembered_lock);
    g_queue_push_head(&remembered, entry);
    if (g_queue_get_length(&remembered) > MAX_REMEMBERED)
        remembered_free(g_queue_pop_tail(&remembered));
    g_mutex_unlock(&remembered_lock);
}

/* Computes the key of an array in the cache of hashes. Returns FALSE if the hash must not be
 * cached. This is the case if the array is not in a file, the file is deleted, or the file was
 * modified so recently that another change might not change the modification time. */
static gboolean
make_key(MamutoArray *self, char *header, Remembered *key)
{
    struct stat st;

    if (!self->is_file || fstat(self->fd, &st) != 0 || st.st_nlink == 0 ||
        g_get_real_time() / G_USEC_PER_SEC - st.st_mtim.tv_sec <= MTIME_STEP_SECONDS)
        return FALSE;
    *key = (Remembered){.device = st.st_dev,
                        .inode = st.st_ino,
                        .size = st.st_size,
                        .mtime = st.st_mtim,
                        .offset = self->offset,
                        .fortran_order = !mamuto_array_is_c_contiguous(self),
                        .header = header};
    return TRUE;
}

static char *
describe(MamutoArray *self)
{
    g_autoptr(GString) text = g_string_new("mamuto-array ");
    char dtype[MAMUTO_DTYPE_STRING_MAX];

    mamuto_dtype_to_string(&self->dtype, dtype);
    g_string_append(text, dtype);
    for (guint i = 0; i < self->n_dims; i++)
        g_string_append_printf(text, " %" G_GINT64_FORMAT, self->shape[i]);
    g_string_append_c(text, '\n');
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Digests JSON values as the block that hosts get (see array-lines.h). */
static gboolean
digest_lines(MamutoArray *self, Hash *hash, GCancellable *cancellable, GError **error)
{
    gint64 n_rows = self->shape[0];
    guint64 size = array_lines_get_block_size(self, 0, n_rows);
    g_autofree guint8 *block = g_malloc(HASH_BLOCK);

    for (guint64 done = 0; done < size; done += HASH_BLOCK) {
        gsize n = (gsize)MIN(HASH_BLOCK, size - done);

        if (g_cancellable_set_error_if_cancelled(cancellable, error) ||
            !array_lines_read_block(self, 0, n_rows, done, n, block, error))
            return FALSE;
        hash_update(hash, block, n);
    }
    return TRUE;
}

static gboolean
digest_items(MamutoArray *self, Hash *hash, GCancellable *cancellable, GError **error)
{
    gint64 itemsize = MAX((gint64)self->dtype.itemsize, 1);
    gint64 block_items = MAX(HASH_BLOCK / itemsize, 1);
    gsize block_size = (gsize)(MIN(block_items, MAX(self->n_items, 1)) * itemsize);
    g_autofree guint8 *block = g_try_malloc(block_size);

    if (block == NULL) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, _("no memory for %'zu bytes"),
                    block_size);
        return FALSE;
    }
    for (gint64 done = 0; self->n_bytes > 0 && done < self->n_items; done += block_items) {
        gint64 n = MIN(block_items, self->n_items - done);

        if (g_cancellable_set_error_if_cancelled(cancellable, error) ||
            !array_read_items(self, done, n, block, error))
            return FALSE;
        hash_update(hash, block, (gsize)n * self->dtype.itemsize);
    }
    return TRUE;
}

static char *
compute_hash(MamutoArray *self, const char *header, GCancellable *cancellable, GError **error)
{
    g_autoptr(Hash) hash = hash_new();

    hash_update(hash, header, strlen(header));
    if (self->dtype.kind == 'J' ? digest_lines(self, hash, cancellable, error)
                                : digest_items(self, hash, cancellable, error))
        return hash_finish(hash);
    return NULL;
}

/**
 * mamuto_array_hash:
 * @self: an array
 * @cancellable: (nullable): cancels the call
 * @error: return location for a #GError
 *
 * Computes the SHA-256 digest of the element type, the shape and the elements in C order, or of the
 * text of JSON values. Only the first call computes the digest, so the content of the array must
 * not change afterwards. Blocks for about 1 s per 1.4 GB. Can be called from any thread.
 *
 * Returns: (transfer none): 64 hexadecimal digits, or %NULL with %MAMUTO_ERROR_INVALID_FILE if the
 *   file was truncated, %G_IO_ERROR_CANCELLED if cancelled
 */
const char *
mamuto_array_hash(MamutoArray *self, GCancellable *cancellable, GError **error)
{
    g_autofree char *header = NULL;
    Remembered before, after;
    gboolean may_remember;
    const char *hash;

    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), NULL);

    if (self->dtype.kind == 'J' && array_lines_get_index(self, error) == NULL)
        return NULL;
    /* The lock is held while hashing, so that a second caller waits for the digest instead of
     * computing it again. */
    g_mutex_lock(&self->lock);
    if (self->hash == NULL) {
        header = describe(self);
        may_remember = make_key(self, header, &before);
        self->hash = may_remember ? look_up(&before) : NULL;
        if (self->hash == NULL) {
            self->hash = compute_hash(self, header, cancellable, error);
            if (self->hash != NULL && may_remember && make_key(self, header, &after) &&
                remembered_matches(&before, &after))
                remember(&before, self->hash);
        }
    }
    hash = self->hash;
    g_mutex_unlock(&self->lock);
    return hash;
}

/**
 * mamuto_array_has_hash:
 * @self: an array
 *
 * Can be called from any thread.
 *
 * Returns: whether mamuto_array_hash() has computed the digest, so that it now returns at once;
 *   %FALSE while another thread computes it
 */
gboolean
mamuto_array_has_hash(MamutoArray *self)
{
    gboolean known;

    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), FALSE);

    if (!g_mutex_trylock(&self->lock))
        return FALSE;
    known = self->hash != NULL;
    g_mutex_unlock(&self->lock);
    return known;
}
