/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The thread of a host: connecting, the agent's greeting, pings, faults, and the loop that keeps
 * frames going both ways. What belongs to a remap is in host-chunks.c. */
#include "host-run-private.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "mamuto-error.h"

/* A ping this often; a host that says nothing for LOST_US is gone, and is told to be suspect from
 * SUSPECT_US on. TCP's own time-outs (15 s) mostly come first. */
#define PING_US (5 * G_USEC_PER_SEC)
#define SUSPECT_US (15 * G_USEC_PER_SEC)
#define LOST_US (30 * G_USEC_PER_SEC)
/* A host that takes so much is there: pings alone, which the network takes too, come to less in an
 * hour. */
#define TAKEN_IS_ALIVE (64u << 10)
/* The agent ends by itself when it hears nothing for this long: several pings. */
#define DEADMAN_S 60
/* A host that was lost is connected anew after so many seconds, and so often until a result comes:
 * long enough for a network that comes up again, short enough to tell soon that nobody is left. */
static const int return_after_s[] = {1, 4, 10};
/* A host holds at most this share of its free memory in chunks and results. */
#define CREDIT_SHARE 4

void
host_run_wake(HostRun *self)
{
    pthread_mutex_lock(&self->wake_lock);
    if (self->link != NULL)
        link_wake(self->link);
    pthread_mutex_unlock(&self->wake_lock);
}

static void
set_link(HostRun *self, Link *link)
{
    pthread_mutex_lock(&self->wake_lock);
    self->link = link;
    pthread_mutex_unlock(&self->wake_lock);
}

void
host_set_state(HostRun *self, MamutoHostState state, const char *message)
{
    pthread_mutex_lock(&self->session->lock);
    self->facts.state = state;
    g_free(self->facts.message);
    self->facts.message = g_strdup(message);
    pthread_mutex_unlock(&self->session->lock);
}

static void
host_set_message(HostRun *self, const char *message)
{
    pthread_mutex_lock(&self->session->lock);
    g_free(self->facts.message);
    self->facts.message = g_strdup(message);
    pthread_mutex_unlock(&self->session->lock);
}

void
host_queue(HostRun *self, uint8_t type, const struct wire_writer *meta)
{
    const struct wire_header header = {
        .type = type,
        .session = 1,
        .job = self->remap != NULL ? self->remap->number : 0,
    };

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

    if (self->remap != NULL)
        mamuto_trace_add(self->remap->trace, &span);
}

gboolean
host_protocol_error(GError **error, const Frame *frame, const char *what)
{
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL, "the agent sent a wrong %s frame (%s)",
                wire_type_name(frame->header.type), what);
    return FALSE;
}

/* (nullable) (transfer full): a remap that this host has not seen yet, or NULL when closing. */
static Remap *
wait_for_remap(HostRun *self)
{
    Session *session = self->session;
    Remap *remap = NULL;

    pthread_mutex_lock(&session->lock);
    while (!session->closing &&
           (session->remap == NULL || session->remap->number <= self->seen || session->remap->over))
        pthread_cond_wait(&session->changed, &session->lock);
    if (!session->closing)
        remap = remap_ref(session->remap);
    pthread_mutex_unlock(&session->lock);
    return remap;
}

static void
on_stage(LinkStage stage, gpointer data)
{
    HostRun *self = data;
    static const char *const words[] = {
        [LINK_STAGE_RESOLVE] = "name",
        [LINK_STAGE_CONNECT] = "port",
        [LINK_STAGE_HOST_KEY] = "host key",
        [LINK_STAGE_AUTH] = "authentication",
        [LINK_STAGE_AGENT] = "placing the agent",
        [LINK_STAGE_READY] = "ready",
    };

    /* A host that is tried anew is shown as lost until it is back. */
    if (self->lost == NULL)
        host_set_state(self, MAMUTO_HOST_CONNECTING, words[stage]);
}

static void
send_open(HostRun *self)
{
    guint8 buffer[8192];
    struct wire_writer w;

    wire_writer_init(&w, buffer, sizeof buffer);
    wire_put_open(&w, &(struct wire_open){
                          .python = wire_str(self->python, strlen(self->python)),
                          .workdir = wire_str(self->workdir, strlen(self->workdir)),
                          .nice = self->nice,
                          .slots = self->cores,
                          .deadman_s = DEADMAN_S,
                      });
    host_queue(self, WIRE_OPEN, &w);
}

static void
send_ping(HostRun *self, gint64 now)
{
    guint8 buffer[64];
    struct wire_writer w;

    self->last_ping = self->ping_sent = now;
    wire_writer_init(&w, buffer, sizeof buffer);
    wire_put_ping(&w, &(struct wire_ping){++self->ping_token});
    frame_stream_queue_urgent(self->stream, &(struct wire_header){.type = WIRE_PING, .session = 1},
                              &w);
}

static char *
text_from(struct wire_str str)
{
    return g_strndup(str.data, str.len);
}

/* The greeting: the first frame, and nothing else before it. */
static gboolean
handle_ready(HostRun *self, const Frame *frame, GError **error)
{
    struct wire_reader r;
    struct wire_ready ready;
    HostFacts *facts = &self->facts;

    wire_reader_init(&r, frame->meta, frame->header.meta_len);
    if (frame->header.type != WIRE_READY || wire_get_ready(&r, &ready) != 0 ||
        wire_reader_done(&r) != 0)
        return host_protocol_error(error, frame, "READY was expected");

    self->host_cores = ready.cores;
    self->credit = (gsize)(ready.memory_available / CREDIT_SHARE);
    pthread_mutex_lock(&self->session->lock);
    self->cores = self->all_cores ? ready.cores : self->wanted_cores;
    g_free(facts->machine);
    g_free(facts->cpu_model);
    g_free(facts->cpu_features);
    facts->machine = g_strdup_printf("%.*s %.*s", (int)ready.sysname.len, ready.sysname.data,
                                     (int)ready.machine.len, ready.machine.data);
    facts->cpu_model = text_from(ready.cpu_model);
    facts->cpu_features = text_from(ready.cpu_features);
    facts->memory_total = ready.memory_total;
    facts->memory_available = ready.memory_available;
    facts->cores = self->cores;
    pthread_mutex_unlock(&self->session->lock);
    return TRUE;
}

/* Waits for the first frame. */
static gboolean
read_greeting(HostRun *self, GError **error)
{
    gint64 until = g_get_monotonic_time() + LOST_US;

    for (;;) {
        Frame frame;
        int status = frame_stream_read(self->stream, &frame, error);

        if (status != 0)
            return status > 0 && handle_ready(self, &frame, error);
        if (g_cancellable_set_error_if_cancelled(self->cancellable, error))
            return FALSE;
        if (g_get_monotonic_time() > until) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_AGENT,
                        "the agent was started but says nothing");
            return FALSE;
        }
        frame_stream_wait(self->stream, (int)(PING_US / 1000));
    }
}

static void
disconnect(HostRun *self)
{
    set_link(self, NULL);
    g_clear_pointer(&self->stream, frame_stream_free);
    g_hash_table_remove_all(self->prepared);
    g_hash_table_remove_all(self->blobs);
    g_hash_table_remove_all(self->chunks);
    g_array_set_size(self->acks, 0);
}

static gboolean
connect_host(HostRun *self, GError **error)
{
    const LinkOptions options = {
        .name = self->name,
        .address = self->address,
        .user = self->user,
        .port = self->port,
        .local = self->local,
        .n_links = MAX(self->session->n_ssh, 1),
        .asker = self->session->asker,
        .cancellable = self->cancellable,
        .stage = on_stage,
        .data = self,
    };
    gint64 begin = g_get_monotonic_time();
    Link *link;

    if (self->lost == NULL)
        host_set_state(self, MAMUTO_HOST_CONNECTING, NULL);
    link = link_open(&options, error);
    if (link != NULL) {
        self->stream = frame_stream_new(link);
        set_link(self, link);
        if (!read_greeting(self, error)) {
            g_prefix_error(error, "%s: ", self->name);
            disconnect(self);
        }
    }
    host_span(self, MAMUTO_SPAN_CONNECTING, begin, g_get_monotonic_time(), -1, NULL,
              self->stream != NULL ? 0 : MAMUTO_SPAN_FAILED);
    if (self->stream == NULL)
        return FALSE;
    g_clear_error(&self->lost);
    self->last_heard = self->last_turn = g_get_monotonic_time();
    self->counted_sent = self->counted_received = self->taken_then = 0;
    self->clock_offset = 0;
    self->best_round_trip = G_MAXINT64;
    send_open(self);
    send_ping(self, self->last_heard);
    return TRUE;
}

static void
note_stats(HostRun *self, const struct wire_stats *stats)
{
    pthread_mutex_lock(&self->session->lock);
    self->facts.cpu = stats->cpu_permille / 1000.0;
    self->facts.memory_total = stats->memory_total;
    self->facts.memory_available = stats->memory_available;
    if (self->remap != NULL)
        self->remap->hosts[self->number].counts.n_busy = stats->slots_busy;
    pthread_mutex_unlock(&self->session->lock);
}

gint64
host_agent_time(guint64 agent_us)
{
    return (gint64)MIN(agent_us, (guint64)G_MAXINT64 / 4);
}

static gboolean
handle_stats(HostRun *self, const Frame *frame, GError **error)
{
    gint64 now = g_get_monotonic_time();
    struct wire_reader r;
    struct wire_ping ping = {0};
    struct wire_stats stats;

    wire_reader_init(&r, frame->meta, frame->header.meta_len);
    if (frame->header.type == WIRE_PONG && wire_get_ping(&r, &ping) != 0)
        return host_protocol_error(error, frame, "token");
    if (wire_get_stats(&r, &stats) != 0 || wire_reader_done(&r) != 0)
        return host_protocol_error(error, frame, "figures");
    note_stats(self, &stats);
    if (frame->header.type == WIRE_PONG && ping.token == self->ping_token &&
        now - self->ping_sent <= self->best_round_trip) {
        /* The quickest ping knows the agent's clock best: it answered about half way. */
        self->best_round_trip = now - self->ping_sent;
        self->clock_offset = (now + self->ping_sent) / 2 - host_agent_time(stats.agent_us);
    }
    return TRUE;
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
    g_hash_table_insert(self->prepared, GUINT_TO_POINTER(prepared.function), GUINT_TO_POINTER(2));
    pthread_mutex_lock(&self->session->lock);
    g_free(facts->python);
    g_free(facts->python_version);
    g_free(facts->numpy_version);
    facts->python = text_from(prepared.python);
    facts->python_version = text_from(prepared.python_version);
    facts->numpy_version = text_from(prepared.numpy_version);
    pthread_mutex_unlock(&self->session->lock);
    if (self->remap != NULL && prepared.function == self->remap->code->id)
        host_joins(self);
    return TRUE;
}

/* Not what was wanted for a remap that is over. */
static gboolean
concerns_remap(HostRun *self, const Frame *frame, const struct wire_fault *fault)
{
    return self->remap == NULL ||
           ((frame->header.job == 0 || frame->header.job == self->remap->number) &&
            (fault->function == 0 || fault->function == self->remap->code->id));
}

/* Something that the remap needs cannot be had here: this host is out of it, the link stays. */
static gboolean
handle_fault(HostRun *self, const Frame *frame, GError **error)
{
    static const MamutoError codes[] = {
        [WIRE_FAULT_WORKDIR] = MAMUTO_ERROR_AGENT,
        [WIRE_FAULT_PYTHON] = MAMUTO_ERROR_PYTHON,
        [WIRE_FAULT_NUMPY] = MAMUTO_ERROR_NUMPY,
        [WIRE_FAULT_IMPORT] = MAMUTO_ERROR_FUNCTION,
        [WIRE_FAULT_BLOB] = MAMUTO_ERROR_AGENT,
        [WIRE_FAULT_SLOTS] = MAMUTO_ERROR_AGENT,
        [WIRE_FAULT_ARGUMENT] = MAMUTO_ERROR_INVALID_ARGUMENT,
    };
    g_autoptr(GError) why = NULL;
    struct wire_reader r;
    struct wire_fault fault;

    wire_reader_init(&r, frame->meta, frame->header.meta_len);
    if (wire_get_fault(&r, &fault) != 0 || wire_reader_done(&r) != 0)
        return host_protocol_error(error, frame, "layout");
    if (fault.function != 0)
        g_hash_table_remove(self->prepared, GUINT_TO_POINTER(fault.function));
    if (fault.code == WIRE_FAULT_BLOB)
        g_hash_table_remove_all(
            self->blobs); /* whichever it was: the next remap sends them again */
    if (!concerns_remap(self, frame, &fault))
        return TRUE;
    why = g_error_new(
        MAMUTO_ERROR,
        (int)(fault.code < G_N_ELEMENTS(codes) ? codes[fault.code] : MAMUTO_ERROR_FAILED),
        "%s: %.*s", self->name, (int)fault.text.len, fault.text.data);
    host_set_state(self, MAMUTO_HOST_FAILED, why->message);
    if (self->remap != NULL && !self->gone) {
        self->gone = TRUE;
        remap_host_gone(self->remap, self->number, why);
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
        return handle_stats(self, frame, error);
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

/* What speaks for a silent host: that it takes what is sent (an answer to a ping may be behind much
 * of it), and that it was us who did not listen (stopped, asleep, or busy with something long). */
static void
excuse(HostRun *self, gint64 now)
{
    guint64 taken = frame_stream_get_n_sent(self->stream);

    if (taken - self->taken_then >= TAKEN_IS_ALIVE) {
        self->last_heard = MAX(self->last_heard, self->last_turn);
        self->taken_then = taken;
    }
    if (now - self->last_turn > 2 * PING_US)
        self->last_heard = MIN(self->last_heard + now - self->last_turn, now);
    self->last_turn = now;
}

/* Pings, and the verdict on a host that is silent. */
static gboolean
watch(HostRun *self, gint64 now, GError **error)
{
    gint64 silence;

    excuse(self, now);
    silence = now - self->last_heard;

    if (silence > LOST_US) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LOST, "nothing was heard for %d seconds",
                    (int)(silence / G_USEC_PER_SEC));
        return FALSE;
    }
    if (silence > SUSPECT_US && self->remap != NULL) {
        g_autofree char *message = g_strdup_printf("nothing was heard of it for %d seconds",
                                                   (int)(silence / G_USEC_PER_SEC));

        host_set_message(self, message);
        self->suspect = TRUE;
    } else if (self->suspect) {
        host_set_message(self, NULL);
        self->suspect = FALSE;
    }
    if (now - self->last_ping >= PING_US)
        send_ping(self, now);
    return TRUE;
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
    if (self->remap != NULL && self->joined)
        remap_host_set_cores(self->remap, self->number, cores);
}

/* Leaves a remap that is over, begins one that is new. FALSE at the end of the session. */
static gboolean
follow_session(HostRun *self, GError **error)
{
    Remap *current = NULL;
    gboolean closing;

    pthread_mutex_lock(&self->session->lock);
    closing = self->session->closing;
    if (self->session->remap != NULL && !self->session->remap->over)
        current = remap_ref(self->session->remap);
    pthread_mutex_unlock(&self->session->lock);

    if (self->remap != NULL && self->remap != current)
        host_remap_leave(self);
    if (current == NULL)
        return !closing;
    if (self->remap != current) {
        self->remap = remap_ref(current);
        self->seen = current->number;
        self->joined = self->gone = FALSE;
        if (!host_remap_begin(self, error)) {
            remap_unref(current);
            return FALSE;
        }
    }
    remap_unref(current);
    return !closing;
}

static int
time_to_wait(HostRun *self, gint64 now)
{
    gint64 until = MIN(self->last_ping + PING_US, self->last_heard + LOST_US);

    if (self->remap != NULL && self->joined)
        until = MIN(until, remap_get_wakeup(self->remap, self->number, now));
    return (int)CLAMP((until - now + 999) / 1000, 0, PING_US / 1000);
}

static void
count_bytes(HostRun *self)
{
    guint64 sent = frame_stream_get_n_sent(self->stream);
    guint64 received = frame_stream_get_n_received(self->stream);

    if (self->remap != NULL)
        remap_count_bytes(self->remap, self->number, sent - self->counted_sent,
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
    if (!watch(self, now, error) || !host_chunks_pump(self, now, error) ||
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

/* Whether a host that was at work is to be connected anew, after a while, for the remap that it was
 * lost in. Takes @error over if so. */
static gboolean
will_return(HostRun *self, GError *error, gboolean connected)
{
    g_autofree char *message = NULL;

    if (self->remap == NULL || self->gone || self->n_returns >= G_N_ELEMENTS(return_after_s) ||
        !is_passing(error) || (!connected && self->lost == NULL))
        return FALSE;
    if (connected && !g_str_has_prefix(error->message, self->name))
        g_prefix_error(&error, "%s: ", self->name);
    host_remember_speed(self);
    remap_host_away(self->remap, self->number, error);
    if (self->lost == NULL)
        self->lost = error;
    else
        g_error_free(error); /* why it was lost tells more than why it does not come back */
    message = g_strdup_printf("%s; it is tried again", self->lost->message);
    host_set_state(self, MAMUTO_HOST_LOST, message);
    return TRUE;
}

/* FALSE: the remap is over meanwhile. */
static gboolean
wait_to_return(HostRun *self)
{
    Session *session = self->session;
    struct timespec until;
    gboolean on;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += return_after_s[self->n_returns++];
    pthread_mutex_lock(&session->lock);
    while ((on = !session->closing && !self->remap->over) &&
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
    if (self->remap != NULL && is_input_error(error))
        remap_stop(self->remap, error);
    if (connected && !g_str_has_prefix(error->message, self->name))
        g_prefix_error(&error, "%s: ", self->name);
    host_set_state(self, connected ? MAMUTO_HOST_LOST : MAMUTO_HOST_FAILED, error->message);
    if (self->remap != NULL && !self->gone)
        remap_host_gone(self->remap, self->number, error);
    g_error_free(error);
}

static void
say_goodbye(HostRun *self)
{
    if (self->remap != NULL)
        host_remap_leave(self);
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
    connected = connect_host(self, &error);
    if (connected) {
        /* That remap may be over by now; the first turn sees what is current. */
        g_clear_pointer(&self->remap, remap_unref);
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
        disconnect(self);
    return again && wait_to_return(self);
}

static gpointer
host_run_main(gpointer data)
{
    HostRun *self = data;

    while ((self->remap = wait_for_remap(self)) != NULL) {
        self->seen = self->remap->number;
        self->n_returns = 0;
        while (serve(self))
            ;
        g_clear_error(&self->lost);
        g_clear_pointer(&self->remap, remap_unref);
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
    self->blobs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
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
