/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-npz.h. Only the header of each array is read. */
#include "mamuto-npz.h"

#include <string.h>

#include "npy.h"
#include "npz-archive.h"

G_DEFINE_BOXED_TYPE(MamutoNpzMember, mamuto_npz_member, mamuto_npz_member_copy,
                    mamuto_npz_member_free)

/**
 * mamuto_npz_member_copy:
 * @self: a member
 *
 * Returns: (transfer full): a copy
 */
MamutoNpzMember *
mamuto_npz_member_copy(const MamutoNpzMember *self)
{
    MamutoNpzMember *copy;

    g_return_val_if_fail(self != NULL, NULL);
    copy = g_memdup2(self, sizeof *self);
    copy->name = g_strdup(self->name);
    copy->problem = g_strdup(self->problem);
    copy->shape = g_memdup2(self->shape, self->n_dims * sizeof *self->shape);
    return copy;
}

/**
 * mamuto_npz_member_free:
 * @self: (transfer full): a member
 */
void
mamuto_npz_member_free(MamutoNpzMember *self)
{
    g_free(self->name);
    g_free(self->problem);
    g_free(self->shape);
    g_free(self);
}

/* An NpyReader that reads a member from its beginning. */
static gssize
read_next(gpointer source, guint64 offset, gpointer dest, gsize size, GError **error)
{
    gsize done = 0;
    zip_int64_t got;

    while (done < size && (got = zip_fread(source, (guint8 *)dest + done, size - done)) > 0)
        done += (gsize)got;
    return (gssize)done;
}

static MamutoNpzMember *
describe_member(NpzArchive *archive, zip_uint64_t index, const zip_stat_t *st)
{
    MamutoNpzMember *self = g_new0(MamutoNpzMember, 1);
    zip_file_t *file = zip_fopen_index(archive->zip, index, 0);
    g_autoptr(GError) error = NULL;
    NpyHeader header;

    self->name = npz_archive_name(archive, st->name);
    self->size = st->size;
    self->compressed = st->comp_method != ZIP_CM_STORE;
    if (file == NULL) {
        self->problem = g_strdup(zip_strerror(archive->zip));
        return self;
    }
    if (npy_read_header(read_next, file, &header, &error)) {
        self->dtype = header.dtype;
        self->n_dims = header.n_dims;
        self->shape = g_memdup2(header.shape, header.n_dims * sizeof *header.shape);
    } else {
        self->problem = g_strdup(error->message);
    }
    zip_fclose(file);
    return self;
}

/**
 * mamuto_npz_list_members:
 * @path: (type filename): an NPZ file
 * @error: return location for a #GError
 *
 * Lists all members of an NPZ file, in the order of the file. If several members have the same
 * name, only the last one is listed, as numpy.load() reads it. Blocks while reading the headers of
 * the arrays. Can be called from any thread.
 *
 * Returns: (transfer full) (element-type MamutoNpzMember): the members; %NULL with
 *   %MAMUTO_ERROR_INVALID_FILE if @path is not an NPZ file
 */
GPtrArray *
mamuto_npz_list_members(const char *path, GError **error)
{
    g_autoptr(GHashTable) last = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *members;
    NpzArchive archive;
    zip_int64_t n;

    g_return_val_if_fail(path != NULL, NULL);

    if (!npz_archive_open(&archive, path, error))
        return NULL;
    members = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_npz_member_free);
    n = zip_get_num_entries(archive.zip, 0);
    for (zip_int64_t i = 0; i < n; i++) {
        const char *name = zip_get_name(archive.zip, (zip_uint64_t)i, ZIP_FL_ENC_GUESS);

        if (name != NULL)
            g_hash_table_insert(last, (gpointer)name, GSIZE_TO_POINTER((gsize)i));
    }
    for (zip_int64_t i = 0; i < n; i++) {
        zip_stat_t st;

        zip_stat_init(&st);
        if (zip_stat_index(archive.zip, (zip_uint64_t)i, 0, &st) == 0 && st.name != NULL &&
            GPOINTER_TO_SIZE(g_hash_table_lookup(last, st.name)) == (gsize)i)
            g_ptr_array_add(members, describe_member(&archive, (zip_uint64_t)i, &st));
    }
    npz_archive_close(&archive);
    return members;
}
