/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A remap's part of the conversation with one host: its blobs, function and arguments, chunks out,
 * results in. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "host-run-private.h"
#include "mamuto-error.h"
#include "row-reader.h"

/* A blob goes in frames of about this size, so that a ping is never behind much of it. */
#define PUT_SIZE (1u << 20)
/* So many blobs stay at a host, kept arrays and bundles of modules together. */
#define MAX_BLOBS 64
/* Metas are built on the stack but JOB's, which may hold large JSON values. */
#define SMALL_META 4096

static void
header_init(HostRun *self, struct wire_header *header, uint8_t type)
{
    *header = (struct wire_header){.type = type, .session = 1, .job = self->remap->number};
}

/* The file descriptor that a local agent can be handed for an array, or -1. */
static int
reference(HostRun *self, MamutoArray *array, guint64 *offset)
{
    const gint64 *strides;
    guint n_dims;
    int fd;

    if (!link_passes_fds(frame_stream_get_link(self->stream)))
        return -1;
    fd = mamuto_array_get_fd(array, offset);
    strides = mamuto_array_get_strides(array, &n_dims);
    for (guint i = 0; fd >= 0 && i < n_dims; i++)
        if (strides[i] < 0)
            fd = -1; /* the protocol has no word for it: such rows travel as bytes */
    return fd;
}

/* ---- what goes before the chunks ---- */

static void
queue_put(HostRun *self, const char *hash, guint64 total, guint64 offset, guint64 size,
          RowReader *reader)
{
    guint8 buffer[256];
    struct wire_writer w;
    struct wire_header header;

    wire_writer_init(&w, buffer, sizeof buffer);
    wire_put_put(&w, &(struct wire_put){
                         .hash = wire_str(hash, strlen(hash)), .total = total, .offset = offset});
    header_init(self, &header, WIRE_PUT);
    header.payload_len = size;
    frame_stream_queue(self->stream, &header, &w, row_reader_read, row_reader_ref(reader),
                       row_reader_unref, NULL, 0);
}

void
host_forget_blobs(HostRun *self)
{
    g_hash_table_remove_all(self->blobs);
    self->blobs_size = 0;
}

/* Has the host forget the blob that was not used for the longest time. FALSE: all are in use. */
static gboolean
forget_oldest(HostRun *self)
{
    const char *hash, *oldest = NULL;
    guint32 used = self->remap->number;
    BlobAtHost *blob;
    GHashTableIter iter;
    guint8 buffer[256];
    struct wire_writer w;

    g_hash_table_iter_init(&iter, self->blobs);
    while (g_hash_table_iter_next(&iter, (gpointer *)&hash, (gpointer *)&blob))
        if (blob->used < used) {
            used = blob->used;
            oldest = hash;
        }
    if (oldest == NULL)
        return FALSE;
    wire_writer_init(&w, buffer, sizeof buffer);
    wire_put_blob(&w, &(struct wire_blob){wire_str(oldest, strlen(oldest))});
    host_queue(self, WIRE_FORGET, &w);
    blob = g_hash_table_lookup(self->blobs, oldest);
    self->blobs_size -= blob->size;
    g_hash_table_remove(self->blobs, oldest);
    return TRUE;
}

/* Takes @reader over. Sent once to a host for as long as it keeps it. */
static void
send_blob(HostRun *self, const char *hash, RowReader *reader)
{
    guint64 total = row_reader_get_size(reader);
    BlobAtHost *blob = g_hash_table_lookup(self->blobs, hash);

    if (blob == NULL) {
        guint64 offset = 0;

        while ((g_hash_table_size(self->blobs) >= MAX_BLOBS ||
                self->blobs_size + total > self->blobs_room) &&
               forget_oldest(self))
            ;
        do {
            guint64 size = MIN(total - offset, PUT_SIZE);

            queue_put(self, hash, total, offset, size, reader);
            offset += size;
        } while (offset < total);
        blob = g_new0(BlobAtHost, 1);
        blob->size = total;
        self->blobs_size += total;
        g_hash_table_insert(self->blobs, g_strdup(hash), blob);
    }
    blob->used = self->remap->number;
    row_reader_unref(reader);
}

/* The agent ends the functions that were prepared first when there are many. */
static void
note_warm(HostRun *self, guint32 id)
{
    g_queue_remove(&self->warm, GUINT_TO_POINTER(id));
    g_queue_push_tail(&self->warm, GUINT_TO_POINTER(id));
    while (self->warm.length > WIRE_MAX_FUNCTIONS / 2)
        g_hash_table_remove(self->prepared, g_queue_pop_head(&self->warm));
    g_hash_table_insert(self->prepared, GUINT_TO_POINTER(id), GUINT_TO_POINTER(1));
}

static void
send_prepare(HostRun *self, const FunctionCode *code)
{
    guint8 buffer[SMALL_META];
    struct wire_writer w;

    if (code->bundle_hash[0] != '\0')
        send_blob(self, code->bundle_hash, row_reader_new_for_bytes(code->bundle));
    wire_writer_init(&w, buffer, sizeof buffer);
    wire_put_prepare(&w, &(struct wire_prepare){
                             .function = code->id,
                             .runner = wire_str("python", strlen("python")),
                             .module = wire_str(code->module, strlen(code->module)),
                             .name = wire_str(code->name, strlen(code->name)),
                             .bundle = wire_str(code->bundle_hash, strlen(code->bundle_hash)),
                         });
    host_queue(self, WIRE_PREPARE, &w);
    note_warm(self, code->id);
}

/* How an argument gets there; kept ones that cannot be referred to are sent as blobs now. */
static gboolean
describe_argument(HostRun *self, const RemapArgument *argument, struct wire_arg *arg,
                  char dtype_text[MAMUTO_DTYPE_STRING_MAX], int *fd, GError **error)
{
    MamutoArray *array = mamuto_argument_get_array(argument->argument);
    const gint64 *shape, *strides;
    MamutoDtype dtype;
    guint64 offset = 0;

    *arg = (struct wire_arg){0};
    *fd = -1;
    if (array == NULL) {
        const char *json = mamuto_argument_get_json(argument->argument);

        arg->kind = WIRE_ARG_VALUE;
        arg->text = wire_str(json, strlen(json));
        return TRUE;
    }
    mamuto_array_get_dtype(array, &dtype);
    mamuto_dtype_to_string(&dtype, dtype_text);
    shape = mamuto_array_get_shape(array, &arg->n_dims);
    strides = mamuto_array_get_strides(array, NULL);
    arg->dtype = wire_str(dtype_text, strlen(dtype_text));
    memcpy(arg->shape, shape, sizeof(gint64) * arg->n_dims);
    memcpy(arg->strides, strides, sizeof(gint64) * arg->n_dims);
    *fd = reference(self, array, &offset);
    arg->offset = offset;
    if (*fd >= 0) {
        arg->kind = WIRE_ARG_REF;
    } else if (argument->kept) {
        const char *hash = mamuto_array_hash(array, self->cancellable, error);

        if (hash == NULL)
            return FALSE;
        arg->kind = WIRE_ARG_KEPT;
        arg->text = wire_str(hash, strlen(hash));
        send_blob(self, hash, row_reader_new(&array, 1, 0, mamuto_array_get_n_rows(array)));
    } else {
        arg->kind = WIRE_ARG_ROWS;
    }
    return TRUE;
}

static gsize
job_meta_size(const Remap *remap)
{
    gsize size = SMALL_META;

    for (guint i = 0; i < remap->n_arguments; i++) {
        const char *json = mamuto_argument_get_json(remap->arguments[i].argument);

        size += sizeof(struct wire_arg) + (json != NULL ? strlen(json) : 0);
    }
    return size;
}

static gboolean
send_job(HostRun *self, GError **error)
{
    Remap *remap = self->remap;
    gsize size = job_meta_size(remap);
    g_autofree guint8 *buffer = g_malloc(size);
    struct wire_header header;
    struct wire_writer w;
    int fds[WIRE_MAX_ARGS];
    guint n_fds = 0;

    wire_writer_init(&w, buffer, size);
    wire_put_job(
        &w, &(struct wire_job){
                .function = remap->code->id,
                .mode = (remap->flags & MAMUTO_MAP_BATCH) != 0 ? WIRE_MODE_BATCH : WIRE_MODE_ROWS,
                .has_seed = (remap->flags & MAMUTO_MAP_SEED) != 0,
                .n_args = remap->n_arguments,
                .seed = remap->seed,
                .n_rows = (guint64)remap->n_rows,
            });
    for (guint i = 0; i < remap->n_arguments; i++) {
        char dtype[MAMUTO_DTYPE_STRING_MAX];
        struct wire_arg arg;
        int fd;

        if (!describe_argument(self, &remap->arguments[i], &arg, dtype, &fd, error))
            return FALSE;
        wire_put_arg(&w, &arg);
        if (fd >= 0)
            fds[n_fds++] = fd;
    }
    if (w.overflow || w.used > WIRE_MAX_META) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("the single values take over %u bytes together; give them as arrays"),
                    WIRE_MAX_META);
        return FALSE;
    }
    header_init(self, &header, WIRE_JOB);
    frame_stream_queue(self->stream, &header, &w, NULL, NULL, NULL, fds, n_fds);
    return TRUE;
}

void
host_joins(HostRun *self)
{
    const double *row_us;

    if (self->joined || self->gone)
        return;
    host_span(self, MAMUTO_SPAN_PREPARING, self->preparing_since, g_get_monotonic_time(), -1, NULL,
              0);
    host_set_state(self, MAMUTO_HOST_WAITING, NULL);
    self->joined = TRUE;
    row_us = g_hash_table_lookup(self->row_us, GUINT_TO_POINTER(self->remap->code->id));
    remap_host_ready(self->remap, self->number, self->cores, row_us != NULL ? *row_us : 0,
                     self->credit);
}

/* Whether a kept array is to be sent, known by its hash. */
static gboolean
needs_hashes(HostRun *self)
{
    for (guint i = 0; i < self->remap->n_arguments; i++) {
        const RemapArgument *argument = &self->remap->arguments[i];
        MamutoArray *array = mamuto_argument_get_array(argument->argument);
        guint64 offset;

        if (array != NULL && argument->kept && reference(self, array, &offset) < 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
host_remap_begin(HostRun *self, GError **error)
{
    const FunctionCode *code = self->remap->code;
    guint prepared =
        GPOINTER_TO_UINT(g_hash_table_lookup(self->prepared, GUINT_TO_POINTER(code->id)));

    if (needs_hashes(self) && !remap_hash_kept(self->remap)) {
        host_set_state(self, MAMUTO_HOST_PREPARING,
                       _("reading the arrays that are to be kept there"));
        return TRUE;
    }
    self->begun = TRUE;
    host_set_state(self, MAMUTO_HOST_PREPARING, NULL);
    if (prepared == 0)
        send_prepare(self, code);
    if (!send_job(self, error))
        return FALSE;
    /* A host that has not imported the function yet may turn out to be unable to: no chunk is
     * handed to it before that is known. */
    if (prepared == 2)
        host_joins(self);
    return TRUE;
}

void
host_remember_speed(HostRun *self)
{
    double row_us = remap_get_row_us(self->remap, self->number);

    if (row_us > 0)
        g_hash_table_insert(self->row_us, GUINT_TO_POINTER(self->remap->code->id),
                            g_memdup2(&row_us, sizeof row_us));
}

void
host_remap_leave(HostRun *self)
{
    gboolean busy = g_hash_table_size(self->chunks) > 0;

    host_remember_speed(self);
    if (self->begun)
        host_queue(self, busy ? WIRE_CANCEL : WIRE_FINISH, NULL);
    if (!self->gone)
        host_set_state(self, MAMUTO_HOST_DONE, NULL);
    g_hash_table_remove_all(self->chunks);
    g_array_set_size(self->acks, 0);
    g_clear_pointer(&self->remap, remap_unref);
}

/* ---- chunks out ---- */

/* What is noted when the last byte of a chunk has been written. */
typedef struct {
    RowReader *reader;
    HostRun *run;
    ScheduleChunk chunk;
    guint32 remap;
    gint64 taken;
} Sending;

static gboolean
sending_read(guint64 offset, gpointer buffer, gsize size, gpointer data, GError **error)
{
    Sending *sending = data;

    return row_reader_read(offset, buffer, size, sending->reader, error);
}

static void
sending_free(gpointer data)
{
    Sending *sending = data;
    HostRun *self = sending->run;

    if (self->remap != NULL && self->remap->number == sending->remap)
        host_span(self, MAMUTO_SPAN_SENDING, sending->taken, g_get_monotonic_time(), -1,
                  &sending->chunk, 0);
    row_reader_unref(sending->reader);
    g_free(sending);
}

/* The arrays whose rows travel with each chunk to this host. */
static guint
travelling(HostRun *self, MamutoArray *arrays[WIRE_MAX_ARGS])
{
    guint n = 0;

    for (guint i = 0; i < self->remap->n_arguments; i++) {
        const RemapArgument *argument = &self->remap->arguments[i];
        MamutoArray *array = mamuto_argument_get_array(argument->argument);
        guint64 offset;

        if (array != NULL && reference(self, array, &offset) < 0 && !argument->kept)
            arrays[n++] = array;
    }
    return n;
}

static gboolean
send_chunk(HostRun *self, const ScheduleChunk *chunk, gint64 now, GError **error)
{
    MamutoArray *arrays[WIRE_MAX_ARGS];
    guint n_arrays = travelling(self, arrays);
    Sending *sending = g_new0(Sending, 1);
    HostChunk *at_host = g_new0(HostChunk, 1);
    struct wire_header header;
    struct wire_writer w;
    guint8 buffer[64];

    *sending = (Sending){row_reader_new(arrays, n_arrays, chunk->lo, chunk->hi), self, *chunk,
                         self->remap->number, now};
    *at_host = (HostChunk){*chunk, now};
    g_hash_table_insert(self->chunks, &at_host->chunk.id, at_host);
    header_init(self, &header, WIRE_CHUNK);
    header.chunk = chunk->id;
    header.attempt = chunk->attempt;
    header.payload_len = row_reader_get_size(sending->reader);
    if (header.payload_len > WIRE_MAX_PAYLOAD) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("the arguments of one row take %'" PRIu64
                      " bytes, over the limit of %llu: keep the arrays on the hosts, or split the "
                      "rows"),
                    header.payload_len, WIRE_MAX_PAYLOAD);
        sending_free(sending);
        return FALSE;
    }
    wire_writer_init(&w, buffer, sizeof buffer);
    wire_put_chunk(&w, &(struct wire_chunk){(guint64)chunk->lo, (guint64)chunk->hi});
    frame_stream_queue(self->stream, &header, &w, sending_read, sending, sending_free, NULL, 0);
    return TRUE;
}

/* ACK or DROP: as many frames as the limit of one asks for. */
static void
send_chunk_list(HostRun *self, uint8_t type, GArray *chunks)
{
    guint8 buffer[16 + 8 * WIRE_MAX_ACKS];

    for (guint from = 0; from < chunks->len; from += WIRE_MAX_ACKS) {
        guint n = MIN(chunks->len - from, WIRE_MAX_ACKS);
        struct wire_writer w;

        wire_writer_init(&w, buffer, sizeof buffer);
        wire_put_u32(&w, n);
        for (guint i = 0; i < n; i++)
            wire_put_u64(&w, g_array_index(chunks, guint64, from + i));
        host_queue(self, type, &w);
    }
    g_array_set_size(chunks, 0);
}

static void
send_drops(HostRun *self)
{
    g_autoptr(GArray) drops = g_array_new(FALSE, FALSE, sizeof(guint64));

    remap_take_drops(self->remap, self->number, drops);
    for (guint i = 0; i < drops->len; i++)
        g_hash_table_remove(self->chunks, &g_array_index(drops, guint64, i));
    send_chunk_list(self, WIRE_DROP, drops);
}

gboolean
host_chunks_pump(HostRun *self, gint64 now, GError **error)
{
    ScheduleChunk chunk;
    guint before = g_hash_table_size(self->chunks);

    if (self->remap == NULL || !self->joined || self->gone)
        return TRUE;
    if (self->acks->len > 0)
        send_chunk_list(self, WIRE_ACK, self->acks);
    send_drops(self);
    while (remap_take(self->remap, self->number, now, &chunk))
        if (!send_chunk(self, &chunk, now, error))
            return FALSE;
    if ((before == 0) != (g_hash_table_size(self->chunks) == 0) || before == 0)
        host_set_state(
            self, g_hash_table_size(self->chunks) > 0 ? MAMUTO_HOST_COMPUTING : MAMUTO_HOST_WAITING,
            NULL);
    return TRUE;
}

/* ---- results in ---- */

static void
trace_result(HostRun *self, const struct wire_result *result, const HostChunk *at_host, gint64 now)
{
    guint8 flags = (at_host->chunk.copy ? MAMUTO_SPAN_COPY : 0) |
                   (at_host->chunk.retry ? MAMUTO_SPAN_RETRY : 0) |
                   (result->n_failed > 0 ? MAMUTO_SPAN_FAILED : 0);
    /* The agent's clock is known no better than by the way of a message there and back, which may
     * be longer than the whole chunk: how long it was computed must not be lost to that. */
    gint64 begun = host_agent_time(result->started_us);
    gint64 end = MAX(at_host->taken, now);
    gint64 took = CLAMP(host_agent_time(result->finished_us) - begun, 0, end - at_host->taken);
    gint64 started = CLAMP(begun + self->clock_offset, at_host->taken, end - took);
    gint64 finished = started + took;

    host_span(self, MAMUTO_SPAN_COMPUTING, started, finished, (int)result->slot, &at_host->chunk,
              flags);
    host_span(self, MAMUTO_SPAN_RETURNING, finished, now, -1, &at_host->chunk, flags);
}

/* The listed rows, each within the chunk and marked as failed. */
static GPtrArray *
read_row_errors(HostRun *self, struct wire_reader *r, const struct wire_result *result,
                const guint8 *failed)
{
    g_autoptr(GPtrArray) errors =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_row_failure_free);
    g_autofree char *traceback = g_strdup("");

    for (guint i = 0; i < result->n_listed; i++) {
        struct wire_row_error row_error;
        MamutoRowFailure *failure;
        guint64 row;

        if (failed == NULL || wire_get_row_error(r, &row_error) != 0 ||
            row_error.row < result->lo || row_error.row >= result->hi)
            return NULL;
        row = row_error.row - result->lo;
        if ((failed[row / 8] >> (row % 8) & 1) == 0)
            return NULL;
        if (row_error.text.len > 0) { /* empty: the same as the one before */
            g_free(traceback);
            traceback = g_strndup(row_error.text.data, row_error.text.len);
        }
        failure = g_new0(MamutoRowFailure, 1);
        failure->row = (gint64)row_error.row;
        failure->host = g_strdup(self->name);
        failure->cause = g_strndup(row_error.cause.data, row_error.cause.len);
        failure->traceback = g_strdup(traceback);
        g_ptr_array_add(errors, failure);
    }
    return wire_reader_done(r) == 0 ? g_steal_pointer(&errors) : NULL;
}

/* Fills @block from what came; FALSE where sizes do not agree. */
static gboolean
describe_block(const Frame *frame, const struct wire_result *result, int fd, ResultBlock *block)
{
    guint64 n_rows = result->hi - result->lo;
    guint64 marks = result->n_failed > 0 ? (n_rows + 7) / 8 : 0;
    char dtype[MAMUTO_DTYPE_STRING_MAX + 1] = "";

    *block = (ResultBlock){.lo = (gint64)result->lo, .hi = (gint64)result->hi, .fd = -1};
    if (frame->header.payload_len < marks || result->n_failed > n_rows)
        return FALSE;
    block->failed = marks > 0 ? frame->payload : NULL;
    if (fd >= 0) {
        block->fd = fd;
        block->offset = result->ref_offset;
        block->size = (gsize)result->ref_length;
    } else {
        block->data = frame->payload + marks;
        block->size = (gsize)(frame->header.payload_len - marks);
    }
    if (result->n_failed == n_rows)
        return TRUE;
    if (result->dtype.len == 0 || result->dtype.len >= sizeof dtype)
        return FALSE;
    memcpy(dtype, result->dtype.data, result->dtype.len);
    block->n_dims = result->n_dims;
    memcpy(block->shape, result->shape, sizeof(gint64) * result->n_dims);
    return mamuto_dtype_parse(dtype, &block->dtype, NULL);
}

gboolean
host_handle_result(HostRun *self, const Frame *frame, GError **error)
{
    gint64 now = g_get_monotonic_time();
    int fd = frame_stream_take_fd(self->stream);
    g_autoptr(GPtrArray) errors = NULL;
    struct wire_result result;
    struct wire_reader r;
    HostChunk *at_host;
    ResultBlock block;
    gboolean ok = FALSE;

    wire_reader_init(&r, frame->meta, frame->header.meta_len);
    if (wire_get_result(&r, &result) != 0 || !describe_block(frame, &result, fd, &block) ||
        (errors = read_row_errors(self, &r, &result, block.failed)) == NULL) {
        host_protocol_error(error, frame, "layout");
        goto out;
    }
    if (self->remap == NULL || frame->header.job != self->remap->number) {
        ok = TRUE; /* of a remap that is over */
        goto out;
    }
    at_host = g_hash_table_lookup(self->chunks, &frame->header.chunk);
    if (at_host != NULL && (at_host->chunk.lo != block.lo || at_host->chunk.hi != block.hi)) {
        host_protocol_error(error, frame, "rows that were not asked for");
        goto out;
    }
    if (at_host != NULL && at_host->chunk.attempt == frame->header.attempt) {
        /* First: with the last result the remap is complete, and its trace may be read. */
        trace_result(self, &result, at_host, now);
        g_hash_table_remove(self->chunks, &frame->header.chunk);
    }
    ok = remap_result(self->remap, self->number, &frame->header, &result, &block, errors, error);
    self->n_returns = 0;
    g_array_append_val(self->acks, frame->header.chunk);
out:
    if (fd >= 0)
        close(fd);
    return ok;
}

gboolean
host_handle_lost(HostRun *self, const Frame *frame, GError **error)
{
    g_autofree char *why = NULL;
    struct wire_reader r;
    struct wire_lost lost;

    wire_reader_init(&r, frame->meta, frame->header.meta_len);
    if (wire_get_lost(&r, &lost) != 0 || wire_reader_done(&r) != 0)
        return host_protocol_error(error, frame, "layout");
    if (self->remap == NULL || frame->header.job != self->remap->number)
        return TRUE;
    why = g_strdup_printf("%s: %.*s", self->name, (int)lost.why.len, lost.why.data);
    g_hash_table_remove(self->chunks, &frame->header.chunk);
    remap_attempt_lost(self->remap, self->number, frame->header.chunk, frame->header.attempt, why);
    return TRUE;
}

gboolean
host_handle_log(HostRun *self, const Frame *frame, GError **error)
{
    const char *text = (const char *)frame->payload;
    gsize len = (gsize)frame->header.payload_len;
    struct wire_reader r;
    struct wire_log log;
    int slot;

    wire_reader_init(&r, frame->meta, frame->header.meta_len);
    if (wire_get_log(&r, &log) != 0 || wire_reader_done(&r) != 0 || len > WIRE_MAX_TEXT ||
        !wire_utf8_is_valid(wire_str(text, len)))
        return host_protocol_error(error, frame, "layout");
    if (self->remap == NULL)
        return TRUE;
    slot = log.slot < WIRE_MAX_SLOTS ? (int)log.slot : -1;
    if (log.dropped > 0) {
        g_autofree char *note = g_strdup_printf(
            g_dngettext(GETTEXT_PACKAGE, "(%'" PRIu64 " byte was left out: too much output)\n",
                        "(%'" PRIu64 " bytes were left out: too much output)\n", log.dropped),
            log.dropped);

        remap_log(self->remap, self->number, slot, log.stream, note, strlen(note));
    }
    remap_log(self->remap, self->number, slot, log.stream, text, len);
    return TRUE;
}
