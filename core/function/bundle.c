/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * bundle_add() only lists the paths of the files. bundle_build() sorts the paths and reads the
 * files. */
#include "bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mamuto-error.h"

typedef struct {
    char *source;
    char *name;
} Item;

struct _Bundle {
    gboolean (*stays_here)(const char *base);
    GPtrArray *items;
    guint n_folders;
    SourceStamp *stamp;        /* (nullable) (unowned) */
    GCancellable *cancellable; /* (nullable) (unowned) */
};

/* A linked list of the folders above the file or folder that is being added. A symbolic link to one
 * of these folders is skipped, because following it would never end. */
typedef struct Above {
    dev_t device;
    ino_t inode;
    const struct Above *next;
} Above;

static void
item_free(Item *item)
{
    g_free(item->source);
    g_free(item->name);
    g_free(item);
}

Bundle *
bundle_new(gboolean (*stays_here)(const char *base), SourceStamp *stamp, GCancellable *cancellable)
{
    Bundle *self = g_new0(Bundle, 1);

    self->stays_here = stays_here;
    self->stamp = stamp;
    self->cancellable = cancellable;
    self->items = g_ptr_array_new_with_free_func((GDestroyNotify)item_free);
    return self;
}

void
bundle_free(Bundle *self)
{
    g_ptr_array_unref(self->items);
    g_free(self);
}

static void
set_errno(GError **error, const char *path)
{
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION, _("%s: cannot be read: %s"), path,
                g_strerror(errno));
}

static gboolean
fail_many(const char *source, GError **error)
{
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                _("%s: more than %u files or folders would be sent with the function; move data "
                  "files out of the package, or list single modules"),
                source, BUNDLE_MAX_FILES);
    return FALSE;
}

static gboolean
add_file(Bundle *self, const char *source, const char *name, GError **error)
{
    Item *item;

    if (!g_utf8_validate(name, -1, NULL) || strlen(name) >= PATH_MAX) {
        g_autofree char *shown = g_filename_display_name(source);

        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                    _("%s: cannot be sent: its name is too long or not UTF-8"), shown);
        return FALSE;
    }
    if (self->items->len >= BUNDLE_MAX_FILES)
        return fail_many(source, error);
    item = g_new0(Item, 1);
    item->source = g_strdup(source);
    item->name = g_strdup(name);
    g_ptr_array_add(self->items, item);
    return TRUE;
}

static gboolean add_folder(Bundle *self, const char *source, const char *name, const Above *above,
                           GError **error);

static gboolean
add_entry(Bundle *self, const char *source, const char *name, const Above *above, GError **error)
{
    struct stat info;

    if (g_cancellable_set_error_if_cancelled(self->cancellable, error))
        return FALSE;
    if (stat(source, &info) != 0) {
        set_errno(error, source);
        return FALSE;
    }
    if (self->stamp)
        source_stamp_add(self->stamp, source, &info);
    if (S_ISREG(info.st_mode))
        return add_file(self, source, name, error);
    for (const Above *a = above; a; a = a->next)
        if (a->device == info.st_dev && a->inode == info.st_ino)
            return TRUE;
    if (S_ISDIR(info.st_mode))
        return add_folder(self, source, name,
                          &(Above){.device = info.st_dev, .inode = info.st_ino, .next = above},
                          error);
    return TRUE;
}

static gboolean
add_folder(Bundle *self, const char *source, const char *name, const Above *above, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(GDir) dir = NULL;
    const char *base;

    /* Symbolic links can lead to the same folder by very many paths. The folder is read once for
     * each path, so the number of folders read is limited. */
    if (self->n_folders++ >= BUNDLE_MAX_FILES)
        return fail_many(source, error);
    dir = g_dir_open(source, 0, &failure);
    if (!dir) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION, "%s", failure->message);
        return FALSE;
    }
    while ((base = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(source, base, NULL);
        g_autofree char *inner = g_strconcat(name, "/", base, NULL);

        if (*base == '.' || self->stays_here(base))
            continue;
        /* Symbolic links without a target are skipped. Editors create such links as lock files. */
        if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
            /* If the link's target is created later, the times of the folder that contains the link
             * do not change. The stamp would therefore not detect the new file. */
            if (self->stamp)
                source_stamp_distrust(self->stamp);
            continue;
        }
        if (!add_entry(self, path, inner, above, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
bundle_add(Bundle *self, const char *source, const char *name, GError **error)
{
    return add_entry(self, source, name, NULL, error);
}

static int
compare_items(gconstpointer a, gconstpointer b)
{
    return strcmp((*(Item *const *)a)->name, (*(Item *const *)b)->name);
}

static void
append_u32(GByteArray *out, guint32 value)
{
    guint32 little = GUINT32_TO_LE(value);

    g_byte_array_append(out, (const guint8 *)&little, sizeof little);
}

static void
append_u64(GByteArray *out, guint64 value)
{
    guint64 little = GUINT64_TO_LE(value);

    g_byte_array_append(out, (const guint8 *)&little, sizeof little);
}

/* Appends the length and the content of an open file. The length is counted while reading and not
 * queried before, because another program may change the file in the meantime. */
static gboolean
append_content(GByteArray *out, int fd, const char *source, GCancellable *cancellable,
               GError **error)
{
    guint at = out->len;
    guint64 length;
    guint8 buffer[65536];
    ssize_t n;

    append_u64(out, 0);
    while ((n = read(fd, buffer, sizeof buffer)) != 0) {
        if (g_cancellable_set_error_if_cancelled(cancellable, error))
            return FALSE;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            set_errno(error, source);
            return FALSE;
        }
        if (out->len + n > BUNDLE_MAX_SIZE) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                        _("%s: more than %u MiB would be sent with the function; move data out of "
                          "the package, and pass it as an argument"),
                        source, BUNDLE_MAX_SIZE >> 20);
            return FALSE;
        }
        g_byte_array_append(out, buffer, (guint)n);
    }
    length = GUINT64_TO_LE((guint64)(out->len - at - sizeof length));
    memcpy(out->data + at, &length, sizeof length);
    return TRUE;
}

static gboolean
append_item(GByteArray *out, const Item *item, GCancellable *cancellable, GError **error)
{
    /* The file may have been replaced by a FIFO. Without O_NONBLOCK, open() of a FIFO would wait
     * for a writer. */
    int fd = g_open(item->source, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
    gboolean ok;

    if (fd < 0) {
        set_errno(error, item->source);
        return FALSE;
    }
    append_u32(out, (guint32)strlen(item->name));
    g_byte_array_append(out, (const guint8 *)item->name, (guint)strlen(item->name));
    ok = append_content(out, fd, item->source, cancellable, error);
    close(fd);
    return ok;
}

GBytes *
bundle_build(Bundle *self, GError **error)
{
    g_autoptr(GByteArray) out = g_byte_array_new();

    g_ptr_array_sort(self->items, compare_items);
    g_byte_array_append(out, (const guint8 *)"MMB1", 4);
    append_u32(out, self->items->len);
    for (guint i = 0; i < self->items->len; i++)
        if (!append_item(out, g_ptr_array_index(self->items, i), self->cancellable, error))
            return NULL;
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}
