/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See sent-files.h. Packs the files that sent-files-list.c has listed. If the list, with the sizes
 * and times of the files, equals the list of the last archive, no file is read again. */
#include "sent-files-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hash.h"
#include "mamuto-error.h"

#define BUFFER_SIZE (1u << 20)
/* A file that was changed less than this time before it was read may be changed again without a
 * change of its times, because some file systems store whole seconds. */
#define DISTRUST_S 1

struct _SentFiles {
    gatomicrefcount refs;
    GArray *items; /* elements: SentItem, sorted by name */
    gboolean distrusted;
    GBytes *archive;
    char *hash;
};

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
write_content(Writer *self, const SentItem *item, int fd, guint64 size, GError **error)
{
    while (size > 0) {
        ssize_t n = read(fd, self->buffer, MIN(size, BUFFER_SIZE));

        if (g_cancellable_set_error_if_cancelled(self->cancellable, error))
            return FALSE;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return sent_files_fail(error, item->source, _("cannot be sent: %s"), g_strerror(errno));
        if (n == 0)
            break;
        if (!write_bytes(self, self->buffer, (gsize)n, error))
            return FALSE;
        size -= (guint64)n;
    }
    return (size == 0 && read(fd, self->buffer, 1) == 0) ||
           sent_files_fail(error, item->source, _("was changed while it was read; run again"));
}

static gboolean
write_item(Writer *self, const SentItem *item, GError **error)
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
    /* The file may have been replaced by a FIFO; without O_NONBLOCK, open() would then wait for a
     * writer. */
    fd = g_open(item->source, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
    if (fd < 0)
        return sent_files_fail(error, item->source, _("cannot be sent: %s"), g_strerror(errno));
    ok = write_content(self, item, fd, size, error);
    close(fd);
    return ok;
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
        if (!write_item(writer, &g_array_index(items, SentItem, i), error))
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
        const SentItem *one = &g_array_index(a, SentItem, i),
                       *other = &g_array_index(b, SentItem, i);

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
        const SentItem *item = &g_array_index(self->items, SentItem, i);
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

SentFiles *
sent_files_read(const char *root, const char *const *paths, const char *const *units,
                SentFiles *old, SourceStamp *stamp, GCancellable *cancellable, GError **error)
{
    g_autoptr(SentFiles) self = NULL;
    g_autoptr(GArray) items = NULL;
    gint64 now = g_get_real_time() / G_USEC_PER_SEC;

    if (!*paths)
        return NULL;
    items = sent_files_list(root, paths, units, stamp, cancellable, error);
    if (!items || items->len == 0)
        return NULL;
    if (old && !old->distrusted && items_equal(old->items, items))
        return sent_files_ref(old);
    self = g_new0(SentFiles, 1);
    g_atomic_ref_count_init(&self->refs);
    self->items = g_steal_pointer(&items);
    for (guint i = 0; i < self->items->len; i++) {
        const struct stat *info = &g_array_index(self->items, SentItem, i).info;

        if (is_younger(&info->st_mtim, now) || is_younger(&info->st_ctim, now))
            self->distrusted = TRUE;
    }
    return write_archive(self, cancellable, error) ? g_steal_pointer(&self) : NULL;
}
