/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See npz-archive.h. */
#include "npz-archive.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "array-private.h"
#include "mamuto-error.h"
#include "npy.h"

#define SUFFIX ".npy"

/* Maximum number of names that an error message lists. */
#define SHOWN_NAMES 20

void
npz_archive_close(NpzArchive *self)
{
    if (self->zip != NULL)
        zip_discard(self->zip);
    if (self->fd >= 0)
        close(self->fd);
}

gboolean
npz_archive_open(NpzArchive *self, const char *path, GError **error)
{
    int number = 0, copy;

    self->zip = NULL;
    self->fd = input_file_open(path, error);
    if (self->fd < 0)
        return FALSE;
    copy = fcntl(self->fd, F_DUPFD_CLOEXEC, 0);
    self->zip = copy >= 0 ? zip_fdopen(copy, 0, &number) : NULL;
    if (self->zip == NULL) {
        g_autofree char *shown = g_filename_display_name(path);
        zip_error_t reason;

        zip_error_init_with_code(&reason, number);
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("%s: not a valid NPZ file: %s"), shown, zip_error_strerror(&reason));
        zip_error_fini(&reason);
        if (copy >= 0)
            close(copy);
        npz_archive_close(self);
        return FALSE;
    }
    return TRUE;
}

static const char *
get_name(NpzArchive *self, zip_int64_t index)
{
    return zip_get_name(self->zip, (zip_uint64_t)index, ZIP_FL_ENC_GUESS);
}

/* Returns the index of the last member whose name is @name, or -1. The function zip_name_locate()
 * is not used, because it finds the first of several members. */
static zip_int64_t
find_last(NpzArchive *self, const char *name)
{
    for (zip_int64_t i = zip_get_num_entries(self->zip, 0); i-- > 0;)
        if (g_strcmp0(get_name(self, i), name) == 0)
            return i;
    return -1;
}

static gboolean
has_magic(NpzArchive *self, zip_int64_t index)
{
    zip_file_t *file = zip_fopen_index(self->zip, (zip_uint64_t)index, 0);
    char magic[NPY_MAGIC_SIZE];
    gboolean found;

    if (file == NULL)
        return FALSE;
    found = zip_fread(file, magic, sizeof magic) == (zip_int64_t)sizeof magic &&
            memcmp(magic, NPY_MAGIC, sizeof magic) == 0;
    zip_fclose(file);
    return found;
}

char *
npz_archive_name(NpzArchive *self, const char *name)
{
    g_autofree char *stripped =
        g_str_has_suffix(name, SUFFIX) ? g_strndup(name, strlen(name) - strlen(SUFFIX)) : NULL;

    if (stripped == NULL || zip_name_locate(self->zip, stripped, 0) >= 0)
        return g_strdup(name);
    return g_steal_pointer(&stripped);
}

GPtrArray *
npz_archive_list(NpzArchive *self)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    zip_int64_t n = zip_get_num_entries(self->zip, 0);

    for (zip_int64_t i = 0; i < n; i++) {
        const char *name = get_name(self, i);

        if (name == NULL || g_hash_table_contains(seen, name) ||
            (!g_str_has_suffix(name, SUFFIX) && !has_magic(self, i)))
            continue;
        g_hash_table_add(seen, (gpointer)name);
        g_ptr_array_add(names, npz_archive_name(self, name));
    }
    return names;
}

static char *
join_names(const GPtrArray *names)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < MIN(names->len, SHOWN_NAMES); i++) {
        g_autofree char *one = array_show_text(names->pdata[i], strlen(names->pdata[i]));

        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", one);
    }
    g_string_append(list, names->len > SHOWN_NAMES ? ", …" : "");
    return g_string_free(list, FALSE);
}

static gboolean
set_no_array_error(NpzArchive *self, GError **error)
{
    g_autoptr(GPtrArray) members = g_ptr_array_new();
    zip_int64_t n = zip_get_num_entries(self->zip, 0);
    g_autofree char *list = NULL;

    for (zip_int64_t i = 0; i < n; i++)
        if (get_name(self, i) != NULL)
            g_ptr_array_add(members, (gpointer)get_name(self, i));
    list = join_names(members);
    if (members->len == 0)
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                            _("contains no array: the archive is empty"));
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("contains no array; its members are %s, and none of them is in the NPY "
                      "format"),
                    list);
    return FALSE;
}

/* @is_member: whether the archive has a member @name that is not an array. */
static gboolean
set_name_error(NpzArchive *self, const char *name, gboolean is_member, GError **error)
{
    g_autoptr(GPtrArray) names = npz_archive_list(self);
    g_autofree char *list = join_names(names);
    g_autofree char *shown = name != NULL ? array_show_text(name, strlen(name)) : NULL;

    if (names->len == 0)
        return set_no_array_error(self, error);
    if (name == NULL)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("contains %u arrays; choose one, as in 'a.npz:name': %s"), names->len, list);
    else if (is_member)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("contains %s, but this member is not in the NPY format; the arrays of the "
                      "file are %s"),
                    shown, list);
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("contains no array %s; its arrays are %s"), shown, list);
    return FALSE;
}

gboolean
npz_archive_find(NpzArchive *self, const char *name, zip_stat_t *st, GError **error)
{
    const zip_uint64_t needed =
        ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_NAME;
    g_autoptr(GPtrArray) names = NULL;
    g_autofree char *with_suffix = NULL;
    zip_int64_t index, exact;

    if (name == NULL) {
        names = npz_archive_list(self);
        if (names->len != 1)
            return set_name_error(self, NULL, FALSE, error);
        name = names->pdata[0];
    }
    /* numpy.load() prefers a member that is named exactly so. */
    with_suffix = g_strconcat(name, SUFFIX, NULL);
    index = exact = find_last(self, name);
    if (exact < 0 || (!g_str_has_suffix(name, SUFFIX) && !has_magic(self, exact)))
        index = find_last(self, with_suffix);
    if (index < 0)
        return set_name_error(self, name, exact >= 0, error);
    zip_stat_init(st);
    if (zip_stat_index(self->zip, (zip_uint64_t)index, 0, st) != 0 ||
        (st->valid & needed) != needed) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("not a valid NPZ file: %s"),
                    zip_strerror(self->zip));
        return FALSE;
    }
    return TRUE;
}
