/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Internals of a host. The thread and the streams are in connection.c, the states in host.c, the
 * handling of READY, pings and time-outs in host-health.c and host-silence.c, and the frames of a
 * run in host-prepare.c and host-chunks.c. Unless a comment says otherwise, functions are called
 * and members are used only in the thread of the host's connection. */
#pragma once

#include "connection.h"
#include "frame-stream.h"
#include "host.h"
#include "large-result.h"
#include "run.h"

G_BEGIN_DECLS

/* The session number in each frame to and from an agent. The agent uses 0 until it has received
 * OPEN. */
#define HOST_SESSION 1

/* A chunk that was sent to the host and whose result has not arrived. */
typedef struct {
    ScheduleChunk chunk;
    gint64 taken;      /* time of sending (monotonic clock, µs) */
    gboolean recalled; /* whether the agent was asked to give rows back */
    gboolean divided;  /* whether it has given some of them back */
} HostChunk;

/* A blob that the agent stores. */
typedef struct {
    guint64 size;
    guint32 used; /* number of the last run that needed the blob */
} BlobAtHost;

/* The state of a host. Only the thread of the host's connection changes the state. Each row
 * of this table is a possible change. "A to B" in the first column means every state from A to B in
 * the order of the enum.
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
 * WORKING                REFUSED     leave_run_early(): the run has left the host out, because all
 *                                    rows failed on it and other hosts computed these rows
 * STARTING to REFUSED    IDLE        host_leave_run(): the run is over, or the session closes
 * IDLE                   STARTING    follow_session(): the session has a run new to this host
 * CONNECTING to WORKING  AWAY        go_away(): the stream failed during a run for a cause that
 *                                    may pass; a host in CONNECTING, GREETING or STARTING goes
 *                                    AWAY only if it was connected before
 * AWAY                   CONNECTING  host_want(): the pause before the next attempt is over
 * AWAY                   OFF         stay_away(): the run ended during the pause
 * CONNECTING to IDLE     OFF         give_up(): the host or its stream failed in any other way
 * GREETING to IDLE       BARRED      give_up(): this host failed, and other hosts still use its
 *                                    stream
 * BARRED                 OFF         host_lose(): the stream was closed
 *
 * The following functions report these changes to the host's run, because the run must not wait
 * for a host that can no longer contribute:
 * to WORKING             run_host_ready()
 * to AWAY                run_host_away()
 * to REFUSED             run_host_gone() in handle_fault(), but not leave_run_early(), because the
 *                        run has caused this change
 * to OFF or BARRED       run_host_gone() in give_up(), unless the host was REFUSED
 * new run while BARRED   run_host_gone() in refuse_run() */
typedef enum {
    HOST_OFF,        /* has no stream and needs none */
    HOST_AWAY,       /* lost its stream during `run`; will connect again at `return_at` */
    HOST_CONNECTING, /* its stream is being opened, because `run` needs it */
    HOST_GREETING,   /* its stream is open, but READY has not arrived */
    HOST_STARTING,   /* no frame of `run` was queued yet; may wait until arrays are hashed, or until
                        other hosts on its machine have started Python */
    HOST_PREPARING,  /* the agent is importing the function, which may fail */
    HOST_WORKING,    /* receives chunks of `run` */
    HOST_REFUSED,    /* cannot compute `run`, or was left out; waits until `run` is over */
    HOST_IDLE,       /* its stream is open, but there is no run */
    HOST_BARRED,     /* failed, but other hosts use its stream; frames from it are ignored */
} HostState;

struct _Host {
    Session *session;
    guint number; /* index of the host in session->hosts */
    Connection *connection;
    /* not changed after host_new(): */
    char *name, *python, *workdir;
    int nice;
    const HostTimes *times;
    guint32 thread_limits[WIRE_N_THREAD_LIMITS]; /* see wire_open */
    char *note;                                  /* (nullable): text for the log of each run */
    guint32 node;                                /* number of the host within its stream */
    /* guarded by the session's lock: */
    HostFacts *facts;   /* points into session->hosts */
    guint wanted_cores; /* cores to use; ignored if all_cores is TRUE */
    gboolean all_cores; /* use all cores that the agent may use */

    /* used only in the thread of the connection: */
    HostState state;
    FrameStream *stream; /* (nullable) (unowned): shared by all hosts on the stream */
    Run *run;        /* (owned) (nullable): the run of which this host is a part; see HostState */
    guint32 seen;    /* number of the newest run that the host has begun or refused */
    GError *lost;    /* (owned) (nullable): the error that led to HOST_AWAY or HOST_BARRED */
    guint n_returns; /* number of failures since the run began or the last result arrived */
    gint64 return_at;
    gboolean starts; /* session_begin_start() was called, and session_end_start() was not */
    gint64 start_at; /* in HOST_STARTING: time at which host_begin_run() is called again */
    gint64 connecting_since, preparing_since;
    guint cores;              /* number of cores in use */
    guint host_cores;         /* number of cores that the agent may use */
    guint64 memory_available; /* free memory of the host when it was connected, in bytes */
    gint64 clock_offset;      /* clock of this computer minus the agent's clock, µs */
    gint64 best_round_trip;   /* shortest round trip of a ping so far, µs */
    gint64 last_heard, last_ping, ping_sent;
    gint64 last_turn;      /* time of the last call of host_watch() */
    guint64 taken_then;    /* value of frame_stream_get_n_sent() at the host's last sign of life */
    guint64 received_then; /* value of frame_stream_get_n_received() at the last host_watch() */
    gboolean shown_silent; /* TRUE while the status says that the host does not respond */
    guint64 ping_token;
    gint64 due;              /* time after which a result is late; G_MAXINT64: none is expected */
    gint64 asked;            /* time of the first ping since the host was heard; 0: none */
    gint64 round_trip;       /* longest recent round trip of a ping, µs */
    guint64 sent_when_heard; /* value of frame_stream_get_n_sent() when the host was heard */
    gint64 noticed;          /* value of last_heard at that time */
    gboolean silent;         /* TRUE: the run was told that the host does not respond */
    guint64 n_received;      /* size of all frames received from this host, in bytes */
    guint64 counted_sent, counted_received; /* bytes already included in the counts of a run */
    GHashTable *prepared; /* function id → 1: preparation requested, 2: prepared */
    GQueue warm;          /* function ids, in the order in which preparation was requested */
    GHashTable *blobs;    /* hash → BlobAtHost */
    guint64 blobs_size, blobs_room; /* size of all blobs on the host, and its limit, in bytes */
    GHashTable *row_us; /* function id → double: computing time per row in the last run, µs */
    double delay_us;    /* shortest delay of a chunk in earlier runs, µs; < 0: not measured */
    GArray *acks;       /* elements: guint64; numbers of chunks to acknowledge with ACK */
    guint32 finished;   /* number of the run whose FINISH is not queued yet; 0: none */
    gint64 finish_at;   /* time at which FINISH is queued, if no other frame is sent before */
    GHashTable *chunks; /* chunk id → HostChunk */
    LargeResult large;  /* the result that arrives in parts */
};

/* Defined in host.c, called by connection.c. */
/* Creates a host and adds it to the session. When the session wakes the host, the thread of
 * @connection wakes up. @node: number of the host within its stream. */
Host *host_new(Connection *connection, Session *session, guint32 node, const char *name,
               MamutoCluster *cluster, MamutoHost *host);
void host_free(Host *self);
/* Sets Host.facts. Call this function after all hosts have been added to the session, because
 * adding a host may move the array session->hosts. */
void host_prepare_start(Host *self);
/* Returns TRUE and enters HOST_CONNECTING if the stream of the host must be opened now.
 * @current: (nullable): the session's run, if that run is not over. If the host waits for its
 * next attempt to connect, lowers *@until to the time of that attempt. */
gboolean host_want(Host *self, Run *current, gint64 now, gint64 *until);
void host_stream_opened(Host *self, FrameStream *stream, gint64 began);
/* Processes a frame from the host. Returns FALSE with @error set if the frame violates the
 * protocol. */
gboolean host_take_frame(Host *self, const Frame *frame, GError **error);
/* Called after received frames were processed. Leaves a run that is over, begins a new run,
 * sends chunks, and sends a ping when it is time. Returns FALSE with @error set if the host has
 * failed. */
gboolean host_turn(Host *self, Run *current, gint64 now, GError **error);
void host_count_bytes(Host *self);
/* Returns the time at which host_turn() must be called even if no frame arrives. */
gint64 host_next_turn(Host *self, gint64 now);
/* Called when the host failed with @error. @with_stream: TRUE if the whole stream failed, FALSE
 * if only this host failed and other hosts still use the stream. */
void host_lose(Host *self, const GError *error, gboolean with_stream);
void host_say_goodbye(Host *self);
/* Shows @stage, the translated name of the current step of connecting, as the status of the
 * host. */
void host_show_stage(Host *self, const char *stage);

/* Defined in connection.c. These functions may be called from any thread. */
void connection_wake(Connection *self);
GCancellable *connection_get_cancellable(Connection *self);
const HostTimes *connection_get_times(Connection *self);

/* Defined in host-prepare.c. */
/* Called when the agent has started Python, or does not start it for the current run any more. */
void host_end_start(Host *self);
/* Begins the host's run: queues the blobs, the function and the arguments. If arrays that
 * the host will store are still being hashed, queues nothing and leaves the host in HOST_STARTING;
 * the next host_turn() then calls this function again. */
gboolean host_begin_run(Host *self, GError **error);
/* Empties the list of blobs on the host, because the agent has ended. */
void host_forget_blobs(Host *self);
/* Removes a blob that the agent could not store, or does not store any more, from the list. Returns
 * whether the current run needs the blob. */
gboolean host_forget_blob(Host *self, struct wire_str hash);
/* Stores the measured computing time per row for the next run of the same function, and the delay
 * of a chunk for the next run of any function. */
void host_remember_speed(Host *self);
/* Enters HOST_WORKING, because the agent has imported the function. */
void host_join_run(Host *self);
/* Ends the host's part in its run: notes that FINISH must be sent, or queues CANCEL if results are
 * missing, releases the run, and enters HOST_IDLE. */
void host_leave_run(Host *self);
/* Queues the FINISH frame of a run that the host has left, if it was not queued yet. */
void host_queue_finish(Host *self);
/* Returns a file descriptor from which an agent on this computer can read @array, or -1 if
 * there is none. Sets *@offset to the position of the data in the file. */
int host_reference(Host *self, MamutoArray *array, guint64 *offset);

/* Defined in host-chunks.c. */
/* Queues ACK frames for received results, DROP frames for chunks that are not needed any more, and
 * as many new chunks of the run as the host may have. */
gboolean host_chunks_pump(Host *self, gint64 now, GError **error);
/* Process frames that belong to a run. Return FALSE with @error set if the frame violates the
 * protocol. */
gboolean host_handle_result(Host *self, const Frame *frame, GError **error);
gboolean host_handle_result_part(Host *self, const Frame *part, GError **error);
gboolean host_handle_returned(Host *self, const Frame *frame, GError **error);
gboolean host_handle_lost(Host *self, const Frame *frame, GError **error);
gboolean host_handle_log(Host *self, const Frame *frame, GError **error);

/* Defined in host.c. */
void host_header_init(Host *self, struct wire_header *header, uint8_t type);
void host_queue(Host *self, uint8_t type, const struct wire_writer *meta);
/* Sets the status that the program shows for the host. */
void host_set_state(Host *self, MamutoHostState state, const char *message);
void host_span(Host *self, MamutoSpanKind kind, gint64 begin, gint64 end, int slot,
               const ScheduleChunk *chunk, guint8 flags);
gboolean host_protocol_error(GError **error, const Frame *frame, const char *what);

/* Defined in host-health.c. */
/* Processes the first frame of the agent, which must be READY. */
gboolean host_handle_ready(Host *self, const Frame *frame, GError **error);
/* Returns the maximum size of the chunks and results at the host, in bytes. The memory that the
 * arrays stored on the host occupy is not available for them. 0: there is no limit, because the
 * free memory of the host is unknown. */
gsize host_get_credit(Host *self);
/* Processes STATS and PONG frames, which report the load of the host. */
gboolean host_handle_stats(Host *self, const Frame *frame, GError **error);
/* Sends a ping when it is time. Returns FALSE with @error set if the host has been silent for
 * too long. */
gboolean host_watch(Host *self, gint64 now, GError **error);
gint64 host_next_watch(Host *self);
void host_send_ping(Host *self, gint64 now);
/* Converts a time of the agent's clock (µs) to a signed number. Limits the number, because
 * later additions must not overflow. */
gint64 host_agent_time(guint64 agent_us);

/* Defined in host-silence.c. */
/* Forgets earlier pings. Called after the host has entered HOST_WORKING. */
void host_begin_answers(Host *self);
/* If a result is late, asks the host for a sign of life. Tells the run if the host does not answer,
 * and if it responds again. Called after received frames were processed. */
void host_watch_answers(Host *self, gint64 now);
/* Returns the time at which host_watch_answers() must be called again. */
gint64 host_next_question(Host *self);
/* Called with the time between a ping and its answer, in µs. */
void host_note_round_trip(Host *self, gint64 round_trip);

G_END_DECLS
