/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The thread of a connection. The thread opens the streams, passes each received frame to its
 * host, and sleeps until there is work. The thread itself requests chunks from the run, because a
 * request through the main loop for each chunk would be slow. */
#include "connection.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <time.h>

#include "host-private.h"
#include "mamuto-error.h"
#include "thread.h"

/* Limits of what one turn reads from one stream. */
#define TURN_FRAMES 256
#define TURN_BYTES (64u << 20)

typedef struct {
    FrameStream *frames; /* NULL while the stream is closed */
    GPtrArray *hosts;    /* elements: Host */
} Stream;

struct _Connection {
    Session *session;
    const ConnectionShared *shared;
    GThread *thread;
    GCancellable *cancellable;
    /* not changed after connection_new() and connection_add_host(): */
    char *name, *address, *user;
    guint port;
    gboolean local;
    GPtrArray *streams; /* elements: Stream */
    GPtrArray *hosts;   /* elements: Host; all hosts of the connection, which owns them */
    gboolean again;     /* used only in the thread: the thread has woken itself */
    /* The mutex protects `link`. */
    pthread_mutex_t wake_lock;
    Link *link; /* (nullable): the link of any open stream; used to wake the thread */
};

/* The connection of the current thread; NULL in other threads. */
static _Thread_local const Connection *own_connection;

void
connection_wake(Connection *self)
{
    if (self == own_connection) {
        self->again = TRUE; /* saves writing to the descriptor and reading from it */
        return;
    }
    pthread_mutex_lock(&self->wake_lock);
    if (self->link != NULL)
        link_wake(self->link);
    pthread_mutex_unlock(&self->wake_lock);
}

GCancellable *
connection_get_cancellable(Connection *self)
{
    return self->cancellable;
}

const HostTimes *
connection_get_times(Connection *self)
{
    return self->shared->times != NULL ? self->shared->times : &host_default_times;
}

static Stream *
find_open(Connection *self)
{
    for (guint i = 0; i < self->streams->len; i++) {
        Stream *stream = g_ptr_array_index(self->streams, i);

        if (stream->frames != NULL)
            return stream;
    }
    return NULL;
}

/* Stores the link of an open stream in Connection.link, because connection_wake() needs an open
 * link. Called after a stream was opened and before the link of a stream is freed. */
static void
update_link(Connection *self)
{
    Stream *open = find_open(self);

    pthread_mutex_lock(&self->wake_lock);
    self->link = open != NULL ? frame_stream_get_link(open->frames) : NULL;
    pthread_mutex_unlock(&self->wake_lock);
}

static void
close_stream(Connection *self, Stream *stream)
{
    FrameStream *frames = g_steal_pointer(&stream->frames);

    update_link(self);
    g_clear_pointer(&frames, frame_stream_free);
}

static void
lose_stream(Connection *self, Stream *stream, const GError *error)
{
    for (guint i = 0; i < stream->hosts->len; i++)
        host_lose(g_ptr_array_index(stream->hosts, i), error, TRUE);
    close_stream(self, stream);
}

/* Called when @host violated the protocol or timed out. Closes @stream only if no other host
 * uses it. */
static void
lose_host(Connection *self, Stream *stream, Host *host, const GError *error)
{
    for (guint i = 0; i < stream->hosts->len; i++) {
        const Host *other = g_ptr_array_index(stream->hosts, i);

        if (other != host && other->state != HOST_BARRED) {
            host_lose(host, error, FALSE);
            return;
        }
    }
    lose_stream(self, stream, error);
}

static Host *
find_host(Stream *stream, guint32 node)
{
    for (guint i = 0; i < stream->hosts->len; i++) {
        Host *host = g_ptr_array_index(stream->hosts, i);

        if (host->node == node)
            return host;
    }
    return NULL;
}

/* ---- opening ---- */

typedef struct {
    Connection *connection;
    Stream *stream;
} Opening;

static void
on_stage(MamutoStage stage, gpointer data)
{
    Opening *opening = data;
    static const char *const words[] = {
        /* Translators: this message and the next four: the steps of connecting to a host. The
         * current step is shown as the status of the host. */
        [MAMUTO_STAGE_RESOLVE] = N_("name"),
        [MAMUTO_STAGE_CONNECT] = N_("port"),
        [MAMUTO_STAGE_HOST_KEY] = N_("host key"),
        [MAMUTO_STAGE_AUTH] = N_("authentication"),
        [MAMUTO_STAGE_AGENT] = N_("installing the agent"),
    };

    for (guint i = 0; i < opening->stream->hosts->len; i++)
        host_show_stage(g_ptr_array_index(opening->stream->hosts, i), _(words[stage]));
}

/* Blocks until the stream is open or has failed. Meanwhile the thread cannot receive frames on
 * other streams. Therefore host_watch() does not count a long pause between its calls as
 * silence of a host. */
static void
open_stream(Connection *self, Stream *stream)
{
    Opening opening = {self, stream};
    const LinkOptions options = {
        .name = self->name,
        .address = self->address,
        .user = self->user,
        .port = self->port,
        .local = self->local,
        .n_links = MAX(self->shared->n_ssh, 1),
        .asker = self->shared->asker,
        .cancellable = self->cancellable,
        .stage = on_stage,
        .data = &opening,
    };
    g_autoptr(GError) error = NULL;
    gint64 began = g_get_monotonic_time();
    Stream *open = find_open(self);
    Link *link;

    link = open != NULL ? link_open_another(frame_stream_get_link(open->frames), &options, &error)
                        : link_open(&options, &error);
    if (link == NULL) {
        lose_stream(self, stream, error);
        return;
    }
    stream->frames = frame_stream_new(link);
    update_link(self);
    for (guint i = 0; i < stream->hosts->len; i++)
        host_stream_opened(g_ptr_array_index(stream->hosts, i), stream->frames, began);
}

/* Opens each closed stream that a host needs. Returns TRUE if it tried to open a stream. If a
 * host waits for its next attempt to connect, lowers *@until to the time of that attempt. */
static gboolean
open_wanted(Connection *self, Run *current, gint64 now, gint64 *until)
{
    gboolean tried = FALSE;

    for (guint i = 0; i < self->streams->len; i++) {
        Stream *stream = g_ptr_array_index(self->streams, i);
        gboolean wanted = FALSE;

        if (stream->frames != NULL)
            continue;
        for (guint k = 0; k < stream->hosts->len; k++)
            wanted |= host_want(g_ptr_array_index(stream->hosts, k), current, now, until);
        if (wanted)
            open_stream(self, stream);
        tried |= wanted;
    }
    return tried;
}

/* ---- one turn of the thread ---- */

/* Reads the frames that have arrived. Returns TRUE if more may have arrived: one turn reads a
 * limited amount, so that a host that sends without pause does not keep the thread from ending the
 * session and from serving other hosts. */
static gboolean
read_frames(Connection *self, Stream *stream)
{
    g_autoptr(GError) error = NULL;
    guint64 n_bytes = 0;
    Frame frame;
    int status;

    for (guint n = 0; stream->frames != NULL &&
                      (status = frame_stream_read(stream->frames, &frame, &error)) != 0;
         n++) {
        g_autoptr(GError) fault = NULL;
        Host *host = status > 0 ? find_host(stream, frame.header.node) : NULL;

        if (status > 0 && host == NULL)
            g_set_error(&error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
                        _("the agent sent a frame for an unknown node (%u)"), frame.header.node);
        if (host == NULL)
            lose_stream(self, stream, error);
        else if (!host_take_frame(host, &frame, &fault))
            lose_host(self, stream, host, fault);
        n_bytes += status > 0 ? frame.header.payload_len : 0;
        if (n >= TURN_FRAMES || n_bytes >= TURN_BYTES)
            return stream->frames != NULL;
    }
    return FALSE;
}

static void
take_turns(Connection *self, Stream *stream, Run *current, gint64 *until)
{
    g_autoptr(GError) error = NULL;
    gint64 now = g_get_monotonic_time();

    for (guint i = 0; i < stream->hosts->len && stream->frames != NULL; i++) {
        Host *host = g_ptr_array_index(stream->hosts, i);
        g_autoptr(GError) fault = NULL;

        if (!host_turn(host, current, now, &fault))
            lose_host(self, stream, host, fault);
    }
    if (stream->frames == NULL)
        return;
    if (!frame_stream_flush(stream->frames, &error)) {
        lose_stream(self, stream, error);
        return;
    }
    now = g_get_monotonic_time();
    for (guint i = 0; i < stream->hosts->len; i++) {
        Host *host = g_ptr_array_index(stream->hosts, i);

        host_count_bytes(host);
        *until = MIN(*until, host_next_turn(host, now));
    }
}

static void
close_streams(Connection *self)
{
    for (guint i = 0; i < self->streams->len; i++) {
        Stream *stream = g_ptr_array_index(self->streams, i);

        if (stream->frames == NULL)
            continue;
        for (guint k = 0; k < stream->hosts->len; k++)
            host_say_goodbye(g_ptr_array_index(stream->hosts, k));
        frame_stream_flush(stream->frames, NULL);
        close_stream(self, stream);
    }
}

/* ---- waiting ---- */

/* Returns TRUE if the thread must wake up: the session has a run that a host has not begun, or
 * the run of a host in HOST_AWAY is over. The caller holds the session's lock. */
static gboolean
has_news(Connection *self)
{
    const Run *run = self->session->run;

    for (guint i = 0; i < self->hosts->len; i++) {
        const Host *host = g_ptr_array_index(self->hosts, i);

        if (host->state == HOST_AWAY ? host->run->over
                                     : run != NULL && !run->over && run->number > host->seen)
            return TRUE;
    }
    return FALSE;
}

static void
wait_for_session(Connection *self, gint64 until)
{
    Session *session = self->session;
    const struct timespec end = {until / G_USEC_PER_SEC, until % G_USEC_PER_SEC * 1000};
    int status = 0;

    pthread_mutex_lock(&session->lock);
    while (!session->closing && !has_news(self) && status != ETIMEDOUT)
        status = until == G_MAXINT64
                     ? pthread_cond_wait(&session->changed, &session->lock)
                     : pthread_cond_timedwait(&session->changed, &session->lock, &end);
    pthread_mutex_unlock(&session->lock);
}

static void
wait_for_streams(Connection *self, gint64 until)
{
    g_autofree FrameStream **streams = g_new(FrameStream *, self->streams->len);
    gint64 left = MAX(until - g_get_monotonic_time(), 0);
    guint n = 0;

    for (guint i = 0; i < self->streams->len; i++) {
        Stream *stream = g_ptr_array_index(self->streams, i);

        if (stream->frames != NULL)
            streams[n++] = stream->frames;
    }
    frame_streams_wait(streams, n, (int)MIN((left + 999) / 1000, G_MAXINT));
}

/* Returns: (transfer full) (nullable): the session's run, or NULL if no run is in progress.
 * Stores in *@closing whether the session is being closed. */
static Run *
get_current_run(Connection *self, gboolean *closing)
{
    Session *session = self->session;
    Run *current = NULL;

    pthread_mutex_lock(&session->lock);
    *closing = session->closing;
    if (session->run != NULL && !session->run->over)
        current = run_ref(session->run);
    pthread_mutex_unlock(&session->lock);
    return current;
}

/* Reads frames, calls host_turn() for each host, and then opens streams or sleeps until there
 * is work. Returns FALSE if the session is being closed. */
static gboolean
turn(Connection *self)
{
    g_autoptr(Run) current = NULL;
    gint64 until = G_MAXINT64;
    gboolean closing;

    for (guint i = 0; i < self->streams->len; i++)
        if (read_frames(self, g_ptr_array_index(self->streams, i)))
            until = 0; /* the rest may be in a buffer already, so waiting would miss it */
    /* What the thread has changed until now, the hosts see below. What a host changes in its own
     * turn, an earlier host of the connection sees only in the next turn. */
    self->again = FALSE;
    current = get_current_run(self, &closing);
    if (closing)
        return FALSE;
    for (guint i = 0; i < self->streams->len; i++) {
        Stream *stream = g_ptr_array_index(self->streams, i);

        if (stream->frames != NULL)
            take_turns(self, stream, current, &until);
    }
    if (open_wanted(self, current, g_get_monotonic_time(), &until) || self->again)
        return TRUE;
    g_clear_pointer(&current, run_unref);
    if (find_open(self) != NULL)
        wait_for_streams(self, until);
    else
        wait_for_session(self, until);
    return TRUE;
}

static gpointer
connection_main(gpointer data)
{
    Connection *self = data;

    own_connection = self;
    while (turn(self))
        ;
    close_streams(self);
    return NULL;
}

/* ---- beginning and end ---- */

static void
stream_free(gpointer data)
{
    Stream *stream = data;

    g_clear_pointer(&stream->frames, frame_stream_free);
    g_ptr_array_unref(stream->hosts);
    g_free(stream);
}

Connection *
connection_new(Session *session, const ConnectionShared *shared, MamutoHost *host)
{
    Connection *self = g_new0(Connection, 1);

    self->session = session;
    self->shared = shared;
    self->cancellable = g_cancellable_new();
    self->name = g_strdup(mamuto_host_get_name(host));
    self->address = g_strdup(mamuto_host_get_address(host));
    self->user = g_strdup(mamuto_host_get_user(host));
    self->port = mamuto_host_get_port(host);
    self->local = mamuto_host_is_local(host);
    self->streams = g_ptr_array_new_with_free_func(stream_free);
    self->hosts = g_ptr_array_new_with_free_func((GDestroyNotify)host_free);
    pthread_mutex_init(&self->wake_lock, NULL);
    return self;
}

Host *
connection_add_host(Connection *self, guint stream, guint32 node, const char *name,
                    MamutoCluster *cluster, MamutoHost *host)
{
    Host *added = host_new(self, self->session, node, name, cluster, host);
    Stream *at;

    while (self->streams->len <= stream) {
        at = g_new0(Stream, 1);
        at->hosts = g_ptr_array_new();
        g_ptr_array_add(self->streams, at);
    }
    at = g_ptr_array_index(self->streams, stream);
    g_ptr_array_add(at->hosts, added);
    g_ptr_array_add(self->hosts, added);
    return added;
}

gboolean
connection_start(Connection *self, GError **error)
{
    for (guint i = 0; i < self->hosts->len; i++)
        host_prepare_start(g_ptr_array_index(self->hosts, i));
    self->thread = thread_start("mamuto-host", connection_main, self, error);
    return self->thread != NULL;
}

void
connection_cancel(Connection *self)
{
    g_cancellable_cancel(self->cancellable);
}

void
connection_join(Connection *self)
{
    g_clear_pointer(&self->thread, g_thread_join);
}

void
connection_free(Connection *self)
{
    connection_join(self);
    g_ptr_array_unref(self->streams);
    g_ptr_array_unref(self->hosts);
    pthread_mutex_destroy(&self->wake_lock);
    g_clear_object(&self->cancellable);
    g_free(self->name);
    g_free(self->address);
    g_free(self->user);
    g_free(self);
}
