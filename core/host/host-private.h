/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What connection.c (the thread and its streams), host.c (a host's states), host-health.c (its
 * greeting and whether it is alive), host-prepare.c and host-chunks.c (a run's frames) share. All
 * of it belongs to the connection's thread but where said otherwise. */
#pragma once

#include "connection.h"
#include "frame-stream.h"
#include "host.h"
#include "run.h"

G_BEGIN_DECLS

/* A chunk that is at the host. */
typedef struct {
    ScheduleChunk chunk;
    gint64 taken; /* µs */
} HostChunk;

/* A blob that the host keeps. */
typedef struct {
    guint64 size;
    guint32 used; /* number of the last run that did */
} BlobAtHost;

/* The state of a host. Only the thread of its connection changes it, in these places:
 *
 * from                   to          where, and why
 * OFF                    CONNECTING  host_want(): there is a run that it has not been given yet
 * OFF, AWAY, CONNECTING  GREETING    host_stream_opened(): for it, or for a host beside it
 * GREETING               STARTING    host_handle_ready(): READY came
 * GREETING               IDLE        host_handle_ready(): READY came, but it has no run
 * STARTING               PREPARING   host_begin_run(): PREPARE and RUN were sent
 * PREPARING              WORKING     host_join_run(): the function is prepared
 * STARTING to WORKING    REFUSED     handle_fault(): the agent cannot do what the run needs
 * STARTING to REFUSED    IDLE        host_leave_run(): the run is over
 * IDLE                   STARTING    follow_session(): there is a new run
 * CONNECTING to WORKING  AWAY        go_away(): lost for a cause that may pass, in a run; before
 *                                    READY only if it had been AWAY in that run already
 * AWAY                   CONNECTING  host_want(): the pause is over
 * AWAY                   OFF         stay_away(): the run ended during the pause
 * CONNECTING to IDLE     OFF         give_up(): lost with its stream for any other cause
 * GREETING to IDLE       BARRED      give_up(): lost alone, on a stream that other hosts use
 * BARRED                 OFF         host_lose(): the stream was closed
 *
 * The run is notified of each change to WORKING (run_host_ready()), REFUSED (run_host_gone()) and
 * AWAY (run_host_away()), and of one to OFF or BARRED by run_host_gone() unless it was REFUSED. So
 * a host with a `run` never leaves that run waiting for it. */
typedef enum {
    HOST_OFF,        /* no stream, and none wanted */
    HOST_AWAY,       /* no stream; it is to be opened again for `run`, at `return_at` */
    HOST_CONNECTING, /* its stream is being opened for `run` */
    HOST_GREETING,   /* the stream is open; READY is awaited */
    HOST_STARTING,   /* nothing of `run` was sent yet: kept arrays have to be hashed first */
    HOST_PREPARING,  /* the agent imports the function, which may fail */
    HOST_WORKING,    /* the run hands it chunks */
    HOST_REFUSED,    /* takes no part in `run`, and waits for the next */
    HOST_IDLE,       /* has no run */
    HOST_BARRED,     /* broke the protocol, or fell silent, on a stream that others use: its frames
                      * are thrown away until the stream is opened anew */
} HostState;

struct _Host {
    Session *session;
    guint number; /* in it */
    Connection *connection;
    /* constant: */
    char *name, *python, *workdir;
    int nice;
    guint32 node;
    /* guarded by the session's lock: */
    HostFacts *facts;   /* the session's */
    guint wanted_cores; /* 0: none, see all_cores */
    gboolean all_cores; /* as many as the host has */

    /* the thread's own: */
    HostState state;
    FrameStream *stream; /* (nullable): the connection's, shared with its other hosts */
    Run *run;            /* (owned) (nullable): the one it works on; see HostState */
    guint32 seen;        /* number of the last one it was given */
    GError *lost;    /* (owned) (nullable): why it went AWAY, until READY comes; why it is BARRED */
    guint n_returns; /* how often it went AWAY since a result came, or since the run began */
    gint64 return_at;
    gint64 connecting_since, preparing_since;
    guint cores;            /* in use */
    guint host_cores;       /* that it has */
    gsize credit;           /* bytes of chunks that it may hold */
    gint64 clock_offset;    /* our clock minus the agent's, µs */
    gint64 best_round_trip; /* of the ping that offset is from */
    gint64 last_heard, last_ping, ping_sent;
    gint64 last_turn;      /* when we last looked */
    guint64 taken_then;    /* bytes that its stream had taken by then */
    gboolean shown_silent; /* its status says that it has been silent for long */
    guint64 ping_token;
    guint64 n_received;                     /* bytes of its frames */
    guint64 counted_sent, counted_received; /* already counted for a run */
    GHashTable *prepared;                   /* function id → GUINT: 1 asked for, 2 prepared */
    GQueue warm;                            /* ids of those, in order of their preparation */
    GHashTable *blobs;                      /* hashes that were sent → BlobAtHost */
    guint64 blobs_size, blobs_room;         /* bytes of them; how many it may keep */
    GHashTable *row_us;                     /* function id → double: measured last */
    GArray *acks;                           /* of guint64 */
    GHashTable *chunks;                     /* "chunk id" → HostChunk */
};

/* host.c, for the connection. */
/* Wakes @connection for it; adds it to the session. */
Host *host_new(Connection *connection, Session *session, guint32 node, const char *name,
               MamutoCluster *cluster, MamutoHost *host);
void host_free(Host *self);
/* Once all hosts of the session are made. */
void host_prepare_start(Host *self);
/* Whether its stream is to be opened, as of @current (nullable): the session's run, unless that is
 * over. *@until is lowered to when this has to be asked again. */
gboolean host_want(Host *self, Run *current, gint64 now, gint64 *until);
void host_stream_opened(Host *self, FrameStream *stream, gint64 began);
/* A frame of its node. FALSE: it must not have sent it. */
gboolean host_take_frame(Host *self, const Frame *frame, GError **error);
/* Its part of a turn, after frames were read: runs that end and begin, chunks, pings. FALSE: it is
 * lost. */
gboolean host_turn(Host *self, Run *current, gint64 now, GError **error);
void host_count_bytes(Host *self);
/* When it has to have its turn again at the latest. */
gint64 host_next_turn(Host *self, gint64 now);
/* It is lost for @error: with its stream, or alone on a stream that stays. */
void host_lose(Host *self, const GError *error, gboolean with_stream);
void host_say_goodbye(Host *self);
/* A stage of opening its stream. */
void host_show_stage(Host *self, const char *stage);

/* connection.c; any thread. */
void connection_wake(Connection *self);
GCancellable *connection_get_cancellable(Connection *self);

/* host-prepare.c: what goes before the chunks. */
/* Sends what the run needs: blobs, function, arguments. Called again while HOST_STARTING: kept
 * arrays have to be hashed first. */
gboolean host_begin_run(Host *self, GError **error);
/* What the agent was sent went with the connection, or cannot be relied on. */
void host_forget_blobs(Host *self);
/* How long a row took here, for the next time that its function is mapped. */
void host_remember_speed(Host *self);
/* The host has imported the function: chunks may be taken. */
void host_join_run(Host *self);
/* FINISH or CANCEL, and forgets it; HOST_IDLE. */
void host_leave_run(Host *self);
/* The file descriptor that a local agent can be handed for an array, or -1. */
int host_reference(Host *self, MamutoArray *array, guint64 *offset);

/* host-chunks.c */
/* Takes chunks while the host should have more, sends drops and acknowledgements. */
gboolean host_chunks_pump(Host *self, gint64 now, GError **error);
/* A frame about the run. FALSE: the host must not have sent it. */
gboolean host_handle_result(Host *self, const Frame *frame, GError **error);
gboolean host_handle_lost(Host *self, const Frame *frame, GError **error);
gboolean host_handle_log(Host *self, const Frame *frame, GError **error);

/* host.c */
void host_header_init(Host *self, struct wire_header *header, uint8_t type);
void host_queue(Host *self, uint8_t type, const struct wire_writer *meta);
/* What is shown of it. */
void host_set_state(Host *self, MamutoHostState state, const char *message);
void host_span(Host *self, MamutoSpanKind kind, gint64 begin, gint64 end, int slot,
               const ScheduleChunk *chunk, guint8 flags);
gboolean host_protocol_error(GError **error, const Frame *frame, const char *what);

/* host-health.c */
/* READY, while HOST_GREETING. */
gboolean host_handle_ready(Host *self, const Frame *frame, GError **error);
/* STATS and PONG. */
gboolean host_handle_stats(Host *self, const Frame *frame, GError **error);
/* Pings, and the verdict on a host that is silent; when to look again at the latest. */
gboolean host_watch(Host *self, gint64 now, GError **error);
gint64 host_next_watch(Host *self);
/* A time of the agent's as one can reckon with, whatever it says: without overflow. */
gint64 host_agent_time(guint64 agent_us);

G_END_DECLS
