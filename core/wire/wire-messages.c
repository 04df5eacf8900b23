/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Encodes and decodes the messages. The fields of a message are sent in the order of its struct
 * in wire.h. RESULT is in wire-result.c. */
#include "wire-fields.h"

void
wire_put_ready(struct wire_writer *w, const struct wire_ready *m)
{
    put(w, m->sysname);
    put(w, m->machine);
    put(w, m->hostname);
    put(w, m->cpu_model);
    put(w, m->cpu_features);
    wire_put_u32(w, m->cores);
    wire_put_u32(w, m->pid);
    wire_put_u64(w, m->memory_total);
    wire_put_u64(w, m->memory_available);
    put(w, m->boot_id);
}

int
wire_get_ready(struct wire_reader *r, struct wire_ready *m)
{
    m->sysname = read_text(r, MAX_NAME);
    m->machine = read_text(r, MAX_NAME);
    m->hostname = read_text(r, MAX_NAME);
    m->cpu_model = read_text(r, MAX_NAME);
    m->cpu_features = read_text(r, MAX_NAME);
    m->cores = read_at_most(r, WIRE_MAX_SLOTS);
    m->pid = read_at_most(r, INT32_MAX);
    m->memory_total = read_at_most_u64(r, WIRE_MAX_MEMORY);
    m->memory_available = read_at_most_u64(r, WIRE_MAX_MEMORY);
    m->boot_id = read_text(r, MAX_NAME);
    if (m->cores == 0)
        r->failed = true;
    return wire_reader_done(r);
}

const char *const wire_thread_limits[WIRE_N_THREAD_LIMITS] = {"OMP_NUM_THREADS",
                                                              "NUMBA_NUM_THREADS"};

void
wire_put_open(struct wire_writer *w, const struct wire_open *m)
{
    put(w, m->workdir);
    wire_put_u32(w, (uint32_t)m->nice);
    wire_put_u32(w, m->slots);
    wire_put_u32(w, m->deadman_s);
    for (uint32_t i = 0; i < WIRE_N_THREAD_LIMITS; i++)
        wire_put_u32(w, m->thread_limits[i]);
}

int
wire_get_open(struct wire_reader *r, struct wire_open *m)
{
    m->workdir = read_text(r, MAX_NAME);
    m->nice = (int32_t)wire_read_u32(r);
    m->slots = read_at_most(r, WIRE_MAX_SLOTS);
    m->deadman_s = read_at_most(r, WIRE_MAX_DEADMAN_S);
    for (uint32_t i = 0; i < WIRE_N_THREAD_LIMITS; i++)
        m->thread_limits[i] = read_at_most(r, WIRE_MAX_THREADS);
    if (m->nice < -20 || m->nice > 19)
        r->failed = true;
    return wire_reader_done(r);
}

void
wire_put_put(struct wire_writer *w, const struct wire_put *m)
{
    put(w, m->hash);
    wire_put_u64(w, m->total);
    wire_put_u64(w, m->offset);
    wire_put_u64(w, m->ref_offset);
}

int
wire_get_put(struct wire_reader *r, struct wire_put *m)
{
    m->hash = read_hash(r, false);
    m->total = wire_read_u64(r);
    m->offset = wire_read_u64(r);
    m->ref_offset = wire_read_u64(r);
    if (m->total > WIRE_MAX_BLOB || m->offset > m->total || m->ref_offset > INT64_MAX - m->total)
        r->failed = true;
    return wire_reader_done(r);
}

void
wire_put_blob(struct wire_writer *w, const struct wire_blob *m)
{
    put(w, m->hash);
}

int
wire_get_blob(struct wire_reader *r, struct wire_blob *m)
{
    m->hash = read_hash(r, false);
    return wire_reader_done(r);
}

void
wire_put_prepare(struct wire_writer *w, const struct wire_prepare *m)
{
    wire_put_u32(w, m->function);
    put(w, m->runner);
    put(w, m->interpreter);
    put(w, m->module);
    put(w, m->name);
    put(w, m->bundle);
    wire_put_u64(w, m->start_limit_us);
    put(w, m->files);
    put(w, m->places);
}

int
wire_get_prepare(struct wire_reader *r, struct wire_prepare *m)
{
    m->function = wire_read_u32(r);
    m->runner = read_text(r, MAX_NAME);
    m->interpreter = read_text(r, MAX_NAME);
    m->module = read_text(r, MAX_NAME);
    m->name = read_text(r, MAX_NAME);
    m->bundle = read_hash(r, true);
    m->start_limit_us = wire_read_u64(r);
    m->files = read_hash(r, true);
    m->places = read_text(r, WIRE_MAX_META);
    if (m->function == 0 || m->module.len == 0 || m->name.len == 0 ||
        m->start_limit_us > WIRE_MAX_LIMIT_US)
        r->failed = true;
    return wire_reader_done(r);
}

void
wire_put_prepared(struct wire_writer *w, const struct wire_prepared *m)
{
    wire_put_u32(w, m->function);
    wire_put_u32(w, m->threads_safe);
    put(w, m->runner);
    put(w, m->interpreter);
    wire_put_u32(w, m->n_versions);
    for (uint32_t i = 0; i < m->n_versions && i < WIRE_MAX_VERSIONS; i++) {
        put(w, m->versions[i].name);
        put(w, m->versions[i].version);
    }
    wire_put_u64(w, m->prepare_us);
}

int
wire_get_prepared(struct wire_reader *r, struct wire_prepared *m)
{
    m->function = wire_read_u32(r);
    m->threads_safe = read_at_most(r, 1);
    m->runner = read_text(r, MAX_NAME);
    m->interpreter = read_text(r, MAX_NAME);
    m->n_versions = read_at_most(r, WIRE_MAX_VERSIONS);
    for (uint32_t i = 0; i < m->n_versions && !r->failed; i++) {
        struct wire_version *v = &m->versions[i];
        v->name = read_text(r, WIRE_MAX_VERSION_TEXT);
        v->version = read_text(r, WIRE_MAX_VERSION_TEXT);
        if (v->name.len == 0 || v->version.len == 0)
            r->failed = true;
    }
    m->prepare_us = read_at_most_u64(r, INT64_MAX);
    if (m->function == 0 || m->runner.len == 0)
        r->failed = true;
    return wire_reader_done(r);
}

void
wire_put_fault(struct wire_writer *w, const struct wire_fault *m)
{
    wire_put_u32(w, m->code);
    wire_put_u32(w, m->function);
    put(w, m->text);
    put(w, m->blob);
}

int
wire_get_fault(struct wire_reader *r, struct wire_fault *m)
{
    m->code = read_at_most(r, WIRE_FAULT_MODULE);
    m->function = wire_read_u32(r);
    m->text = read_text(r, WIRE_MAX_TEXT);
    m->blob = read_hash(r, true);
    if (m->code == 0 || (m->blob.len > 0 && m->code != WIRE_FAULT_BLOB))
        r->failed = true;
    return wire_reader_done(r);
}

void
wire_put_run(struct wire_writer *w, const struct wire_run *m)
{
    wire_put_u32(w, m->function);
    wire_put_u32(w, m->mode);
    wire_put_u32(w, m->has_seed);
    wire_put_u32(w, m->n_args);
    wire_put_u64(w, m->seed);
    wire_put_u64(w, m->n_rows);
    wire_put_u64(w, m->row_limit_us);
}

int
wire_get_run(struct wire_reader *r, struct wire_run *m)
{
    m->function = wire_read_u32(r);
    m->mode = read_at_most(r, WIRE_MODE_BATCH | WIRE_MODE_JSON);
    m->has_seed = read_at_most(r, 1);
    m->n_args = read_at_most(r, WIRE_MAX_ARGS);
    m->seed = wire_read_u64(r);
    m->n_rows = wire_read_u64(r);
    m->row_limit_us = wire_read_u64(r);
    if (m->function == 0 || m->n_rows > INT64_MAX || m->row_limit_us > WIRE_MAX_LIMIT_US)
        r->failed = true;
    return checked(r);
}

void
wire_put_arg(struct wire_writer *w, const struct wire_arg *m)
{
    wire_put_u32(w, m->kind);
    wire_put_u32(w, m->whole);
    put(w, m->dtype);
    wire_put_u32(w, m->n_dims);
    put_dims(w, m->n_dims, m->shape);
    put_dims(w, m->n_dims, m->strides);
    wire_put_u64(w, m->offset);
    wire_put_u64(w, m->repeats);
    put(w, m->text);
    put(w, m->key);
    put(w, m->name);
}

static bool
arg_array_is_valid(const struct wire_arg *m)
{
    bool valid;
    uint64_t size;
    uint32_t itemsize = wire_dtype_itemsize(m->dtype, &valid);
    if (m->whole ? m->kind == WIRE_ARG_ROWS : m->n_dims == 0)
        return false;
    if (m->repeats > 0 && (m->whole || m->kind == WIRE_ARG_ROWS || m->repeats > INT64_MAX))
        return false;
    if (m->kind == WIRE_ARG_KEPT && !wire_hash_is_valid(m->text))
        return false;
    if (wire_dtype_is_json(m->dtype))
        return m->kind != WIRE_ARG_REF && m->n_dims == 1;
    if (!valid || m->n_dims > WIRE_MAX_DIMS || m->offset > INT64_MAX || m->key.len > 0)
        return false;
    return wire_block_size(1, itemsize, m->n_dims, m->shape, INT64_MAX, &size);
}

int
wire_get_arg(struct wire_reader *r, struct wire_arg *m)
{
    m->kind = read_at_most(r, WIRE_ARG_VALUE);
    m->whole = read_at_most(r, 1);
    m->dtype = wire_read_str(r, WIRE_DTYPE_LEN);
    m->n_dims = read_at_most(r, WIRE_MAX_DIMS);
    read_dims(r, m->n_dims, m->shape);
    read_dims(r, m->n_dims, m->strides);
    m->offset = wire_read_u64(r);
    m->repeats = wire_read_u64(r);
    m->text = read_text(r, WIRE_MAX_META);
    m->key = read_text(r, WIRE_MAX_META);
    m->name = read_text(r, WIRE_MAX_ARG_NAME);
    if (r->failed || m->kind == 0)
        r->failed = true;
    else if (m->kind == WIRE_ARG_VALUE ? m->n_dims != 0 || m->text.len == 0 || m->whole ||
                                             m->repeats > 0 || m->key.len > 0
                                       : !arg_array_is_valid(m))
        r->failed = true;
    return checked(r);
}

bool
wire_arg_extent(const struct wire_arg *m, uint64_t *end)
{
    bool valid;
    uint64_t at = m->offset, itemsize = wire_dtype_itemsize(m->dtype, &valid);
    for (uint32_t i = 0; i < m->n_dims; i++)
        if (m->shape[i] == 0) {
            *end = m->offset;
            return valid;
        }
    for (uint32_t i = 0; i < m->n_dims; i++) {
        uint64_t step;
        if (__builtin_mul_overflow((uint64_t)m->shape[i] - 1, (uint64_t)m->strides[i], &step) ||
            __builtin_add_overflow(at, step, &at))
            return false;
    }
    return valid && !__builtin_add_overflow(at, itemsize, end) && *end <= INT64_MAX;
}

void
wire_put_chunk(struct wire_writer *w, const struct wire_chunk *m)
{
    wire_put_u64(w, m->lo);
    wire_put_u64(w, m->hi);
    wire_put_u64(w, m->length);
}

int
wire_get_chunk(struct wire_reader *r, struct wire_chunk *m)
{
    m->lo = wire_read_u64(r);
    m->hi = wire_read_u64(r);
    m->length = read_at_most_u64(r, WIRE_MAX_LENGTH);
    if (m->lo >= m->hi || m->hi > INT64_MAX)
        r->failed = true;
    return wire_reader_done(r);
}

void
wire_put_part(struct wire_writer *w, const struct wire_part *m)
{
    wire_put_u64(w, m->offset);
}

int
wire_get_part(struct wire_reader *r, struct wire_part *m)
{
    m->offset = read_at_most_u64(r, WIRE_MAX_LENGTH);
    return wire_reader_done(r);
}

void
wire_put_returned(struct wire_writer *w, const struct wire_returned *m)
{
    wire_put_u64(w, m->hi);
}

int
wire_get_returned(struct wire_reader *r, struct wire_returned *m)
{
    m->hi = read_at_most_u64(r, INT64_MAX);
    return wire_reader_done(r);
}

void
wire_put_slots(struct wire_writer *w, const struct wire_slots *m)
{
    wire_put_u32(w, m->slots);
}

int
wire_get_slots(struct wire_reader *r, struct wire_slots *m)
{
    m->slots = read_at_most(r, WIRE_MAX_SLOTS);
    return wire_reader_done(r);
}

void
wire_put_ping(struct wire_writer *w, const struct wire_ping *m)
{
    wire_put_u64(w, m->token);
}

/* wire_reader_done() is not called here, because a wire_stats follows in a PONG. */
int
wire_get_ping(struct wire_reader *r, struct wire_ping *m)
{
    m->token = wire_read_u64(r);
    return checked(r);
}

void
wire_put_stats(struct wire_writer *w, const struct wire_stats *m)
{
    wire_put_u64(w, m->agent_us);
    wire_put_u32(w, m->cpu_permille);
    wire_put_u32(w, m->slots);
    wire_put_u32(w, m->slots_busy);
    wire_put_u64(w, m->memory_total);
    wire_put_u64(w, m->memory_available);
    wire_put_u64(w, m->memory_slots);
}

int
wire_get_stats(struct wire_reader *r, struct wire_stats *m)
{
    m->agent_us = wire_read_u64(r);
    m->cpu_permille = read_at_most(r, 1000);
    m->slots = read_at_most(r, WIRE_MAX_SLOTS);
    m->slots_busy = read_at_most(r, m->slots);
    m->memory_total = read_at_most_u64(r, WIRE_MAX_MEMORY);
    m->memory_available = read_at_most_u64(r, WIRE_MAX_MEMORY);
    m->memory_slots = read_at_most_u64(r, WIRE_MAX_MEMORY);
    return wire_reader_done(r);
}

void
wire_put_measure(struct wire_writer *w, const struct wire_measure *m)
{
    wire_put_u64(w, m->token);
    wire_put_u64(w, m->wish);
}

int
wire_get_measure(struct wire_reader *r, struct wire_measure *m)
{
    m->token = wire_read_u64(r);
    m->wish = read_at_most_u64(r, WIRE_MAX_PAYLOAD);
    return wire_reader_done(r);
}

void
wire_put_measured(struct wire_writer *w, const struct wire_measured *m)
{
    wire_put_u64(w, m->token);
    wire_put_u64(w, m->received);
}

int
wire_get_measured(struct wire_reader *r, struct wire_measured *m)
{
    m->token = wire_read_u64(r);
    m->received = read_at_most_u64(r, WIRE_MAX_PAYLOAD);
    return wire_reader_done(r);
}

void
wire_put_lost(struct wire_writer *w, const struct wire_lost *m)
{
    put(w, m->why);
}

int
wire_get_lost(struct wire_reader *r, struct wire_lost *m)
{
    m->why = read_text(r, WIRE_MAX_TEXT);
    return wire_reader_done(r);
}

void
wire_put_log(struct wire_writer *w, const struct wire_log *m)
{
    wire_put_u32(w, m->slot);
    wire_put_u32(w, m->stream);
    wire_put_u64(w, m->dropped);
}

int
wire_get_log(struct wire_reader *r, struct wire_log *m)
{
    m->slot = read_at_most(r, WIRE_MAX_SLOTS);
    m->stream = read_at_most(r, 2);
    m->dropped = read_at_most_u64(r, INT64_MAX);
    if (m->stream == 0)
        r->failed = true;
    return wire_reader_done(r);
}
