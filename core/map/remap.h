/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One remap on its way: what all hosts' threads work on together, from its first chunk to the
 * result. Its calls take the session's lock; storing results happens outside of it. */
#pragma once

#include "failure-log.h"
#include "mamuto-argument.h"
#include "mamuto-mapper.h"
#include "result-store.h"
#include "schedule.h"
#include "session.h"
#include "wire.h"

G_BEGIN_DECLS

/* A function as it was when a remap began: changed content is another one. Counted
 * (g_atomic_rc_box). */
typedef struct {
    guint32 id; /* within the session, from 1 */
    char *spec, *module, *name;
    GBytes *bundle;
    char *bundle_hash; /* "" if nothing travels */
} FunctionCode;

void function_code_clear(gpointer code);

typedef struct {
    MamutoArgument *argument;
    gboolean kept; /* stays on the hosts: sent as a blob by its hash */
} RemapArgument;

/* What remap() is given and what is kept (nullable), put together: as many as the call will have,
 * each with its argument; arrays of one length (@n_rows). Both ways: any thread. */
RemapArgument *remap_arguments_gather(GPtrArray *kept, GPtrArray *given, guint *n, gint64 *n_rows,
                                      GError **error);
void remap_arguments_free(RemapArgument *arguments, guint n);
/* Bytes of a row that must travel to a host that has nothing but what is kept there. */
gsize remap_arguments_row_bytes(const RemapArgument *arguments, guint n);
/* FALSE: a file of theirs was written to since it was loaded. */
gboolean remap_arguments_check_unchanged(const RemapArgument *arguments, guint n, GError **error);

/* Of a host within a remap; guarded by the session's lock. */
typedef struct {
    gboolean gone; /* it contributes no more */
    int scheduled; /* its number in the schedule, -1: not in it */
    HostCounts counts;
    GArray *drops;  /* of guint64: chunks that it need not finish */
    GArray *copies; /* of guint64: chunks that it was given as copies; a few, at the end */
    char *why;      /* why it is gone */
    int error_code;
} RemapHost;

typedef struct {
    guint host;
    int slot;
    guint stream;
    char *text;
} RemapLog;

struct _Remap {
    Session *session;
    /* constant: */
    guint32 number; /* within the session, from 1 */
    FunctionCode *code;
    RemapArgument *arguments;
    guint n_arguments;
    gint64 n_rows;
    MamutoMapFlags flags;
    guint64 seed;
    guint n_hosts;
    ResultStore *store;
    MamutoTrace *trace;
    GMainContext *context;
    void (*complete)(Remap *self, gpointer data); /* in @context, once; NULL: nobody waits */
    gpointer data;
    GCancellable *hashing;
    /* guarded by the session's lock: */
    Schedule *schedule;
    GArray *scheduled_hosts; /* of guint: host of each number in the schedule */
    RemapHost *hosts;        /* of n_hosts */
    guint n_usable;          /* hosts that are not gone */
    guint n_storing;
    gboolean hashed; /* the kept arrays are */
    gboolean over;   /* nothing more is handed out */
    gboolean posted; /* completion was announced */
    GError *error;   /* why it is over, NULL: all rows are done */
    JobCounts counts;
    FailureLog *failures;
    GQueue logs; /* of RemapLog */
    gsize logs_size;
    guint n_logs_dropped;
};

/* Takes @arguments (array and elements), @store and @code over. @row_bytes_out: an estimate or 0.
 */
Remap *remap_new(Session *session, guint32 number, FunctionCode *code, RemapArgument *arguments,
                 guint n_arguments, gint64 n_rows, ResultStore *store);
Remap *remap_ref(Remap *self);
void remap_unref(Remap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Remap, remap_unref)

/* remap-reason.c, with the lock held; (transfer full). No host is left: one host's reason is the
 * reason; of several, all are told. */
GError *remap_reason_without_hosts(const Remap *self);
/* Rows were lost too often, the last time for @why (nullable). */
GError *remap_reason_hopeless(const Remap *self, const char *why);

/* Any thread, without the lock: */
gboolean remap_is_over(Remap *self);
/* Ends it with an error, unless it is over. */
void remap_stop(Remap *self, const GError *error);
/* Whether the kept arrays are hashed; if not, a thread does it, since it may take minutes, and
 * wakes all when it is done. */
gboolean remap_hash_kept(Remap *self);
/* The host is ready to be given chunks. */
void remap_host_ready(Remap *self, guint host, guint cores, double row_us, gsize credit);
void remap_host_set_cores(Remap *self, guint host, guint cores);
/* Its connection was lost, and it may come back (remap_host_ready() again): what it had goes to
 * others. */
void remap_host_away(Remap *self, guint host, const GError *error);
/* The host contributes no more to this remap. @error tells why. */
void remap_host_gone(Remap *self, guint host, const GError *error);
gboolean remap_take(Remap *self, guint host, gint64 now, ScheduleChunk *chunk);
/* Chunks to forget at the host; @drops (of guint64) is filled. */
void remap_take_drops(Remap *self, guint host, GArray *drops);
gint64 remap_get_wakeup(Remap *self, guint host, gint64 now);
/* A result as it came: @header, @result and the block it describes; @errors: the listed rows.
 * FALSE: the host must not have sent it (@error says why); the host is not to be trusted. */
gboolean remap_result(Remap *self, guint host, const struct wire_header *header,
                      const struct wire_result *result, const ResultBlock *block, GPtrArray *errors,
                      GError **error);
void remap_attempt_lost(Remap *self, guint host, guint64 chunk, guint attempt, const char *why);
void remap_log(Remap *self, guint host, int slot, guint stream, const char *text, gsize len);
/* With the lock held: what was logged and not yet shown, and how many lines there was no room for.
 */
void remap_steal_logs(Remap *self, GQueue *logs, guint *n_dropped);
void remap_log_free(gpointer log);
void remap_count_bytes(Remap *self, guint host, guint64 sent, guint64 received);
double remap_get_row_us(Remap *self, guint host);

/* What was computed; @path: of an output file, completed only if @complete. Slow: writes. */
MamutoResult *remap_finish(Remap *self, GError **error);

G_END_DECLS
