/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Sends the chunks of a run to a host and receives the results. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "bad-argument.h"
#include "error-private.h"
#include "host-private.h"
#include "host-text.h"
#include "odd-results.h"
#include "row-reader.h"

/* ---- sending chunks ---- */

/* The payload of one CHUNK frame, and the data that sending_free() needs for the trace.
 * sending_free() is called after the last byte of the payload was read. It adds a SENDING span to
 * the trace, which lasts from `taken` until this call. */
typedef struct {
    RowReader *reader;
    Host *host;
    ScheduleChunk chunk;
    guint32 number;
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
    Host *self = sending->host;

    if (self->run != NULL && self->run->number == sending->number)
        host_span(self, MAMUTO_SPAN_SENDING, sending->taken, g_get_monotonic_time(), -1,
                  &sending->chunk, 0);
    row_reader_unref(sending->reader);
    g_free(sending);
}

/* Collects the arguments whose rows must be sent with each chunk, because the host does not store
 * their arrays and cannot read them through a file descriptor. @numbers receives the numbers of the
 * arguments. Returns how many they are. */
static guint
travelling(Host *self, MamutoArgument *arguments[WIRE_MAX_ARGS], guint numbers[WIRE_MAX_ARGS])
{
    guint n = 0;

    for (guint i = 0; i < self->run->n_arguments; i++) {
        const RunArgument *argument = &self->run->arguments[i];
        MamutoArray *array = mamuto_argument_get_array(argument->argument);
        guint64 offset;

        if (array != NULL && host_reference(self, array, &offset) < 0 && !argument->kept) {
            numbers[n] = argument->number;
            arguments[n++] = argument->argument;
        }
    }
    return n;
}

static gboolean
send_chunk(Host *self, const ScheduleChunk *chunk, gint64 now, GError **error)
{
    MamutoArgument *arguments[WIRE_MAX_ARGS];
    guint numbers[WIRE_MAX_ARGS];
    guint n = travelling(self, arguments, numbers);
    Sending *sending = g_new0(Sending, 1);
    HostChunk *at_host = g_new0(HostChunk, 1);
    struct wire_header header;
    struct wire_writer w;
    guint8 buffer[64];

    *sending = (Sending){row_reader_new(arguments, numbers, n, chunk->lo, chunk->hi), self, *chunk,
                         self->run->number, now};
    *at_host = (HostChunk){.chunk = *chunk, .taken = now};
    /* An earlier attempt may still be listed. Its entry contains its key, so both are replaced. */
    g_hash_table_replace(self->chunks, &at_host->chunk.id, at_host);
    host_header_init(self, &header, WIRE_CHUNK);
    header.chunk = chunk->id;
    header.attempt = chunk->attempt;
    header.payload_len = row_reader_get_size(sending->reader);
    if (header.payload_len > WIRE_MAX_LENGTH) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("the arguments of one row take %'" PRIu64
                      " bytes, over the limit of %llu: keep the arrays on the hosts, or split the "
                      "rows"),
                    header.payload_len, WIRE_MAX_LENGTH);
        sending_free(sending);
        return FALSE;
    }
    wire_writer_init(&w, buffer, sizeof buffer);
    wire_put_chunk(&w, &(struct wire_chunk){.lo = (guint64)chunk->lo,
                                            .hi = (guint64)chunk->hi,
                                            .length = header.payload_len});
    frame_stream_queue(self->stream, &header, &w, sending_read, sending, sending_free, NULL, 0);
    return TRUE;
}

/* Queues the numbers in @chunks as ACK or DROP frames with at most WIRE_MAX_ACKS numbers each.
 * Then empties @chunks. */
static void
send_chunk_list(Host *self, uint8_t type, GArray *chunks)
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

/* Ends the host's part in its run, because the run has left the host out. */
static void
leave_run_early(Host *self, const GError *why)
{
    host_queue(self, WIRE_CANCEL, NULL);
    g_hash_table_remove_all(self->chunks);
    g_array_set_size(self->acks, 0);
    large_result_discard(&self->large);
    self->state = HOST_REFUSED;
    session_set_host_failed(self->session, self->number, MAMUTO_HOST_FAILED, why);
}

/* Returns FALSE if the host was left out of the run. */
static gboolean
send_drops(Host *self)
{
    g_autoptr(GArray) drops = g_array_new(FALSE, FALSE, sizeof(guint64));
    g_autoptr(GError) why = NULL;

    if (!run_take_drops(self->run, self->number, drops, &why)) {
        leave_run_early(self, why);
        return FALSE;
    }
    for (guint i = 0; i < drops->len; i++)
        g_hash_table_remove(self->chunks, &g_array_index(drops, guint64, i));
    send_chunk_list(self, WIRE_DROP, drops);
    return TRUE;
}

/* Asks the agent for rows that it has not begun. */
static void
send_recalls(Host *self)
{
    g_autoptr(GArray) recalls = g_array_new(FALSE, FALSE, sizeof(ScheduleRecall));

    run_take_recalls(self->run, self->number, recalls);
    for (guint i = 0; i < recalls->len; i++) {
        const ScheduleRecall *recall = &g_array_index(recalls, ScheduleRecall, i);
        HostChunk *at_host = g_hash_table_lookup(self->chunks, &recall->id);
        struct wire_header header;

        if (at_host == NULL || at_host->chunk.attempt != recall->attempt)
            continue;
        at_host->recalled = TRUE;
        host_header_init(self, &header, WIRE_RECALL);
        header.chunk = recall->id;
        header.attempt = recall->attempt;
        frame_stream_queue(self->stream, &header, NULL, NULL, NULL, NULL, NULL, 0);
    }
}

gboolean
host_chunks_pump(Host *self, gint64 now, GError **error)
{
    ScheduleChunk chunk;
    guint before = g_hash_table_size(self->chunks);

    if (self->state != HOST_WORKING)
        return TRUE;
    if (self->acks->len > 0)
        send_chunk_list(self, WIRE_ACK, self->acks);
    if (!send_drops(self))
        return TRUE;
    while (run_take(self->run, self->number, now, &chunk))
        if (!send_chunk(self, &chunk, now, error))
            return FALSE;
    run_recall(self->run, self->number, now);
    send_recalls(self);
    if ((before == 0) != (g_hash_table_size(self->chunks) == 0) || before == 0)
        host_set_state(
            self, g_hash_table_size(self->chunks) > 0 ? MAMUTO_HOST_COMPUTING : MAMUTO_HOST_WAITING,
            NULL);
    return TRUE;
}

/* ---- receiving results ---- */

static void
trace_result(Host *self, const struct wire_result *result, const HostChunk *at_host, gint64 now)
{
    guint8 flags = (at_host->chunk.copy ? MAMUTO_SPAN_COPY : 0) |
                   (at_host->chunk.retry ? MAMUTO_SPAN_RETRY : 0) |
                   (result->n_failed > 0 ? MAMUTO_SPAN_FAILED : 0);
    /* The difference between the agent's clock and this computer's clock is known only to
     * within one round trip, which may be longer than the computation. The duration of the
     * computation is exact, because both times come from the agent's clock. Therefore only the
     * start is corrected, so that it lies between the sending of the chunk and the arrival of
     * the result. */
    gint64 begun = host_agent_time(result->started_us);
    gint64 end = MAX(at_host->taken, now);
    gint64 took = CLAMP(host_agent_time(result->finished_us) - begun, 0, end - at_host->taken);
    gint64 started = CLAMP(begun + self->clock_offset, at_host->taken, end - took);
    gint64 finished = started + took;

    host_span(self, MAMUTO_SPAN_COMPUTING, started, finished, (int)result->slot, &at_host->chunk,
              flags);
    host_span(self, MAMUTO_SPAN_RETURNING, finished, now, -1, &at_host->chunk, flags);
}

/* Returns (transfer full): the cause of a row error. */
static char *
read_cause(Host *self, const struct wire_row_error *error)
{
    g_autofree char *cause = host_text(error->cause, FALSE);

    if (error->kind == WIRE_ROW_BAD_ARGUMENT)
        return bad_argument_describe(self->run, cause);
    return g_steal_pointer(&cause);
}

/* Reads the list of row errors from a RESULT frame, up to the odd rows. Returns NULL if the list is
 * invalid. Each row must belong to the chunk and must be marked as failed in @failed. */
static GPtrArray *
read_row_errors(Host *self, struct wire_reader *r, const struct wire_result *result,
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
        if (row_error.text.len > 0) { /* if empty: same text as the previous row */
            g_free(traceback);
            traceback = host_text(row_error.text, TRUE);
        }
        failure = g_new0(MamutoRowFailure, 1);
        failure->row = (gint64)row_error.row;
        failure->host = g_strdup(self->name);
        failure->cause = read_cause(self, &row_error);
        failure->traceback = g_strdup(traceback);
        if (row_error.kind == WIRE_ROW_NO_ARRAY)
            failure->advice = MAMUTO_ADVICE_SAVE_JSON_LINES;
        g_ptr_array_add(errors, failure);
    }
    return g_steal_pointer(&errors);
}

/* Returns the bits of the suspect rows, or NULL if the bits are invalid: a suspect row must be
 * marked as failed in @failed. */
static const guint8 *
read_suspects(const struct wire_result *result, const guint8 *failed)
{
    guint64 n_rows = result->hi - result->lo, n = 0;
    const guint8 *suspect = failed + (n_rows + 7) / 8;

    for (guint64 i = 0; i < n_rows; i++) {
        guint8 bit = suspect[i / 8] >> (i % 8) & 1;

        if (bit > (failed[i / 8] >> (i % 8) & 1))
            return NULL;
        n += bit;
    }
    return n == result->n_suspect ? suspect : NULL;
}

/* Describes the rows of a RESULT frame in @block. @suspect receives the bits of the suspect rows,
 * or NULL. Returns FALSE if the fields of the frame contradict each other. */
static gboolean
describe_block(const Frame *frame, const struct wire_result *result, int fd, ResultBlock *block,
               const guint8 **suspect)
{
    guint64 n_rows = result->hi - result->lo;
    guint64 marks = wire_result_bits(n_rows, result->n_failed, result->n_suspect);
    char dtype[MAMUTO_DTYPE_STRING_MAX + 1] = "";

    *block = (ResultBlock){.lo = (gint64)result->lo, .hi = (gint64)result->hi, .fd = -1};
    if (frame->header.payload_len < marks || result->n_failed > n_rows ||
        result->n_suspect > result->n_failed)
        return FALSE;
    block->failed = marks > 0 ? frame->payload : NULL;
    if (result->n_suspect > 0 && block->failed != NULL &&
        (*suspect = read_suspects(result, block->failed)) == NULL)
        return FALSE;
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
    block->is_json = wire_dtype_is_json(result->dtype);
    block->is_bytes = wire_dtype_is_bytes(result->dtype);
    if (wire_dtype_is_variable(result->dtype))
        return TRUE;
    if (result->dtype.len == 0 || result->dtype.len >= sizeof dtype)
        return FALSE;
    memcpy(dtype, result->dtype.data, result->dtype.len);
    block->n_dims = result->n_dims;
    memcpy(block->shape, result->shape, sizeof(gint64) * result->n_dims);
    return mamuto_dtype_parse(dtype, &block->dtype, NULL);
}

static gboolean
pass_result(Host *self, const Frame *frame, const struct wire_result *result, ResultBlock *block,
            const guint8 *suspect, GPtrArray *errors, GError **error)
{
    const RunResult passed = {
        .chunk = frame->header.chunk,
        .attempt = frame->header.attempt,
        .took_us = (gint64)(result->finished_us - result->started_us),
        .n_failed = (gint64)result->n_failed,
        .n_suspect = (gint64)result->n_suspect,
        .suspect = suspect,
        .errors = errors,
        .block = block,
    };

    return run_result(self->run, self->number, &passed, error);
}

/* Processes a complete result. @fd: a file with the results, or -1 if the payload contains them. */
static gboolean
take_result(Host *self, const Frame *frame, const struct wire_result *result,
            struct wire_reader *errors_of_rows, int fd, GError **error)
{
    gint64 now = g_get_monotonic_time();
    g_autoptr(GPtrArray) errors = NULL;
    g_auto(OddResults) parts = {0};
    const guint8 *suspect = NULL;
    HostChunk *at_host;
    ResultBlock block;
    gboolean ok;

    if (!describe_block(frame, result, fd, &block, &suspect) ||
        (errors = read_row_errors(self, errors_of_rows, result, block.failed)) == NULL ||
        !odd_results_read(&parts, errors_of_rows, result, &block) ||
        wire_reader_done(errors_of_rows) != 0)
        return host_protocol_error(error, frame, "wrong layout");
    if (self->run == NULL || frame->header.run != self->run->number)
        return TRUE; /* the run is over, so the result is not needed */
    at_host = g_hash_table_lookup(self->chunks, &frame->header.chunk);
    /* The late result of an earlier attempt may have more rows. It is not stored. */
    if (at_host != NULL && at_host->chunk.attempt != frame->header.attempt)
        at_host = NULL;
    /* The agent may compute only the first rows of a chunk, see "Large rows" in wire.h. */
    if (at_host != NULL && (at_host->chunk.lo != block.lo || at_host->chunk.hi < block.hi))
        return host_protocol_error(error, frame, "rows that were not requested");
    if (at_host != NULL) {
        /* The trace is written before run_result() is called. The last result completes the
         * run, and then other threads may read the trace. */
        at_host->chunk.hi = block.hi;
        trace_result(self, result, at_host, now);
        g_hash_table_remove(self->chunks, &frame->header.chunk);
    }
    ok = pass_result(self, frame, result, &block, suspect, errors, error);
    self->n_returns = 0;
    /* The agent waits for an ACK only if it has sent its file. In other states no ACK is sent, and
     * a hostile agent could make the list grow. */
    if (self->state == HOST_WORKING && (frame->header.flags & WIRE_FLAG_FD) != 0)
        g_array_append_val(self->acks, frame->header.chunk);
    return ok;
}

/* Called if a large result cannot be stored. Another attempt to compute its rows may succeed. */
static gboolean
lose_large(Host *self, GError *why, GError **error)
{
    const struct wire_header *header = &self->large.header;

    if (g_error_matches(why, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL)) {
        g_propagate_error(error, why);
        return FALSE;
    }
    g_hash_table_remove(self->chunks, &header->chunk);
    run_attempt_lost(self->run, self->number, header->chunk, header->attempt, why);
    large_result_discard(&self->large);
    g_error_free(why);
    return TRUE;
}

static gboolean
begin_large(Host *self, const Frame *frame, const struct wire_result *result, GError **error)
{
    const HostChunk *at_host = g_hash_table_lookup(self->chunks, &frame->header.chunk);
    gboolean wanted = self->state == HOST_WORKING && frame->header.run == self->run->number &&
                      at_host != NULL && at_host->chunk.attempt == frame->header.attempt;
    GError *why = NULL;

    return large_result_begin(&self->large, frame, result, wanted, &why) ||
           lose_large(self, why, error);
}

gboolean
host_handle_result(Host *self, const Frame *frame, GError **error)
{
    int fd = frame_stream_take_fd(self->stream), more = -1;
    struct wire_result result;
    struct wire_reader r;
    gboolean ok;

    wire_reader_init(&r, frame->meta, frame->header.meta_len);
    if (wire_get_result(&r, &result) == 0)
        more = wire_parts_begin(&self->large.parts, &frame->header, result.length);
    if (more < 0)
        ok = host_protocol_error(error, frame, "wrong layout");
    else if (more > 0)
        ok = begin_large(self, frame, &result, error);
    else
        ok = take_result(self, frame, &result, &r, fd, error);
    if (fd >= 0)
        close(fd);
    return ok;
}

gboolean
host_handle_result_part(Host *self, const Frame *part, GError **error)
{
    LargeResult *large = &self->large;
    struct wire_result result;
    struct wire_reader r;
    GError *why = NULL;
    Frame frame;
    gboolean ok;
    int fd;

    if (!large_result_add(large, part, &why))
        return lose_large(self, why, error);
    if (large->fd < 0 || large->parts.received < large->parts.length)
        return TRUE;
    fd = large_result_finish(large, &frame, &r, &result);
    ok = take_result(self, &frame, &result, &r, fd, error);
    large_result_discard(large);
    return ok;
}

gboolean
host_handle_lost(Host *self, const Frame *frame, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autofree char *text = NULL;
    const HostChunk *at_host;
    struct wire_reader r;
    struct wire_lost lost;

    wire_reader_init(&r, frame->meta, frame->header.meta_len);
    if (wire_get_lost(&r, &lost) != 0 || wire_reader_done(&r) != 0)
        return host_protocol_error(error, frame, "wrong layout");
    if (self->run == NULL || frame->header.run != self->run->number)
        return TRUE;
    text = host_text(lost.why, TRUE);
    why = g_error_new_literal(MAMUTO_ERROR, MAMUTO_ERROR_LOST, text);
    error_set_host(why, self->name);
    error_set_stage(why, MAMUTO_STAGE_RUN);
    /* The chunk stays listed if another attempt was lost, because the list is needed to check the
     * rows of a later result. */
    at_host = g_hash_table_lookup(self->chunks, &frame->header.chunk);
    if (at_host != NULL && at_host->chunk.attempt == frame->header.attempt)
        g_hash_table_remove(self->chunks, &frame->header.chunk);
    run_attempt_lost(self->run, self->number, frame->header.chunk, frame->header.attempt, why);
    return TRUE;
}

gboolean
host_handle_returned(Host *self, const Frame *frame, GError **error)
{
    struct wire_returned returned;
    struct wire_reader r;
    HostChunk *at_host;

    wire_reader_init(&r, frame->meta, frame->header.meta_len);
    if (wire_get_returned(&r, &returned) != 0)
        return host_protocol_error(error, frame, "wrong layout");
    if (self->run == NULL || frame->header.run != self->run->number)
        return TRUE;
    at_host = g_hash_table_lookup(self->chunks, &frame->header.chunk);
    /* The chunk is not listed if another host finished it first. */
    if (at_host == NULL || at_host->chunk.attempt != frame->header.attempt)
        return TRUE;
    if (!at_host->recalled || (gint64)returned.hi < at_host->chunk.lo ||
        (gint64)returned.hi > at_host->chunk.hi)
        return host_protocol_error(error, frame, "rows that were not requested");
    /* After some rows, an agent gives back at most all others. With many small answers a hostile
     * agent could make the schedule grow. */
    if (at_host->divided && (gint64)returned.hi != at_host->chunk.lo)
        return host_protocol_error(error, frame, "rows that were given back before");
    at_host->divided = (gint64)returned.hi < at_host->chunk.hi;
    at_host->chunk.hi = (gint64)returned.hi;
    if (at_host->chunk.hi == at_host->chunk.lo)
        g_hash_table_remove(self->chunks, &frame->header.chunk);
    run_returned(self->run, self->number, frame->header.chunk, frame->header.attempt,
                 (gint64)returned.hi);
    return TRUE;
}

gboolean
host_handle_log(Host *self, const Frame *frame, GError **error)
{
    const char *text = (const char *)frame->payload;
    gsize len = (gsize)frame->header.payload_len;
    struct wire_reader r;
    struct wire_log log;
    int slot;

    wire_reader_init(&r, frame->meta, frame->header.meta_len);
    if (wire_get_log(&r, &log) != 0 || wire_reader_done(&r) != 0 || len > WIRE_MAX_TEXT ||
        !wire_utf8_is_valid(wire_str(text, len)))
        return host_protocol_error(error, frame, "wrong layout");
    if (self->run == NULL)
        return TRUE;
    slot = log.slot < WIRE_MAX_SLOTS ? (int)log.slot : -1;
    if (log.dropped > 0) {
        g_autofree char *note = g_strdup_printf(
            g_dngettext(GETTEXT_PACKAGE, "(%'" PRIu64 " byte was left out: too much output)\n",
                        "(%'" PRIu64 " bytes were left out: too much output)\n", log.dropped),
            log.dropped);

        run_log(self->run, self->number, slot, log.stream, note, strlen(note));
    }
    run_log(self->run, self->number, slot, log.stream, text, len);
    return TRUE;
}
