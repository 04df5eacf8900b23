/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See sent-files.h. The files are first listed. If the list is that of the last archive, with the
 * same sizes and times, nothing is read again. */
#include "sent-files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hash.h"
#include "mamuto-error.h"

/* Kinds of entries of the archive, as in core/wire/wire.h. */
enum { KIND_PLAIN, KIND_PROGRAM, KIND_FOLDER };

/* Maximum number of bytes of a path in the archive. The agent has the same limit. */
#define MAX_PATH 1024
#define BUFFER_SIZE (1u << 20)
/* A file that was younger than this when it was read may change without a change of its times. */
#define DISTRUST_S 1

typedef struct {
    char *source;
    const char *name; /* the part of `source` after the root */
    guint32 kind;     /* KIND_… */
    struct stat info;
} Item;

struct _SentFiles {
    gatomicrefcount refs;
    GArray *items; /* elements: Item, sorted by name */
    gboolean distrusted;
    GBytes *archive;
    char *hash;
};

/* What is needed while files are listed. */
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
    g_free(((Item *)data)->source);
}

SentFiles *
sent_files_ref(SentFiles *self)
{
    g_atomic_ref_count_inc(&self->refs);
    return self;
}

void
sent_files_unref(SentFiles *self)
{
    if (!g_atomic_ref_count_dec(&self->refs))
        return;
    g_array_unref(self->items);
    g_clear_pointer(&self->archive, g_bytes_unref);
    g_free(self->hash);
    g_free(self);
}

GBytes *
sent_files_get_archive(const SentFiles *self)
{
    return self->archive;
}

const char *
sent_files_get_hash(const SentFiles *self)
{
    return self->hash;
}

G_GNUC_PRINTF(3, 4)
static gboolean
fail(GError **error, const char *path, const char *format, ...)
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

/* Returns (transfer full) (nullable): the path of @full below @root, where @full may name the root
 * by other links. */
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
        fail(error, path, _("there is no such file or folder to send (searched in %s)"),
             shown_root);
        return NULL;
    }
    if (is_here && is_in_root && !is_same_file(here, in_root)) {
        g_autofree char *shown = g_filename_display_name(here);
        g_autofree char *other = g_filename_display_name(in_root);

        fail(error, path, _("may mean %s or %s; give the whole path"), other, shown);
        return NULL;
    }
    found = below_root(full, root);
    if (!found) {
        fail(error, path,
             _("is outside of the function's folder %s; only files in this folder can be sent, "
               "because the function finds them by a path that begins at its own file"),
             shown_root);
        return NULL;
    }
    if (stat(found, &info) != 0) {
        fail(error, path, _("cannot be sent: %s"), g_strerror(errno));
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
        return fail(error, source, _("cannot be sent: %s"), g_strerror(errno));
    ok = path_in(real, self->real_root) != NULL;
    shown = g_filename_display_name(real);
    free(real);
    return ok || fail(error, source,
                      _("is a symbolic link to %s, which is outside the function's folder; only "
                        "files in this folder can be sent, so copy the file there"),
                      shown);
}

static gboolean
add_item(Listing *self, const char *source, const struct stat *info, GError **error)
{
    const char *name = path_in(source, self->root);
    Item item = {.info = *info};

    if (!g_utf8_validate(name, -1, NULL) || strlen(name) > MAX_PATH)
        return fail(error, source, _("cannot be sent: its name is too long or not UTF-8"));
    if (self->items->len >= SENT_FILES_MAX)
        return fail(error, source, _("more than %u files would be sent with the function"),
                    SENT_FILES_MAX);
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
        return fail(error, source, _("cannot be sent: %s"), g_strerror(errno));
    if ((S_ISLNK(info.st_mode) || !above) && !check_link(self, source, error))
        return FALSE;
    if (S_ISLNK(info.st_mode)) {
        /* If the link is changed, the times of its target stay the same. */
        source_stamp_distrust(self->stamp);
        if (stat(source, &info) != 0)
            return fail(error, source, _("cannot be sent: %s"), g_strerror(errno));
    }
    source_stamp_add(self->stamp, source, &info);
    if (S_ISREG(info.st_mode))
        return add_item(self, source, &info, error);
    if (S_ISDIR(info.st_mode))
        return add_folder(self, source, &info, above, error);
    return fail(error, source,
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
            return fail(
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
        /* Python's compiled code is not data, and changes when a module is imported. */
        if (strcmp(base, "__pycache__") != 0 && !add_path(self, path, &here, error))
            return FALSE;
    }
    return !is_empty || strcmp(source, self->root) == 0 || add_item(self, source, info, error);
}

/* A module from another folder is unpacked beside the function's file, too. */
static gboolean
check_units(const Listing *self, GError **error)
{
    for (const char *const *unit = self->units; *unit; unit++) {
        g_autofree char *base = g_path_get_basename(*unit);
        g_autofree char *place = g_build_filename(self->root, base, NULL);

        if (strcmp(place, *unit) == 0)
            continue;
        for (guint i = 0; i < self->items->len; i++) {
            const Item *item = &g_array_index(self->items, Item, i);

            if (path_in(item->source, place))
                return fail(error, item->source,
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
    return strcmp(((const Item *)a)->name, ((const Item *)b)->name);
}

static void
remove_repeated(GArray *items)
{
    g_array_sort(items, compare_items);
    for (guint i = items->len; i-- > 1;)
        if (compare_items(&g_array_index(items, Item, i), &g_array_index(items, Item, i - 1)) == 0)
            g_array_remove_index(items, i);
}

/* ---- writing the archive ---- */

typedef struct {
    int fd;
    Hash *hash;
    guint64 size;
    guint8 *buffer;
    GCancellable *cancellable;
} Writer;

static gboolean
write_bytes(Writer *self, gconstpointer data, gsize size, GError **error)
{
    const guint8 *at = data;

    hash_update(self->hash, data, size);
    self->size += size;
    while (size > 0) {
        ssize_t n = write(self->fd, at, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                        _("the files to send cannot be copied to a temporary file: %s"),
                        g_strerror(errno));
            return FALSE;
        }
        at += n;
        size -= (gsize)n;
    }
    return TRUE;
}

static gboolean
write_u32(Writer *self, guint32 value, GError **error)
{
    guint32 little = GUINT32_TO_LE(value);

    return write_bytes(self, &little, sizeof little, error);
}

static gboolean
write_content(Writer *self, const Item *item, int fd, guint64 size, GError **error)
{
    while (size > 0) {
        ssize_t n = read(fd, self->buffer, MIN(size, BUFFER_SIZE));

        if (g_cancellable_set_error_if_cancelled(self->cancellable, error))
            return FALSE;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(error, item->source, _("cannot be sent: %s"), g_strerror(errno));
        if (n == 0)
            break;
        if (!write_bytes(self, self->buffer, (gsize)n, error))
            return FALSE;
        size -= (guint64)n;
    }
    return (size == 0 && read(fd, self->buffer, 1) == 0) ||
           fail(error, item->source, _("was changed while it was read; run again"));
}

static gboolean
write_item(Writer *self, const Item *item, GError **error)
{
    guint64 size = item->kind == KIND_FOLDER ? 0 : (guint64)item->info.st_size;
    guint32 length = (guint32)strlen(item->name);
    gboolean ok;
    int fd;

    if (!write_u32(self, item->kind, error) || !write_u32(self, length, error) ||
        !write_bytes(self, item->name, length, error) ||
        !write_u32(self, (guint32)(size & G_MAXUINT32), error) ||
        !write_u32(self, (guint32)(size >> 32), error))
        return FALSE;
    if (item->kind == KIND_FOLDER)
        return TRUE;
    /* The file may have been replaced by a FIFO, for which open() would wait without O_NONBLOCK. */
    fd = g_open(item->source, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
    if (fd < 0)
        return fail(error, item->source, _("cannot be sent: %s"), g_strerror(errno));
    ok = write_content(self, item, fd, size, error);
    close(fd);
    return ok;
}

static gboolean
check_size(const GArray *items, GError **error)
{
    guint64 size = 0;

    for (guint i = 0; i < items->len; i++) {
        const Item *item = &g_array_index(items, Item, i);

        size += item->kind == KIND_FOLDER ? 0 : (guint64)item->info.st_size;
        if (size > SENT_FILES_MAX_SIZE)
            return fail(error, item->source,
                        _("more than %u MiB would be sent with the function; pass large data as "
                          "an argument, or copy it to the hosts"),
                        (guint)(SENT_FILES_MAX_SIZE >> 20));
    }
    return TRUE;
}

/* Returns the descriptor of a new file without a name, or -1. The folder /tmp, which is often in
 * memory, is tried last. */
static int
open_temporary(GError **error)
{
    const char *folders[] = {g_getenv("TMPDIR"), "/var/tmp", "/tmp"};
    int fd = -1;

    for (guint i = 0; fd < 0 && i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = NULL;

        if (!folders[i] || !*folders[i])
            continue;
        path = g_build_filename(folders[i], "mamuto-sent-XXXXXX", NULL);
        fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);
        if (fd >= 0)
            g_unlink(path);
    }
    if (fd < 0)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                    _("the files to send cannot be copied to a temporary file: %s"),
                    g_strerror(errno));
    return fd;
}

static gboolean
write_items(Writer *writer, const GArray *items, GError **error)
{
    if (!write_bytes(writer, "MMF1", 4, error) || !write_u32(writer, items->len, error))
        return FALSE;
    for (guint i = 0; i < items->len; i++)
        if (!write_item(writer, &g_array_index(items, Item, i), error))
            return FALSE;
    return TRUE;
}

static gboolean
write_archive(SentFiles *self, GCancellable *cancellable, GError **error)
{
    Writer writer = {.fd = open_temporary(error), .cancellable = cancellable};
    g_autoptr(GMappedFile) mapped = NULL;
    g_autoptr(GError) failure = NULL;
    gboolean ok;

    if (writer.fd < 0)
        return FALSE;
    writer.hash = hash_new();
    writer.buffer = g_malloc(BUFFER_SIZE);
    ok = write_items(&writer, self->items, error);
    if (ok) {
        self->hash = hash_finish(writer.hash);
        mapped = g_mapped_file_new_from_fd(writer.fd, FALSE, &failure);
        ok = mapped != NULL;
        if (ok)
            self->archive = g_mapped_file_get_bytes(mapped);
        else
            g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION, failure->message);
    }
    hash_free(writer.hash);
    g_free(writer.buffer);
    close(writer.fd);
    return ok;
}

/* ---- the whole ---- */

static gboolean
is_younger(const struct timespec *time, gint64 now)
{
    return time->tv_sec >= now - DISTRUST_S;
}

static gboolean
is_same_version(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
           a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static gboolean
items_equal(const GArray *a, const GArray *b)
{
    if (a->len != b->len)
        return FALSE;
    for (guint i = 0; i < a->len; i++) {
        const Item *one = &g_array_index(a, Item, i), *other = &g_array_index(b, Item, i);

        if (strcmp(one->source, other->source) != 0 || one->kind != other->kind ||
            !is_same_version(&one->info, &other->info))
            return FALSE;
    }
    return TRUE;
}

gboolean
sent_files_check_unchanged(const SentFiles *self, GError **error)
{
    for (guint i = 0; i < self->items->len; i++) {
        const Item *item = &g_array_index(self->items, Item, i);
        g_autofree char *shown = NULL;
        struct stat info;

        if (item->kind == KIND_FOLDER)
            continue;
        if (stat(item->source, &info) == 0 ? is_same_version(&info, &item->info) : errno != ENOENT)
            continue;
        shown = g_filename_display_name(item->source);
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_LOST,
            _("%s: was changed during the run. This computer reads the file directly, so some "
              "results may be based on the old content and some on the new; run again"),
            shown);
        return FALSE;
    }
    return TRUE;
}

static gboolean
list_files(Listing *self, const char *const *paths, GError **error)
{
    char *real = realpath(self->root, NULL);
    gboolean ok = real != NULL;

    if (!ok)
        return fail(error, self->root, _("cannot be sent: %s"), g_strerror(errno));
    self->real_root = real;
    for (; ok && *paths; paths++)
        ok = add_path(self, *paths, NULL, error);
    free(real);
    remove_repeated(self->items);
    return ok && check_units(self, error) && check_size(self->items, error);
}

SentFiles *
sent_files_read(const char *root, const char *const *paths, const char *const *units,
                SentFiles *old, SourceStamp *stamp, GCancellable *cancellable, GError **error)
{
    g_autoptr(SentFiles) self = NULL;
    Listing listing = {.root = root, .units = units, .stamp = stamp, .cancellable = cancellable};
    gint64 now = g_get_real_time() / G_USEC_PER_SEC;

    if (!*paths)
        return NULL;
    self = g_new0(SentFiles, 1);
    g_atomic_ref_count_init(&self->refs);
    self->items = listing.items = g_array_new(FALSE, FALSE, sizeof(Item));
    g_array_set_clear_func(self->items, item_clear);
    if (!list_files(&listing, paths, error) || self->items->len == 0)
        return NULL;
    if (old && !old->distrusted && items_equal(old->items, self->items))
        return sent_files_ref(old);
    for (guint i = 0; i < self->items->len; i++) {
        const struct stat *info = &g_array_index(self->items, Item, i).info;

        if (is_younger(&info->st_mtim, now) || is_younger(&info->st_ctim, now))
            self->distrusted = TRUE;
    }
    return write_archive(self, cancellable, error) ? g_steal_pointer(&self) : NULL;
}
