/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Checks that the controller accepts a frame of the agent. */
#include "agent-script.h"

/* Checks a block of variable rows. Returns its size. */
static uint64_t
check_variable_rows(uint64_t n, uint64_t size, const uint8_t *block)
{
    uint64_t head;

    FUZZ_ASSERT(wire_offsets_size(n, size, &head));
    FUZZ_ASSERT(block == NULL || wire_offsets_are_valid(block, n, size - head));
    return size;
}

static void
check_result(const struct wire_header *header, struct wire_reader *r, const uint8_t *payload)
{
    struct wire_result m;
    struct wire_row_error e;
    uint64_t size = 0;
    bool valid, has_fd = (header->flags & WIRE_FLAG_FD) != 0;

    FUZZ_ASSERT(wire_get_result(r, &m) == 0);
    uint64_t n = m.hi - m.lo, marks = wire_result_bits(n, m.n_failed, m.n_suspect);
    for (uint32_t i = 0; i < m.n_listed; i++)
        FUZZ_ASSERT(wire_get_row_error(r, &e) == 0 && e.row >= m.lo && e.row < m.hi);
    if (wire_dtype_is_variable(m.dtype))
        size =
            check_variable_rows(n - m.n_failed, has_fd ? m.ref_length : header->payload_len - marks,
                                has_fd ? NULL : payload + marks);
    else if (m.n_failed < n)
        FUZZ_ASSERT(wire_block_size(n - m.n_failed, wire_dtype_itemsize(m.dtype, &valid), m.n_dims,
                                    m.shape, INT64_MAX, &size));
    FUZZ_ASSERT(header->payload_len == m.length); /* no result needs several frames */
    FUZZ_ASSERT(header->payload_len == marks + (has_fd ? 0 : size));
    FUZZ_ASSERT(!has_fd || m.ref_length == size);
}

void
agent_frame_check(const struct wire_header *header, const uint8_t *meta, const uint8_t *payload)
{
    union {
        struct wire_ready ready;
        struct wire_blob blob;
        struct wire_prepared prepared;
        struct wire_fault fault;
        struct wire_lost lost;
        struct wire_returned returned;
        struct wire_log log;
        struct wire_ping ping;
        struct wire_stats stats;
        struct wire_measured measured;
    } m;
    struct wire_reader r;

    FUZZ_ASSERT(wire_header_validate(header, true) == 0);
    wire_reader_init(&r, meta, header->meta_len);
    switch (header->type) {
    case WIRE_READY:
        FUZZ_ASSERT(wire_get_ready(&r, &m.ready) == 0);
        break;
    case WIRE_STORED:
        FUZZ_ASSERT(wire_get_blob(&r, &m.blob) == 0);
        break;
    case WIRE_PREPARED:
        FUZZ_ASSERT(wire_get_prepared(&r, &m.prepared) == 0);
        break;
    case WIRE_FAULT:
        FUZZ_ASSERT(wire_get_fault(&r, &m.fault) == 0);
        break;
    case WIRE_RESULT:
        check_result(header, &r, payload);
        break;
    case WIRE_LOST:
        FUZZ_ASSERT(wire_get_lost(&r, &m.lost) == 0);
        break;
    case WIRE_RETURNED:
        FUZZ_ASSERT(wire_get_returned(&r, &m.returned) == 0);
        break;
    case WIRE_LOG:
        FUZZ_ASSERT(wire_get_log(&r, &m.log) == 0);
        FUZZ_ASSERT(wire_utf8_is_valid(wire_str((const char *)payload, header->payload_len)));
        break;
    case WIRE_STATS:
        FUZZ_ASSERT(wire_get_stats(&r, &m.stats) == 0);
        break;
    case WIRE_PONG:
        FUZZ_ASSERT(wire_get_ping(&r, &m.ping) == 0 && wire_get_stats(&r, &m.stats) == 0);
        break;
    case WIRE_MEASURED:
        FUZZ_ASSERT(wire_get_measured(&r, &m.measured) == 0);
        break;
    default:
        break;
    }
    FUZZ_ASSERT(wire_reader_done(&r) == 0);
}
