/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Decides which shape and kind the result has. Results arrive in any order, and the first rows may
 * be odd rows. The file of the result contains the rows of one group; the rows of all other groups
 * are in the file of rows set aside. If another group has become more than twice as large, and at
 * the end if another group is larger, the rows of both groups change places. No row is computed
 * again. */
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "mamuto-error.h"
#include "result-private.h"
#include "result-store-private.h"

static int
compare_owners(gconstpointer a, gconstpointer b)
{
    const RowOwner *x = a, *y = b;

    return x->lo < y->lo ? -1 : x->lo > y->lo;
}

static int
compare_segments(gconstpointer a, gconstpointer b)
{
    const AsideSegment *x = a, *y = b;

    return x->row < y->row ? -1 : x->row > y->row;
}

/* Returns the host of @row, or G_MAXUINT if unknown. Lowers @end to the first row after @row that
 * may have another host. @at: index in the sorted list of owners, 0 before the first call; the rows
 * of further calls must ascend. */
static guint
find_owner(ResultStore *self, guint *at, gint64 row, gint64 *end)
{
    const RowOwner *owner;

    while (*at < self->owners->len && g_array_index(self->owners, RowOwner, *at).hi <= row)
        ++*at;
    if (*at == self->owners->len)
        return G_MAXUINT;
    owner = &g_array_index(self->owners, RowOwner, *at);
    *end = MIN(*end, owner->lo <= row ? owner->hi : owner->lo);
    return owner->lo <= row ? owner->host : G_MAXUINT;
}

/* Adds segments for all rows in the file. If @keep, copies their results to the file of rows set
 * aside. */
static gboolean
set_rows_aside(ResultStore *self, gboolean keep, GError **error)
{
    const ResultFile *file = &self->file;
    const ResultBlock source = {.fd = file->fd};
    guint at = 0;

    g_array_sort(self->owners, compare_owners);
    for (gint64 row = 0, end, run_end = 0; row < file->n_rows; row = end) {
        AsideSegment segment = {.row = row, .dtype = file->dtype, .group = self->main->number};

        if (row == run_end)
            run_end = row_status_run_end(self->status, row);
        end = run_end;
        if (row_status_get(self->status, row) != RESULT_OK)
            continue;
        segment.host = find_owner(self, &at, row, &end);
        segment.n = end - row;
        if (keep &&
            !result_aside_write(self, &segment, NULL, &source, result_file_offset(file, row),
                                (gsize)segment.n * file->row_items * file->dtype.itemsize, error))
            return FALSE;
        g_array_append_val(self->segments, segment);
    }
    return TRUE;
}

/* Deletes all rows of the file, and gives the file the shape and type of @group. */
static gboolean
clear_file(ResultStore *self, const ResultGroup *group, GError **error)
{
    ResultFile *file = &self->file, trial = *file;
    MamutoDtype dtype;

    result_group_get_type(group, &dtype);
    if (result_texts_need_lines(self, &dtype, group->n_dims))
        return result_texts_begin_lines(self, dtype.kind, FALSE, error);
    /* The space is allocated before the rows are deleted, so that a full disk changes nothing. */
    if (!result_store_check_text_width(self, &dtype, group->n_dims, group->shape, group->first_row,
                                       error) ||
        !result_file_set_type(&trial, &dtype, group->n_dims, group->shape, error))
        return FALSE;
    g_clear_pointer(&self->lines, g_array_unref);
    file->damaged = TRUE;
    if (ftruncate(file->fd, 0) != 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, _("%s: cannot be written: %s"),
                    file->name, g_strerror(errno));
        return FALSE;
    }
    if (!result_file_set_type(file, &dtype, group->n_dims, group->shape, error))
        return FALSE;
    file->damaged = FALSE;
    return TRUE;
}

/* Counts all rows of the file as set aside. */
static void
forget_rows(ResultStore *self)
{
    pthread_mutex_lock(&self->lock);
    for (gint64 row = 0, end; row < self->file.n_rows; row = end) {
        end = row_status_run_end(self->status, row);
        if (row_status_get(self->status, row) == RESULT_OK)
            row_status_set(self->status, row, end, RESULT_FAILED);
    }
    self->n_failed += self->n_ok;
    self->n_aside += self->n_ok;
    self->n_ok = 0;
    g_array_set_size(self->owners, 0);
    pthread_mutex_unlock(&self->lock);
}

static gboolean
place_segment(ResultStore *self, const AsideSegment *segment, GError **error)
{
    const ResultBlock source = {.fd = self->aside.fd};
    g_autoptr(GArray) ranges = result_aside_read_rows(self, segment, error);
    guint64 from = segment->offset + (segment->listed ? (guint64)segment->n * sizeof(gint64) : 0);

    for (guint i = 0; ranges && i < ranges->len; i++) {
        const RowRange *range = &g_array_index(ranges, RowRange, i);
        gint64 n = range->hi - range->lo;

        if (!result_store_place(self, range->lo, n, &source, &segment->dtype, from, self->lines,
                                error))
            return FALSE;
        from += (guint64)n * self->file.row_items * segment->dtype.itemsize;
        pthread_mutex_lock(&self->lock);
        row_status_set(self->status, range->lo, range->hi, RESULT_OK);
        result_store_add_owner(self, range->lo, range->hi, segment->host);
        self->n_ok += n;
        self->n_failed -= n;
        self->n_aside -= n;
        pthread_mutex_unlock(&self->lock);
    }
    return ranges != NULL;
}

/* Moves the rows of the main group from the file of rows set aside to the file of the result. */
static gboolean
place_segments(ResultStore *self, GError **error)
{
    guint n_left = 0;

    for (guint i = 0; i < self->segments->len; i++) {
        AsideSegment *segment = &g_array_index(self->segments, AsideSegment, i);

        if (segment->group != self->main->number) {
            g_array_index(self->segments, AsideSegment, n_left++) = *segment;
            continue;
        }
        if (!place_segment(self, segment, error)) {
            self->file.damaged = TRUE;
            return FALSE;
        }
        result_aside_punch(self, segment);
    }
    g_array_set_size(self->segments, n_left);
    return TRUE;
}

/* Call with the type lock held for writing. */
static gboolean
change_main(ResultStore *self, ResultGroup *group, gboolean keep, GError **error)
{
    guint n_before = self->segments->len;

    if ((self->main && !set_rows_aside(self, keep, error)) || !clear_file(self, group, error)) {
        g_array_set_size(self->segments, n_before);
        return FALSE;
    }
    forget_rows(self);
    self->main = group;
    self->type_row = group->first_row;
    return place_segments(self, error);
}

gboolean
result_store_change_main(ResultStore *self, ResultGroup *group, gboolean keep, GError **error)
{
    gboolean changed;

    pthread_rwlock_wrlock(&self->type_lock);
    /* Another thread may have changed the main group, or the file to lines, whose rows cannot be
     * set aside now, before this thread got the lock. */
    changed = self->lines || self->main == group || group->n_rows / 2 <= self->main->n_rows ||
              (result_store_check_open(self, error) && change_main(self, group, keep, error));
    pthread_rwlock_unlock(&self->type_lock);
    return changed;
}

static gboolean
report_odd_rows(ResultStore *self, ResultOddFunc func, gpointer data, GError **error)
{
    const ResultGroup *usual = self->main, *described = NULL;
    g_autofree char *cause = NULL;

    g_array_sort(self->segments, compare_segments);
    for (guint i = 0; i < self->segments->len; i++) {
        const AsideSegment *segment = &g_array_index(self->segments, AsideSegment, i);
        const ResultGroup *group = result_groups_index(self->groups, segment->group);
        g_autoptr(GArray) ranges = result_aside_read_rows(self, segment, error);

        if (!ranges)
            return FALSE;
        if (group != described) {
            g_free(cause);
            cause = result_describe_odd(group->class, group->n_dims, group->shape, usual->class,
                                        usual->n_dims, usual->shape);
            described = group;
        }
        for (guint k = 0; k < ranges->len; k++)
            for (gint64 row = g_array_index(ranges, RowRange, k).lo;
                 row < g_array_index(ranges, RowRange, k).hi; row++)
                func(row, segment->host, cause, data);
    }
    return TRUE;
}

gboolean
result_store_settle(ResultStore *self, ResultOddFunc func, gpointer data, GError **error)
{
    ResultGroup *largest;
    gboolean settled;

    if (result_store_get_n_aside(self) == 0)
        return TRUE;
    pthread_rwlock_wrlock(&self->type_lock);
    largest = result_groups_find_largest(self->groups);
    settled = result_store_check_open(self, error) &&
              (largest == self->main ? place_segments(self, error)
                                     : change_main(self, largest, FALSE, error)) &&
              report_odd_rows(self, func, data, error);
    pthread_rwlock_unlock(&self->type_lock);
    return settled;
}

guint
result_store_find_host(ResultStore *self)
{
    const ResultGroup *largest = result_groups_find_largest(self->groups);

    for (guint i = 0; largest && i < self->segments->len; i++) {
        const AsideSegment *segment = &g_array_index(self->segments, AsideSegment, i);

        if (segment->group == largest->number && segment->row == largest->first_row)
            return segment->host;
    }
    return G_MAXUINT;
}
