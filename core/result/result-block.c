/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Validates blocks of results, because they come from hosts, and turns the parts of a block into
 * failures if a failed row ends the run. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "mamuto-error.h"
#include "mamuto-failure.h"
#include "result-store-private.h"

gboolean
result_block_row_failed(const ResultBlock *block, gint64 i)
{
    return block->failed && (block->failed[i / 8] >> (i % 8) & 1);
}

/* Computes the size of a row's result in bytes. Returns FALSE if type or shape is invalid. */
static gboolean
row_size(const MamutoDtype *dtype, guint n_dims, const gint64 *shape, gsize *size)
{
    gboolean empty = FALSE;

    *size = dtype->itemsize;
    if (!dtype->kind || !strchr("biufcSU", dtype->kind) || !strchr("<>|", dtype->order) ||
        !dtype->order || n_dims >= MAMUTO_ARRAY_MAX_DIMS)
        return FALSE;
    if (!dtype->itemsize && dtype->kind != 'S' && dtype->kind != 'U')
        return FALSE;
    for (guint i = 0; i < n_dims; i++)
        empty |= shape[i] == 0;
    for (guint i = 0; i < n_dims; i++)
        if (shape[i] < 0 || (!empty && !g_size_checked_mul(size, *size, (gsize)shape[i])))
            return FALSE;
    if (empty)
        *size = 0;
    return *size <= G_MAXINT64;
}

gboolean
result_block_is_tried_again(const ResultBlock *block, gint64 i)
{
    return block->again && (block->again[i / 8] >> (i % 8) & 1);
}

/* Checks the parts: each row is marked as failed, is in one part only, and will not be tried on
 * another host. Adds the size of the parts in bytes to @size. */
static gboolean
check_parts(const ResultBlock *block, gsize *size)
{
    gint64 n = block->hi - block->lo;
    g_autofree guint8 *seen = g_malloc0((gsize)n);

    for (guint i = 0; i < block->n_parts; i++) {
        const ResultPart *part = &block->parts[i];
        gsize each, whole;

        if (part->n_rows < 1 || part->n_rows > n ||
            !row_size(&part->dtype, part->n_dims, part->shape, &each) ||
            !g_size_checked_mul(&whole, each, (gsize)part->n_rows) || part->from > block->size ||
            whole > block->size - part->from)
            return FALSE;
        for (gint64 k = 0; k < part->n_rows; k++) {
            gint64 row = part->rows[k];

            if (row < block->lo || row >= block->hi || (k > 0 && row <= part->rows[k - 1]) ||
                seen[row - block->lo] || !result_block_row_failed(block, row - block->lo) ||
                result_block_is_tried_again(block, row - block->lo))
                return FALSE;
            seen[row - block->lo] = TRUE;
        }
        if (!g_size_checked_add(size, *size, whole) ||
            !g_size_checked_add(size, *size, (gsize)part->n_rows * sizeof(gint64)))
            return FALSE;
    }
    return TRUE;
}

gint64
result_block_check(const ResultBlock *block, gint64 n_rows, GError **error)
{
    gint64 n_ok = 0;
    gsize each = 0, size;

    if (block->lo < 0 || block->lo >= block->hi || block->hi > n_rows) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                    _("a block of results for rows %'" PRId64 " to %'" PRId64 " of %'" PRId64),
                    block->lo, block->hi - 1, n_rows);
        return -1;
    }
    n_ok = block->hi - block->lo;
    for (gint64 i = 0; block->failed && i < block->hi - block->lo; i++)
        n_ok -= result_block_row_failed(block, i);
    if (block->is_json || block->is_bytes) {
        if (block->n_parts == 0 && block->unused == 0 &&
            (n_ok == 0 ? block->size == 0 : block->size / sizeof(guint64) > (gsize)n_ok))
            return n_ok;
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
            _("rows %'" PRId64 " to %'" PRId64 ": %'zu bytes are too few for %'" PRId64 " results"),
            block->lo, block->hi - 1, block->size, n_ok);
        return -1;
    }
    if (n_ok > 0 && !row_size(&block->dtype, block->n_dims, block->shape, &each)) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                    _("rows %'" PRId64 " to %'" PRId64 ": results of an impossible type or shape"),
                    block->lo, block->hi - 1);
        return -1;
    }
    if (!g_size_checked_mul(&size, each, (gsize)n_ok) ||
        (block->n_parts > 0 && (n_ok == 0 || !check_parts(block, &size))) ||
        block->unused > block->size || size != block->size - block->unused) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                    _("rows %'" PRId64 " to %'" PRId64 ": %'zu bytes of results where %'" PRId64
                      " rows of %'zu bytes were expected"),
                    block->lo, block->hi - 1, block->size, n_ok, each);
        return -1;
    }
    return n_ok;
}

gint64 *
result_block_list_rows(const ResultBlock *block, gint64 n_ok)
{
    gint64 *rows = g_new(gint64, n_ok), n = 0;

    for (gint64 i = 0; i < block->hi - block->lo; i++)
        if (!result_block_row_failed(block, i))
            rows[n++] = block->lo + i;
    return rows;
}

gint64
result_block_count_in_parts(const ResultBlock *block)
{
    gint64 n = 0;

    for (guint i = 0; i < block->n_parts; i++)
        n += block->parts[i].n_rows;
    return n;
}

static int
compare_failures(gconstpointer a, gconstpointer b)
{
    const MamutoRowFailure *x = *(MamutoRowFailure *const *)a;
    const MamutoRowFailure *y = *(MamutoRowFailure *const *)b;

    return x->row < y->row ? -1 : x->row > y->row;
}

static void
add_failures(GPtrArray *errors, const ResultPart *part, const char *cause, const char *host)
{
    for (gint64 i = 0; i < part->n_rows && errors->len < MAMUTO_MAX_LISTED_FAILURES; i++) {
        MamutoRowFailure *failure = g_new0(MamutoRowFailure, 1);

        failure->row = part->rows[i];
        failure->host = g_strdup(host);
        failure->cause = g_strdup(cause);
        failure->traceback = g_strdup("");
        failure->advice = MAMUTO_ADVICE_SAVE_JSON_LINES;
        g_ptr_array_add(errors, failure);
    }
}

gboolean
result_block_fail_parts(ResultBlock *block, ResultPart *parts, GPtrArray *errors, const char *host,
                        GError **error)
{
    guint n_kept = 0;

    if (result_block_check(block, G_MAXINT64, error) < 0)
        return FALSE;
    for (guint i = 0; i < block->n_parts; i++) {
        const ResultPart *part = &block->parts[i];
        char class = result_class_of(&part->dtype), usual = result_class_of(&block->dtype);
        g_autofree char *cause = NULL;
        gsize each;

        if (class == usual && part->n_dims == block->n_dims &&
            memcmp(part->shape, block->shape, part->n_dims * sizeof *part->shape) == 0) {
            parts[n_kept++] = *part;
            continue;
        }
        cause = result_describe_odd(class, part->n_dims, part->shape, usual, block->n_dims,
                                    block->shape);
        add_failures(errors, part, cause, host);
        if (row_size(&part->dtype, part->n_dims, part->shape, &each))
            block->unused += (gsize)part->n_rows * (each + sizeof(gint64));
    }
    block->parts = parts;
    block->n_parts = n_kept;
    g_ptr_array_sort(errors, compare_failures);
    return TRUE;
}
