/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads arrays from NPZ files, which are zip archives of NPY files. A member that is uncompressed
 * and has aligned elements is mapped. Any other member is read into new memory, and its checksum is
 * verified. */
#include "npz.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "array-private.h"
#include "dtype-convert.h"
#include "mamuto-error.h"
#include "npy.h"

#define BLOCK_SIZE (1024 * 1024)

/* The compression ratio of the Deflate algorithm is at most 1032. A larger ratio indicates a
 * malformed file. */
#define MAX_DEFLATE_RATIO 1032

typedef struct {
    int fd;
    zip_t *zip;
} Archive;

static void
archive_close(Archive *archive)
{
    if (archive->zip != NULL)
        zip_discard(archive->zip);
    if (archive->fd >= 0)
        close(archive->fd);
}

static gboolean
archive_open(Archive *archive, const char *path, GError **error)
{
    int number = 0, copy;

    archive->zip = NULL;
    archive->fd = input_file_open(path, error);
    if (archive->fd < 0)
        return FALSE;
    copy = fcntl(archive->fd, F_DUPFD_CLOEXEC, 0);
    archive->zip = copy >= 0 ? zip_fdopen(copy, 0, &number) : NULL;
    if (archive->zip == NULL) {
        g_autofree char *shown = g_filename_display_name(path);
        zip_error_t reason;

        zip_error_init_with_code(&reason, number);
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("%s: not a valid NPZ file: %s"), shown, zip_error_strerror(&reason));
        zip_error_fini(&reason);
        if (copy >= 0)
            close(copy);
        archive_close(archive);
        return FALSE;
    }
    return TRUE;
}

static GPtrArray *
list_arrays(zip_t *zip)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    zip_int64_t n = zip_get_num_entries(zip, 0);

    for (zip_int64_t i = 0; i < n; i++) {
        const char *name = zip_get_name(zip, (zip_uint64_t)i, ZIP_FL_ENC_GUESS);

        if (name != NULL && g_str_has_suffix(name, ".npy"))
            g_ptr_array_add(names, g_strndup(name, strlen(name) - 4));
    }
    return names;
}

/**
 * mamuto_array_list_npz:
 * @path: an NPZ file
 * @error: return location for a #GError
 *
 * Lists the arrays of an NPZ file. Can be called from any thread.
 *
 * Returns: (transfer full): the names of the arrays in the order of the file, without ".npy"; %NULL
 *   with %MAMUTO_ERROR_INVALID_FILE if @path is not an NPZ file
 */
char **
mamuto_array_list_npz(const char *path, GError **error)
{
    GPtrArray *names;
    Archive archive;

    g_return_val_if_fail(path != NULL, NULL);

    if (!archive_open(&archive, path, error))
        return NULL;
    names = list_arrays(archive.zip);
    archive_close(&archive);
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

static gboolean
set_name_error(zip_t *zip, const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = list_arrays(zip);
    g_autoptr(GString) list = g_string_new(NULL);
    g_autofree char *shown = name != NULL ? array_show_text(name, strlen(name)) : NULL;

    for (guint i = 0; i < MIN(names->len, 20); i++) {
        g_autofree char *one = array_show_text(names->pdata[i], strlen(names->pdata[i]));

        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", one);
    }
    if (names->len == 0)
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("contains no array"));
    else if (name == NULL)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("contains %u arrays; choose one, as in 'a.npz:name': %s%s"), names->len,
                    list->str, names->len > 20 ? ", …" : "");
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("contains no array %s; its arrays are %s%s"), shown, list->str,
                    names->len > 20 ? ", …" : "");
    return FALSE;
}

static gboolean
find_member(zip_t *zip, const char *name, zip_stat_t *st, GError **error)
{
    g_autoptr(GPtrArray) names = NULL;
    g_autofree char *with_suffix = NULL;
    zip_int64_t index;

    if (name == NULL) {
        names = list_arrays(zip);
        if (names->len != 1)
            return set_name_error(zip, NULL, error);
        name = names->pdata[0];
    }
    with_suffix = g_strconcat(name, ".npy", NULL);
    index = zip_name_locate(zip, with_suffix, 0);
    if (index < 0 && g_str_has_suffix(name, ".npy"))
        index = zip_name_locate(zip, name, 0);
    if (index < 0)
        return set_name_error(zip, name, error);
    zip_stat_init(st);
    if (zip_stat_index(zip, (zip_uint64_t)index, 0, st) != 0 ||
        (st->valid & (ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_NAME)) !=
            (ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_NAME)) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("not a valid NPZ file: %s"),
                    zip_strerror(zip));
        return FALSE;
    }
    return TRUE;
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

typedef struct {
    zip_file_t *file;
    guint64 position;
} MemberStream;

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
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                        _("cannot be uncompressed: %s"), zip_file_strerror(stream->file));
            return -1;
        }
        if (got == 0)
            break;
        done += (gsize)got;
    }
    stream->position += done;
    return (gssize)done;
}

static gboolean
read_data(MemberStream *stream, MamutoArray *array, guint64 size, GCancellable *cancellable,
          GError **error)
{
    guint8 *dest = array->data;
    guint64 n_bytes = (guint64)array->n_bytes;
    g_autofree guint8 *rest = g_malloc(BLOCK_SIZE);

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
    /* Reads to the end of the member, because libzip verifies the checksum only there. */
    while (stream->position <= size) {
        gssize got = read_member(stream, stream->position, rest, BLOCK_SIZE, error);

        if (got < 0)
            return FALSE;
        if (got == 0)
            break;
    }
    return TRUE;
}

static gboolean
is_aligned(const NpyHeader *header, guint64 offset)
{
    guint word = dtype_word_size(&header->dtype);

    return word == 0 || (offset + header->size) % word == 0;
}

static MamutoArray *
load_member(Archive *archive, const zip_stat_t *st, GCancellable *cancellable, GError **error)
{
    MemberStream stream = {zip_fopen_index(archive->zip, st->index, 0), 0};
    g_autoptr(MamutoArray) array = NULL;
    gint64 n_items, n_bytes;
    guint64 offset;
    NpyHeader header;
    gboolean ok = FALSE;

    if (stream.file == NULL) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("cannot be read: %s"),
                    zip_strerror(archive->zip));
        return NULL;
    }
    if (!npy_read_header(read_member, &stream, &header, error) ||
        !array_count(&header.dtype, header.n_dims, header.shape, &n_items, &n_bytes, error)) {
        ok = FALSE;
    } else if (header.size > st->size || (guint64)n_bytes > st->size - header.size) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("too short: its header announces %'" PRId64
                      " bytes of data, but the member has %'" PRIu64 " in all"),
                    n_bytes, st->size);
    } else if (st->comp_method == ZIP_CM_STORE &&
               npz_find_stored(archive->fd, st->name, st->size, &offset) &&
               is_aligned(&header, offset)) {
        array =
            mamuto_array_new_for_fd(g_steal_fd(&archive->fd), offset + header.size, &header.dtype,
                                    header.n_dims, header.shape, header.fortran_order, error);
        ok = array != NULL;
    } else {
        array = mamuto_array_new(&header.dtype, header.n_dims, header.shape, error);
        if (array != NULL && header.fortran_order)
            array_set_fortran_order(array);
        ok = array != NULL && read_data(&stream, array, st->size, cancellable, error);
    }
    zip_fclose(stream.file);
    return ok ? g_steal_pointer(&array) : NULL;
}

/**
 * mamuto_array_load_npz:
 * @path: an NPZ file
 * @name: (nullable): name of the array, with or without ".npy"; %NULL if the file has only one
 *   array
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for a #GError
 *
 * Loads an array from a file that numpy.savez() or savez_compressed() wrote. Can be called from any
 * thread.
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
    Archive archive;
    zip_stat_t st;

    g_return_val_if_fail(path != NULL, NULL);

    if (!archive_open(&archive, path, error))
        return NULL;
    shown = g_filename_display_name(path);
    if (find_member(archive.zip, name, &st, error)) {
        if (check_member(&st, error))
            array = load_member(&archive, &st, cancellable, error);
        if (array == NULL) {
            g_autofree char *member = array_show_text(st.name, strlen(st.name));

            g_prefix_error(error, "%s: %s: ", shown, member);
        }
    } else {
        g_prefix_error(error, "%s: ", shown);
    }
    archive_close(&archive);
    return array;
}
