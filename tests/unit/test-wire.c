/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of encoding and decoding the messages between Mamuto and its agent on a host. Decoding
 * must return the encoded values. Truncated messages and values outside of the limits must be
 * refused. Random bytes must not cause a crash. */
#include "wire.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

#define STR(literal) wire_str(literal, sizeof(literal) - 1)
#define HASH STR("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")

static void
assert_str(struct wire_str a, struct wire_str b)
{
    g_assert_cmpmem(a.data, a.len, b.data, b.len);
}

static void
test_header(void)
{
    struct wire_header in = {.type = WIRE_CHUNK,
                             .node = 1,
                             .session = 0xfffffffeu,
                             .run = 3,
                             .attempt = 4,
                             .chunk = 0x123456789abcdef0ull,
                             .meta_len = 16,
                             .payload_len = WIRE_MAX_PAYLOAD};
    struct wire_header out;
    uint8_t bytes[WIRE_HEADER_SIZE];

    wire_header_encode(&in, bytes);
    g_assert_cmpint(wire_header_decode(bytes, &out), ==, 0);
    g_assert_cmpint(out.type, ==, in.type);
    g_assert_cmpuint(out.session, ==, in.session);
    g_assert_cmpuint(out.chunk, ==, in.chunk);
    g_assert_cmpuint(out.payload_len, ==, in.payload_len);
    g_assert_cmpint(wire_header_validate(&out, false), ==, 0);
    g_assert_cmpint(wire_header_validate(&out, true), ==, -EPROTO);

    out.payload_len++;
    g_assert_cmpint(wire_header_validate(&out, false), ==, -EMSGSIZE);
    out = in;
    out.meta_len = WIRE_MAX_META + 1;
    g_assert_cmpint(wire_header_validate(&out, false), ==, -EMSGSIZE);
    out = in;
    out.flags = WIRE_FLAG_FD;
    g_assert_cmpint(wire_header_validate(&out, false), ==, -EPROTO);
    out = in;
    out.type = WIRE_PING;
    g_assert_cmpint(wire_header_validate(&out, false), ==, -EPROTO);
    out.type = 200;
    g_assert_cmpint(wire_header_validate(&out, false), ==, -EPROTO);

    bytes[4]++;
    g_assert_cmpint(wire_header_decode(bytes, &out), ==, -EPROTONOSUPPORT);
    bytes[0]++;
    g_assert_cmpint(wire_header_decode(bytes, &out), ==, -EPROTO);
}

/* Encodes the message m and decodes it into back. The decoder must refuse the message if
 * bytes are missing at its end. */
#define ROUND_TRIP(name, m, back)                                                                  \
    do {                                                                                           \
        uint8_t buffer[4096];                                                                      \
        struct wire_writer w;                                                                      \
        struct wire_reader r;                                                                      \
        wire_writer_init(&w, buffer, sizeof buffer);                                               \
        wire_put_##name(&w, m);                                                                    \
        g_assert_false(w.overflow);                                                                \
        for (size_t n = 0; n < w.used; n++) {                                                      \
            g_autofree uint8_t *cut = g_memdup2(buffer, n);                                        \
            wire_reader_init(&r, cut, n);                                                          \
            g_assert_cmpint(wire_get_##name(&r, back), ==, -EPROTO);                               \
        }                                                                                          \
        memcpy(kept, buffer, sizeof buffer);                                                       \
        wire_reader_init(&r, kept, w.used);                                                        \
        g_assert_cmpint(wire_get_##name(&r, back), ==, 0);                                         \
        g_assert_cmpint(wire_reader_done(&r), ==, 0);                                              \
        wire_writer_init(&w, buffer, 3);                                                           \
        wire_put_##name(&w, m);                                                                    \
        g_assert_true(w.overflow);                                                                 \
    } while (0)

static uint8_t kept[4096];

static void
test_session_messages(void)
{
    struct wire_ready ready = {
        STR("Linux"), STR("x86_64"), STR("h\303\266st"), STR(""), STR("fma"), 8, 42, 1ull << 40, 1,
        STR("6c5e")};
    struct wire_open open = {STR("~/w"), -5, 4096, 60, {2, 0}};
    struct wire_put put = {HASH, 100, 7, 0};
    struct wire_blob blob = {HASH};
    struct wire_prepare prepare = {1,          STR("python"), STR("python3"),
                                   STR("m.n"), STR("f"),      STR(""),
                                   1500000,    HASH,          STR("{\"here\":true}")};
    struct wire_prepared prepared = {
        .function = 1,
        .threads_safe = 1,
        .runner = STR("python"),
        .interpreter = STR("/usr/bin/python3"),
        .n_versions = 2,
        .versions = {{STR("python"), STR("3.11.2")}, {STR("numpy"), STR("1.24")}},
        .prepare_us = 9};
    struct wire_fault fault = {
        .code = WIRE_FAULT_BLOB, .function = 1, .text = STR("no such module"), .blob = HASH};
    struct wire_stats stats = {1, 1000, 4, 2, 5, 6, 7};

    ROUND_TRIP(ready, &ready, &ready);
    assert_str(ready.hostname, STR("h\303\266st"));
    assert_str(ready.boot_id, STR("6c5e"));
    g_assert_cmpuint(ready.memory_total, ==, 1ull << 40);
    ROUND_TRIP(open, &open, &open);
    g_assert_cmpint(open.nice, ==, -5);
    g_assert_cmpuint(open.thread_limits[0], ==, 2);
    ROUND_TRIP(put, &put, &put);
    assert_str(put.hash, HASH);
    ROUND_TRIP(blob, &blob, &blob);
    ROUND_TRIP(prepare, &prepare, &prepare);
    assert_str(prepare.module, STR("m.n"));
    assert_str(prepare.interpreter, STR("python3"));
    g_assert_cmpuint(prepare.start_limit_us, ==, 1500000);
    assert_str(prepare.files, HASH);
    assert_str(prepare.places, STR("{\"here\":true}"));
    ROUND_TRIP(prepared, &prepared, &prepared);
    assert_str(prepared.runner, STR("python"));
    assert_str(prepared.interpreter, STR("/usr/bin/python3"));
    g_assert_cmpuint(prepared.n_versions, ==, 2);
    assert_str(prepared.versions[1].name, STR("numpy"));
    assert_str(prepared.versions[1].version, STR("1.24"));
    g_assert_cmpuint(prepared.prepare_us, ==, 9);
    ROUND_TRIP(fault, &fault, &fault);
    assert_str(fault.text, STR("no such module"));
    assert_str(fault.blob, HASH);
    ROUND_TRIP(stats, &stats, &stats);
    g_assert_cmpuint(stats.cpu_permille, ==, 1000);
}

/* Variable rows: offsets and bytes. */
static void
test_variable_rows(void)
{
    static const uint64_t good[] = {0, 2, 2, 5}, first[] = {1, 2, 2, 5}, back[] = {0, 3, 2, 5},
                          beyond[] = {0, 2, 6, 5}, less[] = {0, 2, 2, 4}, more[] = {0, 2, 2, 6},
                          huge[] = {0, UINT64_MAX, UINT64_MAX, 5};
    struct {
        const uint64_t *offsets;
        bool valid;
    } cases[] = {{good, true},  {first, false}, {back, false}, {beyond, false},
                 {less, false}, {more, false},  {huge, false}};
    uint8_t data[32];
    uint64_t size;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (size_t k = 0; k < 32; k++)
            data[k] = (uint8_t)(cases[i].offsets[k / 8] >> 8 * (k % 8));
        g_assert_true(wire_offsets_are_valid(data, 3, 5) == cases[i].valid);
    }
    memset(data, 0, sizeof data);
    g_assert_true(wire_offsets_are_valid(data, 0, 0));
    g_assert_false(wire_offsets_are_valid(data, 0, 1));
    g_assert_true(wire_offsets_size(3, 32, &size));
    g_assert_cmpuint(size, ==, 32);
    g_assert_false(wire_offsets_size(3, 31, &size));
    g_assert_false(wire_offsets_size(UINT64_MAX, UINT64_MAX, &size));
    g_assert_false(wire_offsets_size(UINT64_MAX / 8, WIRE_MAX_LENGTH, &size));
    g_assert_true(wire_dtype_is_json(wire_str("json", 4)));
    g_assert_false(wire_dtype_is_json(wire_str("json5", 5)));
    g_assert_false(wire_dtype_is_json(wire_str("jso", 3)));
    g_assert_true(wire_dtype_is_bytes(wire_str("bytes", 5)));
    g_assert_false(wire_dtype_is_bytes(wire_str("bytes2", 6)));
    g_assert_false(wire_dtype_is_bytes(wire_str("json", 4)));
    g_assert_true(wire_dtype_is_variable(wire_str("bytes", 5)));
    g_assert_true(wire_dtype_is_variable(wire_str("json", 4)));
    g_assert_false(wire_dtype_is_variable(wire_str("|S5", 3)));
}

static void
test_variable_result(void)
{
    for (int i = 0; i < 6; i++) {
        int wrong = i % 3;
        struct wire_result m = {
            .lo = 0, .hi = wrong == 2 ? INT64_MAX : 5, .dtype = i < 3 ? STR("json") : STR("bytes")};
        uint8_t data[512];
        struct wire_writer w;
        struct wire_reader r;
        struct wire_result read;

        m.n_dims = wrong == 1;
        m.shape[0] = 1;
        wire_writer_init(&w, data, sizeof data);
        wire_put_result(&w, &m);
        wire_reader_init(&r, data, w.used);
        g_assert_cmpint(wire_get_result(&r, &read), ==, wrong ? -EPROTO : 0);
    }
}

static void
test_run_messages(void)
{
    struct wire_run run = {1, WIRE_MODE_BATCH, 1, 2, 77, 1000, 250000};
    struct wire_arg arg = {WIRE_ARG_REF, 0, STR("<f8"), 2, {1000, 3}, {24, 8}, 128, STR("")};
    struct wire_arg value = {
        .kind = WIRE_ARG_VALUE, .text = STR("[1, 2]"), .name = STR("s\303\244")};
    struct wire_arg lines = {.kind = WIRE_ARG_KEPT,
                             .dtype = STR("json"),
                             .n_dims = 1,
                             .shape = {7},
                             .text = HASH,
                             .key = STR("k"),
                             .repeats = 12};
    struct wire_arg whole = {.kind = WIRE_ARG_KEPT, .whole = 1, .dtype = STR(">i4"), .text = HASH};
    struct wire_chunk chunk = {5, 6, WIRE_MAX_LENGTH};
    struct wire_part part = {WIRE_MAX_LENGTH};
    struct wire_slots slots = {0};
    struct wire_ping ping = {~0ull};
    struct wire_measure measure = {1, WIRE_MAX_PAYLOAD};
    struct wire_measured measured = {1, 2};
    struct wire_result result = {.lo = 3,
                                 .hi = 10,
                                 .slot = 1,
                                 .passes = 1,
                                 .dtype = STR("<c16"),
                                 .n_dims = 2,
                                 .shape = {2, 0},
                                 .n_failed = 3,
                                 .n_listed = 2,
                                 .length = 77,
                                 .n_suspect = 3};
    struct wire_row_error error = {4, WIRE_ROW_DIED, STR("killed by signal 11"), STR("")};
    struct wire_odd odd = {STR("<f8"), 1, {3}, 2};
    struct wire_lost lost = {STR("dropped")};
    struct wire_returned returned = {INT64_MAX};
    struct wire_log log = {WIRE_MAX_SLOTS, 2, 12};
    uint64_t size;

    ROUND_TRIP(run, &run, &run);
    g_assert_cmpuint(run.seed, ==, 77);
    g_assert_cmpuint(run.row_limit_us, ==, 250000);
    ROUND_TRIP(arg, &arg, &arg);
    g_assert_cmpint(arg.strides[0], ==, 24);
    ROUND_TRIP(arg, &value, &value);
    assert_str(value.text, STR("[1, 2]"));
    assert_str(value.name, STR("s\303\244"));
    ROUND_TRIP(arg, &lines, &lines);
    g_assert_cmpint(memcmp(lines.key.data, "k", 1), ==, 0);
    g_assert_cmpuint(lines.repeats, ==, 12);
    ROUND_TRIP(arg, &whole, &whole);
    g_assert_cmpuint(whole.whole, ==, 1);
    g_assert_cmpuint(whole.n_dims, ==, 0);
    ROUND_TRIP(chunk, &chunk, &chunk);
    g_assert_cmpuint(chunk.length, ==, WIRE_MAX_LENGTH);
    ROUND_TRIP(part, &part, &part);
    g_assert_cmpuint(part.offset, ==, WIRE_MAX_LENGTH);
    ROUND_TRIP(slots, &slots, &slots);
    ROUND_TRIP(ping, &ping, &ping);
    g_assert_cmpuint(ping.token, ==, ~0ull);
    ROUND_TRIP(measure, &measure, &measure);
    ROUND_TRIP(measured, &measured, &measured);
    ROUND_TRIP(result, &result, &result);
    g_assert_cmpint(result.shape[0], ==, 2);
    g_assert_cmpuint(result.length, ==, 77);
    g_assert_cmpuint(result.n_suspect, ==, 3);
    ROUND_TRIP(row_error, &error, &error);
    ROUND_TRIP(odd, &odd, &odd);
    g_assert_true(wire_odd_size(&odd, 64, &size));
    g_assert_cmpuint(size, ==, 2 * (8 + 3 * 8));
    g_assert_false(wire_odd_size(&odd, 63, &size));
    ROUND_TRIP(lost, &lost, &lost);
    ROUND_TRIP(returned, &returned, &returned);
    g_assert_cmpuint(returned.hi, ==, INT64_MAX);
    ROUND_TRIP(log, &log, &log);
}

/* The payload of 10 bytes arrives in three frames of 4, 4 and 2 bytes. */
static void
test_parts(void)
{
    const struct wire_header first = {.type = WIRE_RESULT,
                                      .flags = WIRE_FLAG_FD,
                                      .run = 3,
                                      .attempt = 2,
                                      .chunk = 7,
                                      .payload_len = 4};
    struct wire_header head = first, part = {.run = 3, .attempt = 2, .chunk = 7, .payload_len = 4};
    struct wire_parts p = {0};

    g_assert_cmpint(wire_parts_add(&p, &part, &(struct wire_part){0}), ==, -EPROTO);
    g_assert_cmpint(wire_parts_begin(&p, &head, 10), ==, -EPROTO); /* a descriptor */
    head.flags = 0;
    g_assert_cmpint(wire_parts_begin(&p, &head, 3), ==, -EPROTO);
    g_assert_cmpint(wire_parts_begin(&p, &head, 4), ==, 0);
    g_assert_cmpint(wire_parts_add(&p, &part, &(struct wire_part){4}), ==, -EPROTO);
    g_assert_cmpint(wire_parts_begin(&p, &head, 10), ==, 1);
    g_assert_cmpint(wire_parts_begin(&p, &head, 10), ==, -EPROTO);
    g_assert_cmpint(wire_parts_begin(&p, &head, 4), ==, 0); /* a small payload in between */
    g_assert_cmpint(wire_parts_add(&p, &part, &(struct wire_part){3}), ==, -EPROTO);
    g_assert_cmpint(wire_parts_add(&p, &part, &(struct wire_part){5}), ==, -EPROTO);
    for (int i = 0; i < 3; i++) {
        struct wire_header other = part;

        other.run += i == 0;
        other.attempt += i == 1;
        other.chunk += i == 2;
        g_assert_cmpint(wire_parts_add(&p, &other, &(struct wire_part){4}), ==, -EPROTO);
    }
    g_assert_cmpint(wire_parts_add(&p, &part, &(struct wire_part){4}), ==, 1);
    g_assert_cmpint(wire_parts_add(&p, &part, &(struct wire_part){8}), ==, -EPROTO);
    part.payload_len = 0;
    g_assert_cmpint(wire_parts_add(&p, &part, &(struct wire_part){8}), ==, -EPROTO);
    part.payload_len = 2;
    g_assert_cmpint(wire_parts_add(&p, &part, &(struct wire_part){8}), ==, 0);
    g_assert_cmpint(wire_parts_add(&p, &part, &(struct wire_part){10}), ==, -EPROTO);
    g_assert_cmpint(wire_parts_begin(&p, &head, 10), ==, 1);

    g_assert_cmpuint(wire_first_part(WIRE_MAX_PAYLOAD), ==, WIRE_MAX_PAYLOAD);
    g_assert_cmpuint(wire_first_part(WIRE_MAX_PAYLOAD + 1), ==, WIRE_PART_SIZE);
    part = wire_part_header(&first, 100, 100 + WIRE_PART_SIZE + 1);
    g_assert_cmpuint(part.type, ==, WIRE_RESULT_PART);
    g_assert_cmpuint(part.flags, ==, 0);
    g_assert_cmpuint(part.chunk, ==, 7);
    g_assert_cmpuint(part.payload_len, ==, WIRE_PART_SIZE);
    part = wire_part_header(&first, 100, 101);
    g_assert_cmpuint(part.payload_len, ==, 1);
}

#define REFUSED(name, ...)                                                                         \
    do {                                                                                           \
        uint8_t buffer[4096];                                                                      \
        struct wire_##name m = __VA_ARGS__;                                                        \
        struct wire_writer w;                                                                      \
        struct wire_reader r;                                                                      \
        wire_writer_init(&w, buffer, sizeof buffer);                                               \
        wire_put_##name(&w, &m);                                                                   \
        g_assert_false(w.overflow);                                                                \
        wire_reader_init(&r, buffer, w.used);                                                      \
        g_assert_cmpint(wire_get_##name(&r, &m), ==, -EPROTO);                                     \
    } while (0)

static void
test_refusals(void)
{
    g_autofree char *long_name = g_strnfill(WIRE_MAX_ARG_NAME + 1, 'x');

    REFUSED(chunk, {6, 6});
    REFUSED(chunk, {0, 1ull << 63});
    REFUSED(chunk, {0, 1, WIRE_MAX_LENGTH + 1});
    REFUSED(part, {WIRE_MAX_LENGTH + 1});
    REFUSED(result, {.lo = 0, .hi = 1, .dtype = STR("<f8"), .length = WIRE_MAX_LENGTH + 1});
    REFUSED(slots, {WIRE_MAX_SLOTS + 1});
    REFUSED(open, {STR("~/\0w"), 0, 1, 60});
    REFUSED(open, {STR("\xff"), 0, 1, 60});
    REFUSED(open, {STR(""), 20, 1, 60});
    REFUSED(put, {STR("abc"), 1, 0, 0});
    REFUSED(put, {HASH, WIRE_MAX_BLOB + 1, 0, 0});
    REFUSED(put, {HASH, 10, 11, 0});
    REFUSED(prepare, {0, STR("python"), STR(""), STR("m"), STR("f"), STR(""), 0, STR(""), STR("")});
    REFUSED(prepare,
            {1, STR("python"), STR("\xff"), STR("m"), STR("f"), STR(""), 0, STR(""), STR("")});
    REFUSED(prepare, {1, STR("python"), STR(""), STR("m"), STR(""), STR(""), 0, STR(""), STR("")});
    REFUSED(run, {1, 4, 0, 0, 0, 0});
    REFUSED(run, {1, 0, 0, WIRE_MAX_ARGS + 1, 0, 0});
    REFUSED(arg, {WIRE_ARG_ROWS, 0, STR("O"), 1, {1}, {8}, 0, STR("")});
    REFUSED(arg, {WIRE_ARG_ROWS, 0, STR("<f8"), 0, {0}, {0}, 0, STR("")});
    REFUSED(arg, {WIRE_ARG_ROWS, 0, STR("<f8"), 1, {-1}, {8}, 0, STR("")});
    REFUSED(arg, {WIRE_ARG_REF, 0, STR("<f8"), 1, {1}, {-8}, 0, STR("")});
    REFUSED(arg, {WIRE_ARG_ROWS, 0, STR("<f8"), 2, {1ll << 40, 1ll << 40}, {8, 8}, 0, STR("")});
    REFUSED(arg,
            {WIRE_ARG_ROWS, 0, STR("<f8"), 3, {1ll << 40, 1ll << 40, 0}, {8, 8, 8}, 0, STR("")});
    REFUSED(arg, {WIRE_ARG_KEPT, 0, STR("<f8"), 1, {1}, {8}, 0, STR("zz")});
    REFUSED(arg, {WIRE_ARG_ROWS, 1, STR("<f8"), 1, {1}, {8}, 0, STR("")});
    REFUSED(arg, {WIRE_ARG_REF, 2, STR("<f8"), 1, {1}, {8}, 0, STR("")});
    REFUSED(arg, {.kind = WIRE_ARG_VALUE, .whole = 1, .text = STR("1")});
    REFUSED(arg, {.kind = WIRE_ARG_VALUE, .text = STR("1"), .repeats = 1});
    REFUSED(arg, {.kind = WIRE_ARG_VALUE, .text = STR("1"), .key = STR("k")});
    REFUSED(arg, {WIRE_ARG_ROWS, 0, STR("<f8"), 1, {1}, .repeats = 1});
    REFUSED(arg, {WIRE_ARG_REF, 1, STR("<f8"), 1, {1}, {8}, .repeats = 1});
    REFUSED(arg, {WIRE_ARG_REF, 0, STR("<f8"), 1, {1}, {8}, .repeats = UINT64_MAX});
    REFUSED(arg, {WIRE_ARG_REF, 0, STR("<f8"), 1, {1}, {8}, .key = STR("k")});
    REFUSED(arg, {WIRE_ARG_REF, 0, STR("json"), 1, {1}});
    REFUSED(arg, {WIRE_ARG_ROWS, 0, STR("bytes"), 1, {1}});
    REFUSED(arg, {WIRE_ARG_ROWS, 1, STR("json"), 1, {1}});
    REFUSED(arg, {WIRE_ARG_ROWS, 0, STR("json"), 2, {1, 1}});
    REFUSED(arg, {WIRE_ARG_KEPT, 0, STR("json"), 1, {1}, .text = STR("zz")});
    REFUSED(arg, {.kind = WIRE_ARG_VALUE, .text = STR("1"), .name = STR("\xff")});
    REFUSED(arg, {.kind = WIRE_ARG_VALUE,
                  .text = STR("1"),
                  .name = wire_str(long_name, WIRE_MAX_ARG_NAME + 1)});
    REFUSED(arg, {WIRE_ARG_VALUE + 1, 0, STR("<f8"), 1, {1}, {8}, 0, STR("")});
    REFUSED(result, {.lo = 0, .hi = 1, .dtype = STR(">f8")});
    REFUSED(result, {.lo = 0, .hi = 1, .dtype = STR("")});
    REFUSED(result, {.lo = 0, .hi = 1, .dtype = STR("<f8"), .n_failed = 2});
    REFUSED(result, {.lo = 0, .hi = 9, .dtype = STR("<f8"), .n_failed = 1, .n_listed = 2});
    REFUSED(result, {.lo = 0, .hi = 9, .dtype = STR("<f8"), .n_failed = 1, .n_suspect = 2});
    REFUSED(result, {.lo = 0, .hi = 9, .dtype = STR("<f8"), .slot = WIRE_MAX_SLOTS});
    REFUSED(result, {.lo = 0, .hi = 1, .dtype = STR("<U0"), .n_dims = 1, .shape = {1ll << 60}});
    REFUSED(result, {.lo = 0, .hi = 1, .dtype = STR("|S0"), .n_dims = 1, .shape = {2 << 20}});
    REFUSED(result, {.lo = 0, .hi = 1, .dtype = STR("|b1"), .n_dims = 1, .shape = {1ll << 40}});
    REFUSED(result, {.lo = 0, .hi = 1, .dtype = STR("|b1"), .passes = UINT32_MAX});
    REFUSED(odd, {STR("<f8"), 1, {3}, 0});
    REFUSED(odd, {STR(">f8"), 1, {3}, 1});
    REFUSED(odd, {STR(""), 1, {3}, 1});
    REFUSED(odd, {STR("<f8"), 1, {-3}, 1});
    REFUSED(odd, {STR("<U0"), 1, {1ll << 60}, 1});
    REFUSED(odd, {STR("<f8"), 0, {0}, 1ull << 62});
    REFUSED(ready, {.cores = WIRE_MAX_SLOTS + 1});
    REFUSED(ready, {.cores = UINT32_MAX});
    REFUSED(ready, {.cores = 1, .pid = UINT32_MAX});
    REFUSED(ready, {.cores = 1, .memory_total = UINT64_MAX});
    REFUSED(ready, {.cores = 1, .memory_available = UINT64_MAX});
    REFUSED(open, {STR(""), 0, 1, UINT32_MAX});
    REFUSED(measured, {.received = UINT64_MAX});
    REFUSED(stats, {.slots = 1, .slots_busy = 2});
    REFUSED(stats, {.memory_total = UINT64_MAX});
    REFUSED(stats, {.memory_available = UINT64_MAX});
    REFUSED(stats, {.memory_slots = UINT64_MAX});
    REFUSED(prepared, {.function = 1, .runner = STR("python"), .prepare_us = UINT64_MAX});
    REFUSED(log, {.slot = 0, .stream = 1, .dropped = UINT64_MAX});
    REFUSED(log, {.slot = 0, .stream = 0});
    REFUSED(fault, {.code = 0, .text = STR("")});
}

/* Encodes a message PREPARED that contains @n versions of modules. Each text has @length bytes,
 * but the last text is @last. Returns the result of decoding the message. */
static int
read_versions(uint32_t n, size_t length, struct wire_str last)
{
    static char letters[WIRE_MAX_VERSION_TEXT + 2];
    static uint8_t buffer[16384];
    struct wire_prepared m;
    struct wire_writer w;
    struct wire_reader r;

    memset(letters, 'x', sizeof letters);
    wire_writer_init(&w, buffer, sizeof buffer);
    wire_put_u32(&w, 1);
    wire_put_u32(&w, 1);
    wire_put_str(&w, "python", 6);
    wire_put_str(&w, "/usr/bin/python3", 16);
    wire_put_u32(&w, n);
    for (uint32_t i = 0; i < n; i++) {
        wire_put_str(&w, letters, length);
        if (i + 1 < n)
            wire_put_str(&w, letters, length);
        else
            wire_put_str(&w, last.data, last.len);
    }
    wire_put_u64(&w, 9);
    g_assert_false(w.overflow);
    wire_reader_init(&r, buffer, w.used);
    return wire_get_prepared(&r, &m);
}

static void
test_versions(void)
{
    struct wire_prepared nobody = {.function = 1, .interpreter = STR("/bin/sh")};
    struct wire_prepared plain = {.function = 1, .runner = STR("sh")};

    REFUSED(prepared, nobody);
    plain.function = 0;
    REFUSED(prepared, plain);
    plain.function = 1;
    ROUND_TRIP(prepared, &plain, &plain);
    g_assert_cmpuint(plain.n_versions, ==, 0);
    g_assert_cmpint(read_versions(WIRE_MAX_VERSIONS, WIRE_MAX_VERSION_TEXT, STR("1")), ==, 0);
    g_assert_cmpint(read_versions(WIRE_MAX_VERSIONS + 1, 1, STR("1")), ==, -EPROTO);
    g_assert_cmpint(read_versions(1, WIRE_MAX_VERSION_TEXT + 1, STR("1")), ==, -EPROTO);
    g_assert_cmpint(read_versions(1, 0, STR("1")), ==, -EPROTO);
    g_assert_cmpint(read_versions(2, 3, STR("")), ==, -EPROTO);
    g_assert_cmpint(read_versions(2, 3, STR("1\0")), ==, -EPROTO);
    g_assert_cmpint(read_versions(2, 3, STR("\xff")), ==, -EPROTO);
}

/* Changes single bytes of a message PREPARED. The decoder must refuse it or return values within
 * the limits. */
static void
test_changed_prepared(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(20260714);
    struct wire_prepared m = {
        .function = 1,
        .threads_safe = 1,
        .runner = STR("python"),
        .interpreter = STR("/usr/bin/python3"),
        .n_versions = 2,
        .versions = {{STR("python"), STR("3.11.2")}, {STR("numpy"), STR("1.24")}}};
    uint8_t buffer[512];
    struct wire_writer w;
    guint n_read = 0;

    wire_writer_init(&w, buffer, sizeof buffer);
    wire_put_prepared(&w, &m);
    for (int round = 0; round < 20000; round++) {
        size_t size = (size_t)g_rand_int_range(rand, 0, 9) > 0
                          ? w.used
                          : (size_t)g_rand_int_range(rand, 0, (int)w.used);
        g_autofree uint8_t *data = g_memdup2(buffer, size);
        struct wire_prepared back;
        struct wire_reader r;

        for (int i = g_rand_int_range(rand, 0, 4); i > 0 && size > 0; i--)
            data[g_rand_int_range(rand, 0, (int)size)] = (uint8_t)g_rand_int_range(rand, 0, 256);
        wire_reader_init(&r, data, size);
        if (wire_get_prepared(&r, &back) != 0)
            continue;
        n_read++;
        g_assert_cmpuint(back.n_versions, <=, WIRE_MAX_VERSIONS);
        for (uint32_t i = 0; i < back.n_versions; i++) {
            const struct wire_version *v = &back.versions[i];

            g_assert_true(v->name.len > 0 && v->name.len <= WIRE_MAX_VERSION_TEXT);
            g_assert_true(v->version.len > 0 && v->version.len <= WIRE_MAX_VERSION_TEXT);
            g_assert_true(wire_utf8_is_valid(v->name) && wire_utf8_is_valid(v->version));
            g_assert_true((const uint8_t *)v->version.data + v->version.len <= data + size);
        }
    }
    g_assert_cmpuint(n_read, >, 1000);
}

static void
test_dtypes(void)
{
    static const struct {
        const char *descr;
        int itemsize; /* -1: the type cannot be sent */
    } cases[] = {
        {"<f8", 8},
        {">f4", 4},
        {"<f2", 2},
        {"<c16", 16},
        {"|b1", 1},
        {"|i1", 1},
        {"<u8", 8},
        {"|S5", 5},
        {"|S0", 0},
        {"<U12", 48},
        {"<U0", 0},
        {"<f16", -1},
        {"|O8", -1},
        {"<M8", -1},
        {"|V8", -1},
        {"f8", -1},
        {"<f", -1},
        {"<i3", -1},
        {"|f8", -1},
        {"|U3", -1},
        {"<f08", -1},
        {"<U1073741824", -1},
        {"<S99999999", 99999999},
        {"<f8 ", -1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        bool valid;
        uint32_t n = wire_dtype_itemsize(wire_str(cases[i].descr, strlen(cases[i].descr)), &valid);
        g_test_message("%s", cases[i].descr);
        g_assert_cmpint(valid ? (int)n : -1, ==, cases[i].itemsize);
    }
}

static void
test_sizes(void)
{
    uint64_t size;
    int64_t shape[] = {3, 4}, empty[] = {0, 1ll << 62, 4};
    struct wire_arg arg = {WIRE_ARG_REF, 0, STR("<f8"), 2, {10, 3}, {8, 80}, 64, STR("")};

    g_assert_true(wire_block_size(10, 8, 2, shape, 960, &size));
    g_assert_cmpuint(size, ==, 960);
    g_assert_false(wire_block_size(10, 8, 2, shape, 959, &size));
    g_assert_true(wire_block_size(0, 8, 2, shape, 0, &size));
    g_assert_true(wire_block_size(7, 0, 0, NULL, 0, &size));
    g_assert_false(wire_block_size(1, 8, 3, empty, UINT64_MAX, &size));
    g_assert_true(wire_arg_extent(&arg, &size));
    g_assert_cmpuint(size, ==, 64 + 9 * 8 + 2 * 80 + 8);
    arg.strides[1] = INT64_MAX;
    g_assert_false(wire_arg_extent(&arg, &size));
}

static void
test_utf8(void)
{
    static const char *good[] = {"", "abc", "\303\244", "\342\202\254", "\360\237\230\200"};
    static const char *bad[] = {"\xff",     "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                "\xe2\x82", "a\x80"};
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_true(wire_utf8_is_valid(wire_str(good[i], strlen(good[i]))));
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *text = g_strdup(bad[i]);
        g_assert_false(wire_utf8_is_valid(wire_str(text, strlen(text))));
        wire_utf8_make_valid(text, strlen(text));
        g_assert_true(wire_utf8_is_valid(wire_str(text, strlen(text))));
    }
}

#define READ_AS(name)                                                                              \
    do {                                                                                           \
        struct wire_##name m;                                                                      \
        struct wire_reader r;                                                                      \
        wire_reader_init(&r, data, size);                                                          \
        int rc = wire_get_##name(&r, &m);                                                          \
        g_assert_true(rc == 0 || rc == -EPROTO);                                                   \
        g_assert_cmpuint(r.used, <=, size);                                                        \
    } while (0)

static void
read_anything(const uint8_t *data, size_t size)
{
    READ_AS(ready);
    READ_AS(open);
    READ_AS(put);
    READ_AS(blob);
    READ_AS(prepare);
    READ_AS(prepared);
    READ_AS(fault);
    READ_AS(run);
    READ_AS(arg);
    READ_AS(chunk);
    READ_AS(part);
    READ_AS(slots);
    READ_AS(ping);
    READ_AS(stats);
    READ_AS(measure);
    READ_AS(measured);
    READ_AS(result);
    READ_AS(row_error);
    READ_AS(lost);
    READ_AS(log);
}

static void
test_arbitrary_bytes(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(20240217);
    for (int round = 0; round < 20000; round++) {
        size_t size = (size_t)g_rand_int_range(rand, 0, 120);
        g_autofree uint8_t *data = g_malloc(size + 1);
        /* Many bytes are 0 or 1. Otherwise most messages would begin with a huge length, which
         * is refused at once. */
        for (size_t i = 0; i < size; i++)
            data[i] = g_rand_int_range(rand, 0, 3) > 0
                          ? (uint8_t)(g_rand_int_range(rand, 0, 4) == 0 ? 1 : 0)
                          : (uint8_t)g_rand_int_range(rand, 0, 256);
        g_autofree uint8_t *exact = g_memdup2(data, size);
        read_anything(exact, size);
        if (size >= WIRE_HEADER_SIZE) {
            struct wire_header h;
            memcpy(data, "Mmt1\2\0", 6);
            if (wire_header_decode(data, &h) == 0)
                wire_header_validate(&h, round % 2);
        }
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wire/header", test_header);
    g_test_add_func("/wire/session-messages", test_session_messages);
    g_test_add_func("/wire/variable-rows", test_variable_rows);
    g_test_add_func("/wire/variable-result", test_variable_result);
    g_test_add_func("/wire/run-messages", test_run_messages);
    g_test_add_func("/wire/refusals", test_refusals);
    g_test_add_func("/wire/parts", test_parts);
    g_test_add_func("/wire/versions", test_versions);
    g_test_add_func("/wire/changed-prepared", test_changed_prepared);
    g_test_add_func("/wire/dtypes", test_dtypes);
    g_test_add_func("/wire/sizes", test_sizes);
    g_test_add_func("/wire/utf8", test_utf8);
    g_test_add_func("/wire/arbitrary-bytes", test_arbitrary_bytes);
    return g_test_run();
}
