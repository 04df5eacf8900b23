/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Internals of a host, shared by connection.c (thread and streams), host.c (states), host-health.c
 * (READY, pings, time-outs), host-prepare.c and host-chunks.c (the frames of a run). Unless noted
 * otherwise, functions are called and fields are used only in the thread of the host's connection.
 */
#pragma once

#include "connection.h"
#include "frame-stream.h"
#include "host.h"
#include "run.h"

G_BEGIN_DECLS

/* A chunk that was sent to the host and has no result yet. */
typedef struct {
    ScheduleChunk chunk;
    gint64 taken; /* monotonic time of sending, µs */
} HostChunk;

/* A blob that the agent stores. */
typedef struct {
    guint64 size;
    guint32 used; /* number of the last run that used the blob */
} BlobAtHost;

/* The state of a host. Only the thread of the host's connection changes the state. "A to B" in the
 * first column means every state from A to B in the order of the enum. All changes:
 *
 * from                   to          function, and cause
 * OFF                    CONNECTING  host_want(): the session has a run new to this host
 * OFF, AWAY, CONNECTING  GREETING    host_stream_opened(): the stream is open; one host that wants
 *                                    the stream opens it for all hosts on it
 * GREETING               STARTING    host_handle_ready(): READY arrived, the host has a run
 * GREETING               IDLE        host_handle_ready(): READY arrived, the host has no run
 * STARTING               PREPARING   host_begin_run(): RUN is queued, with PREPARE if needed
 * PREPARING              WORKING     host_join_run(): the agent has prepared the function
 * STARTING to WORKING    REFUSED     handle_fault(): FAULT arrived: the agent cannot do this run
 * STARTING to REFUSED    IDLE        host_leave_run(): the run is over, or the session closes
 * IDLE                   STARTING    follow_session(): the session has a run new to this host
 * CONNECTING to WORKING  AWAY        go_away(): the stream failed during a run for a cause that
 *                                    may pass; before READY, only when reconnecting after AWAY
 * AWAY                   CONNECTING  host_want(): the pause before the next attempt is over
 * AWAY                   OFF         stay_away(): the run ended during the pause
 * CONNECTING to IDLE     OFF         give_up(): the host or its stream failed in any other way
 * GREETING to IDLE       BARRED      give_up(): this host failed, and other hosts still use its
 *                                    stream
 * BARRED                 OFF         host_lose(): the stream was closed
 *
 * The run in the field `run` is notified of these changes, so that a run never waits for a host
 * that can no longer contribute:
 * to WORKING             run_host_ready()
 * to AWAY                run_host_away()
 * to REFUSED             run_host_gone()
 * to OFF or BARRED       run_host_gone() in give_up(), unless the host was REFUSED
 * new run while BARRED   run_host_gone() in refuse_run() */
typedef enum {
    HOST_OFF,        /* no stream, and no run that needs one */
    HOST_AWAY,       /* no stream; it will be opened again for `run` at `return_at` */
    HOST_CONNECTING, /* the stream is being opened for `run` */
    HOST_GREETING,   /* the stream is open; the host waits for READY */
    HOST_STARTING,   /* nothing of `run` was sent yet; kept arrays are hashed first */
    HOST_PREPARING,  /* the agent imports the function, which may fail */
    HOST_WORKING,    /* takes chunks of `run` */
    HOST_REFUSED,    /* cannot do `run`; waits for the end of `run` */
    HOST_IDLE,       /* connected, without a run */
    HOST_BARRED,     /* failed while other hosts use the stream; the host's frames are ignored */
} HostState;

struct _Host {
    Session *session;
    guint number; /* number of the host in the session */
    Connection *connection;
    /* constant after host_new(): */
    char *name, *python, *workdir;
    int nice;
    guint32 node;
    /* guarded by the session's lock: */
    HostFacts *facts;   /* an element of the session's array */
    guint wanted_cores; /* ignored if all_cores */
    gboolean all_cores; /* use all cores of the host */

    /* used only in the thread of the connection: */
    HostState state;
    FrameStream *stream; /* (nullable) (unowned): shared by all hosts on the stream */
    Run *run;            /* (owned) (nullable): see HostState */
    guint32 seen;        /* number of the newest run that the host was given */
    GError *lost;        /* (owned) (nullable): why the host is AWAY (until READY) or BARRED */
    guint n_returns;     /* changes to AWAY since the last result or the start of the run */
    gint64 return_at;
    gint64 connecting_since, preparing_since;
    guint cores;            /* cores in use */
    guint host_cores;       /* cores of the host */
    gsize credit;           /* maximum bytes of all chunks at the host */
    gint64 clock_offset;    /* clock of this computer minus the agent's clock, µs */
    gint64 best_round_trip; /* round trip of the ping that gave clock_offset, µs */
    gint64 last_heard, last_ping, ping_sent;
    gint64 last_turn;      /* time of the last host_watch() */
    guint64 taken_then;    /* bytes written to the stream at the last evidence of life */
    gboolean shown_silent; /* the status currently shows that the host is silent */
    guint64 ping_token;
    guint64 n_received;                     /* bytes received in the host's frames */
    guint64 counted_sent, counted_received; /* bytes already added to a run's counts */
    GHashTable *prepared;                   /* function id → GUINT: 1 requested, 2 prepared */
    GQueue warm;                            /* function ids, in the order of preparation */
    GHashTable *blobs;                      /* hash → BlobAtHost */
    guint64 blobs_size, blobs_room;         /* bytes of all blobs, and their limit */
    GHashTable *row_us;                     /* function id → double: last measured µs per row */
    GArray *acks;                           /* elements: guint64; chunks to acknowledge */
    GHashTable *chunks;                     /* chunk id → HostChunk */
};

/* Defined in host.c, called by connection.c. */
/* Adds the host to the session. When the session wakes the host, @connection is woken. */
Host *host_new(Connection *connection, Session *session, guint32 node, const char *name,
               MamutoCluster *cluster, MamutoHost *host);
void host_free(Host *self);
/* Call after all hosts have been added to the session, because adding a host moves session->hosts.
 */
void host_prepare_start(Host *self);
/* Whether the host needs its stream opened. @current: (nullable): the session's run; NULL if there
 * is none or the run is over. Lowers *@until to the time of the next attempt. */
gboolean host_want(Host *self, Run *current, gint64 now, gint64 *until);
void host_stream_opened(Host *self, FrameStream *stream, gint64 began);
/* Handles a frame with the host's node number. Returns FALSE if the frame violates the protocol. */
gboolean host_take_frame(Host *self, const Frame *frame, GError **error);
/* Called after frames were read: switches to the session's current run, sends chunks and pings.
 * Returns FALSE if the host has failed. */
gboolean host_turn(Host *self, Run *current, gint64 now, GError **error);
void host_count_bytes(Host *self);
/* Time by which host_turn() must be called again. */
gint64 host_next_turn(Host *self, gint64 now);
/* The host failed with @error. @with_stream: the whole stream failed; else only the host failed and
 * the stream stays open. */
void host_lose(Host *self, const GError *error, gboolean with_stream);
void host_say_goodbye(Host *self);
/* Sets @stage (translated) as the host's status while the stream is being opened. */
void host_show_stage(Host *self, const char *stage);

/* Defined in connection.c; any thread. */
void connection_wake(Connection *self);
GCancellable *connection_get_cancellable(Connection *self);

/* Defined in host-prepare.c. */
/* Queues the blobs, the function and the arguments of the run. While kept arrays are being hashed,
 * does nothing and leaves the host in HOST_STARTING; the next turn calls this function again. */
gboolean host_begin_run(Host *self, GError **error);
/* Marks all blobs as not stored at the host, because the agent that stored the blobs has ended. */
void host_forget_blobs(Host *self);
/* Remembers the measured time per row for the next run of the same function. */
void host_remember_speed(Host *self);
/* Enters HOST_WORKING after the agent has imported the function. */
void host_join_run(Host *self);
/* Queues FINISH or CANCEL, releases the run and enters HOST_IDLE. */
void host_leave_run(Host *self);
/* Returns the file descriptor through which a local agent can map @array, or -1. */
int host_reference(Host *self, MamutoArray *array, guint64 *offset);

/* Defined in host-chunks.c. */
/* Takes chunks from the run up to the host's limits. Queues these chunks, drops and
 * acknowledgements. */
gboolean host_chunks_pump(Host *self, gint64 now, GError **error);
/* Handle the frames that belong to a run. Return FALSE if the frame violates the protocol. */
gboolean host_handle_result(Host *self, const Frame *frame, GError **error);
gboolean host_handle_lost(Host *self, const Frame *frame, GError **error);
gboolean host_handle_log(Host *self, const Frame *frame, GError **error);

/* Defined in host.c. */
void host_header_init(Host *self, struct wire_header *header, uint8_t type);
void host_queue(Host *self, uint8_t type, const struct wire_writer *meta);
/* Sets the public status of the host. */
void host_set_state(Host *self, MamutoHostState state, const char *message);
void host_span(Host *self, MamutoSpanKind kind, gint64 begin, gint64 end, int slot,
               const ScheduleChunk *chunk, guint8 flags);
gboolean host_protocol_error(GError **error, const Frame *frame, const char *what);

/* Defined in host-health.c. */
/* Handles the first frame in HOST_GREETING, which must be READY. */
gboolean host_handle_ready(Host *self, const Frame *frame, GError **error);
/* Handles STATS and PONG. */
gboolean host_handle_stats(Host *self, const Frame *frame, GError **error);
/* Sends pings. Returns FALSE if the host has timed out. */
gboolean host_watch(Host *self, gint64 now, GError **error);
gint64 host_next_watch(Host *self);
/* Converts an agent's timestamp in µs, limited so that additions cannot overflow. */
gint64 host_agent_time(guint64 agent_us);

G_END_DECLS
