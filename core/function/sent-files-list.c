/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Finds the files that are sent with a function, and lists them with everything in their folders.
 * Only files in the folder of the function can be sent, also if a symbolic link leads to them. */
#include "sent-files-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#include "mamuto-error.h"

/* Maximum number of bytes of a path in the archive. The agent has the same limit. */
#define MAX_PATH 1024

/* The state of a search for files. */
typedef struct {
    const char *root;
    char *real_root;
    const char *const *units;
    GArray *items;
    SourceStamp *stamp;
    GCancellable *cancellable;
} Listing;

/* A linked list of the folders above the file that is being added. */
typedef struct Above {
    dev_t device;
    ino_t inode;
    const struct Above *next;
} Above;

static void
item_clear(gpointer data)
{
    g_free(((SentItem *)data)->source);
}

gboolean
sent_files_fail(GError **error, const char *path, const char *format, ...)
{
    g_autofree char *shown = g_filename_display_name(path);
    g_autofree char *why = NULL;
    va_list args;

    va_start(args, format);
    why = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION, "%s: %s", shown, why);
    return FALSE;
}

/* ---- finding a file ---- */

/* Returns the path of @path in @folder, or NULL if the path is not in it. Both are absolute. */
static const char *
path_in(const char *path, const char *folder)
{
    gsize length = strlen(folder);

    if (strcmp(folder, "/") == 0)
        return path + 1;
    if (strncmp(path, folder, length) != 0 || (path[length] != '/' && path[length] != '\0'))
        return NULL;
    return path[length] == '/' ? path + length + 1 : path + length;
}

/* Returns (transfer full) (nullable): the path of @full below @root; @full may reach @root through
 * other symbolic links. */
static char *
below_root(const char *full, const char *root)
{
    g_autofree char *folder = NULL;
    g_autofree char *base = NULL;
    g_autofree char *moved = NULL;
    char *real_folder, *real_root;
    const char *inner;

    if (path_in(full, root))
        return g_strdup(full);
    folder = g_path_get_dirname(full);
    base = g_path_get_basename(full);
    real_folder = realpath(folder, NULL);
    real_root = realpath(root, NULL);
    inner = real_folder && real_root ? path_in(real_folder, real_root) : NULL;
    if (inner)
        moved = g_build_filename(root, inner, base, NULL);
    free(real_folder);
    free(real_root);
    return g_steal_pointer(&moved);
}

static gboolean
exists(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0;
}

static gboolean
is_same_file(const char *a, const char *b)
{
    struct stat one, other;

    return strcmp(a, b) == 0 || (stat(a, &one) == 0 && stat(b, &other) == 0 &&
                                 one.st_dev == other.st_dev && one.st_ino == other.st_ino);
}

char *
sent_files_find(const char *root, const char *path, GError **error)
{
    g_autofree char *in_root = g_canonicalize_filename(path, root);
    g_autofree char *here = g_canonicalize_filename(path, NULL);
    gboolean is_here = exists(here), is_in_root = exists(in_root);
    const char *full = is_in_root ? in_root : here;
    g_autofree char *found = NULL;
    g_autofree char *shown_root = g_filename_display_name(root);
    struct stat info;

    if (!*path || (!is_here && !is_in_root)) {
        sent_files_fail(error, path, _("there is no such file or folder to send (searched in %s)"),
                        shown_root);
        return NULL;
    }
    if (is_here && is_in_root && !is_same_file(here, in_root)) {
        g_autofree char *shown = g_filename_display_name(here);
        g_autofree char *other = g_filename_display_name(in_root);

        sent_files_fail(error, path, _("may mean %s or %s; give the whole path"), other, shown);
        return NULL;
    }
    found = below_root(full, root);
    if (!found) {
        sent_files_fail(
            error, path,
            _("is outside of the function's folder %s; only files in this folder can be sent, "
              "because the function finds them by a path that begins at its own file"),
            shown_root);
        return NULL;
    }
    if (stat(found, &info) != 0) {
        sent_files_fail(error, path, _("cannot be sent: %s"), g_strerror(errno));
        return NULL;
    }
    return g_steal_pointer(&found);
}

/* ---- listing the files ---- */

/* A symbolic link is followed only within the folder of the function. */
static gboolean
check_link(const Listing *self, const char *source, GError **error)
{
    char *real = realpath(source, NULL);
    g_autofree char *shown = NULL;
    gboolean ok;

    if (!real)
        return sent_files_fail(error, source, _("cannot be sent: %s"), g_strerror(errno));
    ok = path_in(real, self->real_root) != NULL;
    shown = g_filename_display_name(real);
    free(real);
    return ok || sent_files_fail(
                     error, source,
                     _("is a symbolic link to %s, which is outside the function's folder; only "
                       "files in this folder can be sent, so copy the file there"),
                     shown);
}

static gboolean
add_item(Listing *self, const char *source, const struct stat *info, GError **error)
{
    const char *name = path_in(source, self->root);
    SentItem item = {.info = *info};

    if (!g_utf8_validate(name, -1, NULL) || strlen(name) > MAX_PATH)
        return sent_files_fail(error, source,
                               _("cannot be sent: its name is too long or not UTF-8"));
    if (self->items->len >= SENT_FILES_MAX)
        return sent_files_fail(
            error, source, _("more than %u files would be sent with the function"), SENT_FILES_MAX);
    item.source = g_strdup(source);
    item.name = path_in(item.source, self->root);
    item.kind = S_ISDIR(info->st_mode)    ? KIND_FOLDER
                : info->st_mode & S_IXUSR ? KIND_PROGRAM
                                          : KIND_PLAIN;
    g_array_append_val(self->items, item);
    return TRUE;
}

static gboolean add_folder(Listing *self, const char *source, const struct stat *info,
                           const Above *above, GError **error);

static gboolean
add_path(Listing *self, const char *source, const Above *above, GError **error)
{
    struct stat info;

    if (g_cancellable_set_error_if_cancelled(self->cancellable, error))
        return FALSE;
    if (g_strv_contains(self->units, source))
        return TRUE;
    if (lstat(source, &info) != 0)
        return sent_files_fail(error, source, _("cannot be sent: %s"), g_strerror(errno));
    if ((S_ISLNK(info.st_mode) || !above) && !check_link(self, source, error))
        return FALSE;
    if (S_ISLNK(info.st_mode)) {
        /* If the link is changed, the times of its target stay the same. */
        source_stamp_distrust(self->stamp);
        if (stat(source, &info) != 0)
            return sent_files_fail(error, source, _("cannot be sent: %s"), g_strerror(errno));
    }
    source_stamp_add(self->stamp, source, &info);
    if (S_ISREG(info.st_mode))
        return add_item(self, source, &info, error);
    if (S_ISDIR(info.st_mode))
        return add_folder(self, source, &info, above, error);
    return sent_files_fail(
        error, source,
        _("cannot be sent: it is a socket, a pipe or a device, not a file or folder"));
}

static gboolean
add_folder(Listing *self, const char *source, const struct stat *info, const Above *above,
           GError **error)
{
    const Above here = {.device = info->st_dev, .inode = info->st_ino, .next = above};
    g_autoptr(GError) failure = NULL;
    g_autoptr(GDir) dir = NULL;
    const char *base;
    gboolean is_empty = TRUE;

    for (const Above *a = above; a; a = a->next)
        if (a->device == info->st_dev && a->inode == info->st_ino)
            return sent_files_fail(
                error, source,
                _("cannot be sent: a symbolic link leads back to a folder that contains it"));
    dir = g_dir_open(source, 0, &failure);
    if (!dir) {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION, failure->message);
        return FALSE;
    }
    while ((base = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(source, base, NULL);

        is_empty = FALSE;
        /* Compiled code of Python is skipped, because importing a module changes it. */
        if (strcmp(base, "__pycache__") != 0 && !add_path(self, path, &here, error))
            return FALSE;
    }
    return !is_empty || strcmp(source, self->root) == 0 || add_item(self, source, info, error);
}

/* A module from another folder is unpacked beside the function's file, so a sent file must not have
 * the same name. */
static gboolean
check_units(const Listing *self, GError **error)
{
    for (const char *const *unit = self->units; *unit; unit++) {
        g_autofree char *base = g_path_get_basename(*unit);
        g_autofree char *place = g_build_filename(self->root, base, NULL);

        if (strcmp(place, *unit) == 0)
            continue;
        for (guint i = 0; i < self->items->len; i++) {
            const SentItem *item = &g_array_index(self->items, SentItem, i);

            if (path_in(item->source, place))
                return sent_files_fail(
                    error, item->source,
                    _("cannot be sent together with %s, because both have the same place "
                      "on hosts"),
                    *unit);
        }
    }
    return TRUE;
}

static int
compare_items(gconstpointer a, gconstpointer b)
{
    return strcmp(((const SentItem *)a)->name, ((const SentItem *)b)->name);
}

static void
remove_repeated(GArray *items)
{
    g_array_sort(items, compare_items);
    for (guint i = items->len; i-- > 1;)
        if (compare_items(&g_array_index(items, SentItem, i),
                          &g_array_index(items, SentItem, i - 1)) == 0)
            g_array_remove_index(items, i);
}

static gboolean
check_size(const GArray *items, GError **error)
{
    guint64 size = 0;

    for (guint i = 0; i < items->len; i++) {
        const SentItem *item = &g_array_index(items, SentItem, i);

        size += item->kind == KIND_FOLDER ? 0 : (guint64)item->info.st_size;
        if (size > SENT_FILES_MAX_SIZE)
            return sent_files_fail(
                error, item->source,
                _("more than %u MiB would be sent with the function; pass large data as "
                  "an argument, or copy it to the hosts"),
                (guint)(SENT_FILES_MAX_SIZE >> 20));
    }
    return TRUE;
}

static gboolean
list_paths(Listing *self, const char *const *paths, GError **error)
{
    char *real = realpath(self->root, NULL);
    gboolean ok = real != NULL;

    if (!ok)
        return sent_files_fail(error, self->root, _("cannot be sent: %s"), g_strerror(errno));
    self->real_root = real;
    for (; ok && *paths; paths++)
        ok = add_path(self, *paths, NULL, error);
    free(real);
    remove_repeated(self->items);
    return ok && check_units(self, error) && check_size(self->items, error);
}

GArray *
sent_files_list(const char *root, const char *const *paths, const char *const *units,
                SourceStamp *stamp, GCancellable *cancellable, GError **error)
{
    g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(SentItem));
    Listing listing = {
        .root = root, .units = units, .items = items, .stamp = stamp, .cancellable = cancellable};

    g_array_set_clear_func(items, item_clear);
    return list_paths(&listing, paths, error) ? g_steal_pointer(&items) : NULL;
}
