/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How the fields of messages are encoded. Numbers are little-endian. A string is sent as its length
 * (u32) and its bytes. The shape of an array is sent as the number of axes (u32) and the length of
 * each axis (i64). A reader marks the message as invalid if a field exceeds its limit. */
#pragma once

#include "wire.h"

#include <errno.h>

/* Maximum length in bytes of a name, a path or the description of a machine. */
#define MAX_NAME 4096u

static inline int
checked(const struct wire_reader *r)
{
    return r->failed ? -EPROTO : 0;
}

static inline void
put(struct wire_writer *w, struct wire_str s)
{
    wire_put_str(w, s.data, s.len);
}

static inline struct wire_str
read_text(struct wire_reader *r, size_t max_len)
{
    struct wire_str s = wire_read_str(r, max_len);
    if (!wire_utf8_is_valid(s))
        r->failed = true;
    return s;
}

static inline struct wire_str
read_hash(struct wire_reader *r, bool may_be_empty)
{
    struct wire_str s = wire_read_str(r, WIRE_HASH_LEN);
    if (!wire_hash_is_valid(s) && !(may_be_empty && s.len == 0))
        r->failed = true;
    return s;
}

static inline uint32_t
read_at_most(struct wire_reader *r, uint32_t max)
{
    uint32_t value = wire_read_u32(r);
    if (value > max) {
        r->failed = true;
        return 0;
    }
    return value;
}

static inline uint64_t
read_at_most_u64(struct wire_reader *r, uint64_t max)
{
    uint64_t value = wire_read_u64(r);
    if (value > max) {
        r->failed = true;
        return 0;
    }
    return value;
}

static inline void
put_dims(struct wire_writer *w, uint32_t n_dims, const int64_t *dims)
{
    for (uint32_t i = 0; i < n_dims && i < WIRE_MAX_DIMS; i++)
        wire_put_u64(w, (uint64_t)dims[i]);
}

static inline void
read_dims(struct wire_reader *r, uint32_t n_dims, int64_t *dims)
{
    for (uint32_t i = 0; i < n_dims; i++) {
        dims[i] = (int64_t)wire_read_u64(r);
        if (dims[i] < 0)
            r->failed = true;
    }
}
