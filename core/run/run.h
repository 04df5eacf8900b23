/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One run in progress: the state that the threads of all hosts share, from the first chunk to the
 * result. The functions take the session's lock, except while they store results. */
#pragma once

#include "failure-log.h"
#include "mamuto-argument.h"
#include "mamuto-map-flags.h"
#include "result-store.h"
#include "schedule.h"
#include "session.h"

G_BEGIN_DECLS

/* The code of a function at the start of a run. If the sources change, the next run gets a new
 * FunctionCode. Reference counted (g_atomic_rc_box). */
typedef struct {
    guint32 id; /* unique in the session, from 1 */
    char *spec, *language, *module, *name;
    GBytes *bundle;
    char *bundle_hash; /* "" if no module is sent */
} FunctionCode;

void function_code_clear(gpointer code);

/* Maximum number of arguments of a call. */
#define RUN_MAX_ARGUMENTS 64

typedef struct {
    MamutoArgument *argument;
    gboolean kept; /* stored on the hosts as a blob named by its hash */
} RunArgument;

/* Combines the arguments that are kept on the hosts (@kept, nullable) with the arguments that were
 * passed for this run (@given). Fails unless the number of arguments fits the call, no argument is
 * missing, and all arrays have the same length (@n_rows). The run_arguments functions may be called
 * in any thread. */
RunArgument *run_arguments_gather(GPtrArray *kept, GPtrArray *given, guint *n, gint64 *n_rows,
                                  GError **error);
void run_arguments_free(RunArgument *arguments, guint n);
/* Returns the bytes of one row that are sent to a host which stores the kept arrays already. */
gsize run_arguments_row_bytes(const RunArgument *arguments, guint n);
/* Returns FALSE if the file of an argument was modified after the file was loaded. */
gboolean run_arguments_check_unchanged(const RunArgument *arguments, guint n, GError **error);

/* State of a host in a run. Guarded by the session's lock. */
typedef struct {
    gboolean gone; /* takes no more chunks of the run */
    int scheduled; /* number of the host in the schedule; -1: not in the schedule */
    HostCounts counts;
    GArray *drops;  /* elements: guint64; chunks that the host may abandon */
    GArray *copies; /* elements: guint64; ids of chunks taken as copies */
    GError *error;  /* (nullable): the MAMUTO_ERROR because of which the host is gone */
} RunHost;

/* The result of a chunk, as received from a host. */
typedef struct {
    guint64 chunk;
    guint attempt;
    gint64 took_us;     /* computing time, µs */
    gint64 n_failed;    /* number of failed rows */
    GPtrArray *errors;  /* elements: MamutoRowFailure; details of some failed rows */
    ResultBlock *block; /* the rows, and the location of their results */
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
    guint32 number;     /* unique in the session, from 1 */
    FunctionCode *code; /* NULL before session_set_run(), like `store` */
    RunArgument *arguments;
    guint n_arguments;
    gint64 n_rows;
    MamutoMapFlags flags;
    guint64 seed;
    guint n_hosts;
    ResultStore *store;
    MamutoTrace *trace;
    GMainContext *context;
    void (*complete)(Run *self, gpointer data); /* (nullable): called once in @context */
    gpointer data;
    GCancellable *hashing;
    /* guarded by the session's lock: */
    Schedule *schedule;
    GArray *scheduled_hosts; /* elements: guint; host, by number in the schedule */
    RunHost *hosts;          /* array of n_hosts elements */
    guint n_usable;          /* number of hosts that are not gone */
    guint n_storing;
    gboolean hashed; /* whether the kept arrays are hashed */
    gboolean over;   /* whether the run is over: no more chunks are sent */
    gboolean posted; /* whether on_complete() was scheduled */
    GError *error;   /* the error that ended the run; NULL: all rows are done */
    RunCounts counts;
    FailureLog *failures;
    GQueue logs; /* elements: RunLog */
    gsize logs_size;
    guint n_logs_dropped;
};

/* @arguments: (transfer full), array and elements. The mapper sets `code` and `store` before
 * session_set_run(), because creating them may need file I/O. */
Run *run_new(Session *session, guint32 number, RunArgument *arguments, guint n_arguments,
             gint64 n_rows);
Run *run_ref(Run *self);
void run_unref(Run *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Run, run_unref)

/* (transfer full): the error of a run without usable hosts. With one host, this is the error of the
 * host; with several hosts, an error that has each host's error as a cause. Defined in
 * run-reason.c. Call with the lock held. */
GError *run_reason_without_hosts(const Run *self);
/* (transfer full): @error converted to the domain MAMUTO_ERROR. Any thread. */
GError *run_reason_of_host(const GError *error);
/* (transfer full): the error of a run whose rows [@lo, @hi) were lost too often. @last: the error
 * of the last loss. Call without the lock, because the function checks the files of the arguments.
 */
GError *run_reason_hopeless(const Run *self, gint64 lo, gint64 hi, const GError *last);

/* The following functions may be called in any thread. Call them without the lock. */
gboolean run_is_over(Run *self);
/* Ends the run, unless it is over. @error: (nullable): NULL if the run ends without an error. */
void run_stop(Run *self, const GError *error);
/* Returns whether the kept arrays are hashed. If not, starts a thread that hashes the arrays, which
 * may take minutes. The thread wakes all hosts when it has finished. */
gboolean run_hash_kept(Run *self);
/* The host can take chunks from now on. @row_us: last measured µs per row, or 0 if unknown.
 * @credit: maximum bytes of all chunks at the host. */
void run_host_ready(Run *self, guint host, guint cores, double row_us, gsize credit);
/* @n_busy: number of computing cores, as reported by the host. */
void run_host_set_busy(Run *self, guint host, guint n_busy);
void run_host_set_cores(Run *self, guint host, guint cores);
/* The host's connection was lost. Other hosts compute the chunks of the host. When the host is
 * connected again, the host's thread calls run_host_ready() again. */
void run_host_away(Run *self, guint host, const GError *error);
/* The host cannot contribute to this run any more because of @error. */
void run_host_gone(Run *self, guint host, const GError *error);
gboolean run_take(Run *self, guint host, gint64 now, ScheduleChunk *chunk);
/* Moves the ids of the chunks that the host may abandon to @drops (elements: guint64). */
void run_take_drops(Run *self, guint host, GArray *drops);
gint64 run_get_wakeup(Run *self, guint host, gint64 now);
/* Returns FALSE with @error if the result violates the protocol; the host must then not be trusted
 * any more. */
gboolean run_result(Run *self, guint host, const RunResult *result, GError **error);
void run_attempt_lost(Run *self, guint host, guint64 chunk, guint attempt, const GError *error);
void run_log(Run *self, guint host, int slot, guint stream, const char *text, gsize len);
/* Moves the waiting log lines to @logs. @n_dropped: number of lines that were dropped because too
 * many lines were waiting. Call with the lock held. */
void run_steal_logs(Run *self, GQueue *logs, guint *n_dropped);
void run_log_free(gpointer log);
void run_count_bytes(Run *self, guint host, guint64 sent, guint64 received);
double run_get_row_us(Run *self, guint host);

/* (transfer full): the results computed so far. The output file is completed only if the run ended
 * without an error. Blocks, because the function writes files. */
MamutoResult *run_finish(Run *self, GError **error);

G_END_DECLS
