/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Encodes and decodes RESULT: the description of a block of results, the errors of rows, and the
 * descriptions of odd rows. */
#include "wire-fields.h"

void
wire_put_result(struct wire_writer *w, const struct wire_result *m)
{
    wire_put_u64(w, m->lo);
    wire_put_u64(w, m->hi);
    wire_put_u32(w, m->slot);
    wire_put_u32(w, m->passes);
    wire_put_u64(w, m->received_us);
    wire_put_u64(w, m->started_us);
    wire_put_u64(w, m->finished_us);
    wire_put_u64(w, m->cpu_us);
    put(w, m->dtype);
    wire_put_u32(w, m->n_dims);
    put_dims(w, m->n_dims, m->shape);
    wire_put_u64(w, m->n_failed);
    wire_put_u32(w, m->n_listed);
    wire_put_u64(w, m->ref_offset);
    wire_put_u64(w, m->ref_length);
    wire_put_u64(w, m->length);
    wire_put_u64(w, m->n_suspect);
}

/* Returns whether a block of `n_rows` results has a valid type and shape, and whether its size is
 * within the limits. */
static bool
block_is_valid(uint64_t n_rows, struct wire_str dtype, uint32_t n_dims, const int64_t *shape)
{
    bool valid;
    uint64_t items, size;
    uint32_t itemsize = wire_dtype_itemsize(dtype, &valid);
    return valid && dtype.data[0] != '>' &&
           wire_block_size(1, 1, n_dims, shape,
                           itemsize > 0 ? WIRE_MAX_ROW_ITEMS : WIRE_MAX_EMPTY_ITEMS, &items) &&
           wire_block_size(n_rows, itemsize, n_dims, shape, INT64_MAX, &size);
}

/* The times of RESULT and STATS have no limit, because they are on the clock of the host; the
 * receiver only uses differences, which it limits. */
static bool
result_is_valid(const struct wire_result *m)
{
    if (m->lo >= m->hi || m->hi > INT64_MAX || m->n_failed > m->hi - m->lo)
        return false;
    if (m->n_suspect > m->n_failed || m->n_listed > m->n_failed ||
        m->n_listed > WIRE_MAX_FAILED_ROWS)
        return false;
    if (m->ref_offset > INT64_MAX || m->ref_length > INT64_MAX - m->ref_offset)
        return false;
    if (m->n_failed == m->hi - m->lo)
        return m->dtype.len == 0;
    if (wire_dtype_is_variable(m->dtype)) {
        uint64_t size;
        return m->n_dims == 0 &&
               wire_offsets_size(m->hi - m->lo - m->n_failed, WIRE_MAX_LENGTH, &size);
    }
    return block_is_valid(m->hi - m->lo - m->n_failed, m->dtype, m->n_dims, m->shape);
}

int
wire_get_result(struct wire_reader *r, struct wire_result *m)
{
    m->lo = wire_read_u64(r);
    m->hi = wire_read_u64(r);
    m->slot = read_at_most(r, WIRE_MAX_SLOTS - 1);
    m->passes = read_at_most(r, INT32_MAX);
    m->received_us = wire_read_u64(r);
    m->started_us = wire_read_u64(r);
    m->finished_us = wire_read_u64(r);
    m->cpu_us = wire_read_u64(r);
    m->dtype = wire_read_str(r, WIRE_DTYPE_LEN);
    m->n_dims = read_at_most(r, WIRE_MAX_DIMS);
    read_dims(r, m->n_dims, m->shape);
    m->n_failed = wire_read_u64(r);
    m->n_listed = wire_read_u32(r);
    m->ref_offset = wire_read_u64(r);
    m->ref_length = wire_read_u64(r);
    m->length = read_at_most_u64(r, WIRE_MAX_LENGTH);
    m->n_suspect = wire_read_u64(r);
    if (!r->failed && !result_is_valid(m))
        r->failed = true;
    return checked(r);
}

void
wire_put_row_error(struct wire_writer *w, const struct wire_row_error *m)
{
    wire_put_u64(w, m->row);
    wire_put_u32(w, m->kind);
    put(w, m->cause);
    put(w, m->text);
}

int
wire_get_row_error(struct wire_reader *r, struct wire_row_error *m)
{
    m->row = wire_read_u64(r);
    m->kind = read_at_most(r, WIRE_ROW_NO_ARRAY);
    m->cause = read_text(r, MAX_NAME);
    m->text = read_text(r, WIRE_MAX_TEXT);
    if (m->kind == 0)
        r->failed = true;
    return checked(r);
}

void
wire_put_odd(struct wire_writer *w, const struct wire_odd *m)
{
    put(w, m->dtype);
    wire_put_u32(w, m->n_dims);
    put_dims(w, m->n_dims, m->shape);
    wire_put_u64(w, m->n_rows);
}

int
wire_get_odd(struct wire_reader *r, struct wire_odd *m)
{
    m->dtype = wire_read_str(r, WIRE_DTYPE_LEN);
    m->n_dims = read_at_most(r, WIRE_MAX_DIMS);
    read_dims(r, m->n_dims, m->shape);
    m->n_rows = read_at_most_u64(r, INT64_MAX);
    if (!r->failed && (m->n_rows == 0 || !block_is_valid(m->n_rows, m->dtype, m->n_dims, m->shape)))
        r->failed = true;
    return checked(r);
}

bool
wire_odd_size(const struct wire_odd *odd, uint64_t max, uint64_t *size)
{
    bool valid;
    uint32_t itemsize = wire_dtype_itemsize(odd->dtype, &valid);
    if (!valid || odd->n_rows > max / 8 ||
        !wire_block_size(odd->n_rows, itemsize, odd->n_dims, odd->shape, max - 8 * odd->n_rows,
                         size))
        return false;
    *size += 8 * odd->n_rows;
    return true;
}
