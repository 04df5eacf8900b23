/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One run in progress: the state that the threads of all hosts share, from the first chunk to the
 * result. Functions take the session's lock; results are stored outside the lock. */
#pragma once

#include "failure-log.h"
#include "mamuto-argument.h"
#include "mamuto-map-flags.h"
#include "result-store.h"
#include "schedule.h"
#include "session.h"

G_BEGIN_DECLS

/* The code of a function when a run began; changed sources make another FunctionCode. Reference
 * counted (g_atomic_rc_box). */
typedef struct {
    guint32 id; /* within the session, from 1 */
    char *spec, *language, *module, *name;
    GBytes *bundle;
    char *bundle_hash; /* "": no module is sent */
} FunctionCode;

void function_code_clear(gpointer code);

/* Maximum number of arguments of a call. */
#define RUN_MAX_ARGUMENTS 64

typedef struct {
    MamutoArgument *argument;
    gboolean kept; /* stays on the hosts as a blob named by its hash */
} RunArgument;

/* Combines the arguments given to remap() with the kept ones (nullable): as many as the call needs,
 * each present, all arrays of one length (@n_rows). The run_arguments functions may be called in
 * any thread. */
RunArgument *run_arguments_gather(GPtrArray *kept, GPtrArray *given, guint *n, gint64 *n_rows,
                                  GError **error);
void run_arguments_free(RunArgument *arguments, guint n);
/* Bytes of one row to send to a host that has only the kept arrays. */
gsize run_arguments_row_bytes(const RunArgument *arguments, guint n);
/* FALSE: an argument's file was modified after it was loaded. */
gboolean run_arguments_check_unchanged(const RunArgument *arguments, guint n, GError **error);

/* A host's part in a run; guarded by the session's lock. */
typedef struct {
    gboolean gone; /* contributes no more to the run */
    int scheduled; /* number in the schedule; -1: not in the schedule */
    HostCounts counts;
    GArray *drops;  /* of guint64: chunks that the host may abandon */
    GArray *copies; /* of guint64: chunks taken as copies; few, at the end */
    GError *error;  /* (nullable): why the host is gone; MAMUTO_ERROR */
} RunHost;

/* The result of a chunk as a host sent it. */
typedef struct {
    guint64 chunk;
    guint attempt;
    gint64 took_us;     /* computing time, µs */
    gint64 n_failed;    /* number of failed rows */
    GPtrArray *errors;  /* (element-type MamutoRowFailure): details of some failed rows */
    ResultBlock *block; /* the rows and the location of their results */
} RunResult;

typedef struct {
    guint host;
    int slot;
    guint stream;
    char *text;
} RunLog;

struct _Run {
    Session *session;
    /* constant: */
    guint32 number;     /* within the session, from 1 */
    FunctionCode *code; /* NULL until session_set_run(), like @store */
    RunArgument *arguments;
    guint n_arguments;
    gint64 n_rows;
    MamutoMapFlags flags;
    guint64 seed;
    guint n_hosts;
    ResultStore *store;
    MamutoTrace *trace;
    GMainContext *context;
    void (*complete)(Run *self, gpointer data); /* in @context, once; nullable */
    gpointer data;
    GCancellable *hashing;
    /* guarded by the session's lock: */
    Schedule *schedule;
    GArray *scheduled_hosts; /* of guint: host, by number in the schedule */
    RunHost *hosts;          /* of n_hosts */
    guint n_usable;          /* hosts that are not gone */
    guint n_storing;
    gboolean hashed; /* the kept arrays are hashed */
    gboolean over;   /* no more chunks are handed out */
    gboolean posted; /* on_complete() was scheduled */
    GError *error;   /* why the run is over; NULL: all rows are done */
    RunCounts counts;
    FailureLog *failures;
    GQueue logs; /* of RunLog */
    gsize logs_size;
    guint n_logs_dropped;
};

/* @arguments: (transfer full), array and elements. The mapper sets code and store, which may need
 * file I/O, before session_set_run(). */
Run *run_new(Session *session, guint32 number, RunArgument *arguments, guint n_arguments,
             gint64 n_rows);
Run *run_ref(Run *self);
void run_unref(Run *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Run, run_unref)

/* run-reason.c. (transfer full): the error of a run without usable hosts: the error of the only
 * host, or an error with each host's error as a cause. Call with the lock held. */
GError *run_reason_without_hosts(const Run *self);
/* (transfer full): @error converted to the domain MAMUTO_ERROR; any thread. */
GError *run_reason_of_host(const GError *error);
/* (transfer full): the error for rows [@lo, @hi) that were lost too often, last with @last. Call
 * without the lock, because this checks the files of the arguments. */
GError *run_reason_hopeless(const Run *self, gint64 lo, gint64 hi, const GError *last);

/* Any thread; call without the lock: */
gboolean run_is_over(Run *self);
/* Ends the run with @error (nullable: without an error), unless the run is over. */
void run_stop(Run *self, const GError *error);
/* Whether the kept arrays are hashed. If not, starts a thread that hashes them, which may take
 * minutes, and then wakes all hosts. */
gboolean run_hash_kept(Run *self);
/* The host can take chunks from now on. @row_us: last measured µs per row, 0 if unknown; @credit:
 * limit of the chunks at the host, in bytes. */
void run_host_ready(Run *self, guint host, guint cores, double row_us, gsize credit);
/* Number of cores in use, as reported by the host. */
void run_host_set_busy(Run *self, guint host, guint n_busy);
void run_host_set_cores(Run *self, guint host, guint cores);
/* The host's connection was lost but may return with run_host_ready(). The host's chunks are
 * computed by other hosts. */
void run_host_away(Run *self, guint host, const GError *error);
/* The host contributes no more to this run, because of @error. */
void run_host_gone(Run *self, guint host, const GError *error);
gboolean run_take(Run *self, guint host, gint64 now, ScheduleChunk *chunk);
/* Moves the chunks that the host may abandon to @drops (of guint64). */
void run_take_drops(Run *self, guint host, GArray *drops);
gint64 run_get_wakeup(Run *self, guint host, gint64 now);
/* FALSE: the result violates the protocol (@error), so the host must not be trusted any more. */
gboolean run_result(Run *self, guint host, const RunResult *result, GError **error);
void run_attempt_lost(Run *self, guint host, guint64 chunk, guint attempt, const GError *error);
void run_log(Run *self, guint host, int slot, guint stream, const char *text, gsize len);
/* Call with the lock held. Moves the log lines that were not shown yet to @logs; @n_dropped: lines
 * omitted because too many were waiting. */
void run_steal_logs(Run *self, GQueue *logs, guint *n_dropped);
void run_log_free(gpointer log);
void run_count_bytes(Run *self, guint host, guint64 sent, guint64 received);
double run_get_row_us(Run *self, guint host);

/* (transfer full): the results computed so far; the output file is completed only if the run ended
 * without an error. Blocks: writes files. */
MamutoResult *run_finish(Run *self, GError **error);

G_END_DECLS
