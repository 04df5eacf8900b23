/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What host-run.c (the thread), host-connection.c, host-prepare.c and host-chunks.c (a run's
 * frames) share. All
 * of it belongs to the host's thread but where said otherwise. */
#pragma once

#include "frame-stream.h"
#include "host-run.h"
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

struct _HostRun {
    Session *session;
    guint number;
    GThread *thread;
    GCancellable *cancellable;
    /* constant: */
    char *name, *address, *user, *python, *workdir;
    guint port;
    int nice;
    gboolean local;
    /* guarded by wake_lock: */
    pthread_mutex_t wake_lock;
    Link *link; /* (nullable): for waking it */
    /* guarded by the session's lock: */
    HostFacts facts;
    guint wanted_cores; /* 0: none, see all_cores */
    gboolean all_cores; /* as many as the host has */

    /* the thread's own: */
    FrameStream *stream;
    guint cores;            /* in use */
    guint host_cores;       /* that it has */
    gsize credit;           /* bytes of chunks that it may hold */
    gint64 clock_offset;    /* our clock minus the agent's, µs */
    gint64 best_round_trip; /* of the ping that offset is from */
    gint64 last_heard, last_ping, ping_sent;
    gint64 last_turn;   /* when we last looked */
    guint64 taken_then; /* bytes that it had taken by then */
    gboolean suspect;   /* it has been silent for long; its status says so */
    guint64 ping_token;
    guint64 counted_sent, counted_received; /* already counted for a run */
    GHashTable *prepared;                   /* function id → GUINT: 1 asked for, 2 prepared */
    GQueue warm;                            /* ids of those, in order of their preparation */
    GHashTable *blobs;                      /* hashes that were sent → BlobAtHost */
    guint64 blobs_size, blobs_room;         /* bytes of them; how many it may keep */
    GHashTable *row_us;                     /* function id → double: measured last */
    GArray *acks;                           /* of guint64 */

    Run *run;        /* (owned) (nullable): the one it works on */
    guint32 seen;    /* number of the last one it was given */
    gboolean begun;  /* the host was told of it */
    gboolean joined; /* it was told that the host is ready */
    gboolean gone;   /* it was told that the host contributes no more */
    GError *lost;    /* (owned) (nullable): why its connection went, while it is tried anew */
    guint n_returns; /* how often it was, since a result came */
    gint64 preparing_since;
    GHashTable *chunks; /* "chunk id" → HostChunk */
};

/* host-prepare.c: what goes before the chunks. */
/* Sends what the run needs: blobs, function, arguments. Called again until self->begun: kept
 * arrays have to be hashed first. */
gboolean host_begin_run(HostRun *self, GError **error);
/* What the agent was sent went with the connection, or cannot be relied on. */
void host_forget_blobs(HostRun *self);
/* How long a row took here, for the next time that its function is mapped. */
void host_remember_speed(HostRun *self);
/* The host has imported the function: chunks may be taken. */
void host_joins(HostRun *self);
/* FINISH or CANCEL, and forgets it. */
void host_leave_run(HostRun *self);
/* The file descriptor that a local agent can be handed for an array, or -1. */
int host_reference(HostRun *self, MamutoArray *array, guint64 *offset);

/* host-chunks.c */
/* Takes chunks while the host should have more, sends drops and acknowledgements. */
gboolean host_chunks_pump(HostRun *self, gint64 now, GError **error);
/* A frame about the run. FALSE: the host must not have sent it. */
gboolean host_handle_result(HostRun *self, const Frame *frame, GError **error);
gboolean host_handle_lost(HostRun *self, const Frame *frame, GError **error);
gboolean host_handle_log(HostRun *self, const Frame *frame, GError **error);

/* host-run.c */
void host_header_init(HostRun *self, struct wire_header *header, uint8_t type);
void host_queue(HostRun *self, uint8_t type, const struct wire_writer *meta);
void host_set_state(HostRun *self, MamutoHostState state, const char *message);
/* LOST or FAILED, and why. */
void host_set_failed(HostRun *self, MamutoHostState state, const GError *error);
void host_span(HostRun *self, MamutoSpanKind kind, gint64 begin, gint64 end, int slot,
               const ScheduleChunk *chunk, guint8 flags);
gboolean host_protocol_error(GError **error, const Frame *frame, const char *what);

/* host-connection.c */
gboolean host_connect(HostRun *self, GError **error);
void host_disconnect(HostRun *self);
/* STATS and PONG. */
gboolean host_handle_stats(HostRun *self, const Frame *frame, GError **error);
/* Pings, and the verdict on a host that is silent; when to look again at the latest. */
gboolean host_watch(HostRun *self, gint64 now, GError **error);
gint64 host_next_watch(HostRun *self);
/* A time of the agent's as one can reckon with, whatever it says: without overflow. */
gint64 host_agent_time(guint64 agent_us);

G_END_DECLS
