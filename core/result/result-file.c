/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads and writes the file of the results. The file is written with pwrite() or splice() and not
 * with mmap(). On a full disk they return an error, but a write to mapped memory raises SIGBUS.
 * Disk space is allocated before the file is changed, so that a full disk is detected early. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "array-private.h"
#include "mamuto-error.h"
#include "memory.h"
#include "npy.h"
#include "result-store-private.h"

/* Minimum size in bytes of a block for which sync_file_range() is called. For a smaller block, this
 * additional system call costs more time than it saves. */
#define EARLY_WRITE_SIZE (1u << 20)

/* Minimum size in bytes of a block that is copied through a pipe, and the size of the pipe, which
 * is the largest that Linux allows by default. */
#define SPLICE_SIZE (1 << 20)

/* The free memory or disk space is looked up before a file of more than this many bytes is made. */
#define LARGE_FILE (16u << 20)

guint64
result_file_offset(const ResultFile *file, gint64 row)
{
    return file->reserved + (guint64)row * file->row_items * file->dtype.itemsize;
}

static void
set_write_error(const ResultFile *file, guint64 needed, int number, GError **error)
{
    struct statvfs fs;
    const char *why;

    if (number != ENOSPC && number != EDQUOT && number != EFBIG) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, _("%s: cannot be written: %s"),
                    file->name, g_strerror(number));
        return;
    }
    why = number == ENOSPC  ? _("disk full")
          : number == EFBIG ? _("the file would be larger than is allowed")
                            : _("disk quota exceeded");
    /* Translators: the first %s is a file, the second %s is a reason such as "disk full" */
    if (fstatvfs(file->fd, &fs) == 0)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                    _("%s: %s: %'" PRIu64 " bytes needed, %'" PRIu64
                      " free; make room, or write elsewhere"),
                    file->name, why, needed, (guint64)fs.f_bavail * (guint64)fs.f_frsize);
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                    _("%s: %s: %'" PRIu64 " bytes needed; make room, or write elsewhere"),
                    file->name, why, needed);
}

/* Returns FALSE with an error if a file of @size bytes certainly does not fit into the free disk
 * space or memory. Without this check, the rows would be computed until the space is used up. */
static gboolean
check_room(const ResultFile *file, guint64 size, GError **error)
{
    struct stat st;
    struct statvfs fs;
    guint64 room;

    if (size <= LARGE_FILE || fstat(file->fd, &st) != 0)
        return TRUE;
    if (file->on_disk) {
        if (fstatvfs(file->fd, &fs) != 0 || fs.f_blocks == 0)
            return TRUE;
        room = (guint64)fs.f_bfree * (guint64)fs.f_frsize;
    } else {
        room = memory_get_available();
    }
    if (size <= (guint64)st.st_blocks * 512 || size - (guint64)st.st_blocks * 512 <= room)
        return TRUE;
    if (file->on_disk)
        set_write_error(file, size, ENOSPC, error);
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                    _("%s: not enough memory on this computer: %'" PRIu64 " bytes needed, %'" PRIu64
                      " free; write the results to a file, or map fewer rows at once"),
                    file->name, size, room);
    return FALSE;
}

/* Extends the file to @size bytes. For a file on disk, allocates the disk space now. For a file in
 * memory, the kernel allocates memory when rows are written. */
static gboolean
reserve_space(const ResultFile *file, guint64 size, GError **error)
{
    int number = 0;

    if (size <= G_MAXINT64 && !check_room(file, size, error))
        return FALSE;
    if (size > G_MAXINT64)
        number = EFBIG;
    else if (file->on_disk && fallocate(file->fd, 0, 0, (off_t)size) == 0)
        return TRUE;
    else if (file->on_disk && errno != EOPNOTSUPP && errno != ENOSYS && errno != EINTR)
        number = errno;
    else if (ftruncate(file->fd, (off_t)size) != 0)
        number = errno;
    if (number)
        set_write_error(file, size, number, error);
    return number == 0;
}

static gboolean
write_bytes(const ResultFile *file, guint64 offset, gconstpointer data, gsize size, GError **error)
{
    const guint8 *from = data;

    while (size > 0) {
        ssize_t n = pwrite(file->fd, from, size, (off_t)offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            set_write_error(file, size, n < 0 ? errno : ENOSPC, error);
            return FALSE;
        }
        from += n;
        offset += (guint64)n;
        size -= (gsize)n;
    }
    return TRUE;
}

/* Reads @size bytes from the result file or from a file that an agent sent. Fails with
 * MAMUTO_ERROR_PROTOCOL if an agent's file is shorter than the agent announced. */
gboolean
result_file_read(int fd, guint64 offset, gpointer dest, gsize size, GError **error)
{
    guint8 *to = dest;

    while (size > 0) {
        ssize_t n = pread(fd, to, size, (off_t)offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, _("results cannot be read: %s"),
                        g_strerror(errno));
            return FALSE;
        }
        if (n == 0) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                        _("a block of results is %zu bytes shorter than announced"), size);
            return FALSE;
        }
        to += n;
        offset += (guint64)n;
        size -= (gsize)n;
    }
    return TRUE;
}

/* Copies bytes from the file @from to @file through a pipe. The pipe contains references to the
 * pages of the file, so this copies the bytes once, and read() and write() twice. Returns the
 * number of copied bytes, fewer than @size after an error or if the kernel cannot copy these files
 * so. */
static gsize
splice_bytes(const ResultFile *file, guint64 offset, int from, guint64 from_offset, gsize size)
{
    loff_t in = (loff_t)from_offset, out = (loff_t)offset;
    int ends[2];

    if (size < SPLICE_SIZE || pipe2(ends, O_CLOEXEC) != 0)
        return 0;
    fcntl(ends[1], F_SETPIPE_SZ, SPLICE_SIZE); /* if this fails, the pipe takes less at once */
    while ((guint64)out < offset + size) {
        gsize left = (gsize)(offset + size - (guint64)out);
        ssize_t n = splice(from, &in, ends[1], NULL, MIN(left, SPLICE_SIZE), 0);
        ssize_t written = 0;

        while (n > 0 && (written = splice(ends[0], NULL, file->fd, &out, (gsize)n, 0)) > 0)
            n -= written;
        if (n != 0 || written <= 0)
            break;
    }
    close(ends[0]);
    close(ends[1]);
    return (gsize)((guint64)out - offset);
}

/* Copies @size bytes from the file @from to @file. Uses copy_file_range() or a pipe if the file
 * systems support it, otherwise a buffer. */
static gboolean
copy_bytes(const ResultFile *file, guint64 offset, int from, guint64 from_offset, gsize size,
           GError **error)
{
    g_autofree guint8 *piece = NULL;
    gsize n_spliced;

    while (size > 0) {
        off_t in = (off_t)from_offset, out = (off_t)offset;
        ssize_t n = copy_file_range(from, &in, file->fd, &out, size, 0);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        from_offset += (guint64)n;
        offset += (guint64)n;
        size -= (gsize)n;
    }
    n_spliced = splice_bytes(file, offset, from, from_offset, size);
    from_offset += n_spliced;
    offset += n_spliced;
    size -= n_spliced;
    /* copies the rest, or finds out again which error has occurred, and reports it */
    if (size > 0)
        piece = g_malloc(MIN(size, RESULT_PIECE_SIZE));
    while (size > 0) {
        gsize n = MIN(size, RESULT_PIECE_SIZE);

        if (!result_file_read(from, from_offset, piece, n, error) ||
            !write_bytes(file, offset, piece, n, error))
            return FALSE;
        from_offset += n;
        offset += n;
        size -= n;
    }
    return TRUE;
}

/* Copies @size bytes of the data of @block, from the byte @from on, to @offset in @file. */
gboolean
result_file_copy(const ResultFile *file, guint64 offset, const ResultBlock *block, guint64 from,
                 gsize size, GError **error)
{
    if (block->data)
        return write_bytes(file, offset, (const guint8 *)block->data + from, size, error);
    return copy_bytes(file, offset, block->fd, block->offset + from, size, error);
}

static gsize
items_in_piece(const MamutoDtype *a, const MamutoDtype *b)
{
    gsize widest = MAX(MAX(a->itemsize, b->itemsize), 1);

    return MAX(RESULT_PIECE_SIZE / widest, 1);
}

/* Computes the size in bytes of a .npy header for elements of the type @dtype and the shape of the
 * file. */
static gboolean
header_size(const ResultFile *file, const MamutoDtype *dtype, gsize *size, GError **error)
{
    g_autoptr(GByteArray) header =
        npy_format_header(dtype, file->n_axes + file->n_dims, file->shape, FALSE, 0, error);

    if (!header)
        return FALSE;
    *size = header->len;
    return TRUE;
}

static gboolean
count_bytes(const ResultFile *file, const MamutoDtype *dtype, gsize reserved, guint64 *size,
            GError **error)
{
    gint64 n_items, n_bytes;

    if (!array_count(dtype, file->n_axes + file->n_dims, file->shape, &n_items, &n_bytes, error))
        return FALSE;
    *size = reserved + (guint64)n_bytes;
    return TRUE;
}

/* Sets the element type and the shape of a row, and allocates space for all rows. On an error,
 * @file is unchanged. */
gboolean
result_file_set_type(ResultFile *file, const MamutoDtype *dtype, guint n_dims, const gint64 *shape,
                     GError **error)
{
    ResultFile typed = *file;
    guint64 size;

    typed.dtype = *dtype;
    typed.n_dims = n_dims;
    typed.row_items = 1;
    for (guint i = 0; i < n_dims; i++) {
        typed.shape[file->n_axes + i] = shape[i];
        typed.row_items *= (gsize)shape[i];
    }
    if (!header_size(&typed, dtype, &typed.reserved, error) ||
        !count_bytes(&typed, dtype, typed.reserved, &size, error) ||
        !reserve_space(file, size, error))
        return FALSE;
    /* Only the fields that change are assigned. A copy of the whole structure would also write
     * `n_rows`, which other threads read without a lock, so it would be a data race. */
    file->dtype = typed.dtype;
    file->n_dims = n_dims;
    memcpy(file->shape, typed.shape, sizeof file->shape);
    file->row_items = typed.row_items;
    file->reserved = typed.reserved;
    return TRUE;
}

/* Converts @n items to the wider type and moves them to their new positions in the file. @first is
 * the index of the first item. Items move towards the end of the file. Therefore the last items are
 * moved first, so that no item is overwritten before it is read. */
static gboolean
widen_items(const ResultFile *old, const ResultFile *wide, gint64 first, gint64 n, guint8 *narrow,
            guint8 *widened, GError **error)
{
    gint64 at_once = (gint64)items_in_piece(&old->dtype, &wide->dtype);

    /* Items without bytes need no step each, and their number is limited only by the shape. If they
     * get bytes, these are zeros, as in the extended file: only such items were stored until now.
     */
    while (n > 0 && old->dtype.itemsize > 0) {
        gint64 count = MIN(n, at_once), from = first + n - count;
        gsize old_size = old->dtype.itemsize, new_size = wide->dtype.itemsize;

        if (!result_file_read(old->fd, old->reserved + (guint64)from * old_size, narrow,
                              (gsize)count * old_size, error))
            return FALSE;
        mamuto_dtype_convert(&old->dtype, narrow, &wide->dtype, widened, (gsize)count);
        if (!write_bytes(wide, wide->reserved + (guint64)from * new_size, widened,
                         (gsize)count * new_size, error))
            return FALSE;
        n -= count;
    }
    return TRUE;
}

/* Converts all stored rows to the wider type @dtype. Space is allocated before the first row is
 * moved. If reading or writing fails later, the file is damaged. */
gboolean
result_file_widen(ResultFile *file, const MamutoDtype *dtype, RowStatus *status, GError **error)
{
    ResultFile wide = *file;
    g_autofree guint8 *narrow = NULL, *widened = NULL;
    gsize at_once = items_in_piece(&file->dtype, dtype);
    guint64 size;
    gint64 hi = file->n_rows;

    wide.dtype = *dtype;
    if (!header_size(&wide, dtype, &wide.reserved, error))
        return FALSE;
    wide.reserved = MAX(wide.reserved, file->reserved);
    if (!count_bytes(&wide, dtype, wide.reserved, &size, error) ||
        !reserve_space(file, size, error))
        return FALSE;
    narrow = g_malloc(at_once * MAX(file->dtype.itemsize, 1));
    widened = g_malloc(at_once * MAX(dtype->itemsize, 1));
    for (gint64 lo; hi > 0; hi = lo) {
        lo = row_status_run_begin(status, hi);
        if (row_status_get(status, lo) != RESULT_OK)
            continue;
        if (!widen_items(file, &wide, lo * (gint64)file->row_items,
                         (hi - lo) * (gint64)file->row_items, narrow, widened, error)) {
            file->damaged = TRUE;
            return FALSE;
        }
    }
    file->dtype = wide.dtype;
    file->reserved = wide.reserved;
    return TRUE;
}

/* Makes @n_items items zero from @offset on. A hole in the file reads as zeros and needs no disk
 * space. Returns FALSE if the file system has no holes. */
static gboolean
punch_items(const ResultFile *file, guint64 offset, guint64 n_items)
{
    guint64 size = n_items * file->dtype.itemsize;

    return size == 0 || fallocate(file->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                  (off_t)offset, (off_t)size) == 0;
}

static gboolean
place_converted(const ResultFile *file, guint64 offset, const ResultBlock *block,
                const MamutoDtype *dtype, guint64 from, gsize n_items, GError **error)
{
    gsize at_once = items_in_piece(dtype, &file->dtype);
    g_autofree guint8 *narrow = block->data ? NULL : g_malloc(at_once * MAX(dtype->itemsize, 1));
    g_autofree guint8 *widened = g_malloc(at_once * MAX(file->dtype.itemsize, 1));

    /* items without bytes need no step each, because their number is limited only by the shape */
    if (dtype->itemsize == 0 && punch_items(file, offset, n_items))
        return TRUE;
    while (n_items > 0) {
        gsize count = MIN(n_items, at_once);
        gsize size = count * dtype->itemsize;
        const guint8 *source = narrow;

        if (block->data)
            source = (const guint8 *)block->data + from;
        else if (!result_file_read(block->fd, block->offset + from, narrow, size, error))
            return FALSE;
        mamuto_dtype_convert(dtype, source, &file->dtype, widened, count);
        if (!write_bytes(file, offset, widened, count * file->dtype.itemsize, error))
            return FALSE;
        from += size;
        offset += count * file->dtype.itemsize;
        n_items -= count;
    }
    return TRUE;
}

/* Copies @n results from @block to the file. They have the type @dtype, and begin at the byte @from
 * of the data. @row is the row of the file where the first of them is stored. */
gboolean
result_file_place(const ResultFile *file, gint64 row, gint64 n, const ResultBlock *block,
                  const MamutoDtype *dtype, guint64 from, GError **error)
{
    guint64 offset = result_file_offset(file, row);
    gsize n_items = (gsize)n * file->row_items;

    gsize size = n_items * file->dtype.itemsize;
    gboolean placed;

    if (mamuto_dtype_equal(dtype, &file->dtype))
        placed = result_file_copy(file, offset, block, from, size, error);
    else
        placed = place_converted(file, offset, block, dtype, from, n_items, error);
    /* The kernel starts to write to the disk now, so that fsync() at the end takes less time. */
    if (placed && file->on_disk && size >= EARLY_WRITE_SIZE)
        sync_file_range(file->fd, (off_t)offset, (off_t)size, SYNC_FILE_RANGE_WRITE);
    return placed;
}

static gboolean
fill_rows(const ResultFile *file, gint64 lo, gint64 hi, const guint8 *piece, gsize piece_items,
          GError **error)
{
    gsize itemsize = file->dtype.itemsize;
    guint64 offset = result_file_offset(file, lo);
    guint64 n_items = (guint64)(hi - lo) * file->row_items;

    /* Rows of a type without nan are filled with zeros. Therefore a hole is made in the file,
     * because a hole reads as zeros and needs no disk space. */
    if (!strchr("fc", file->dtype.kind) && punch_items(file, offset, n_items))
        return TRUE;
    while (n_items > 0) {
        gsize count = MIN(n_items, piece_items);

        if (!write_bytes(file, offset, piece, count * itemsize, error))
            return FALSE;
        offset += count * itemsize;
        n_items -= count;
    }
    return TRUE;
}

/* Fills the rows without a result with nan, zero or empty text. */
gboolean
result_file_fill(const ResultFile *file, RowStatus *status, GError **error)
{
    const MamutoDtype number = RESULT_FLOAT64;
    const double nan_value = NAN;
    gsize n = items_in_piece(&file->dtype, &number);
    g_autofree guint8 *piece = NULL;

    for (gint64 lo = 0, hi; lo < file->n_rows; lo = hi) {
        hi = row_status_run_end(status, lo);
        if (row_status_get(status, lo) == RESULT_OK)
            continue;
        if (!piece) {
            piece = g_malloc0(n * MAX(file->dtype.itemsize, 1));
            for (gsize i = 0; strchr("fc", file->dtype.kind) && i < n; i++)
                mamuto_dtype_convert(&number, &nan_value, &file->dtype,
                                     piece + i * file->dtype.itemsize, 1);
        }
        if (!fill_rows(file, lo, hi, piece, n, error))
            return FALSE;
    }
    return TRUE;
}
