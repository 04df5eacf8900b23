/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads arrays from NPZ files, which are zip archives of NPY files. A member that is uncompressed
 * and has aligned elements is mapped. Any other member is read into new memory. The checksum of
 * each member is verified: while a member is read, before a small mapped member is returned, and in
 * a thread of its own for a large mapped member, because that takes about as long as reading the
 * member. */
#include "npz.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "array-private.h"
#include "dtype-convert.h"
#include "mamuto-error.h"
#include "npy.h"
#include "npz-archive.h"

/* Number of bytes that are read at once. A block of this size fits in the processor's cache. */
#define BLOCK_SIZE (256 * 1024)

/* The compression ratio of the Deflate algorithm is at most 1032. A larger ratio indicates a
 * malformed file. */
#define MAX_DEFLATE_RATIO 1032

/* Mapped members of at most this size are verified at once, which takes a few
 * milliseconds. */
#define VERIFIED_AT_ONCE (16 * 1024 * 1024)

/**
 * mamuto_array_list_npz:
 * @path: an NPZ file
 * @error: return location for a #GError
 *
 * Lists the arrays of an NPZ file: the members whose names end with ".npy", and other members that
 * begin with the magic bytes of NPY. Can be called from any thread.
 *
 * Returns: (transfer full): the names of the arrays, each once, in the order of the file, without
 *   ".npy"; %NULL with %MAMUTO_ERROR_INVALID_FILE if @path is not an NPZ file
 */
char **
mamuto_array_list_npz(const char *path, GError **error)
{
    GPtrArray *names;
    NpzArchive archive;

    g_return_val_if_fail(path != NULL, NULL);

    if (!npz_archive_open(&archive, path, error))
        return NULL;
    names = npz_archive_list(&archive);
    npz_archive_close(&archive);
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

static gboolean
check_member(const zip_stat_t *st, GError **error)
{
    if ((st->valid & ZIP_STAT_ENCRYPTION_METHOD) && st->encryption_method != ZIP_EM_NONE) {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                            _("is encrypted; save it without a password"));
        return FALSE;
    }
    if (st->comp_method != ZIP_CM_STORE && st->comp_method != ZIP_CM_DEFLATE) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                    _("is compressed by method %u; numpy.savez() and savez_compressed() store and "
                      "deflate"),
                    st->comp_method);
        return FALSE;
    }
    if (st->size / MAX_DEFLATE_RATIO > st->comp_size) {
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
            _("announces %'" PRIu64 " bytes, more than %'" PRIu64 " compressed bytes can contain"),
            st->size, st->comp_size);
        return FALSE;
    }
    return TRUE;
}

/* A member that libzip reads. */
typedef struct {
    zip_file_t *file;
    guint64 position;
    guint64 size;
} MemberStream;

/* An uncompressed member, whose checksum is verified without libzip, because libzip is slower. */
typedef struct {
    int fd;
    guint64 offset, size;
    guint32 crc;
    char *place; /* the file and the member, for messages */
} Content;

static gboolean
set_checksum_error(GError **error)
{
    g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                        _("is damaged: its checksum does not match its content; write or copy the "
                          "file again"));
    return FALSE;
}

static gboolean
set_damaged_error(MemberStream *stream, GError **error)
{
    zip_error_t *reason = zip_file_get_error(stream->file);

    if (zip_error_code_zip(reason) == ZIP_ER_CRC)
        return set_checksum_error(error);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("cannot be uncompressed: %s"),
                zip_error_strerror(reason));
    return FALSE;
}

/* An NpyReader for a member of a zip file. @offset must be the position after the last read byte,
 * because libzip decompresses a member sequentially. */
static gssize
read_member(gpointer source, guint64 offset, gpointer dest, gsize size, GError **error)
{
    MemberStream *stream = source;
    gsize done = 0;

    g_return_val_if_fail(offset == stream->position, -1);
    while (done < size) {
        zip_int64_t got = zip_fread(stream->file, (guint8 *)dest + done, size - done);

        if (got < 0) {
            set_damaged_error(stream, error);
            return -1;
        }
        if (got == 0)
            break;
        done += (gsize)got;
    }
    stream->position += done;
    return (gssize)done;
}

/* Reads the rest of the member. libzip verifies the checksum at the end of the member. */
static gboolean
verify(MemberStream *stream, GCancellable *cancellable, GError **error)
{
    g_autofree guint8 *block = g_malloc(BLOCK_SIZE);

    while (stream->position <= stream->size) {
        gssize got;

        if (g_cancellable_set_error_if_cancelled(cancellable, error))
            return FALSE;
        got = read_member(stream, stream->position, block, BLOCK_SIZE, error);
        if (got < 0)
            return FALSE;
        if (got == 0)
            break;
    }
    return TRUE;
}

static gboolean
verify_content(const Content *content, GCancellable *cancellable, GError **error)
{
    g_autofree guint8 *block = g_malloc(BLOCK_SIZE);
    NpyFile file = {content->fd, content->offset};
    uLong crc = crc32(0, NULL, 0);
    gssize got = 0;

    for (guint64 done = 0; done < content->size; done += (guint64)got) {
        if (g_cancellable_set_error_if_cancelled(cancellable, error))
            return FALSE;
        got =
            npy_read_file(&file, done, block, (gsize)MIN(BLOCK_SIZE, content->size - done), error);
        if (got < 0)
            return FALSE;
        if (got == 0)
            break;
        crc = crc32_z(crc, block, (gsize)got);
    }
    return crc == content->crc || set_checksum_error(error);
}

/* A ContentCheckFunc. */
static gboolean
verify_later(gpointer data, GCancellable *cancellable, GError **error)
{
    const Content *content = data;

    if (verify_content(content, cancellable, error))
        return TRUE;
    if (!g_cancellable_is_cancelled(cancellable))
        g_prefix_error(error, "%s: ", content->place);
    return FALSE;
}

static void
content_free(gpointer data)
{
    Content *content = data;

    close(content->fd);
    g_free(content->place);
    g_free(content);
}

static gboolean
read_data(MemberStream *stream, MamutoArray *array, GCancellable *cancellable, GError **error)
{
    guint8 *dest = array->data;
    guint64 n_bytes = (guint64)array->n_bytes;

    for (guint64 done = 0; done < n_bytes;) {
        gsize wanted = (gsize)MIN(BLOCK_SIZE, n_bytes - done);
        gssize got;

        if (g_cancellable_set_error_if_cancelled(cancellable, error))
            return FALSE;
        got = read_member(stream, stream->position, dest + done, wanted, error);
        if (got < 0)
            return FALSE;
        if ((gsize)got < wanted) {
            g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                                _("ends before the end of its array"));
            return FALSE;
        }
        done += (guint64)got;
    }
    return verify(stream, cancellable, error);
}

static gboolean
is_aligned(const NpyHeader *header, guint64 offset)
{
    guint word = dtype_word_size(&header->dtype);

    return word == 0 || (offset + header->size) % word == 0;
}

/* Maps the array of an uncompressed member. Takes over the file descriptor of @archive. @offset:
 * the position of the member in the file. @place: the file and the member, for messages. */
static MamutoArray *
map_member(NpzArchive *archive, const zip_stat_t *st, const char *place, const NpyHeader *header,
           guint64 offset, GCancellable *cancellable, GError **error)
{
    Content content = {archive->fd, offset, st->size, st->crc, NULL};
    g_autoptr(MamutoArray) array =
        mamuto_array_new_for_fd(g_steal_fd(&archive->fd), offset + header->size, &header->dtype,
                                header->n_dims, header->shape, header->fortran_order, error);

    if (array == NULL)
        return NULL;
    /* The check has its own descriptor, because it may end after the array is freed. */
    if (content.size > VERIFIED_AT_ONCE)
        content.fd = fcntl(array->fd, F_DUPFD_CLOEXEC, 0);
    if (content.size > VERIFIED_AT_ONCE && content.fd >= 0) {
        content.place = g_strdup(place);
        array->check =
            content_check_start(verify_later, g_memdup2(&content, sizeof content), content_free);
        return g_steal_pointer(&array);
    }
    content.fd = array->fd;
    return verify_content(&content, cancellable, error) ? g_steal_pointer(&array) : NULL;
}

static MamutoArray *
copy_member(MemberStream *stream, const NpyHeader *header, GCancellable *cancellable,
            GError **error)
{
    g_autoptr(MamutoArray) array =
        mamuto_array_new(&header->dtype, header->n_dims, header->shape, error);

    if (array == NULL)
        return NULL;
    if (header->fortran_order)
        array_set_fortran_order(array);
    return read_data(stream, array, cancellable, error) ? g_steal_pointer(&array) : NULL;
}

static MamutoArray *
load_stream(NpzArchive *archive, MemberStream *stream, const zip_stat_t *st, const char *place,
            GCancellable *cancellable, GError **error)
{
    gint64 n_items, n_bytes;
    guint64 offset;
    NpyHeader header;

    if (!npy_read_header(read_member, stream, &header, error) ||
        !array_count(&header.dtype, header.n_dims, header.shape, &n_items, &n_bytes, error))
        return NULL;
    if (header.size > st->size || (guint64)n_bytes > st->size - header.size) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("too short: its header announces %'" PRId64
                      " bytes of data, but the member has %'" PRIu64 " in all"),
                    n_bytes, st->size);
        return NULL;
    }
    if (st->comp_method == ZIP_CM_STORE && npz_find_stored(archive->fd, st->index, st, &offset) &&
        is_aligned(&header, offset))
        return map_member(archive, st, place, &header, offset, cancellable, error);
    return copy_member(stream, &header, cancellable, error);
}

static MamutoArray *
load_member(NpzArchive *archive, const zip_stat_t *st, const char *place, GCancellable *cancellable,
            GError **error)
{
    MemberStream stream = {zip_fopen_index(archive->zip, st->index, 0), 0, st->size};
    MamutoArray *array;

    if (stream.file == NULL) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("cannot be read: %s"),
                    zip_strerror(archive->zip));
        return NULL;
    }
    array = load_stream(archive, &stream, st, place, cancellable, error);
    zip_fclose(stream.file);
    return array;
}

/**
 * mamuto_array_load_npz:
 * @path: an NPZ file
 * @name: (nullable): name of the array, with or without ".npy"; %NULL if the file has only one
 *   array. If the file has several members of this name, the last one is loaded, as in numpy
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for a #GError
 *
 * Loads an array from a file that numpy.savez() or savez_compressed() wrote. The checksum of the
 * array is verified; for a large uncompressed array this continues after the call, see
 * mamuto_array_check_content(). Can be called from any thread.
 *
 * Returns: (transfer full): the array, or %NULL with %MAMUTO_ERROR_INVALID_ARGUMENT if the file has
 * no such array (the message lists its arrays), %MAMUTO_ERROR_INVALID_FILE if the file is
 * malformed, %MAMUTO_ERROR_UNSUPPORTED for unsupported dtypes and compressions,
 * %G_IO_ERROR_CANCELLED
 */
MamutoArray *
mamuto_array_load_npz(const char *path, const char *name, GCancellable *cancellable, GError **error)
{
    g_autofree char *shown = NULL;
    MamutoArray *array = NULL;
    NpzArchive archive;
    zip_stat_t st;

    g_return_val_if_fail(path != NULL, NULL);

    if (!npz_archive_open(&archive, path, error))
        return NULL;
    shown = g_filename_display_name(path);
    if (npz_archive_find(&archive, name, &st, error)) {
        g_autofree char *member = array_show_text(st.name, strlen(st.name));
        g_autofree char *place = g_strdup_printf("%s: %s", shown, member);

        if (check_member(&st, error))
            array = load_member(&archive, &st, place, cancellable, error);
        if (array == NULL)
            g_prefix_error(error, "%s: ", place);
    } else {
        g_prefix_error(error, "%s: ", shown);
    }
    npz_archive_close(&archive);
    return array;
}
