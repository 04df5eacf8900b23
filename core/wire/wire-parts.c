/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Splits payloads that are too large for one frame into parts, and checks that the parts arrive
 * complete and in order. See "Large rows" in wire.h. */
#include "wire.h"

#include <errno.h>

uint64_t
wire_first_part(uint64_t length)
{
    return length > WIRE_MAX_PAYLOAD ? WIRE_PART_SIZE : length;
}

struct wire_header
wire_part_header(const struct wire_header *first, uint64_t offset, uint64_t length)
{
    struct wire_header h = *first;
    h.type = first->type == WIRE_RESULT ? WIRE_RESULT_PART : WIRE_CHUNK_PART;
    h.flags = 0;
    h.payload_len = length - offset < WIRE_PART_SIZE ? length - offset : WIRE_PART_SIZE;
    return h;
}

int
wire_parts_begin(struct wire_parts *p, const struct wire_header *h, uint64_t length)
{
    if (h->payload_len == length)
        return 0;
    if (h->payload_len > length || (h->flags & WIRE_FLAG_FD) != 0 || p->received < p->length)
        return -EPROTO;
    *p = (struct wire_parts){.run = h->run,
                             .attempt = h->attempt,
                             .chunk = h->chunk,
                             .length = length,
                             .received = h->payload_len};
    return 1;
}

int
wire_parts_add(struct wire_parts *p, const struct wire_header *h, const struct wire_part *part)
{
    if (h->run != p->run || h->attempt != p->attempt || h->chunk != p->chunk ||
        part->offset != p->received || h->payload_len == 0 ||
        h->payload_len > p->length - p->received)
        return -EPROTO;
    p->received += h->payload_len;
    return p->received < p->length ? 1 : 0;
}
