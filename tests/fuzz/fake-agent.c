/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See fake-agent.h. */
#include "fake-agent.h"

#include <poll.h>

#include "fuzz.h"
#include "link-private.h"
#include "wire.h"

#define MAX_CHUNKS 64
/* Maximum number of waits for a frame that the script needs, and time of each wait in ms. */
#define MAX_WAITS 10
#define WAIT_MS 5

/* The steps of a script. The comments list the fields after the first byte of the step, then the
 * frames that the agent sends. */
enum step {
    STEP_RESULT,  /* the results of a chunk */
    STEP_FAILURE, /* the results of a chunk whose first row failed */
    STEP_LOST,    /* LOST for a chunk */
    STEP_AGAIN,   /* the same as RESULT, but the agent still has the chunk afterwards */
    STEP_BY_FD,   /* the results of a chunk in a file, if the link passes descriptors */
    STEP_CHANGED, /* n u8, n × (offset u8, value u8): the results of a chunk; some bytes of the
                   * metadata and the payload are changed */
    STEP_FRAME,   /* type u8, lengths u8 of metadata and payload, and these bytes */
    STEP_BYTES,   /* length u8, and this number of bytes, which need not be a frame */
    STEP_FAULT,   /* code u8 */
    STEP_LOG,     /* slot u8, length u8, and this number of bytes */
    STEP_STATS,   /* u8: busy slots */
    STEP_READY,
    STEP_PREPARED,
    STEP_IDLE,
    STEP_FAIL_ALL, /* all rows of a chunk failed */
    STEP_WAIT,     /* the agent waits until it has a chunk */
};

typedef struct {
    guint32 attempt;
    guint64 number, lo, hi;
} Chunk;

typedef struct {
    Link base;
    struct fuzz_input script;
    FakeRecord *record;
    GByteArray *to_read, *heard;
    gsize read;  /* bytes of `to_read` that were read */
    GArray *fds; /* elements: int; they arrive with the next bytes */
    gboolean wants_ready, wants_prepared, was_asked;
    guint32 session, run;
    Chunk chunks[MAX_CHUNKS];
    gboolean json; /* whether the run asked for JSON */
    guint n_chunks, n_waits;
} FakeAgent;

/* ---- what the agent sends ---- */

static void
put_frame(FakeAgent *self, struct wire_header header, const struct wire_writer *meta,
          const GByteArray *payload)
{
    guint8 head[WIRE_HEADER_SIZE];

    header.session = self->session;
    header.meta_len = meta != NULL ? (guint32)meta->used : 0;
    header.payload_len = payload != NULL ? payload->len : 0;
    wire_header_encode(&header, head);
    g_byte_array_append(self->to_read, head, sizeof head);
    if (meta != NULL)
        g_byte_array_append(self->to_read, meta->data, (guint)meta->used);
    if (payload != NULL && payload->len > 0)
        g_byte_array_append(self->to_read, payload->data, payload->len);
}

static void
put_ready(FakeAgent *self)
{
    guint8 meta[256];
    struct wire_writer w;

    wire_writer_init(&w, meta, sizeof meta);
    wire_put_ready(&w, &(struct wire_ready){.sysname = wire_str("Linux", 5),
                                            .machine = wire_str("x86_64", 6),
                                            .hostname = wire_str("h", 1),
                                            .cpu_model = wire_str("", 0),
                                            .cpu_features = wire_str("", 0),
                                            .cores = 2,
                                            .pid = 5,
                                            .memory_total = 1ull << 33,
                                            .memory_available = 1ull << 32,
                                            .boot_id = wire_str("b", 1)});
    put_frame(self, (struct wire_header){.type = WIRE_READY}, &w, NULL);
}

static void
put_prepared(FakeAgent *self)
{
    guint8 meta[256];
    struct wire_writer w;

    wire_writer_init(&w, meta, sizeof meta);
    wire_put_prepared(
        &w, &(struct wire_prepared){.function = 1,
                                    .threads_safe = 1,
                                    .runner = wire_str("python", 6),
                                    .interpreter = wire_str("/p", 2),
                                    .n_versions = 1,
                                    .versions = {{wire_str("python", 6), wire_str("3.11", 4)}},
                                    .prepare_us = 5});
    put_frame(self, (struct wire_header){.type = WIRE_PREPARED}, &w, NULL);
}

/* Adds a block of variable rows, see wire.h. */
static void
add_json(GByteArray *payload, guint64 lo, guint64 hi)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint64 row = lo; row <= hi && lo < hi; row++) {
        guint64 offset = GUINT64_TO_LE(text->len);

        g_byte_array_append(payload, (const guint8 *)&offset, sizeof offset);
        if (row < hi)
            g_string_append_printf(text, "%" G_GUINT64_FORMAT, 2 * row);
    }
    g_byte_array_append(payload, (const guint8 *)text->str, (guint)text->len);
}

/* Sends the results of a chunk. @n_failed: number of failed rows, the first ones of the chunk.
 * @changes: (nullable): pairs of an offset and a value that changes a byte. */
static void
put_result(FakeAgent *self, const Chunk *chunk, guint64 n_failed, gboolean by_fd,
           const guint8 *changes, gsize n_changes)
{
    g_autoptr(GByteArray) payload = g_byte_array_new();
    struct wire_header header = {
        .type = WIRE_RESULT, .run = self->run, .chunk = chunk->number, .attempt = chunk->attempt};
    struct wire_result m = {.lo = chunk->lo,
                            .hi = chunk->hi,
                            .passes = 1,
                            .received_us = 1,
                            .started_us = 2,
                            .finished_us = 3,
                            .dtype = self->json ? wire_str("json", 4) : wire_str("<f8", 3),
                            .n_failed = n_failed};
    guint64 n = chunk->hi - chunk->lo;
    struct wire_writer w;
    guint8 meta[512];

    if (n_failed > 0) {
        g_byte_array_set_size(payload, (guint)(n + 7) / 8);
        memset(payload->data, 0, payload->len);
        for (guint64 i = 0; i < n_failed; i++)
            payload->data[i / 8] |= (guint8)(1u << i % 8);
        m.n_listed = 1;
        g_atomic_int_set(&self->record->failed, TRUE);
    }
    if (self->json)
        add_json(payload, chunk->lo + n_failed, chunk->hi);
    for (guint64 row = chunk->lo + n_failed; row < chunk->hi && !self->json; row++) {
        double value = 2.0 * (double)row;

        g_byte_array_append(payload, (const guint8 *)&value, sizeof value);
    }
    if (n_failed == n)
        m.dtype = wire_str("", 0);
    if (by_fd) {
        int fd = fuzz_make_file(payload->data, payload->len);

        m.ref_length = payload->len;
        header.flags = WIRE_FLAG_FD;
        g_array_append_val(self->fds, fd);
        g_byte_array_set_size(payload, 0);
    }
    m.length = payload->len;
    wire_writer_init(&w, meta, sizeof meta);
    wire_put_result(&w, &m);
    if (n_failed > 0)
        wire_put_row_error(&w, &(struct wire_row_error){chunk->lo, WIRE_ROW_RAISED,
                                                        wire_str("ValueError", 10),
                                                        wire_str("text", 4)});
    for (gsize i = 0; i + 1 < n_changes; i += 2) {
        if (changes[i] < w.used)
            meta[changes[i]] ^= changes[i + 1];
        else if (payload->len > 0)
            payload->data[changes[i] % payload->len] ^= changes[i + 1];
        g_atomic_int_set(&self->record->lied, TRUE);
    }
    put_frame(self, header, &w, payload);
}

static void
put_lost(FakeAgent *self, const Chunk *chunk)
{
    const struct wire_header header = {
        .type = WIRE_LOST, .run = self->run, .chunk = chunk->number, .attempt = chunk->attempt};
    guint8 meta[64];
    struct wire_writer w;

    wire_writer_init(&w, meta, sizeof meta);
    wire_put_lost(&w, &(struct wire_lost){wire_str("why", 3)});
    put_frame(self, header, &w, NULL);
}

/* Plays a step that needs a chunk. Returns FALSE if the agent has none. */
static gboolean
step_chunk(FakeAgent *self, enum step kind, guint selected)
{
    gsize n_changes = 0;
    const guint8 *changes = NULL;
    Chunk chunk;
    guint at;

    if (self->n_chunks == 0)
        return FALSE;
    at = selected % self->n_chunks;
    chunk = self->chunks[at];
    if (kind == STEP_CHANGED) {
        n_changes = fuzz_take_u8(&self->script) * 2u;
        changes = fuzz_take(&self->script, &n_changes);
    }
    if (kind == STEP_LOST)
        put_lost(self, &chunk);
    else if (kind != STEP_WAIT)
        put_result(self, &chunk,
                   kind == STEP_FAILURE    ? 1
                   : kind == STEP_FAIL_ALL ? chunk.hi - chunk.lo
                                           : 0,
                   kind == STEP_BY_FD && self->base.class->passes_fds, changes, n_changes);
    if (kind != STEP_AGAIN && kind != STEP_WAIT)
        self->chunks[at] = self->chunks[--self->n_chunks];
    return TRUE;
}

static void
step_frame(FakeAgent *self)
{
    struct wire_header header = {.type = fuzz_take_u8(&self->script), .run = self->run};
    gsize meta_size = fuzz_take_u8(&self->script), payload_size = fuzz_take_u8(&self->script);
    const guint8 *meta = fuzz_take(&self->script, &meta_size);
    const guint8 *payload = fuzz_take(&self->script, &payload_size);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    struct wire_writer w = {.data = (void *)(guintptr)meta, .used = meta_size};

    if (self->n_chunks > 0) {
        header.chunk = self->chunks[0].number;
        header.attempt = self->chunks[0].attempt;
    }
    g_byte_array_append(bytes, payload, (guint)payload_size);
    g_atomic_int_set(&self->record->lied, TRUE);
    put_frame(self, header, &w, bytes);
}

static void
step_fault(FakeAgent *self)
{
    guint8 meta[64];
    struct wire_writer w;

    wire_writer_init(&w, meta, sizeof meta);
    wire_put_fault(&w, &(struct wire_fault){1u + fuzz_take_u8(&self->script) % WIRE_FAULT_MODULE, 0,
                                            wire_str("why", 3)});
    put_frame(self, (struct wire_header){.type = WIRE_FAULT, .run = self->run}, &w, NULL);
}

static void
step_log(FakeAgent *self)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    const struct wire_log log = {fuzz_take_u8(&self->script), 1, 0};
    gsize size = fuzz_take_u8(&self->script);
    guint8 meta[64];
    struct wire_writer w;

    g_byte_array_append(bytes, fuzz_take(&self->script, &size), (guint)size);
    if (size > 0)
        wire_utf8_make_valid((char *)bytes->data, size);
    wire_writer_init(&w, meta, sizeof meta);
    wire_put_log(&w, &log);
    put_frame(self, (struct wire_header){.type = WIRE_LOG}, &w, bytes);
}

static void
step_stats(FakeAgent *self)
{
    guint32 busy = fuzz_take_u8(&self->script);
    guint8 meta[128];
    struct wire_writer w;

    wire_writer_init(&w, meta, sizeof meta);
    wire_put_stats(&w, &(struct wire_stats){
                           .agent_us = 7, .slots = 256, .slots_busy = busy, .memory_total = 9});
    put_frame(self, (struct wire_header){.type = WIRE_STATS}, &w, NULL);
}

/* Plays the next step. Returns FALSE if it needs a frame that has not arrived yet. */
static gboolean
step(FakeAgent *self)
{
    const struct fuzz_input before = self->script;
    guint8 first;

    if (self->wants_ready) {
        self->wants_ready = FALSE;
        put_ready(self);
        return TRUE;
    }
    if (self->wants_prepared && !self->was_asked)
        return FALSE;
    if (self->wants_prepared) {
        self->wants_prepared = FALSE;
        put_prepared(self);
        return TRUE;
    }
    first = fuzz_take_u8(&self->script);
    switch ((enum step)(first & 15)) {
    case STEP_RESULT:
    case STEP_FAILURE:
    case STEP_LOST:
    case STEP_AGAIN:
    case STEP_BY_FD:
    case STEP_CHANGED:
    case STEP_FAIL_ALL:
    case STEP_WAIT:
        if (!step_chunk(self, (enum step)(first & 15), first >> 4)) {
            self->script = before;
            return FALSE;
        }
        break;
    case STEP_FRAME:
        step_frame(self);
        break;
    case STEP_BYTES: {
        gsize size = fuzz_take_u8(&self->script);
        const guint8 *bytes = fuzz_take(&self->script, &size);

        g_atomic_int_set(&self->record->lied, TRUE);
        g_byte_array_append(self->to_read, bytes, (guint)size);
        break;
    }
    case STEP_FAULT:
        step_fault(self);
        break;
    case STEP_LOG:
        step_log(self);
        break;
    case STEP_STATS:
        step_stats(self);
        break;
    case STEP_READY:
        put_ready(self);
        break;
    case STEP_PREPARED:
        put_prepared(self);
        break;
    case STEP_IDLE:
        put_frame(self, (struct wire_header){.type = WIRE_IDLE, .run = self->run}, NULL, NULL);
        break;
    }
    return TRUE;
}

static gboolean
is_over(const FakeAgent *self)
{
    return self->script.size == 0 && !self->wants_ready && !self->wants_prepared;
}

/* ---- what the agent receives ---- */

static void
check_run(FakeAgent *self, struct wire_reader *r)
{
    struct wire_run run;
    struct wire_arg arg;

    FUZZ_ASSERT(wire_get_run(r, &run) == 0);
    self->json = (run.mode & WIRE_MODE_JSON) != 0;
    for (guint32 i = 0; i < run.n_args; i++)
        FUZZ_ASSERT(wire_get_arg(r, &arg) == 0);
    FUZZ_ASSERT(wire_reader_done(r) == 0);
}

static void
hear_frame(FakeAgent *self, const struct wire_header *header, const guint8 *meta)
{
    union {
        struct wire_open open;
        struct wire_put put;
        struct wire_prepare prepare;
        struct wire_chunk chunk;
        struct wire_slots slots;
    } m;
    struct wire_reader r;

    FUZZ_ASSERT(wire_header_validate(header, false) == 0);
    wire_reader_init(&r, meta, header->meta_len);
    switch (header->type) {
    case WIRE_OPEN:
        FUZZ_ASSERT(wire_get_open(&r, &m.open) == 0);
        self->session = header->session;
        break;
    case WIRE_PUT:
        FUZZ_ASSERT(wire_get_put(&r, &m.put) == 0);
        break;
    case WIRE_PREPARE:
        FUZZ_ASSERT(wire_get_prepare(&r, &m.prepare) == 0);
        self->was_asked = TRUE;
        break;
    case WIRE_RUN:
        check_run(self, &r);
        self->run = header->run;
        break;
    case WIRE_CHUNK:
        FUZZ_ASSERT(wire_get_chunk(&r, &m.chunk) == 0);
        if (self->n_chunks < MAX_CHUNKS)
            self->chunks[self->n_chunks++] =
                (Chunk){header->attempt, header->chunk, m.chunk.lo, m.chunk.hi};
        break;
    case WIRE_SLOTS:
        FUZZ_ASSERT(wire_get_slots(&r, &m.slots) == 0);
        break;
    default:
        break;
    }
}

static gssize
fake_write(Link *link, gconstpointer buffer, gsize size, const int *fds, guint n_fds,
           GError **error)
{
    FakeAgent *self = (FakeAgent *)link;
    struct wire_header header;
    gsize whole;

    g_byte_array_append(self->heard, buffer, (guint)size);
    while (self->heard->len >= WIRE_HEADER_SIZE) {
        FUZZ_ASSERT(wire_header_decode(self->heard->data, &header) == 0);
        whole = WIRE_HEADER_SIZE + header.meta_len + (gsize)header.payload_len;
        if (self->heard->len < whole)
            break;
        hear_frame(self, &header, self->heard->data + WIRE_HEADER_SIZE);
        g_byte_array_remove_range(self->heard, 0, (guint)whole);
    }
    return (gssize)size;
}

/* ---- the link ---- */

static gboolean
has_bytes(const FakeAgent *self)
{
    return self->read < self->to_read->len;
}

static void
fake_wait(Link *const *links, LinkEvents *events, guint n, int timeout_ms)
{
    FakeAgent *self = (FakeAgent *)links[0];
    LinkEvents possible = events[0] & LINK_WRITABLE;
    struct pollfd waker = {.fd = self->base.waker->fd, .events = POLLIN};

    while (!has_bytes(self) && !is_over(self) && step(self))
        ;
    if (has_bytes(self) || is_over(self))
        possible |= LINK_READABLE;
    if (possible == 0 &&
        poll(&waker, 1, timeout_ms < 0 ? WAIT_MS : MIN(timeout_ms, WAIT_MS)) == 0 &&
        ++self->n_waits >= MAX_WAITS) {
        self->script.size = 0;
        self->wants_prepared = FALSE;
    }
    events[0] = possible;
}

static gssize
fake_read(Link *link, gpointer buffer, gsize size, int *fds, guint *n_fds, GError **error)
{
    FakeAgent *self = (FakeAgent *)link;
    gsize n = MIN(size, self->to_read->len - self->read);

    if (n == 0 && is_over(self)) {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_AGENT, "the end of the script");
        return -1;
    }
    if (n == 0)
        return 0;
    memcpy(buffer, self->to_read->data + self->read, n);
    self->read += n;
    while (self->fds->len > 0 && *n_fds < LINK_MAX_FDS) {
        fds[(*n_fds)++] = g_array_index(self->fds, int, 0);
        g_array_remove_index(self->fds, 0);
    }
    return (gssize)n;
}

static gsize
fake_read_size(Link *link)
{
    return 4096;
}

static void
fake_close(Link *link)
{
    FakeAgent *self = (FakeAgent *)link;

    for (guint i = 0; i < self->fds->len; i++)
        close(g_array_index(self->fds, int, i));
    g_array_unref(self->fds);
    g_byte_array_unref(self->to_read);
    g_byte_array_unref(self->heard);
    link_clear(link);
    g_free(self);
}

static const LinkClass classes[] = {
    {.wait = fake_wait,
     .read = fake_read,
     .write = fake_write,
     .read_size = fake_read_size,
     .close = fake_close},
    {.passes_fds = TRUE,
     .wait = fake_wait,
     .read = fake_read,
     .write = fake_write,
     .read_size = fake_read_size,
     .close = fake_close},
};

Link *
fake_agent_open(const char *name, FakeOptions options, const guint8 *script, gsize size,
                FakeRecord *record)
{
    FakeAgent *self = g_new0(FakeAgent, 1);
    gboolean ok =
        link_init(&self->base, &classes[(options & FAKE_PASSES_FDS) != 0], name, NULL, NULL);

    FUZZ_ASSERT(ok);
    self->script = (struct fuzz_input){script, size};
    self->record = record;
    self->to_read = g_byte_array_new();
    self->heard = g_byte_array_new();
    self->fds = g_array_new(FALSE, FALSE, sizeof(int));
    self->wants_ready = self->wants_prepared = (options & FAKE_RAW) == 0;
    return &self->base;
}
