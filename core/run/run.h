/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One run on its way: what all hosts' threads work on together, from its first chunk to the
 * result. Its calls take the session's lock; storing results happens outside of it. */
#pragma once

#include "failure-log.h"
#include "mamuto-argument.h"
#include "mamuto-map-flags.h"
#include "result-store.h"
#include "schedule.h"
#include "session.h"
#include "wire.h"

G_BEGIN_DECLS

/* A function as it was when a run began: changed content is another one. Counted
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
} RunArgument;

/* What remap() is given and what is kept (nullable), put together: as many as the call will have,
 * each with its argument; arrays of one length (@n_rows). Both ways: any thread. */
RunArgument *run_arguments_gather(GPtrArray *kept, GPtrArray *given, guint *n, gint64 *n_rows,
                                  GError **error);
void run_arguments_free(RunArgument *arguments, guint n);
/* Bytes of a row that must travel to a host that has nothing but what is kept there. */
gsize run_arguments_row_bytes(const RunArgument *arguments, guint n);
/* FALSE: a file of theirs was written to since it was loaded. */
gboolean run_arguments_check_unchanged(const RunArgument *arguments, guint n, GError **error);

/* Of a host within a run; guarded by the session's lock. */
typedef struct {
    gboolean gone; /* it contributes no more */
    int scheduled; /* its number in the schedule, -1: not in it */
    HostCounts counts;
    GArray *drops;  /* of guint64: chunks that it need not finish */
    GArray *copies; /* of guint64: chunks that it was given as copies; a few, at the end */
    GError *error;  /* (nullable): why it is gone; of MAMUTO_ERROR */
} RunHost;

typedef struct {
    guint host;
    int slot;
    guint stream;
    char *text;
} RunLog;

struct _Run {
    Session *session;
    /* constant: */
    guint32 number; /* within the session, from 1 */
    FunctionCode *code;
    RunArgument *arguments;
    guint n_arguments;
    gint64 n_rows;
    MamutoMapFlags flags;
    guint64 seed;
    guint n_hosts;
    ResultStore *store;
    MamutoTrace *trace;
    GMainContext *context;
    void (*complete)(Run *self, gpointer data); /* in @context, once; NULL: nobody waits */
    gpointer data;
    GCancellable *hashing;
    /* guarded by the session's lock: */
    Schedule *schedule;
    GArray *scheduled_hosts; /* of guint: host of each number in the schedule */
    RunHost *hosts;          /* of n_hosts */
    guint n_usable;          /* hosts that are not gone */
    guint n_storing;
    gboolean hashed; /* the kept arrays are */
    gboolean over;   /* nothing more is handed out */
    gboolean posted; /* completion was announced */
    GError *error;   /* why it is over, NULL: all rows are done */
    RunCounts counts;
    FailureLog *failures;
    GQueue logs; /* of RemapLog */
    gsize logs_size;
    guint n_logs_dropped;
};

/* Takes @arguments (array and elements), @store and @code over. @row_bytes_out: an estimate or 0.
 */
Run *run_new(Session *session, guint32 number, FunctionCode *code, RunArgument *arguments,
             guint n_arguments, gint64 n_rows, ResultStore *store);
Run *run_ref(Run *self);
void run_unref(Run *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Run, run_unref)

/* run-reason.c, with the lock held; (transfer full). No host is left: one host's reason is the
 * reason; of several, all are told. */
GError *run_reason_without_hosts(const Run *self);
/* (transfer full): of MAMUTO_ERROR, whatever the domain of @error. */
GError *run_reason_of_host(const GError *error);
/* Rows were lost too often, the last time for @last (nullable). */
GError *run_reason_hopeless(const Run *self, const GError *last);

/* Any thread, without the lock: */
gboolean run_is_over(Run *self);
/* Ends it with an error, unless it is over. */
void run_stop(Run *self, const GError *error);
/* Whether the kept arrays are hashed; if not, a thread does it, since it may take minutes, and
 * wakes all when it is done. */
gboolean run_hash_kept(Run *self);
/* The host is ready to be given chunks. */
void run_host_ready(Run *self, guint host, guint cores, double row_us, gsize credit);
void run_host_set_cores(Run *self, guint host, guint cores);
/* Its connection was lost, and it may come back (run_host_ready() again): what it had goes to
 * others. */
void run_host_away(Run *self, guint host, const GError *error);
/* The host contributes no more to this run. @error tells why. */
void run_host_gone(Run *self, guint host, const GError *error);
gboolean run_take(Run *self, guint host, gint64 now, ScheduleChunk *chunk);
/* Chunks to forget at the host; @drops (of guint64) is filled. */
void run_take_drops(Run *self, guint host, GArray *drops);
gint64 run_get_wakeup(Run *self, guint host, gint64 now);
/* A result as it came: @header, @result and the block it describes; @errors: the listed rows.
 * FALSE: the host must not have sent it (@error says why); the host is not to be trusted. */
gboolean run_result(Run *self, guint host, const struct wire_header *header,
                    const struct wire_result *result, const ResultBlock *block, GPtrArray *errors,
                    GError **error);
void run_attempt_lost(Run *self, guint host, guint64 chunk, guint attempt, const GError *error);
void run_log(Run *self, guint host, int slot, guint stream, const char *text, gsize len);
/* With the lock held: what was logged and not yet shown, and how many lines there was no room for.
 */
void run_steal_logs(Run *self, GQueue *logs, guint *n_dropped);
void run_log_free(gpointer log);
void run_count_bytes(Run *self, guint host, guint64 sent, guint64 received);
double run_get_row_us(Run *self, guint host);

/* What was computed; @path: of an output file, completed only if @complete. Slow: writes. */
MamutoResult *run_finish(Run *self, GError **error);

G_END_DECLS
