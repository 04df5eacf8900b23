/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Stores blocks of results in three steps. First, the rows of the block are reserved, so that no
 * row is written twice. Second, if the block needs a wider element type, all stored rows are
 * converted under an exclusive lock. Third, the block is written: the rows of the usual shape and
 * kind to the file of the result, all others to the file of the rows set aside. Several threads can
 * write blocks at the same time. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "error-private.h"
#include "result-store-private.h"

/* A group whose rows are so large that no file can be created for all rows of the run is set aside
 * up to this number of its rows. If it has more rows, the run ends with the error. */
#define RESULT_MAX_HOMELESS 100

/* Reserves the rows of the block. Fails if some of these rows are already reserved or stored. */
static gboolean
claim(ResultStore *self, const ResultBlock *block, GError **error)
{
    RowRange range = {block->lo, block->hi};
    gboolean free;

    pthread_mutex_lock(&self->lock);
    free = row_status_get(self->status, block->lo) == RESULT_MISSING &&
           row_status_run_end(self->status, block->lo) >= block->hi;
    for (guint i = 0; i < self->claims->len && free; i++) {
        const RowRange *other = &g_array_index(self->claims, RowRange, i);

        free = other->hi <= block->lo || other->lo >= block->hi;
    }
    if (free)
        g_array_append_val(self->claims, range);
    pthread_mutex_unlock(&self->lock);
    if (!free)
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
            _("rows %'" PRId64 " to %'" PRId64 ": results for rows that already have results"),
            block->lo, block->hi - 1);
    return free;
}

/* ---- the parts of a block ---- */

/* A block that is being stored. `rest` describes the rows of the block that are not in a part of
 * the block, in the form of a part without row numbers. */
typedef struct {
    const ResultBlock *block;
    const ResultTexts *texts; /* (nullable): the results of `rest`, if they are variable rows */
    ResultPart rest;
    gboolean homeless; /* no file can be created for rows of this size, so they are set aside */
    GArray *segments;  /* (nullable): elements: AsideSegment; rows of the block set aside */
    GArray *lines;     /* (nullable): elements: LineSegment; rows written to a file of lines */
    gint64 n_placed;   /* rows written to the file */
} Storing;

static guint
count_parts(const Storing *storing)
{
    return storing->block->n_parts + 1;
}

static const ResultPart *
get_part(const Storing *storing, guint i)
{
    return i == 0 ? &storing->rest : &storing->block->parts[i - 1];
}

static gint64
first_row_of(const Storing *storing, const ResultPart *part)
{
    gint64 i = 0;

    if (part->rows)
        return part->rows[0];
    while (result_block_row_failed(storing->block, i))
        i++;
    return storing->block->lo + i;
}

static gboolean
is_main(const ResultStore *self, const ResultPart *part)
{
    return self->main && result_group_matches(self->main, &part->dtype, part->n_dims, part->shape);
}

/* ---- the type of the file ---- */

static char *
describe(const MamutoDtype *dtype, guint n_dims, const gint64 *shape)
{
    char type[MAMUTO_DTYPE_STRING_MAX];
    g_autofree char *text = result_shape_to_string(n_dims, shape);

    mamuto_dtype_to_string(dtype, type);
    /* Translators: part of a sentence, "a result of type <f8 and shape (3,)" */
    return g_strdup_printf(_("type %s and shape %s"), type, text);
}

/* Gives the file, which is still empty, the shape and type of the part. If the rows are too large
 * for such a file, sets `homeless` or fails. */
static gboolean
set_main(ResultStore *self, Storing *storing, const ResultPart *part, GError **error)
{
    gint64 row = first_row_of(storing, part);
    ResultGroup *group;
    MamutoDtype dtype;

    pthread_mutex_lock(&self->lock);
    group = result_groups_get(self->groups, &part->dtype, part->n_dims, part->shape, error);
    if (group && result_group_add_type(group, &part->dtype))
        result_group_get_type(group, &dtype);
    storing->homeless =
        group && self->sets_aside && group->n_rows + part->n_rows <= RESULT_MAX_HOMELESS;
    pthread_mutex_unlock(&self->lock);
    if (group && result_texts_need_lines(self, &dtype, part->n_dims)) {
        if (!result_texts_begin_lines(self, dtype.kind, FALSE, error))
            return FALSE;
        storing->homeless = FALSE;
        self->main = group;
        self->type_row = row;
        return TRUE;
    }
    if (group &&
        result_store_check_text_width(self, &dtype, part->n_dims, part->shape, row, error) &&
        result_file_set_type(&self->file, &dtype, part->n_dims, part->shape, error)) {
        storing->homeless = FALSE;
        self->main = group;
        self->type_row = row;
        return TRUE;
    }
    /* The rows are set aside, because they may be a few odd rows of a run with smaller results. */
    if (storing->homeless)
        g_clear_error(error);
    return storing->homeless;
}

/* Widens the type of the file so that the rows of the part can be stored. */
static gboolean
widen(ResultStore *self, const Storing *storing, const ResultPart *part, GError **error)
{
    ResultGroup group = *self->main;
    MamutoDtype wide;

    /* The promotion fails only for a text of more than G_MAXINT32 bytes, for which the check of the
     * width fails too. */
    if (result_group_add_type(&group, &part->dtype))
        result_group_get_type(&group, &wide);
    else
        wide = part->dtype;
    if (result_texts_need_lines(self, &wide, part->n_dims)) {
        if (!result_texts_begin_lines(self, wide.kind, TRUE, error))
            return FALSE;
    } else if (!result_store_check_text_width(self, &wide, part->n_dims, part->shape,
                                              first_row_of(storing, part), error) ||
               (!mamuto_dtype_equal(&wide, &self->file.dtype) &&
                !result_file_widen(&self->file, &wide, self->status, error)))
        return FALSE;
    self->main->exact = group.exact;
    self->main->inexact = group.inexact;
    return TRUE;
}

/* Changes the file so that the part can be stored. The caller must hold the type lock for
 * writing. */
static gboolean
adapt(ResultStore *self, Storing *storing, const ResultPart *part, GError **error)
{
    ResultFile *file = &self->file;
    g_autofree char *here = NULL, *there = NULL;

    if (!self->main)
        return set_main(self, storing, part, error);
    if (is_main(self, part))
        return self->lines || result_group_has_type(self->main, &part->dtype) ||
               widen(self, storing, part, error);
    if (self->sets_aside)
        return TRUE;
    here = describe(&part->dtype, part->n_dims, part->shape);
    there = describe(&file->dtype, file->n_dims, file->shape + file->n_axes);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_RESULT,
                _("row %'" PRId64 " gives a result of %s, row %'" PRId64
                  " one of %s: let the function return one shape, and either numbers or text"),
                first_row_of(storing, part), here, self->type_row, there);
    if (error != NULL)
        error_append_advice(*error, MAMUTO_ADVICE_SAVE_JSON_LINES, _("; or write -o out.jsonl"));
    return FALSE;
}

/* Returns (nullable): a part of the block that does not fit into the file before the file is
 * changed. */
static const ResultPart *
find_unfit(ResultStore *self, const Storing *storing)
{
    if (!self->main)
        return storing->homeless ? NULL : &storing->rest;
    for (guint i = 0; i < count_parts(storing); i++) {
        const ResultPart *part = get_part(storing, i);

        if (is_main(self, part) ? !self->lines && !result_group_has_type(self->main, &part->dtype)
                                : !self->sets_aside)
            return part;
    }
    return NULL;
}

/* Locks the type lock for reading. Before this, widens the element type if the block needs a wider
 * type. Returns FALSE with an error, and without the lock, if the results of the block do not
 * fit. */
static gboolean
lock_type(ResultStore *self, Storing *storing, GError **error)
{
    const ResultPart *part;
    gboolean good;

    pthread_rwlock_rdlock(&self->type_lock);
    while ((part = find_unfit(self, storing))) {
        pthread_rwlock_unlock(&self->type_lock);
        pthread_rwlock_wrlock(&self->type_lock);
        good = result_store_check_open(self, error) && adapt(self, storing, part, error);
        pthread_rwlock_unlock(&self->type_lock);
        if (!good)
            return FALSE;
        pthread_rwlock_rdlock(&self->type_lock);
    }
    return TRUE;
}

/* ---- storing a block ---- */

static gboolean
place_rest(ResultStore *self, const Storing *storing, GError **error)
{
    const ResultBlock *block = storing->block;
    gint64 n = block->hi - block->lo, n_placed = 0;
    gsize each = self->file.row_items * block->dtype.itemsize;

    for (gint64 i = 0, end; i < n; i = end) {
        if (result_block_row_failed(block, i)) {
            end = i + 1;
            continue;
        }
        for (end = block->failed ? i : n; end < n && !result_block_row_failed(block, end);)
            end++;
        if (!(storing->texts
                  ? result_texts_place(self, storing->texts, n_placed, end - i, block->lo + i,
                                       storing->lines, error)
                  : result_store_place(self, block->lo + i, end - i, block, &block->dtype,
                                       (guint64)n_placed * each, storing->lines, error)))
            return FALSE;
        n_placed += end - i;
    }
    return TRUE;
}

static gboolean
place_part(ResultStore *self, const Storing *storing, const ResultPart *part, GError **error)
{
    gsize each = self->file.row_items * part->dtype.itemsize;

    for (gint64 i = 0, end; i < part->n_rows; i = end) {
        for (end = i + 1; end < part->n_rows && part->rows[end] == part->rows[end - 1] + 1;)
            end++;
        if (!result_store_place(self, part->rows[i], end - i, storing->block, &part->dtype,
                                part->from + (guint64)i * each, storing->lines, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
set_aside(ResultStore *self, Storing *storing, const ResultPart *part, GError **error)
{
    const ResultBlock *block = storing->block;
    g_autofree gint64 *listed = NULL;
    const gint64 *rows = part->rows;
    AsideSegment segment = {.row = first_row_of(storing, part),
                            .n = part->n_rows,
                            .dtype = part->dtype,
                            .host = block->host};
    gsize size = part->dtype.itemsize * (gsize)part->n_rows;
    ResultGroup *group;

    if (!storing->segments)
        storing->segments = g_array_new(FALSE, FALSE, sizeof(AsideSegment));
    if (storing->texts && !rows)
        return result_texts_set_aside(self, storing->texts, block, storing->segments, error);
    for (guint i = 0; i < part->n_dims; i++)
        size *= (gsize)part->shape[i];
    if (!rows && block->failed)
        rows = listed = result_block_list_rows(block, part->n_rows);
    pthread_mutex_lock(&self->lock);
    group = result_groups_get(self->groups, &part->dtype, part->n_dims, part->shape, error);
    pthread_mutex_unlock(&self->lock);
    if (!group)
        return FALSE;
    segment.group = group->number;
    if (!result_aside_write(self, &segment, rows, block, part->from, size, error))
        return FALSE;
    g_array_append_val(storing->segments, segment);
    return TRUE;
}

static gboolean
write_parts(ResultStore *self, Storing *storing, GError **error)
{
    if (self->lines)
        storing->lines = g_array_new(FALSE, FALSE, sizeof(LineSegment));
    for (guint i = 0; i < count_parts(storing); i++) {
        const ResultPart *part = get_part(storing, i);

        if (part->n_rows == 0)
            continue;
        if (!is_main(self, part)) {
            if (!set_aside(self, storing, part, error))
                return FALSE;
            continue;
        }
        if (!(part->rows ? place_part(self, storing, part, error)
                         : place_rest(self, storing, error)))
            return FALSE;
        storing->n_placed += part->n_rows;
    }
    return TRUE;
}

void
result_store_add_owner(ResultStore *self, gint64 lo, gint64 hi, guint host)
{
    RowOwner *last = self->owners->len > 0
                         ? &g_array_index(self->owners, RowOwner, self->owners->len - 1)
                         : NULL;
    const RowOwner owner = {lo, hi, host};

    if (last && last->hi == lo && last->host == host)
        last->hi = hi;
    else if (self->owners->len < RESULT_MAX_OWNERS)
        g_array_append_val(self->owners, owner);
}

static void
mark_part(ResultStore *self, const ResultPart *part, guint8 value)
{
    for (gint64 i = 0, end; i < part->n_rows; i = end) {
        for (end = i + 1; end < part->n_rows && part->rows[end] == part->rows[end - 1] + 1;)
            end++;
        row_status_set(self->status, part->rows[i], part->rows[end - 1] + 1, value);
    }
}

/* Sets the status of the failed rows of a block. Returns the number of failed rows that another
 * host tries again. */
static gint64
mark_failed(ResultStore *self, const ResultBlock *block)
{
    gint64 n_again = 0;

    for (gint64 i = 0; block->failed && i < block->hi - block->lo; i++)
        if (result_block_row_failed(block, i)) {
            n_again += result_block_is_tried_again(block, i);
            row_status_set(self->status, block->lo + i, block->lo + i + 1,
                           result_block_is_tried_again(block, i) ? RESULT_MISSING : RESULT_FAILED);
        }
    return n_again;
}

static void
add_owners(ResultStore *self, const ResultBlock *block)
{
    gint64 n = block->hi - block->lo;

    for (gint64 i = 0, end; i < n; i = end + 1) {
        for (end = block->again ? i : n; end < n && !result_block_is_tried_again(block, end);)
            end++;
        if (i < end)
            result_store_add_owner(self, block->lo + i, block->lo + end, block->host);
    }
}

/* Sets the status of the rows of a block, and counts the rows of the group of the file. Call with
 * the lock held. */
static void
mark_rows(ResultStore *self, const Storing *storing)
{
    const ResultBlock *block = storing->block;
    gboolean rest_placed = storing->rest.n_rows > 0 && is_main(self, &storing->rest);
    gint64 n_again;

    row_status_set(self->status, block->lo, block->hi, rest_placed ? RESULT_OK : RESULT_FAILED);
    n_again = rest_placed || block->again ? mark_failed(self, block) : 0;
    for (guint i = 0; i < count_parts(storing); i++) {
        const ResultPart *part = get_part(storing, i);

        if (part->n_rows == 0 || !is_main(self, part))
            continue;
        self->main->n_rows += part->n_rows;
        self->main->first_row = MIN(self->main->first_row, first_row_of(storing, part));
        if (part->rows)
            mark_part(self, part, RESULT_OK);
    }
    if (storing->n_placed > 0)
        add_owners(self, block);
    self->n_ok += storing->n_placed;
    self->n_failed += block->hi - block->lo - storing->n_placed - n_again;
}

/* Adds the segments of a block to the list. Returns (nullable): a group that now has more than
 * twice as many rows as the group of the file. Call with the lock held. */
static ResultGroup *
add_segments(ResultStore *self, const Storing *storing)
{
    ResultGroup *larger = NULL;

    for (guint i = 0; storing->segments && i < storing->segments->len; i++) {
        const AsideSegment *segment = &g_array_index(storing->segments, AsideSegment, i);
        ResultGroup *group = result_groups_index(self->groups, segment->group);

        g_array_append_val(self->segments, *segment);
        result_group_add_type(group, &segment->dtype);
        group->n_rows += segment->n;
        group->first_row = MIN(group->first_row, segment->row);
        self->n_aside += segment->n;
        /* A change of the group copies all rows of the file. With the factor 2, each row is copied
         * at most twice on average, however often the majority changes. */
        if (self->main && !self->keeps_main && group->n_rows / 2 > self->main->n_rows)
            larger = group;
    }
    return larger;
}

/* Cancels the reservation of the rows of a block. If they were stored, counts them, and returns
 * (nullable) the same group as add_segments(). */
static ResultGroup *
unclaim(ResultStore *self, const Storing *storing, gboolean stored)
{
    ResultGroup *larger = NULL;

    pthread_mutex_lock(&self->lock);
    for (guint i = 0; i < self->claims->len; i++)
        if (g_array_index(self->claims, RowRange, i).lo == storing->block->lo) {
            g_array_remove_index_fast(self->claims, i);
            break;
        }
    if (stored) {
        mark_rows(self, storing);
        larger = add_segments(self, storing);
        if (storing->lines)
            g_array_append_vals(self->lines, storing->lines->data, storing->lines->len);
    }
    pthread_mutex_unlock(&self->lock);
    return larger;
}

/* Stores a block of JSON text. */
static gboolean
put_lines(ResultStore *self, const ResultBlock *block, gint64 n_ok, GError **error)
{
    g_autoptr(GArray) segments = g_array_new(FALSE, FALSE, sizeof(LineSegment));
    const Storing storing = {.block = block};
    gboolean stored;

    pthread_rwlock_rdlock(&self->type_lock);
    stored = result_store_check_open(self, error) &&
             result_lines_write(self, block, n_ok, segments, error);
    if (stored) {
        pthread_mutex_lock(&self->lock);
        row_status_set(self->status, block->lo, block->hi, RESULT_OK);
        self->n_failed += block->hi - block->lo - n_ok - mark_failed(self, block);
        self->n_ok += n_ok;
        g_array_append_vals(self->lines, segments->data, segments->len);
        pthread_mutex_unlock(&self->lock);
    }
    unclaim(self, &storing, FALSE);
    pthread_rwlock_unlock(&self->type_lock);
    return stored;
}

gboolean
result_store_put(ResultStore *self, const ResultBlock *block, GError **error)
{
    gint64 n_ok = result_block_check(block, self->file.n_rows, error);
    Storing storing = {.block = block,
                       .rest = {.dtype = block->dtype, .n_dims = block->n_dims, .n_rows = n_ok}};
    g_auto(ResultTexts) texts = {0};
    ResultGroup *larger;
    gboolean stored;

    if (n_ok > 0 && self->is_json && !block->is_json) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                    _("rows %'" PRId64 " to %'" PRId64 ": results of an impossible type or shape"),
                    block->lo, block->hi - 1);
        return FALSE;
    }
    if (n_ok > 0 && (block->is_json || block->is_bytes) && !self->is_json) {
        if (!result_texts_read(&texts, block, n_ok, error))
            return FALSE;
        storing.texts = &texts;
        storing.rest.dtype = result_texts_get_dtype(&texts);
        storing.rest.n_dims = 0;
    }
    if (n_ok < 0 || !claim(self, block, error))
        return FALSE;
    if (self->is_json)
        return put_lines(self, block, n_ok, error);
    if (n_ok == 0) {
        pthread_rwlock_rdlock(&self->type_lock);
    } else {
        memcpy(storing.rest.shape, block->shape, storing.rest.n_dims * sizeof *block->shape);
        if (!lock_type(self, &storing, error)) {
            unclaim(self, &storing, FALSE);
            return FALSE;
        }
    }
    stored = result_store_check_open(self, error) && write_parts(self, &storing, error);
    larger = unclaim(self, &storing, stored);
    pthread_rwlock_unlock(&self->type_lock);
    g_clear_pointer(&storing.segments, g_array_unref);
    g_clear_pointer(&storing.lines, g_array_unref);
    /* An early change only saves time. If it fails, for example because the disk is full, the
     * change is made at the end, which needs less space. */
    if (larger && !result_store_change_main(self, larger, TRUE, NULL)) {
        pthread_mutex_lock(&self->lock);
        self->keeps_main = TRUE;
        pthread_mutex_unlock(&self->lock);
    }
    return stored;
}
