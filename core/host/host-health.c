/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads the READY frame, which describes the host's machine. Detects hosts that no longer respond:
 * sends pings, and checks how long ago the last frame arrived. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "host-private.h"
#include "host-text.h"
#include "mamuto-error.h"

/* The kernel usually reports a dead connection after 15 s, earlier than `lost_us`. A pause before
 * each attempt to connect again gives a network time to recover. The sum of the pauses, 15 s, is
 * short, so that the run soon reports a host that stays lost. After a result from the host, the
 * next failure begins with the first pause. */
const HostTimes host_default_times = {
    .ping_us = 5 * G_USEC_PER_SEC,
    .suspect_us = 15 * G_USEC_PER_SEC,
    .lost_us = 30 * G_USEC_PER_SEC,
    .n_returns = HOST_MAX_RETURNS,
    .return_us = {1 * G_USEC_PER_SEC, 4 * G_USEC_PER_SEC, 10 * G_USEC_PER_SEC},
};

/* If the connection has accepted this many bytes since the last sign of life, the host counts
 * as alive, because it must have read some of them. The limit is above the size of all pings of
 * an hour, because the kernel accepts some small writes even if the host is dead. */
#define TAKEN_IS_ALIVE (64u << 10)
/* The agent exits if it receives no frame for this many seconds. Several pings are sent in this
 * time. */
#define DEADMAN_S 60
/* The chunks and results at a host may use at most 1/CREDIT_SHARE of the memory that is
 * available on the host. */
#define CREDIT_SHARE 4
/* Chunks and results may use this many bytes also if stored arrays fill the memory, so that small
 * chunks keep all cores busy. */
#define LEAST_CREDIT (1u << 20)
/* The blobs stored on a host may use at most 1/BLOBS_SHARE of the host's total memory. The
 * least recently used blobs are removed when a new blob would exceed this limit. */
#define BLOBS_SHARE 2

static void
host_set_message(Host *self, const char *message)
{
    pthread_mutex_lock(&self->session->lock);
    g_free(self->facts->message);
    self->facts->message = g_strdup(message);
    pthread_mutex_unlock(&self->session->lock);
}

gsize
host_get_credit(Host *self)
{
    guint64 blobs = MIN(self->blobs_size, self->memory_available);
    gsize credit = (gsize)((self->memory_available - blobs) / CREDIT_SHARE);

    /* 0 means that there is no limit, so it is only returned if the memory is unknown. */
    return MAX(credit, (gsize)MIN(LEAST_CREDIT, self->memory_available));
}

static void
send_open(Host *self)
{
    guint8 buffer[8192];
    struct wire_writer w;
    struct wire_open open = {
        .workdir = wire_str(self->workdir, strlen(self->workdir)),
        .nice = self->nice,
        .slots = self->cores,
        .deadman_s = DEADMAN_S,
    };

    wire_writer_init(&w, buffer, sizeof buffer);
    memcpy(open.thread_limits, self->thread_limits, sizeof open.thread_limits);
    wire_put_open(&w, &open);
    host_queue(self, WIRE_OPEN, &w);
}

void
host_send_ping(Host *self, gint64 now)
{
    guint8 buffer[64];
    struct wire_writer w;

    self->last_ping = self->ping_sent = now;
    if (self->asked == 0)
        self->asked = now;
    wire_writer_init(&w, buffer, sizeof buffer);
    wire_put_ping(&w, &(struct wire_ping){++self->ping_token});
    frame_stream_queue_urgent(
        self->stream,
        &(struct wire_header){.type = WIRE_PING, .session = HOST_SESSION, .node = self->node}, &w);
}

/* Reads the facts about the machine from READY. */
static gboolean
read_ready(Host *self, const Frame *frame, GError **error)
{
    struct wire_reader r;
    struct wire_ready ready;
    HostFacts *facts = self->facts;
    g_autofree char *sysname = NULL, *machine = NULL;

    wire_reader_init(&r, frame->meta, frame->header.meta_len);
    if (frame->header.type != WIRE_READY || wire_get_ready(&r, &ready) != 0 ||
        wire_reader_done(&r) != 0)
        return host_protocol_error(error, frame, "READY was expected");

    self->host_cores = ready.cores;
    self->memory_available = ready.memory_available;
    self->blobs_room = ready.memory_total / BLOBS_SHARE;
    pthread_mutex_lock(&self->session->lock);
    self->cores = self->all_cores ? ready.cores : self->wanted_cores;
    g_free(facts->machine);
    g_free(facts->cpu_model);
    g_free(facts->cpu_features);
    sysname = host_text(ready.sysname, FALSE);
    machine = host_text(ready.machine, FALSE);
    facts->machine = g_strdup_printf("%s %s", sysname, machine);
    facts->cpu_model = host_text(ready.cpu_model, FALSE);
    facts->cpu_features = host_text(ready.cpu_features, FALSE);
    g_free(self->session->hosts[self->number].boot_id);
    self->session->hosts[self->number].boot_id =
        ready.boot_id.len > 0 ? g_strndup(ready.boot_id.data, ready.boot_id.len) : NULL;
    facts->memory_total = ready.memory_total;
    facts->memory_available = ready.memory_available;
    facts->cores = self->cores;
    pthread_mutex_unlock(&self->session->lock);
    return TRUE;
}

gboolean
host_handle_ready(Host *self, const Frame *frame, GError **error)
{
    gint64 now = g_get_monotonic_time();

    if (!read_ready(self, frame, error))
        return FALSE;
    self->state = self->run != NULL ? HOST_STARTING : HOST_IDLE;
    host_span(self, MAMUTO_SPAN_CONNECTING, self->connecting_since, now, -1, NULL, 0);
    g_clear_error(&self->lost);
    self->preparing_since = self->last_heard = self->last_turn = now;
    self->counted_sent = self->counted_received = 0;
    self->taken_then = frame_stream_get_n_sent(self->stream);
    self->received_then = frame_stream_get_n_received(self->stream);
    self->clock_offset = 0;
    self->best_round_trip = G_MAXINT64;
    self->asked = self->round_trip = 0;
    send_open(self);
    host_send_ping(self, now);
    return TRUE;
}

static void
note_stats(Host *self, const struct wire_stats *stats)
{
    pthread_mutex_lock(&self->session->lock);
    self->facts->cpu = stats->cpu_permille / 1000.0;
    self->facts->memory_total = stats->memory_total;
    self->facts->memory_available = stats->memory_available;
    pthread_mutex_unlock(&self->session->lock);
    if (self->run != NULL)
        run_host_set_busy(self->run, self->number, stats->slots_busy);
}

gint64
host_agent_time(guint64 agent_us)
{
    return (gint64)MIN(agent_us, (guint64)G_MAXINT64 / 4);
}

gboolean
host_handle_stats(Host *self, const Frame *frame, GError **error)
{
    gint64 now = g_get_monotonic_time();
    struct wire_reader r;
    struct wire_ping ping = {0};
    struct wire_stats stats;

    wire_reader_init(&r, frame->meta, frame->header.meta_len);
    if (frame->header.type == WIRE_PONG && wire_get_ping(&r, &ping) != 0)
        return host_protocol_error(error, frame, "wrong token");
    if (wire_get_stats(&r, &stats) != 0 || wire_reader_done(&r) != 0)
        return host_protocol_error(error, frame, "wrong statistics");
    note_stats(self, &stats);
    if (frame->header.type == WIRE_PONG && ping.token == self->ping_token)
        host_note_round_trip(self, now - self->ping_sent);
    if (frame->header.type == WIRE_PONG && ping.token == self->ping_token &&
        now - self->ping_sent <= self->best_round_trip) {
        /* The ping with the shortest round trip gives the best estimate of the difference
         * between the clocks. The agent is assumed to answer half way through the round trip,
         * so the error is at most half of the round trip. */
        self->best_round_trip = now - self->ping_sent;
        self->clock_offset = (now + self->ping_sent) / 2 - host_agent_time(stats.agent_us);
    }
    return TRUE;
}

/* Looks for reasons why a silent host may still be alive. First reason: the connection has
 * accepted much data, so the host reads, and its answer may wait behind other data. Second
 * reason: bytes of an incomplete frame have arrived, and all other frames wait behind this frame,
 * which may be large and the network slow. Third reason: this thread was suspended or blocked and
 * could not receive frames. */
static void
explain_silence(Host *self, gint64 now)
{
    guint64 taken = frame_stream_get_n_sent(self->stream);
    guint64 received = frame_stream_get_n_received(self->stream);

    if (taken - self->taken_then >= TAKEN_IS_ALIVE) {
        self->last_heard = MAX(self->last_heard, self->last_turn);
        self->taken_then = taken;
    }
    if (received != self->received_then && frame_stream_has_part(self->stream))
        self->last_heard = MAX(self->last_heard, self->last_turn);
    self->received_then = received;
    if (now - self->last_turn > 2 * self->times->ping_us)
        self->last_heard = MIN(self->last_heard + now - self->last_turn, now);
    self->last_turn = now;
}

gboolean
host_watch(Host *self, gint64 now, GError **error)
{
    gint64 silence;

    explain_silence(self, now);
    silence = now - self->last_heard;
    if (self->state == HOST_GREETING) {
        if (silence <= self->times->lost_us)
            return TRUE;
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_AGENT,
                    _("the agent was started but does not respond"));
        return FALSE;
    }
    if (silence > self->times->lost_us) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LOST, _("no response for %d seconds"),
                    (int)(silence / G_USEC_PER_SEC));
        return FALSE;
    }
    if (silence > self->times->suspect_us && self->run != NULL) {
        g_autofree char *message = g_strdup_printf(_("no response for %d seconds, still waiting"),
                                                   (int)(silence / G_USEC_PER_SEC));

        host_set_message(self, message);
        self->shown_silent = TRUE;
    } else if (self->shown_silent) {
        host_set_message(self, NULL);
        self->shown_silent = FALSE;
    }
    if (now - self->last_ping >= self->times->ping_us)
        host_send_ping(self, now);
    return TRUE;
}

gint64
host_next_watch(Host *self)
{
    gint64 lost = self->last_heard + self->times->lost_us;

    /* explain_silence() must be called often enough, although no ping is sent before READY */
    return MIN((self->state == HOST_GREETING ? self->last_turn : self->last_ping) +
                   self->times->ping_us,
               lost);
}
