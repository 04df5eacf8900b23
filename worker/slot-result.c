/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Creates a RESULT frame from the answer of a slot. Code of the user runs in the slot and may have
 * overwritten its memory, so every value of the answer is validated. */
#include "agent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_ERRORS_LENGTH (7u << 19) /* of row errors and of descriptions of odd rows */

/* A mapping of a result buffer. If a frame contains the mapped bytes, the mapping is freed after
 * the frame was sent. Otherwise it is freed after the result was checked. */
struct result_view {
    struct result_buffer *buffer;
    uint8_t *map;
    size_t size;
};

static void
result_view_free(void *owner)
{
    struct result_view *v = owner;
    v->buffer->busy = false;
    result_buffer_unref(v->buffer);
    munmap(v->map, v->size);
    free(v);
}

/* Called after the frame with the mapped bytes was sent. */
static void
result_view_sent(void *owner)
{
    struct result_view *v = owner;
    result_buffer_empty(v->buffer);
    result_view_free(v);
}

static struct result_view *
result_view_new(struct result_buffer *b, uint64_t size)
{
    struct stat st;
    if (fstat(b->fd, &st) != 0 || size > (uint64_t)st.st_size)
        return NULL;
    void *map = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, b->fd, 0);
    if (map == MAP_FAILED)
        return NULL;
    struct result_view *v = xcalloc(1, sizeof *v);
    *v = (struct result_view){b, map, (size_t)size};
    b->refs++;
    return v;
}

static bool
errors_are_valid(struct wire_reader *r, uint32_t n, uint64_t lo, uint64_t hi)
{
    uint64_t last = 0;
    for (uint32_t i = 0; i < n; i++) {
        struct wire_row_error e;
        if (wire_get_row_error(r, &e) != 0 || e.row < lo || e.row >= hi || (i > 0 && e.row <= last))
            return false;
        last = e.row;
    }
    return true;
}

/* Returns whether the rest of the metadata describes at most `n_rows` odd rows, whose row numbers
 * and results have exactly `length` bytes. */
static bool
odd_rows_are_valid(struct wire_reader *r, uint64_t n_rows, uint64_t length)
{
    for (uint32_t n = 0; r->used < r->size; n++) {
        struct wire_odd odd;
        uint64_t size;
        if (n == WIRE_MAX_ODD || wire_get_odd(r, &odd) != 0 || odd.n_rows > n_rows ||
            !wire_odd_size(&odd, length, &size))
            return false;
        n_rows -= odd.n_rows;
        length -= size;
    }
    return length == 0 && wire_reader_done(r) == 0;
}

static uint64_t
count_bits(const uint8_t *bits, uint64_t n)
{
    uint64_t count = 0;
    for (uint64_t i = 0; i < n; i++)
        count += (uint64_t)__builtin_popcount(bits[i]);
    return count;
}

/* Checks the bits of failed rows, and the bits of suspect rows, which must have failed too. */
static bool
bits_are_valid(const uint8_t *bits, uint64_t n_rows, const struct slot_result_message *m)
{
    uint64_t n = (n_rows + 7) / 8;
    if (m->n_failed > 0 && count_bits(bits, n) != m->n_failed)
        return false;
    if (m->n_suspect > 0 && count_bits(bits + n, n) != m->n_suspect)
        return false;
    for (uint64_t i = 0; m->n_suspect > 0 && i < n; i++)
        if ((bits[n + i] & ~bits[i]) != 0)
            return false;
    return true;
}

struct answer {
    struct slot_result_message m;
    struct wire_result result;
    uint64_t bits_length;
    uint64_t odd_length;     /* bytes of odd rows at the end of the block */
    uint64_t offsets_length; /* bytes of the offsets of variable rows; 0: other rows */
    const uint8_t *payload;  /* the bits of failed and of suspect rows, then the values of the other
                                rows and of odd rows */
    const uint8_t *errors;   /* row errors, then the description of odd rows */
    struct result_view *view;
};

static bool
read_head(struct answer *an, const struct task *t, const uint8_t **data, size_t *size)
{
    struct slot_result_message *m = &an->m;
    if (*size < sizeof *m)
        return false;
    memcpy(m, *data, sizeof *m);
    *data += sizeof *m;
    *size -= sizeof *m;
    uint64_t n = m->n_rows, length;
    bool valid;
    if (m->serial != t->serial || n == 0 || n > t->hi - t->lo || m->n_dims > WIRE_MAX_DIMS ||
        *size < m->n_dims * 8u || m->n_failed > n || m->n_suspect > m->n_failed ||
        m->n_listed > WIRE_MAX_FAILED_ROWS || m->n_listed > m->n_failed ||
        m->errors_length > MAX_ERRORS_LENGTH)
        return false;
    memcpy(an->result.shape, *data, m->n_dims * 8u);
    *data += m->n_dims * 8u;
    *size -= m->n_dims * 8u;
    struct wire_str dtype = {m->dtype, (uint32_t)strnlen(m->dtype, sizeof m->dtype)};
    uint32_t itemsize = wire_dtype_itemsize(dtype, &valid);
    if (m->n_failed == n) {
        valid = dtype.len == 0 && m->block_length == 0;
    } else if ((t->run->mode & WIRE_MODE_JSON) != 0 && !wire_dtype_is_json(dtype)) {
        valid = false;
    } else if (wire_dtype_is_variable(dtype)) {
        valid = m->n_dims == 0 && m->block_length <= WIRE_MAX_LENGTH &&
                wire_offsets_size(n - m->n_failed, m->block_length, &an->offsets_length);
    } else {
        valid = valid && dtype.data[0] != '>' && m->block_length <= 1ull << 46 &&
                wire_block_size(n - m->n_failed, itemsize, m->n_dims, an->result.shape,
                                m->block_length, &length);
        an->odd_length = valid ? m->block_length - length : 0;
    }
    an->result.dtype = dtype;
    an->result.n_dims = m->n_failed == n ? 0 : m->n_dims;
    an->bits_length = wire_result_bits(n, m->n_failed, m->n_suspect);
    return valid;
}

static bool
read_body(struct answer *an, const struct task *t, const uint8_t *data, size_t size)
{
    struct slot_result_message *m = &an->m;
    if (!m->in_buffer) {
        an->payload = data;
        return m->n_failed == 0 && m->errors_length == 0 && an->odd_length == 0 &&
               size == m->block_length;
    }
    struct wire_reader r;
    uint64_t end;
    if (m->block_offset < an->bits_length || m->block_offset > UINT32_MAX ||
        m->errors_offset != m->block_offset + m->block_length)
        return false;
    end = m->errors_offset + m->errors_length;
    an->view = result_view_new(t->buffer, end);
    if (an->view == NULL)
        return false;
    t->buffer->large = end > WIRE_MAX_PAYLOAD;
    an->payload = an->view->map + m->block_offset - an->bits_length;
    an->errors = an->view->map + m->errors_offset;
    wire_reader_init(&r, an->errors, (size_t)m->errors_length);
    return bits_are_valid(an->payload, m->n_rows, m) &&
           errors_are_valid(&r, m->n_listed, t->lo, t->lo + m->n_rows) &&
           odd_rows_are_valid(&r, m->n_failed - m->n_listed, an->odd_length);
}

/* Checks the offsets of variable rows. */
static bool
offsets_are_valid(const struct answer *an)
{
    const struct slot_result_message *m = &an->m;
    return an->offsets_length == 0 ||
           wire_offsets_are_valid(an->payload + an->bits_length, m->n_rows - m->n_failed,
                                  m->block_length - an->offsets_length);
}

static void
send_result(struct slot *s, struct task *t, struct answer *an)
{
    struct agent *a = s->agent;
    struct slot_result_message *m = &an->m;
    struct wire_result *r = &an->result;
    struct wire_writer w;
    struct out_payload payload = {
        .data = an->payload, .length = an->bits_length + m->block_length, .fd = -1};
    bool by_reference = a->passes_fds && m->in_buffer && m->block_length > SLOT_INLINE;
    size_t meta_size = 1024 + (size_t)m->errors_length;
    uint8_t small[1024], *meta = m->errors_length > 0 ? xcalloc(1, meta_size) : small;

    if (by_reference) {
        r->ref_offset = m->block_offset;
        r->ref_length = m->block_length;
        payload.length = an->bits_length;
        payload.fd = t->buffer->fd;
    } else if (an->view != NULL && payload.length > SLOT_INLINE) {
        payload.release = result_view_sent;
        payload.owner = an->view;
        an->view = NULL;
    }
    r->length = payload.length;
    wire_writer_init(&w, meta, meta_size);
    wire_put_result(&w, r);
    if (m->errors_length > 0) {
        memcpy(w.data + w.used, an->errors, (size_t)m->errors_length);
        w.used += (size_t)m->errors_length;
    }
    output_send(a, WIRE_RESULT, t->run->id, t->chunk, t->attempt, &w, &payload);
    if (by_reference) {
        t->buffer->waits_for_ack = true;
        t->buffer->run = t->run->id;
        t->buffer->chunk = t->chunk;
        t->buffer->order = a->n_files_sent++;
    }
    if (meta != small)
        free(meta);
}

bool
slot_take_result(struct slot *s, struct task *t, const uint8_t *data, size_t size)
{
    struct answer an = {.view = NULL};
    struct wire_result *r = &an.result;
    bool valid =
        read_head(&an, t, &data, &size) && read_body(&an, t, data, size) && offsets_are_valid(&an);
    if (valid) {
        r->lo = t->lo;
        r->hi = t->lo + an.m.n_rows;
        r->slot = s->index;
        r->passes = t->passes;
        r->received_us = t->received_us;
        r->started_us = an.m.started_us;
        r->finished_us = an.m.finished_us;
        r->cpu_us = an.m.cpu_us;
        r->n_failed = an.m.n_failed;
        r->n_suspect = an.m.n_suspect;
        r->n_listed = an.m.n_listed;
        s->last_us = r->finished_us > r->started_us ? r->finished_us - r->started_us : 1;
        if (task_is_wanted(t))
            send_result(s, t, &an);
        if (!an.m.in_buffer)
            t->buffer->busy = false;
    }
    if (an.view != NULL) {
        /* No frame uses this mapping, so it is freed. If the descriptor of the buffer was sent, the
         * buffer stays busy until the controller confirms that it has read the result. */
        bool waits = t->buffer->waits_for_ack;
        result_view_free(an.view);
        t->buffer->busy = waits;
    }
    return valid;
}
