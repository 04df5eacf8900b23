/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A host's connection: how it comes to stand, what the agent says of its machine, and the signs by
 * which one knows that it is still there. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "error-private.h"
#include "host-run-private.h"
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
/* A host holds at most this share of its free memory in chunks and results. */
#define CREDIT_SHARE 4
/* And at most this share of all its memory in kept arrays; the least recently used are forgotten.
 */
#define BLOBS_SHARE 2

static void
set_link(HostRun *self, Link *link)
{
    pthread_mutex_lock(&self->wake_lock);
    self->link = link;
    pthread_mutex_unlock(&self->wake_lock);
}

static void
host_set_message(HostRun *self, const char *message)
{
    pthread_mutex_lock(&self->session->lock);
    g_free(self->facts.message);
    self->facts.message = g_strdup(message);
    pthread_mutex_unlock(&self->session->lock);
}

static void
on_stage(MamutoStage stage, gpointer data)
{
    HostRun *self = data;
    static const char *const words[] = {
        /* Translators: this and what follows: what is tried while a host is being connected */
        [MAMUTO_STAGE_RESOLVE] = N_("name"),
        [MAMUTO_STAGE_CONNECT] = N_("port"),
        [MAMUTO_STAGE_HOST_KEY] = N_("host key"),
        [MAMUTO_STAGE_AUTH] = N_("authentication"),
        [MAMUTO_STAGE_AGENT] = N_("placing the agent"),
    };

    /* A host that is tried anew is shown as lost until it is back. */
    if (self->lost == NULL)
        host_set_state(self, MAMUTO_HOST_CONNECTING, _(words[stage]));
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
    self->blobs_room = ready.memory_total / BLOBS_SHARE;
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
                        _("the agent was started but says nothing"));
            return FALSE;
        }
        frame_stream_wait(self->stream, (int)(PING_US / 1000));
    }
}

void
host_disconnect(HostRun *self)
{
    set_link(self, NULL);
    g_clear_pointer(&self->stream, frame_stream_free);
    g_hash_table_remove_all(self->prepared);
    g_queue_clear(&self->warm);
    host_forget_blobs(self);
    g_hash_table_remove_all(self->chunks);
    g_array_set_size(self->acks, 0);
}

gboolean
host_connect(HostRun *self, GError **error)
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
            if (error != NULL) {
                error_set_host(*error, self->name);
                error_set_stage(*error, MAMUTO_STAGE_AGENT);
            }
            host_disconnect(self);
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
    if (self->run != NULL)
        self->run->hosts[self->number].counts.n_busy = stats->slots_busy;
    pthread_mutex_unlock(&self->session->lock);
}

gint64
host_agent_time(guint64 agent_us)
{
    return (gint64)MIN(agent_us, (guint64)G_MAXINT64 / 4);
}

gboolean
host_handle_stats(HostRun *self, const Frame *frame, GError **error)
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
gboolean
host_watch(HostRun *self, gint64 now, GError **error)
{
    gint64 silence;

    excuse(self, now);
    silence = now - self->last_heard;

    if (silence > LOST_US) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LOST, _("nothing was heard for %d seconds"),
                    (int)(silence / G_USEC_PER_SEC));
        return FALSE;
    }
    if (silence > SUSPECT_US && self->run != NULL) {
        g_autofree char *message = g_strdup_printf(_("nothing was heard of it for %d seconds"),
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

gint64
host_next_watch(HostRun *self)
{
    return MIN(self->last_ping + PING_US, self->last_heard + LOST_US);
}
