/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Compares the device, inode, size and times of source files; see source-stamp.h. */
#include "source-stamp.h"

#include <time.h>

/* Some file systems store times in whole seconds. If a file changes twice within a second, its time
 * may stay the same. Therefore a stamp is not trusted if a file was younger than 1 s when the stamp
 * was made. */
#define DISTRUST_NS ((gint64)1000 * 1000 * 1000)

typedef struct {
    char *path;
    dev_t device;
    ino_t inode;
    off_t size;
    gint64 modified, changed; /* times in ns since 1970 */
} Entry;

struct _SourceStamp {
    GArray *entries;
    gboolean distrusted;
};

static void
entry_clear(gpointer data)
{
    g_free(((Entry *)data)->path);
}

SourceStamp *
source_stamp_new(void)
{
    SourceStamp *self = g_new0(SourceStamp, 1);

    self->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    g_array_set_clear_func(self->entries, entry_clear);
    return self;
}

void
source_stamp_free(SourceStamp *self)
{
    g_array_unref(self->entries);
    g_free(self);
}

static gint64
to_ns(const struct timespec *time)
{
    return (gint64)time->tv_sec * 1000 * 1000 * 1000 + time->tv_nsec;
}

void
source_stamp_add(SourceStamp *self, const char *path, const struct stat *info)
{
    Entry entry = {
        .device = info->st_dev,
        .inode = info->st_ino,
        .size = info->st_size,
        .modified = to_ns(&info->st_mtim),
        .changed = to_ns(&info->st_ctim),
    };
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    /* This condition is also true for times in the future. A file server with a wrong clock sets
     * such times. */
    if (self->entries->len >= SOURCE_STAMP_MAX ||
        MAX(entry.modified, entry.changed) > to_ns(&now) - DISTRUST_NS)
        self->distrusted = TRUE;
    if (self->distrusted)
        return;
    g_array_append_val(self->entries, entry);
    g_array_index(self->entries, Entry, self->entries->len - 1).path = g_strdup(path);
}

void
source_stamp_distrust(SourceStamp *self)
{
    self->distrusted = TRUE;
}

gboolean
source_stamp_is_current(const SourceStamp *self)
{
    if (self->distrusted)
        return FALSE;
    for (guint i = 0; i < self->entries->len; i++) {
        const Entry *entry = &g_array_index(self->entries, Entry, i);
        struct stat info;

        if (stat(entry->path, &info) != 0 || info.st_dev != entry->device ||
            info.st_ino != entry->inode || info.st_size != entry->size ||
            to_ns(&info.st_mtim) != entry->modified || to_ns(&info.st_ctim) != entry->changed)
            return FALSE;
    }
    return TRUE;
}
