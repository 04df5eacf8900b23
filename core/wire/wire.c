/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Encodes and checks frame headers, writes and reads numbers and strings, and checks texts and
 * types. wire-messages.c and wire-result.c encode and decode the messages, wire-parts.c checks the
 * order of parts.
 *
 * Fields of a frame header, in order: magic u32, version u16, type u8, zero u8, flags u16, zero
 * u16, node u32, session u32, run u32, attempt u32, meta_len u32, chunk u64, payload_len u64. */
#include "wire.h"

#include <errno.h>
#include <string.h>

static void
store_u16(uint8_t *out, uint16_t value)
{
    out[0] = (uint8_t)value;
    out[1] = (uint8_t)(value >> 8);
}

static void
store_u32(uint8_t *out, uint32_t value)
{
    store_u16(out, (uint16_t)value);
    store_u16(out + 2, (uint16_t)(value >> 16));
}

static void
store_u64(uint8_t *out, uint64_t value)
{
    store_u32(out, (uint32_t)value);
    store_u32(out + 4, (uint32_t)(value >> 32));
}

static uint16_t
load_u16(const uint8_t *in)
{
    return (uint16_t)(in[0] | in[1] << 8);
}

static uint32_t
load_u32(const uint8_t *in)
{
    return (uint32_t)load_u16(in) | (uint32_t)load_u16(in + 2) << 16;
}

static uint64_t
load_u64(const uint8_t *in)
{
    return (uint64_t)load_u32(in) | (uint64_t)load_u32(in + 4) << 32;
}

void
wire_header_encode(const struct wire_header *header, uint8_t out[WIRE_HEADER_SIZE])
{
    store_u32(out, WIRE_MAGIC);
    store_u16(out + 4, WIRE_VERSION);
    out[6] = header->type;
    out[7] = 0;
    store_u16(out + 8, header->flags);
    store_u16(out + 10, 0);
    store_u32(out + 12, header->node);
    store_u32(out + 16, header->session);
    store_u32(out + 20, header->run);
    store_u32(out + 24, header->attempt);
    store_u32(out + 28, header->meta_len);
    store_u64(out + 32, header->chunk);
    store_u64(out + 40, header->payload_len);
}

int
wire_header_decode(const uint8_t in[WIRE_HEADER_SIZE], struct wire_header *header)
{
    if (load_u32(in) != WIRE_MAGIC)
        return -EPROTO;
    if (load_u16(in + 4) != WIRE_VERSION)
        return -EPROTONOSUPPORT;
    if (in[7] != 0 || load_u16(in + 10) != 0)
        return -EPROTO;
    header->type = in[6];
    header->flags = load_u16(in + 8);
    header->node = load_u32(in + 12);
    header->session = load_u32(in + 16);
    header->run = load_u32(in + 20);
    header->attempt = load_u32(in + 24);
    header->meta_len = load_u32(in + 28);
    header->chunk = load_u64(in + 32);
    header->payload_len = load_u64(in + 40);
    return 0;
}

/* Properties of each frame type: its name, whether agents send it, and whether it may have a
 * payload or file descriptors. */
static const struct type_info {
    const char *name;
    bool from_agent, payload, fds;
} types[] = {
    [WIRE_OPEN] = {"OPEN", false, false, false},
    [WIRE_PUT] = {"PUT", false, true, true},
    [WIRE_FORGET] = {"FORGET", false, false, false},
    [WIRE_PREPARE] = {"PREPARE", false, false, false},
    [WIRE_RUN] = {"RUN", false, false, true},
    [WIRE_CHUNK] = {"CHUNK", false, true, false},
    [WIRE_ACK] = {"ACK", false, false, false},
    [WIRE_DROP] = {"DROP", false, false, false},
    [WIRE_CANCEL] = {"CANCEL", false, false, false},
    [WIRE_FINISH] = {"FINISH", false, false, false},
    [WIRE_SLOTS] = {"SLOTS", false, false, false},
    [WIRE_PING] = {"PING", false, false, false},
    [WIRE_MEASURE] = {"MEASURE", false, true, false},
    [WIRE_BYE] = {"BYE", false, false, false},
    [WIRE_CHUNK_PART] = {"CHUNK_PART", false, true, false},
    [WIRE_RECALL] = {"RECALL", false, false, false},
    [WIRE_READY] = {"READY", true, false, false},
    [WIRE_STORED] = {"STORED", true, false, false},
    [WIRE_PREPARED] = {"PREPARED", true, false, false},
    [WIRE_FAULT] = {"FAULT", true, false, false},
    [WIRE_RESULT] = {"RESULT", true, true, true},
    [WIRE_LOST] = {"LOST", true, false, false},
    [WIRE_IDLE] = {"IDLE", true, false, false},
    [WIRE_LOG] = {"LOG", true, true, false},
    [WIRE_STATS] = {"STATS", true, false, false},
    [WIRE_PONG] = {"PONG", true, false, false},
    [WIRE_MEASURED] = {"MEASURED", true, true, false},
    [WIRE_RESULT_PART] = {"RESULT_PART", true, true, false},
    [WIRE_RETURNED] = {"RETURNED", true, false, false},
};

static const struct type_info *
type_info(uint8_t type)
{
    if (type >= sizeof types / sizeof types[0] || types[type].name == NULL)
        return NULL;
    return &types[type];
}

const char *
wire_type_name(uint8_t type)
{
    const struct type_info *info = type_info(type);
    return info != NULL ? info->name : "unknown";
}

int
wire_header_validate(const struct wire_header *header, bool from_agent)
{
    const struct type_info *info = type_info(header->type);
    if (info == NULL || info->from_agent != from_agent)
        return -EPROTO;
    if ((header->flags & ~(WIRE_FLAG_FD | WIRE_FLAG_FILES)) != 0)
        return -EPROTO;
    if ((header->flags & WIRE_FLAG_FILES) != 0 &&
        (header->type != WIRE_PUT || (header->flags & WIRE_FLAG_FD) != 0))
        return -EPROTO;
    if ((header->flags & WIRE_FLAG_FD) != 0 && !info->fds)
        return -EPROTO;
    if (header->meta_len > WIRE_MAX_META || header->payload_len > WIRE_MAX_PAYLOAD)
        return -EMSGSIZE;
    if (header->payload_len > 0 && !info->payload)
        return -EPROTO;
    /* A PUT with a file descriptor must not have a payload. A RESULT may have both: the results are
     * in the file, and the payload contains one bit for each row, which is 1 if the row failed. */
    if (header->type == WIRE_PUT && (header->flags & WIRE_FLAG_FD) != 0 && header->payload_len > 0)
        return -EPROTO;
    if (header->type == WIRE_LOG && header->payload_len > WIRE_MAX_TEXT)
        return -EMSGSIZE;
    return 0;
}

void
wire_writer_init(struct wire_writer *w, void *data, size_t size)
{
    *w = (struct wire_writer){.data = data, .size = size};
}

static uint8_t *
writer_room(struct wire_writer *w, size_t n)
{
    if (w->overflow || n > w->size - w->used) {
        w->overflow = true;
        return NULL;
    }
    uint8_t *at = w->data + w->used;
    w->used += n;
    return at;
}

void
wire_put_u32(struct wire_writer *w, uint32_t value)
{
    uint8_t *at = writer_room(w, 4);
    if (at != NULL)
        store_u32(at, value);
}

void
wire_put_u64(struct wire_writer *w, uint64_t value)
{
    uint8_t *at = writer_room(w, 8);
    if (at != NULL)
        store_u64(at, value);
}

void
wire_put_str(struct wire_writer *w, const char *data, size_t len)
{
    if (len > UINT32_MAX) {
        w->overflow = true;
        return;
    }
    wire_put_u32(w, (uint32_t)len);
    uint8_t *at = writer_room(w, len);
    if (at != NULL && len > 0)
        memcpy(at, data, len);
}

void
wire_reader_init(struct wire_reader *r, const void *data, size_t size)
{
    *r = (struct wire_reader){.data = data, .size = size};
}

static const uint8_t *
reader_take(struct wire_reader *r, size_t n)
{
    if (r->failed || n > r->size - r->used) {
        r->failed = true;
        return NULL;
    }
    const uint8_t *at = r->data + r->used;
    r->used += n;
    return at;
}

uint32_t
wire_read_u32(struct wire_reader *r)
{
    const uint8_t *at = reader_take(r, 4);
    return at != NULL ? load_u32(at) : 0;
}

uint64_t
wire_read_u64(struct wire_reader *r)
{
    const uint8_t *at = reader_take(r, 8);
    return at != NULL ? load_u64(at) : 0;
}

struct wire_str
wire_read_str(struct wire_reader *r, size_t max_len)
{
    uint32_t len = wire_read_u32(r);
    if (len > max_len)
        r->failed = true;
    const uint8_t *at = reader_take(r, len);
    if (at == NULL)
        return (struct wire_str){"", 0};
    return (struct wire_str){(const char *)at, len};
}

int
wire_reader_done(const struct wire_reader *r)
{
    return r->failed || r->used != r->size ? -EPROTO : 0;
}

bool
wire_hash_is_valid(struct wire_str hash)
{
    if (hash.len != WIRE_HASH_LEN)
        return false;
    for (uint32_t i = 0; i < hash.len; i++) {
        char c = hash.data[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
    }
    return true;
}

/* Returns the length of the UTF-8 sequence at `s`, or 0 if the sequence is invalid. NUL, overlong
 * forms, surrogates and values above U+10FFFF are invalid. */
static uint32_t
utf8_sequence(const uint8_t *s, uint32_t len)
{
    uint8_t c = s[0];
    if (c < 0x80)
        return c != 0 ? 1 : 0;
    uint32_t n = c >= 0xc2 && c <= 0xdf   ? 2
                 : c >= 0xe0 && c <= 0xef ? 3
                 : c >= 0xf0 && c <= 0xf4 ? 4
                                          : 0;
    if (n == 0 || n > len)
        return 0;
    for (uint32_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((c == 0xe0 && s[1] < 0xa0) || (c == 0xed && s[1] > 0x9f) || (c == 0xf0 && s[1] < 0x90) ||
        (c == 0xf4 && s[1] > 0x8f))
        return 0;
    return n;
}

bool
wire_utf8_is_valid(struct wire_str text)
{
    const uint8_t *s = (const uint8_t *)text.data;
    for (uint32_t i = 0; i < text.len;) {
        uint32_t n = utf8_sequence(s + i, text.len - i);
        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

void
wire_utf8_make_valid(char *text, size_t len)
{
    uint8_t *s = (uint8_t *)text;
    for (size_t i = 0; i < len;) {
        size_t left = len - i;
        uint32_t n = utf8_sequence(s + i, left > 4 ? 4 : (uint32_t)left);
        if (n == 0) {
            s[i] = '?';
            n = 1;
        }
        i += n;
    }
}

bool
wire_block_size(uint64_t n_rows, uint32_t itemsize, uint32_t n_dims, const int64_t *shape,
                uint64_t max, uint64_t *size)
{
    /* An axis of length 0 makes the array empty. numpy rejects even an empty array if the product
     * of the itemsize and the other lengths overflows. Therefore @nonzero omits the lengths that
     * are 0 and detects this overflow. */
    uint64_t total = itemsize, nonzero = itemsize > 0 ? itemsize : 1;
    for (uint32_t i = 0; i <= n_dims; i++) {
        if (i < n_dims && shape[i] < 0)
            return false;
        uint64_t n = i < n_dims ? (uint64_t)shape[i] : n_rows;
        total = n == 0 ? 0 : total;
        if (n == 0)
            continue;
        if (__builtin_mul_overflow(nonzero, n, &nonzero) || nonzero > (uint64_t)INT64_MAX)
            return false;
        if (total > 0)
            total *= n;
    }
    if (total > max)
        return false;
    *size = total;
    return true;
}

uint32_t
wire_dtype_itemsize(struct wire_str dtype, bool *valid)
{
    *valid = false;
    if (dtype.len < 3 || dtype.len > 10)
        return 0;
    char order = dtype.data[0], kind = dtype.data[1];
    uint32_t n = 0;
    for (uint32_t i = 2; i < dtype.len; i++) {
        char c = dtype.data[i];
        if (c < '0' || c > '9' || (i > 2 && n == 0))
            return 0;
        n = n * 10 + (uint32_t)(c - '0');
    }
    if (order != '<' && order != '>' && order != '|')
        return 0;
    bool known = false;
    switch (kind) {
    case 'b':
        known = n == 1;
        break;
    case 'i':
    case 'u':
        known = n == 1 || n == 2 || n == 4 || n == 8;
        break;
    case 'f':
        known = n == 2 || n == 4 || n == 8;
        break;
    case 'c':
        known = n == 8 || n == 16;
        break;
    case 'S':
        known = true;
        break;
    case 'U':
        known = n <= UINT32_MAX / 4;
        n *= 4;
        break;
    default:
        break;
    }
    /* The byte order '|' means that the type has no byte order. It is invalid for text of type U
     * and for numbers of several bytes. */
    bool has_order = kind == 'U' || (kind != 'S' && n > 1);
    *valid = known && !(has_order && order == '|');
    return *valid ? n : 0;
}

bool
wire_dtype_is_json(struct wire_str dtype)
{
    return dtype.len == sizeof WIRE_DTYPE_JSON - 1 &&
           memcmp(dtype.data, WIRE_DTYPE_JSON, dtype.len) == 0;
}

bool
wire_dtype_is_bytes(struct wire_str dtype)
{
    return dtype.len == sizeof WIRE_DTYPE_BYTES - 1 &&
           memcmp(dtype.data, WIRE_DTYPE_BYTES, dtype.len) == 0;
}

bool
wire_dtype_is_variable(struct wire_str dtype)
{
    return wire_dtype_is_json(dtype) || wire_dtype_is_bytes(dtype);
}

bool
wire_offsets_size(uint64_t n_rows, uint64_t max, uint64_t *size)
{
    if (n_rows >= max / 8)
        return false;
    *size = (n_rows + 1) * 8;
    return true;
}

bool
wire_offsets_are_valid(const uint8_t *offsets, uint64_t n_rows, uint64_t length)
{
    uint64_t last = load_u64(offsets);
    if (last != 0)
        return false;
    for (uint64_t i = 1; i <= n_rows; i++) {
        uint64_t next = load_u64(offsets + 8 * i);
        if (next < last || next > length)
            return false;
        last = next;
    }
    return last == length;
}
