/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Changes the state of a host: begins and ends the host's part in a run, passes each received frame
 * to the function for its type, and handles failures. connection.c opens and reads the streams.
 * host-prepare.c and host-chunks.c send and process the frames of a run. */
#include "host-private.h"
#include "host-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "error-private.h"
#include "host-fault.h"
#include "thread-limits.h"

void
host_set_state(Host *self, MamutoHostState state, const char *message)
{
    session_set_host_state(self->session, self->number, state, message);
}

void
host_header_init(Host *self, struct wire_header *header, uint8_t type)
{
    *header = (struct wire_header){
        .type = type,
        .session = HOST_SESSION,
        .node = self->node,
        .run = self->run != NULL ? self->run->number : 0,
    };
}

void
host_queue(Host *self, uint8_t type, const struct wire_writer *meta)
{
    struct wire_header header;

    host_header_init(self, &header, type);
    frame_stream_queue(self->stream, &header, meta, NULL, NULL, NULL, NULL, 0);
}

void
host_span(Host *self, MamutoSpanKind kind, gint64 begin, gint64 end, int slot,
          const ScheduleChunk *chunk, guint8 flags)
{
    const MamutoSpan span = {
        .begin = begin,
        .end = MAX(begin, end),
        .chunk = chunk != NULL ? (gint64)chunk->id : -1,
        .rows = chunk != NULL ? chunk->hi - chunk->lo : 0,
        .host = (gint32)self->number,
        .slot = (gint16)slot,
        .kind = (guint8)kind,
        .flags = flags,
    };

    if (self->run != NULL)
        mamuto_trace_add(self->run->trace, &span);
}

gboolean
host_protocol_error(GError **error, const Frame *frame, const char *what)
{
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                _("the agent sent an invalid %s frame (%s)"), wire_type_name(frame->header.type),
                what);
    return FALSE;
}

/* The caller holds the session's lock. */
static void
take_runner(HostFacts *facts, const struct wire_prepared *prepared)
{
    g_autoptr(GStrvBuilder) versions = g_strv_builder_new();

    for (guint i = 0; i < prepared->n_versions; i++) {
        const struct wire_version *v = &prepared->versions[i];
        g_autofree char *name = host_text(v->name, FALSE);
        g_autofree char *version = host_text(v->version, FALSE);

        g_strv_builder_add_many(versions, name, version, NULL);
    }
    g_free(facts->runner);
    g_free(facts->interpreter);
    g_strfreev(facts->versions);
    facts->runner = host_text(prepared->runner, FALSE);
    facts->interpreter = host_text(prepared->interpreter, FALSE);
    facts->versions = g_strv_builder_end(versions);
}

static gboolean
handle_prepared(Host *self, const Frame *frame, GError **error)
{
    struct wire_reader r;
    struct wire_prepared prepared;
    HostFacts *facts = self->facts;

    wire_reader_init(&r, frame->meta, frame->header.meta_len);
    if (wire_get_prepared(&r, &prepared) != 0 || wire_reader_done(&r) != 0)
        return host_protocol_error(error, frame, "wrong layout");
    host_end_start(self);
    if (g_hash_table_contains(self->prepared, GUINT_TO_POINTER(prepared.function)))
        g_hash_table_insert(self->prepared, GUINT_TO_POINTER(prepared.function),
                            GUINT_TO_POINTER(2));
    pthread_mutex_lock(&self->session->lock);
    take_runner(facts, &prepared);
    pthread_mutex_unlock(&self->session->lock);
    if (self->state == HOST_PREPARING && prepared.function == self->run->code->id)
        host_join_run(self);
    return TRUE;
}

/* Returns FALSE if the fault belongs to an earlier run, or to a function or blob that the current
 * run does not use. */
static gboolean
concerns_run(Host *self, const Frame *frame, const struct wire_fault *fault, gboolean needs_blob)
{
    if (self->run == NULL)
        return TRUE;
    if (frame->header.run == 0 && fault->function == 0 && fault->blob.len > 0)
        return needs_blob;
    return (frame->header.run == 0 || frame->header.run == self->run->number) &&
           (fault->function == 0 || fault->function == self->run->code->id);
}

/* Processes a FAULT frame: the agent cannot prepare a function or cannot store a blob. If the
 * current run needs the function or blob, the host no longer takes part in this run. The stream
 * stays open for later runs. */
static gboolean
handle_fault(Host *self, const Frame *frame, GError **error)
{
    g_autoptr(GError) why = NULL;
    gboolean needs_blob = FALSE;
    struct wire_reader r;
    struct wire_fault fault;

    wire_reader_init(&r, frame->meta, frame->header.meta_len);
    if (wire_get_fault(&r, &fault) != 0 || wire_reader_done(&r) != 0)
        return host_protocol_error(error, frame, "wrong layout");
    host_end_start(self);
    /* a FAULT with a run number does not concern the function, which stays prepared */
    if (fault.function != 0 && frame->header.run == 0)
        g_hash_table_remove(self->prepared, GUINT_TO_POINTER(fault.function));
    if (fault.blob.len > 0)
        needs_blob = host_forget_blob(self, fault.blob);
    if (!concerns_run(self, frame, &fault, needs_blob))
        return TRUE;
    why = host_fault_to_error(&fault, self->name);
    session_set_host_failed(self->session, self->number, MAMUTO_HOST_FAILED, why);
    if (self->run != NULL && self->state != HOST_REFUSED) {
        self->state = HOST_REFUSED;
        run_host_gone(self->run, self->number, why);
    }
    return TRUE;
}

static gboolean
handle_frame(Host *self, const Frame *frame, GError **error)
{
    switch (frame->header.type) {
    case WIRE_PREPARED:
        return handle_prepared(self, frame, error);
    case WIRE_FAULT:
        return handle_fault(self, frame, error);
    case WIRE_RESULT:
        return host_handle_result(self, frame, error);
    case WIRE_RESULT_PART:
        return host_handle_result_part(self, frame, error);
    case WIRE_LOST:
        return host_handle_lost(self, frame, error);
    case WIRE_RETURNED:
        return host_handle_returned(self, frame, error);
    case WIRE_LOG:
        return host_handle_log(self, frame, error);
    case WIRE_STATS:
    case WIRE_PONG:
        return host_handle_stats(self, frame, error);
    case WIRE_STORED:
    case WIRE_IDLE:
        return TRUE;
    default:
        return host_protocol_error(error, frame, "unexpected in this state");
    }
}

/* Returns FALSE if the frame names another session, or a run that this host never began. Such a
 * frame must not be ignored: if the agent has sent it instead of the frame for which the run waits,
 * the run would wait forever. */
static gboolean
is_expected(Host *self, const struct wire_header *header)
{
    gboolean of_run = header->type == WIRE_RESULT || header->type == WIRE_RESULT_PART ||
                      header->type == WIRE_LOST || header->type == WIRE_RETURNED ||
                      header->type == WIRE_IDLE;

    return header->session <= HOST_SESSION && header->run <= self->seen &&
           (header->run > 0 || !of_run);
}

gboolean
host_take_frame(Host *self, const Frame *frame, GError **error)
{
    self->last_heard = g_get_monotonic_time();
    self->n_received += WIRE_HEADER_SIZE + frame->header.meta_len + frame->header.payload_len;
    if (self->state == HOST_BARRED)
        return TRUE;
    if (!is_expected(self, &frame->header))
        return host_protocol_error(error, frame, "wrong session or run");
    if (self->state == HOST_GREETING)
        return host_handle_ready(self, frame, error);
    return handle_frame(self, frame, error);
}

static void
apply_cores(Host *self)
{
    guint8 buffer[64];
    struct wire_writer w;
    guint cores;

    pthread_mutex_lock(&self->session->lock);
    cores = self->all_cores ? self->host_cores : self->wanted_cores;
    self->facts->cores = cores;
    pthread_mutex_unlock(&self->session->lock);
    if (cores == self->cores)
        return;
    self->cores = cores;
    wire_writer_init(&w, buffer, sizeof buffer);
    wire_put_slots(&w, &(struct wire_slots){cores});
    host_queue(self, WIRE_SLOTS, &w);
    if (self->state == HOST_WORKING)
        run_host_set_cores(self->run, self->number, cores);
}

/* Leaves the host's run if the session now has another run or none. Begins the run @current if
 * the host has no run and has not begun @current before. */
static gboolean
follow_session(Host *self, Run *current, gint64 now, GError **error)
{
    if (self->run != NULL && self->run != current)
        host_leave_run(self);
    if (self->run == NULL && current != NULL && current->number > self->seen) {
        self->run = run_ref(current);
        self->seen = current->number;
        self->n_returns = 0;
        self->preparing_since = now;
        self->state = HOST_STARTING;
    }
    return self->state != HOST_STARTING || host_begin_run(self, error);
}

/* Tells the new run @current that this host cannot compute it, because the host has failed. */
static void
refuse_run(Host *self, Run *current)
{
    if (current == NULL || current->number <= self->seen)
        return;
    self->seen = current->number;
    session_set_host_failed(self->session, self->number, MAMUTO_HOST_LOST, self->lost);
    run_host_gone(current, self->number, self->lost);
}

gboolean
host_turn(Host *self, Run *current, gint64 now, GError **error)
{
    if (self->state == HOST_BARRED) {
        refuse_run(self, current);
        return TRUE;
    }
    if (self->state == HOST_GREETING)
        return host_watch(self, now, error);
    if (!follow_session(self, current, now, error))
        return FALSE;
    apply_cores(self);
    if (!host_watch(self, now, error))
        return FALSE;
    host_watch_answers(self, now);
    if (!host_chunks_pump(self, now, error))
        return FALSE;
    /* After the frames of the next run, because FINISH is less urgent than its chunks. */
    if (self->finished != 0 && (now >= self->finish_at || frame_stream_has_queued(self->stream)))
        host_queue_finish(self);
    return TRUE;
}

gint64
host_next_turn(Host *self, gint64 now)
{
    gint64 next = host_next_watch(self);

    if (self->state == HOST_BARRED)
        return G_MAXINT64;
    if (self->finished != 0)
        next = MIN(next, self->finish_at);
    if (self->state == HOST_STARTING)
        next = MIN(next, self->start_at);
    if (self->state == HOST_WORKING) {
        gint64 wakeup = run_get_wakeup(self->run, self->number, now, &self->due);

        next = MIN(next, MIN(wakeup, host_next_question(self)));
    }
    return next;
}

void
host_count_bytes(Host *self)
{
    guint64 sent = frame_stream_get_n_sent_to(self->stream, self->node);
    guint64 received = self->n_received;

    if (self->run != NULL)
        run_count_bytes(self->run, self->number, sent - self->counted_sent,
                        received - self->counted_received);
    self->counted_sent = sent;
    self->counted_received = received;
}

/* ---- the stream ---- */

/* Changes from HOST_AWAY to HOST_OFF, because the run ended before the host was connected
 * again. */
static void
stay_away(Host *self)
{
    g_clear_error(&self->lost);
    g_clear_pointer(&self->run, run_unref);
    self->state = HOST_OFF;
}

gboolean
host_want(Host *self, Run *current, gint64 now, gint64 *until)
{
    if (self->state == HOST_AWAY && self->run != current)
        stay_away(self);
    if (self->state == HOST_AWAY && now < self->return_at) {
        *until = MIN(*until, self->return_at);
        return FALSE;
    }
    if (self->state == HOST_OFF) {
        if (current == NULL || current->number <= self->seen)
            return FALSE;
        self->run = run_ref(current);
        self->seen = current->number;
        self->n_returns = 0;
        host_set_state(self, MAMUTO_HOST_CONNECTING, NULL);
    }
    self->state = HOST_CONNECTING;
    self->connecting_since = now;
    return TRUE;
}

void
host_show_stage(Host *self, const char *stage)
{
    /* While a lost host is being connected again, its status stays "lost" until READY arrives. */
    if (self->state == HOST_CONNECTING && self->lost == NULL)
        host_set_state(self, MAMUTO_HOST_CONNECTING, stage);
}

void
host_stream_opened(Host *self, FrameStream *stream, gint64 began)
{
    self->state = HOST_GREETING;
    self->stream = stream;
    self->connecting_since = began;
    self->last_heard = self->last_turn = g_get_monotonic_time();
    self->taken_then = frame_stream_get_n_sent(stream);
    self->received_then = frame_stream_get_n_received(stream);
    self->n_received = self->counted_sent = self->counted_received = 0;
}

void
host_say_goodbye(Host *self)
{
    if (self->state == HOST_GREETING || self->state == HOST_BARRED)
        return;
    if (self->run != NULL)
        host_leave_run(self);
    host_queue_finish(self);
    host_queue(self, WIRE_BYE, NULL);
}

/* ---- failures ---- */

/* Returns TRUE if the input on this computer caused @error. Such an error would occur on every
 * host, so the host is not at fault. */
static gboolean
is_input_error(const GError *error)
{
    return g_error_matches(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE) ||
           g_error_matches(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
}

/* Returns TRUE if a new attempt to connect may succeed. For example, the network was down or
 * the host has rebooted. */
static gboolean
is_passing(const GError *error)
{
    return g_error_matches(error, MAMUTO_ERROR, MAMUTO_ERROR_LOST) ||
           g_error_matches(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT) ||
           g_error_matches(error, MAMUTO_ERROR, MAMUTO_ERROR_RESOLVE);
}

/* Enters HOST_AWAY, takes ownership of @error and returns TRUE if the host can be connected
 * again later. Otherwise does nothing and returns FALSE. */
static gboolean
go_away(Host *self, GError *error, gboolean connected)
{
    g_autofree char *message = NULL, *why = NULL;

    if (self->run == NULL || self->state == HOST_REFUSED ||
        self->n_returns >= self->times->n_returns || !is_passing(error) ||
        (!connected && self->lost == NULL))
        return FALSE;
    host_remember_speed(self);
    run_host_away(self->run, self->number, error);
    if (self->lost == NULL)
        self->lost = error;
    else
        g_error_free(error); /* keep the first error, because it explains the cause best */
    /* The status shows this message even after the run, so the message must not say that the
     * host is being connected again at the moment. */
    why = error_format_without_host(self->lost, FALSE);
    message = g_strdup_printf(_("%s (retried during the run)"), why);
    host_set_state(self, MAMUTO_HOST_LOST, message);
    self->return_at = g_get_monotonic_time() + self->times->return_us[self->n_returns++];
    self->state = HOST_AWAY;
    return TRUE;
}

/* Ends the host's part in its run, because the host failed. Takes ownership of @error. */
static void
give_up(Host *self, GError *error, gboolean connected, gboolean with_stream)
{
    if (self->lost != NULL) {
        g_error_free(error);
        error = g_steal_pointer(&self->lost);
        connected = TRUE;
    }
    if (self->run != NULL && is_input_error(error)) {
        g_autoptr(GError) reason = run_reason_of_input(error);

        run_stop(self->run, reason);
        host_set_state(self, MAMUTO_HOST_DONE, NULL);
    } else {
        session_set_host_failed(self->session, self->number,
                                connected ? MAMUTO_HOST_LOST : MAMUTO_HOST_FAILED, error);
        if (self->run != NULL && self->state != HOST_REFUSED)
            run_host_gone(self->run, self->number, error);
    }
    g_clear_pointer(&self->run, run_unref);
    if (with_stream) {
        self->state = HOST_OFF;
        g_error_free(error);
    } else {
        self->state = HOST_BARRED;
        self->lost = error;
    }
}

/* Forgets which functions, blobs and chunks the agent has, because the agent has ended or is no
 * longer trusted. */
static void
forget_agent(Host *self)
{
    host_end_start(self);
    g_hash_table_remove_all(self->prepared);
    g_queue_clear(&self->warm);
    host_forget_blobs(self);
    large_result_clear(&self->large);
    g_hash_table_remove_all(self->chunks);
    g_array_set_size(self->acks, 0);
    self->finished = 0;
    self->delay_us = -1; /* the next connection may take another way */
}

void
host_lose(Host *self, const GError *why, gboolean with_stream)
{
    gboolean connected = self->state != HOST_CONNECTING && self->state != HOST_GREETING;
    GError *error;

    if (self->state == HOST_OFF || self->state == HOST_AWAY)
        return;
    if (self->state == HOST_BARRED) {
        g_clear_error(&self->lost);
        self->state = HOST_OFF;
    } else {
        error = g_error_copy(why);
        error_set_host(error, self->name);
        /* An error of connecting already has a stage, which error_set_stage() does not replace. */
        error_set_stage(error,
                        self->state == HOST_GREETING ? MAMUTO_STAGE_AGENT : MAMUTO_STAGE_RUN);
        if (!connected)
            host_span(self, MAMUTO_SPAN_CONNECTING, self->connecting_since, g_get_monotonic_time(),
                      -1, NULL, MAMUTO_SPAN_FAILED);
        if (!with_stream || !go_away(self, error, connected))
            give_up(self, error, connected, with_stream);
    }
    forget_agent(self);
    if (with_stream)
        self->stream = NULL;
}

/* ---- beginning and end ---- */

static void
wake_connection(gpointer data)
{
    Host *self = data;

    connection_wake(self->connection);
}

Host *
host_new(Connection *connection, Session *session, guint32 node, const char *name,
         MamutoCluster *cluster, MamutoHost *host)
{
    Host *self = g_new0(Host, 1);
    const char *python = mamuto_cluster_get_host_python(cluster, host);
    const char *workdir = mamuto_cluster_get_host_workdir(cluster, host);
    int nice = mamuto_cluster_get_host_nice(cluster, host);

    self->session = session;
    self->number = session_add_host(session, name, wake_connection, self);
    self->connection = connection;
    self->times = connection_get_times(connection);
    self->node = node;
    self->name = g_strdup(name);
    self->python = g_strdup(python != NULL ? python : "");
    /* An agent on this computer works in the current directory of this process, so that the
     * function can open files by relative paths. */
    self->workdir = workdir == NULL && mamuto_host_is_local(host)
                        ? g_get_current_dir()
                        : g_strdup(workdir != NULL ? workdir : "");
    self->nice = nice == MAMUTO_NICE_UNSET ? 0 : nice;
    thread_limits_read(self->thread_limits);
    if (!mamuto_host_is_local(host)) /* an agent on this computer inherits the environment */
        self->note = thread_limits_explain_unsent();
    self->wanted_cores = mamuto_host_get_cores(host);
    self->all_cores = self->wanted_cores == 0;
    self->prepared = g_hash_table_new(NULL, NULL);
    g_queue_init(&self->warm);
    self->blobs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->row_us = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    self->chunks = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    self->acks = g_array_new(FALSE, FALSE, sizeof(guint64));
    self->large.fd = -1;
    self->delay_us = -1;
    return self;
}

void
host_prepare_start(Host *self)
{
    self->facts = &self->session->hosts[self->number].facts;
    self->facts->cores = self->wanted_cores;
}

void
host_set_cores(Host *self, guint cores)
{
    pthread_mutex_lock(&self->session->lock);
    self->wanted_cores = cores;
    self->all_cores = FALSE;
    pthread_mutex_unlock(&self->session->lock);
    connection_wake(self->connection);
}

void
host_free(Host *self)
{
    g_hash_table_unref(self->prepared);
    g_queue_clear(&self->warm);
    g_hash_table_unref(self->blobs);
    g_hash_table_unref(self->row_us);
    g_hash_table_unref(self->chunks);
    g_array_unref(self->acks);
    large_result_clear(&self->large);
    g_clear_error(&self->lost);
    g_clear_pointer(&self->run, run_unref);
    g_free(self->name);
    g_free(self->python);
    g_free(self->workdir);
    g_free(self->note);
    g_free(self);
}
