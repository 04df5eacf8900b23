/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Decodes a message of either side. A message that is accepted must be encoded to the same bytes
 * again, and must not be written beyond the end of a buffer that is too small. The first byte of
 * the input selects the message. */
#include <errno.h>

#include "fuzz.h"
#include "wire.h"

#define FUZZ_MESSAGE(name)                                                                         \
    static void try_##name(const uint8_t *data, size_t size)                                       \
    {                                                                                              \
        struct wire_##name message = {0};                                                          \
        struct wire_reader r;                                                                      \
        struct wire_writer w;                                                                      \
        wire_reader_init(&r, data, size);                                                          \
        int rc = wire_get_##name(&r, &message);                                                    \
        FUZZ_ASSERT(rc == 0 || rc == -EPROTO);                                                     \
        if (rc != 0)                                                                               \
            return;                                                                                \
        uint8_t *again = malloc(r.used);                                                           \
        wire_writer_init(&w, again, r.used);                                                       \
        wire_put_##name(&w, &message);                                                             \
        FUZZ_ASSERT(!w.overflow && w.used == r.used && memcmp(again, data, r.used) == 0);          \
        free(again);                                                                               \
        again = malloc(r.used - 1);                                                                \
        wire_writer_init(&w, again, r.used - 1);                                                   \
        wire_put_##name(&w, &message);                                                             \
        FUZZ_ASSERT(w.overflow);                                                                   \
        free(again);                                                                               \
    }

FUZZ_MESSAGE(ready)
FUZZ_MESSAGE(open)
FUZZ_MESSAGE(put)
FUZZ_MESSAGE(blob)
FUZZ_MESSAGE(prepare)
FUZZ_MESSAGE(prepared)
FUZZ_MESSAGE(fault)
FUZZ_MESSAGE(run)
FUZZ_MESSAGE(arg)
FUZZ_MESSAGE(chunk)
FUZZ_MESSAGE(part)
FUZZ_MESSAGE(slots)
FUZZ_MESSAGE(ping)
FUZZ_MESSAGE(stats)
FUZZ_MESSAGE(measure)
FUZZ_MESSAGE(measured)
FUZZ_MESSAGE(result)
FUZZ_MESSAGE(row_error)
FUZZ_MESSAGE(lost)
FUZZ_MESSAGE(log)

static void
try_header(const uint8_t *data, size_t size)
{
    struct wire_header header;
    uint8_t again[WIRE_HEADER_SIZE];

    if (size < WIRE_HEADER_SIZE || wire_header_decode(data, &header) != 0)
        return;
    wire_header_encode(&header, again);
    FUZZ_ASSERT(memcmp(again, data, sizeof again) == 0);
    /* each type of frame is sent by one side only */
    FUZZ_ASSERT(wire_header_validate(&header, true) != 0 ||
                wire_header_validate(&header, false) != 0);
}

static void
try_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    memcpy(text, data, size);
    bool valid = wire_utf8_is_valid(wire_str(text, size));
    wire_utf8_make_valid(text, size);
    FUZZ_ASSERT(wire_utf8_is_valid(wire_str(text, size)));
    FUZZ_ASSERT(!valid || memcmp(text, data, size) == 0);
    free(text);
}

/* The bytes of an accepted argument must end at a valid file offset. */
static void
try_extent(const uint8_t *data, size_t size)
{
    struct wire_arg arg = {0};
    struct wire_reader r;
    uint64_t end;

    wire_reader_init(&r, data, size);
    if (wire_get_arg(&r, &arg) == 0 && arg.kind == WIRE_ARG_REF && wire_arg_extent(&arg, &end))
        FUZZ_ASSERT(end >= arg.offset && end <= INT64_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(const uint8_t *, size_t) = {
        try_ready, try_open,    try_put,      try_blob,   try_prepare,   try_prepared,
        try_fault, try_run,     try_arg,      try_chunk,  try_slots,     try_ping,
        try_stats, try_measure, try_measured, try_result, try_row_error, try_lost,
        try_log,   try_header,  try_text,     try_extent, try_part,
    };

    if (size > 0)
        tries[data[0] % (sizeof tries / sizeof tries[0])](data + 1, size - 1);
    return 0;
}
