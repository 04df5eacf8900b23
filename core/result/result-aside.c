/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The file of the rows that are set aside, because their shape or kind is not the usual one of the
 * run. The file is in the folder of the output file, so that it needs no memory, or in memory if
 * the results are in memory. The file has no name, so the kernel deletes it when it is closed. A
 * list in memory describes its segments; a chunk adds at most one segment for each shape of its
 * results. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mamuto-error.h"
#include "result-store-private.h"

/* Opens a file without a name in the folder of the output. */
static int
open_unnamed(const char *beside)
{
    g_autofree char *folder = g_path_get_dirname(beside);
    g_autofree char *name = NULL;
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT))
        return fd;
    name = g_build_filename(folder, ".mamuto-XXXXXX.tmp", NULL);
    fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        g_unlink(name);
    return fd;
}

static gboolean
open_aside(ResultStore *self, GError **error)
{
    if (self->aside.fd >= 0)
        return TRUE;
    self->aside.name = self->name;
    self->aside.on_disk = self->output != NULL;
    self->aside.fd = self->output ? open_unnamed(self->output->temp_path)
                                  : memfd_create("mamuto-aside", MFD_CLOEXEC);
    if (self->aside.fd >= 0)
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                _("%s: no file can be created for rows of other shapes: %s"), self->name,
                g_strerror(errno));
    return FALSE;
}

gboolean
result_aside_write(ResultStore *self, AsideSegment *segment, const gint64 *rows,
                   const ResultBlock *block, guint64 from, gsize size, GError **error)
{
    gsize list_size = (gsize)segment->n * sizeof *rows;
    const ResultBlock list = {.data = rows, .fd = -1};
    gboolean opened;

    segment->listed = rows && rows[segment->n - 1] - rows[0] != segment->n - 1;
    if (!segment->listed)
        list_size = 0;
    pthread_mutex_lock(&self->lock);
    opened = open_aside(self, error);
    segment->offset = self->aside_end;
    self->aside_end += list_size + size;
    pthread_mutex_unlock(&self->lock);
    return opened && result_file_copy(&self->aside, segment->offset, &list, 0, list_size, error) &&
           result_file_copy(&self->aside, segment->offset + list_size, block, from, size, error);
}

GArray *
result_aside_read_rows(ResultStore *self, const AsideSegment *segment, GError **error)
{
    g_autoptr(GArray) ranges = g_array_new(FALSE, FALSE, sizeof(RowRange));
    RowRange range = {segment->row, segment->row + segment->n};
    g_autofree gint64 *rows = NULL;

    if (segment->listed) {
        rows = g_new(gint64, segment->n);
        if (!result_file_read(self->aside.fd, segment->offset, rows,
                              (gsize)segment->n * sizeof *rows, error))
            return NULL;
        range.hi = segment->row + 1;
    }
    for (gint64 i = 1; segment->listed && i < segment->n; i++) {
        if (rows[i] != range.hi) {
            g_array_append_val(ranges, range);
            range.lo = rows[i];
        }
        range.hi = rows[i] + 1;
    }
    g_array_append_val(ranges, range);
    return g_steal_pointer(&ranges);
}

void
result_aside_punch(ResultStore *self, const AsideSegment *segment)
{
    const ResultGroup *group = result_groups_index(self->groups, segment->group);
    guint64 size = (guint64)segment->n * segment->dtype.itemsize;

    for (guint i = 0; i < group->n_dims; i++)
        size *= (guint64)group->shape[i];
    if (size > 0)
        fallocate(self->aside.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                  (off_t)segment->offset, (off_t)size);
}
