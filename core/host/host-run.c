/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The thread of a host: the loop that keeps frames going both ways, runs that begin and end, and
 * what is done when the host is lost. The connection is in host-connection.c, what belongs to a
 * run in host-prepare.c and host-chunks.c. */
#include "host-run-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <time.h>

#include "error-private.h"
#include "host-fault.h"

/* A host that was lost is connected anew after so many seconds, and so often until a result comes:
 * long enough for a network that comes up again, short enough to tell soon that nobody is left. */
static const int return_after_s[] = {1, 4, 10};

void
host_run_wake(HostRun *self)
{
    pthread_mutex_lock(&self->wake_lock);
    if (self->link != NULL)
        link_wake(self->link);
    pthread_mutex_unlock(&self->wake_lock);
}

void
host_set_state(HostRun *self, MamutoHostState state, const char *message)
{
    pthread_mutex_lock(&self->session->lock);
    self->facts.state = state;
    g_free(self->facts.message);
    self->facts.message = g_strdup(message);
    g_clear_error(&self->facts.error);
    pthread_mutex_unlock(&self->session->lock);
}

void
host_set_failed(HostRun *self, MamutoHostState state, const GError *error)
{
    g_autofree char *message = error_format_without_host(error, FALSE);

    pthread_mutex_lock(&self->session->lock);
    self->facts.state = state;
    g_free(self->facts.message);
    self->facts.message = g_steal_pointer(&message);
    g_clear_error(&self->facts.error);
    self->facts.error = g_error_copy(error);
    pthread_mutex_unlock(&self->session->lock);
}

void
host_header_init(HostRun *self, struct wire_header *header, uint8_t type)
{
    *header = (struct wire_header){
        .type = type,
        .session = 1,
        .job = self->run != NULL ? self->run->number : 0,
    };
}

void
host_queue(HostRun *self, uint8_t type, const struct wire_writer *meta)
{
    struct wire_header header;

    host_header_init(self, &header, type);
    frame_stream_queue(self->stream, &header, meta, NULL, NULL, NULL, NULL, 0);
}

void
host_span(HostRun *self, MamutoSpanKind kind, gint64 begin, gint64 end, int slot,
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
                _("the agent sent a wrong %s frame (%s)"), wire_type_name(frame->header.type),
                what);
    return FALSE;
}

/* (nullable) (transfer full): a run that this host has not seen yet, or NULL when closing. */
static Run *
wait_for_run(HostRun *self)
{
    Session *session = self->session;
    Run *run = NULL;

    pthread_mutex_lock(&session->lock);
    while (!session->closing &&
           (session->run == NULL || session->run->number <= self->seen || session->run->over))
        pthread_cond_wait(&session->changed, &session->lock);
    if (!session->closing)
        run = run_ref(session->run);
    pthread_mutex_unlock(&session->lock);
    return run;
}

static gboolean
handle_prepared(HostRun *self, const Frame *frame, GError **error)
{
    struct wire_reader r;
    struct wire_prepared prepared;
    HostFacts *facts = &self->facts;

    wire_reader_init(&r, frame->meta, frame->header.meta_len);
    if (wire_get_prepared(&r, &prepared) != 0 || wire_reader_done(&r) != 0)
        return host_protocol_error(error, frame, "layout");
    if (g_hash_table_contains(self->prepared, GUINT_TO_POINTER(prepared.function)))
        g_hash_table_insert(self->prepared, GUINT_TO_POINTER(prepared.function),
                            GUINT_TO_POINTER(2));
    pthread_mutex_lock(&self->session->lock);
    g_free(facts->python);
    g_free(facts->python_version);
    g_free(facts->numpy_version);
    facts->python = g_strndup(prepared.python.data, prepared.python.len);
    facts->python_version = g_strndup(prepared.python_version.data, prepared.python_version.len);
    facts->numpy_version = g_strndup(prepared.numpy_version.data, prepared.numpy_version.len);
    pthread_mutex_unlock(&self->session->lock);
    if (self->run != NULL && self->begun && prepared.function == self->run->code->id)
        host_joins(self);
    return TRUE;
}

/* Not what was wanted for a run that is over. */
static gboolean
concerns_run(HostRun *self, const Frame *frame, const struct wire_fault *fault)
{
    return self->run == NULL ||
           ((frame->header.job == 0 || frame->header.job == self->run->number) &&
            (fault->function == 0 || fault->function == self->run->code->id));
}

/* Something that the run needs cannot be had here: this host is out of it, the link stays. */
static gboolean
handle_fault(HostRun *self, const Frame *frame, GError **error)
{
    g_autoptr(GError) why = NULL;
    struct wire_reader r;
    struct wire_fault fault;

    wire_reader_init(&r, frame->meta, frame->header.meta_len);
    if (wire_get_fault(&r, &fault) != 0 || wire_reader_done(&r) != 0)
        return host_protocol_error(error, frame, "layout");
    if (fault.function != 0)
        g_hash_table_remove(self->prepared, GUINT_TO_POINTER(fault.function));
    if (fault.code == WIRE_FAULT_BLOB)
        g_hash_table_remove_all(self->blobs); /* whichever it was: the next run sends them again */
    if (!concerns_run(self, frame, &fault))
        return TRUE;
    why = host_fault_to_error(&fault, self->name);
    host_set_failed(self, MAMUTO_HOST_FAILED, why);
    if (self->run != NULL && !self->gone) {
        self->gone = TRUE;
        run_host_gone(self->run, self->number, why);
    }
    return TRUE;
}

static gboolean
handle_frame(HostRun *self, const Frame *frame, GError **error)
{
    switch (frame->header.type) {
    case WIRE_PREPARED:
        return handle_prepared(self, frame, error);
    case WIRE_FAULT:
        return handle_fault(self, frame, error);
    case WIRE_RESULT:
        return host_handle_result(self, frame, error);
    case WIRE_LOST:
        return host_handle_lost(self, frame, error);
    case WIRE_LOG:
        return host_handle_log(self, frame, error);
    case WIRE_STATS:
    case WIRE_PONG:
        return host_handle_stats(self, frame, error);
    case WIRE_STORED:
    case WIRE_IDLE:
        return TRUE;
    default:
        return host_protocol_error(error, frame, "not now");
    }
}

static gboolean
read_frames(HostRun *self, GError **error)
{
    Frame frame;
    int status;

    while ((status = frame_stream_read(self->stream, &frame, error)) > 0) {
        self->last_heard = g_get_monotonic_time();
        if (!handle_frame(self, &frame, error))
            return FALSE;
    }
    return status == 0;
}

static void
apply_cores(HostRun *self)
{
    guint8 buffer[64];
    struct wire_writer w;
    guint cores;

    pthread_mutex_lock(&self->session->lock);
    cores = self->all_cores ? self->host_cores : self->wanted_cores;
    self->facts.cores = cores;
    pthread_mutex_unlock(&self->session->lock);
    if (cores == self->cores)
        return;
    self->cores = cores;
    wire_writer_init(&w, buffer, sizeof buffer);
    wire_put_slots(&w, &(struct wire_slots){cores});
    host_queue(self, WIRE_SLOTS, &w);
    if (self->run != NULL && self->joined)
        run_host_set_cores(self->run, self->number, cores);
}

/* Leaves a run that is over, begins one that is new. FALSE at the end of the session. */
static gboolean
follow_session(HostRun *self, GError **error)
{
    Run *current = NULL;
    gboolean closing;

    pthread_mutex_lock(&self->session->lock);
    closing = self->session->closing;
    if (self->session->run != NULL && !self->session->run->over)
        current = run_ref(self->session->run);
    pthread_mutex_unlock(&self->session->lock);

    if (self->run != NULL && self->run != current)
        host_leave_run(self);
    if (current == NULL)
        return !closing;
    if (self->run != current) {
        self->run = run_ref(current);
        self->seen = current->number;
        self->begun = self->joined = self->gone = FALSE;
        self->preparing_since = g_get_monotonic_time();
    }
    run_unref(current);
    if (!self->begun && !self->gone && !host_begin_run(self, error))
        return FALSE;
    return !closing;
}

static int
time_to_wait(HostRun *self, gint64 now)
{
    gint64 until = host_next_watch(self);

    if (self->run != NULL && self->joined)
        until = MIN(until, run_get_wakeup(self->run, self->number, now));
    return (int)((MAX(until - now, 0) + 999) / 1000);
}

static void
count_bytes(HostRun *self)
{
    guint64 sent = frame_stream_get_n_sent(self->stream);
    guint64 received = frame_stream_get_n_received(self->stream);

    if (self->run != NULL)
        run_count_bytes(self->run, self->number, sent - self->counted_sent,
                        received - self->counted_received);
    self->counted_sent = sent;
    self->counted_received = received;
}

/* One turn: read, hand out, write. FALSE with an error: the host is lost; without: closing. */
static gboolean
turn(HostRun *self, GError **error)
{
    gint64 now;

    if (!read_frames(self, error) || !follow_session(self, error))
        return FALSE;
    now = g_get_monotonic_time();
    apply_cores(self);
    if (!host_watch(self, now, error) || !host_chunks_pump(self, now, error) ||
        !frame_stream_flush(self->stream, error))
        return FALSE;
    count_bytes(self);
    return TRUE;
}

/* What went wrong with our own input is no fault of the host, and no other host can mend it. */
static gboolean
is_input_error(const GError *error)
{
    return g_error_matches(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE) ||
           g_error_matches(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
}

/* What went wrong may be different the next time: a network that was down, a host that starts anew,
 * this computer asleep for longer than agents wait for it. */
static gboolean
is_passing(const GError *error)
{
    return g_error_matches(error, MAMUTO_ERROR, MAMUTO_ERROR_LOST) ||
           g_error_matches(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT) ||
           g_error_matches(error, MAMUTO_ERROR, MAMUTO_ERROR_RESOLVE);
}

/* An error of connecting has its stage already. */
static void
set_fields(const HostRun *self, GError *error)
{
    error_set_host(error, self->name);
    error_set_stage(error, MAMUTO_STAGE_RUN);
}

/* Whether a host that was at work is to be connected anew, after a while, for the run that it was
 * lost in. Takes @error over if so. */
static gboolean
will_return(HostRun *self, GError *error, gboolean connected)
{
    g_autofree char *message = NULL, *why = NULL;

    if (self->run == NULL || self->gone || self->n_returns >= G_N_ELEMENTS(return_after_s) ||
        !is_passing(error) || (!connected && self->lost == NULL))
        return FALSE;
    set_fields(self, error);
    host_remember_speed(self);
    run_host_away(self->run, self->number, error);
    if (self->lost == NULL)
        self->lost = error;
    else
        g_error_free(error); /* why it was lost tells more than why it does not come back */
    /* also true when it is read in the report */
    why = error_format_without_host(self->lost, FALSE);
    message = g_strdup_printf(_("%s (tried again while the run goes on)"), why);
    host_set_state(self, MAMUTO_HOST_LOST, message);
    return TRUE;
}

/* FALSE: the run is over meanwhile. */
static gboolean
wait_to_return(HostRun *self)
{
    Session *session = self->session;
    struct timespec until;
    gboolean on;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += return_after_s[self->n_returns++];
    pthread_mutex_lock(&session->lock);
    while ((on = !session->closing && !self->run->over) &&
           pthread_cond_timedwait(&session->changed, &session->lock, &until) != ETIMEDOUT)
        ;
    pthread_mutex_unlock(&session->lock);
    return on;
}

/* Takes @error over. */
static void
lose(HostRun *self, GError *error, gboolean connected)
{
    if (self->lost != NULL) {
        g_error_free(error);
        error = g_steal_pointer(&self->lost);
        connected = TRUE;
    }
    if (self->run != NULL && is_input_error(error))
        run_stop(self->run, error);
    set_fields(self, error);
    host_set_failed(self, connected ? MAMUTO_HOST_LOST : MAMUTO_HOST_FAILED, error);
    if (self->run != NULL && !self->gone)
        run_host_gone(self->run, self->number, error);
    g_error_free(error);
}

static void
say_goodbye(HostRun *self)
{
    if (self->run != NULL)
        host_leave_run(self);
    host_queue(self, WIRE_BYE, NULL);
    frame_stream_flush(self->stream, NULL);
}

/* One connection from its beginning to its end. TRUE: another one is to be tried at once. */
static gboolean
serve(HostRun *self)
{
    GError *error = NULL;
    gboolean connected, again = FALSE;

    self->joined = self->gone = FALSE;
    connected = host_connect(self, &error);
    if (connected) {
        /* That run may be over by now; the first turn sees what is current. */
        g_clear_pointer(&self->run, run_unref);
        while (turn(self, &error))
            frame_stream_wait(self->stream, time_to_wait(self, g_get_monotonic_time()));
    }
    if (error == NULL)
        say_goodbye(self);
    else if ((again = will_return(self, error, connected)))
        ;
    else
        lose(self, error, connected);
    if (connected)
        host_disconnect(self);
    return again && wait_to_return(self);
}

static gpointer
host_run_main(gpointer data)
{
    HostRun *self = data;

    while ((self->run = wait_for_run(self)) != NULL) {
        self->seen = self->run->number;
        self->n_returns = 0;
        while (serve(self))
            ;
        g_clear_error(&self->lost);
        g_clear_pointer(&self->run, run_unref);
    }
    return NULL;
}

HostRun *
host_run_new(Session *session, guint number, MamutoCluster *cluster, MamutoHost *host)
{
    HostRun *self = g_new0(HostRun, 1);
    const char *python = mamuto_cluster_get_host_python(cluster, host);
    const char *workdir = mamuto_cluster_get_host_workdir(cluster, host);
    int nice = mamuto_cluster_get_host_nice(cluster, host);

    self->session = session;
    self->number = number;
    self->cancellable = g_cancellable_new();
    self->name = g_strdup(mamuto_host_get_name(host));
    self->address = g_strdup(mamuto_host_get_address(host));
    self->user = g_strdup(mamuto_host_get_user(host));
    self->port = mamuto_host_get_port(host);
    self->python = g_strdup(python != NULL ? python : "");
    self->local = mamuto_host_is_local(host);
    /* as a loop in this process would: the files that a function opens are found */
    self->workdir = workdir == NULL && self->local ? g_get_current_dir()
                                                   : g_strdup(workdir != NULL ? workdir : "");
    self->nice = nice == MAMUTO_NICE_UNSET ? 0 : nice;
    self->wanted_cores = mamuto_host_get_cores(host);
    self->all_cores = self->wanted_cores == 0;
    self->facts.cores = self->wanted_cores;
    pthread_mutex_init(&self->wake_lock, NULL);
    self->prepared = g_hash_table_new(NULL, NULL);
    g_queue_init(&self->warm);
    self->blobs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->row_us = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    self->chunks = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    self->acks = g_array_new(FALSE, FALSE, sizeof(guint64));
    return self;
}

void
host_run_start(HostRun *self)
{
    self->thread = g_thread_new("mamuto-host", host_run_main, self);
}

void
host_run_set_cores(HostRun *self, guint cores)
{
    pthread_mutex_lock(&self->session->lock);
    self->wanted_cores = cores;
    self->all_cores = FALSE;
    pthread_mutex_unlock(&self->session->lock);
    host_run_wake(self);
}

const char *
host_run_get_name(HostRun *self)
{
    return self->name;
}

const HostFacts *
host_run_get_facts(HostRun *self)
{
    return &self->facts;
}

void
host_run_cancel(HostRun *self)
{
    g_cancellable_cancel(self->cancellable);
}

void
host_run_join(HostRun *self)
{
    g_clear_pointer(&self->thread, g_thread_join);
}

void
host_run_free(HostRun *self)
{
    host_run_join(self);
    g_hash_table_unref(self->prepared);
    g_queue_clear(&self->warm);
    g_hash_table_unref(self->blobs);
    g_hash_table_unref(self->row_us);
    g_hash_table_unref(self->chunks);
    g_array_unref(self->acks);
    host_facts_clear(&self->facts);
    pthread_mutex_destroy(&self->wake_lock);
    g_clear_object(&self->cancellable);
    g_free(self->name);
    g_free(self->address);
    g_free(self->user);
    g_free(self->python);
    g_free(self->workdir);
    g_free(self);
}
