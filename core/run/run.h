/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One run in progress: the state that the threads of all hosts share, from the first chunk to the
 * result. */
#pragma once

#include "failure-log.h"
#include "mamuto-argument.h"
#include "mamuto-function.h"
#include "mamuto-map-flags.h"
#include "result-store.h"
#include "schedule.h"
#include "sent-files.h"
#include "session.h"
#include "unconfirmed.h"

G_BEGIN_DECLS

/* The code of a function as it was at the start of a run. If the source files are modified, the
 * next run gets a new FunctionCode. Reference counted (g_atomic_rc_box). */
typedef struct {
    guint32 id; /* number of this FunctionCode, unique in the session, from 1 */
    char *spec, *language, *module, *name;
    GBytes *bundle;
    char *bundle_hash; /* hash of `bundle`; "" if no module is sent */
    SentFiles *files;  /* (nullable): NULL if no data files are sent */
    /* Where the modules are on this computer, for an interpreter here and for one on another host;
     * see function_sources_format_places(). */
    char *places_here, *places_elsewhere;
} FunctionCode;

void function_code_clear(gpointer code);

/* Maximum number of arguments of a call. */
#define RUN_MAX_ARGUMENTS 64
/* Maximum number of bytes of the name of an argument. */
#define RUN_MAX_NAME 1024

typedef struct {
    MamutoArgument *argument;
    guint number;     /* position among the arguments without a name, from 0; 0 if it has a name */
    guint rank;       /* orders the arguments as the caller has given them */
    gboolean by_name; /* passed by its name; other arguments with a name are passed by position */
    gboolean kept;    /* the hosts store this argument, so it is not sent for each chunk: an array
                       * that is kept between runs, or a whole array */
    gint64 repeats; /* in a grid, if the argument is kept: row i of the run has row (i / repeats) %
                     * n of its n rows; else 0 */
} RunArgument;

/* The shape of a grid, see MAMUTO_MAP_GRID. */
typedef struct {
    guint n_axes; /* 0: the run has no grid */
    gint64 axes[MAMUTO_ARRAY_MAX_DIMS];
} RunGrid;

/* Combines the arguments that are kept on the hosts (@kept, nullable) with the arguments that were
 * passed for this run (@given), and orders them as they are passed to @function (nullable). @grid:
 * (nullable): receives the shape of a grid of all combinations, whose rows are counted. @n_rows
 * receives the common length of all arrays that are mapped over. Fails if there are too many
 * arguments, if the function does not accept them, if no argument is mapped over, or if these
 * arrays differ in length. The run_arguments functions may be called from any thread. */
RunArgument *run_arguments_gather(MamutoFunction *function, GPtrArray *kept, GPtrArray *given,
                                  RunGrid *grid, guint *n, gint64 *n_rows, GError **error);
/* Defined in run-grid.c. Replaces each array that is mapped over by one with a row for each
 * combination, or, if it is kept, sets its `repeats`. */
gboolean run_arguments_make_grid(RunArgument *arguments, guint n, RunGrid *grid, gint64 *n_rows,
                                 GError **error);
/* Returns whether the function is called once for each row of the argument. */
gboolean run_argument_is_mapped(const RunArgument *argument);
void run_arguments_free(RunArgument *arguments, guint n);
/* Returns the number of bytes of arguments that are sent to a host, or copied there, for each row.
 * Arrays that the hosts store between runs are counted only in a grid, where a host copies their
 * rows for each combination. */
gsize run_arguments_row_bytes(const RunArgument *arguments, guint n);
/* Adds the name or the number of an argument to the message of an error that occurred while its
 * array was read. @number: counted from 0. */
void run_argument_name_in(GError **error, MamutoArgument *argument, guint number);
/* Returns FALSE if the file of an argument was modified after the file was loaded. */
gboolean run_arguments_check_unchanged(const RunArgument *arguments, guint n, GError **error);
/* Returns FALSE if the content of an argument's file is damaged. @wait: whether to wait for checks
 * that are not finished; a wait ends with G_IO_ERROR_CANCELLED soon after @cancellable (nullable)
 * was cancelled. */
gboolean run_arguments_check_content(const RunArgument *arguments, guint n, gboolean wait,
                                     GCancellable *cancellable, GError **error);

/* State of a host in a run. Guarded by the session's lock. */
typedef struct {
    gboolean gone; /* the host gets no more chunks of this run */
    int scheduled; /* number of the host in the schedule; -1: it gets no chunks now */
    HostCounts counts;
    GArray *recalls; /* elements: ScheduleRecall; attempts whose rows are wanted back */
    GArray *drops;   /* elements: guint64; ids of chunks whose results are not needed any more */
    GArray *copies;  /* elements: guint64; ids of chunks that the host got as copies */
    GError *error;   /* (nullable): why the host is gone; domain: MAMUTO_ERROR */
    /* The host is gone, because all rows failed on it, but not on other hosts. */
    gboolean left_out;
    int former;      /* the last value of `scheduled` that was not -1, or -1 */
    gint64 n_doubly; /* number of rows that failed on this host and that another host computed */
    /* (nullable): the first failure whose cause may be this host */
    MamutoRowFailure *doubt;
} RunHost;

/* The result of a chunk, as received from a host. */
typedef struct {
    guint64 chunk;
    guint attempt;
    gint64 took_us; /* computing time, µs */
    gint64 n_failed;
    gint64 n_suspect;      /* number of failed rows whose cause may be the host */
    const guint8 *suspect; /* one bit for each row, like ResultBlock.failed; NULL: n_suspect is 0 */
    GPtrArray *errors;     /* elements: MamutoRowFailure; details of the first failed rows */
    ResultBlock *block;    /* the rows, and the location of their results */
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
    guint32 number;     /* number of the run, unique in the session, from 1 */
    FunctionCode *code; /* set, like the member `store`, before session_set_run() is called */
    RunArgument *arguments;
    guint n_arguments;
    gint64 n_rows;
    RunGrid grid;
    MamutoMapFlags flags;
    guint64 seed;
    gint64 row_limit_us;   /* time limit of the call for one row; 0: none */
    gint64 start_limit_us; /* time limit of Python's start and of the import; 0: the default */
    guint n_hosts;
    ResultStore *store;
    MamutoTrace *trace;
    GMainContext *context;
    /* (nullable): called once in `context` when the run is complete */
    void (*complete)(Run *self, gpointer data);
    gpointer data;
    GCancellable *hashing;
    int reads_files; /* atomic; 1: a host is this computer and reads the original sent files, which
                        must not change during the run */
    /* guarded by the session's lock: */
    Schedule *schedule;
    /* elements: guint. The schedule numbers its hosts itself. Element i is the index in `hosts` of
     * the host that has the number i in the schedule. */
    GArray *scheduled_hosts;
    RunHost *hosts;
    guint n_usable;        /* number of hosts that are not gone */
    guint n_storing;       /* number of threads that are storing a result */
    gboolean hashed;       /* TRUE: the hashes of the arrays that hosts keep are known */
    gboolean over;         /* TRUE: no more chunks are sent */
    gboolean posted;       /* TRUE: `context` will call or has called on_complete() */
    GSource *announcement; /* (nullable): calls on_complete(); attached when the lock is released */
    GError *error;         /* (nullable): the error that ended the run */
    RunCounts counts;
    FailureLog *failures;
    gint64 n_aside; /* failed rows that are set aside, and not in `failures` before the end */
    Unconfirmed *unconfirmed; /* failed rows that another host tries */
    GQueue logs;              /* elements: RunLog */
    gsize logs_size;
    guint n_logs_dropped;
};

/* Becomes the owner of the array @arguments and of its elements. The mapper sets `code` and `store`
 * before session_set_run(), because creating them may need file I/O. */
Run *run_new(Session *session, guint32 number, RunArgument *arguments, guint n_arguments,
             gint64 n_rows);
Run *run_ref(Run *self);
void run_unref(Run *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Run, run_unref)

/* Returns (transfer full): the error of a run that has no usable host left. If the run has one
 * host, this is the error of the host. Otherwise the errors of all hosts are its causes. Call with
 * the lock held. */
GError *run_reason_without_hosts(const Run *self);
/* Returns (transfer full): @error converted to the domain MAMUTO_ERROR. Call in any thread. */
GError *run_reason_of_host(const GError *error);
/* Returns (transfer full): the error of a run whose input cannot be read any more. A file that was
 * invalid from the start is an error of the caller (INVALID_FILE). A file that changed during the
 * run is not, and the rows that were computed before can be used. Call in any thread. */
GError *run_reason_of_input(const GError *error);
/* Returns (transfer full): the error of a run whose rows @lo to @hi - 1 were lost too often. @last:
 * why the rows were lost the last time. Call without the lock, because the function checks the
 * files of the arguments. */
GError *run_reason_hopeless(const Run *self, gint64 lo, gint64 hi, const GError *last);

/* The following functions may be called from any thread. Call them without the lock. */
gboolean run_is_over(Run *self);
/* Ends the run, unless it is over already. @error: (nullable): the error of the run. */
void run_stop(Run *self, const GError *error);
/* Returns whether the arrays that the hosts store between runs have been hashed. If not, starts a
 * thread that computes the hashes, which may take minutes. At its end this thread wakes the threads
 * of all hosts. */
gboolean run_hash_kept(Run *self);
/* Tells the schedule that chunks can now be assigned to the host. @row_us: last measured µs per
 * row, or 0 if unknown. @credit: maximum number of bytes of all chunks that are assigned to the
 * host at a time. */
void run_host_ready(Run *self, guint host, guint cores, double row_us, gsize credit);
/* The delay of the host in an earlier run, see schedule_remember_delay(), and the shortest round
 * trip of a ping, see schedule_set_round_trip(). Called after run_host_ready(), and before the host
 * takes its first chunk. */
void run_host_remember_delay(Run *self, guint host, double delay_us, gint64 round_trip_us);
/* @n_busy: number of cores that are computing, as reported by the agent on the host. */
void run_host_set_busy(Run *self, guint host, guint n_busy);
void run_host_set_cores(Run *self, guint host, guint cores);
/* Called if the host stops responding, or responds again. Other hosts may copy its chunks. */
void run_host_set_silent(Run *self, guint host, gboolean silent);
/* Called after the connection to the host was lost. The chunks of the host are assigned to other
 * hosts. After the host is connected again, its thread calls run_host_ready() again. */
void run_host_away(Run *self, guint host, const GError *error);
/* Called if the host cannot compute rows of this run any more. @error: the reason. */
void run_host_gone(Run *self, guint host, const GError *error);
gboolean run_take(Run *self, guint host, gint64 now, ScheduleChunk *chunk);
/* Appends to @drops (elements: guint64) the ids of the chunks of this host whose results are not
 * needed any more. Each id is returned once. Returns FALSE with @error if the host was left out of
 * the run, so that none of its chunks are needed. */
gboolean run_take_drops(Run *self, guint host, GArray *drops, GError **error);
/* Asks hosts for rows that they have not begun, if a core of this host is idle. Call after
 * run_take() has returned FALSE. */
void run_recall(Run *self, guint host, gint64 now);
/* Appends to @recalls (elements: ScheduleRecall) the attempts of this host whose rows are wanted
 * back. */
void run_take_recalls(Run *self, guint host, GArray *recalls);
/* Reports that the host gave back the rows of the attempt from @hi on. */
void run_returned(Run *self, guint host, guint64 chunk, guint attempt, gint64 hi);
/* @due: receives the time after which a result of the host is late (schedule_get_due()). */
gint64 run_get_wakeup(Run *self, guint host, gint64 now, gint64 *due);
/* @result: may contain only the first rows of the chunk; other rows of the chunk are then assigned
 * again. Returns FALSE with @error if the result violates the protocol. In this case the caller
 * must end the connection to the host. */
gboolean run_result(Run *self, guint host, const RunResult *result, GError **error);
void run_attempt_lost(Run *self, guint host, guint64 chunk, guint attempt, const GError *error);
void run_log(Run *self, guint host, int slot, guint stream, const char *text, gsize len);
/* Moves the waiting log lines to @logs. @n_dropped receives the number of lines that were dropped
 * because too many lines were waiting. Call with the lock held. */
void run_steal_logs(Run *self, GQueue *logs, guint *n_dropped);
void run_log_free(gpointer log);
void run_count_bytes(Run *self, guint host, guint64 sent, guint64 received);
double run_get_row_us(Run *self, guint host);
/* Returns the delay of the host in this run in µs, see schedule_get_delay_us(). */
double run_get_delay_us(Run *self, guint host);

/* Returns (transfer full): the results computed so far. The output file is completed only if the
 * run ended without an error. Blocks, because the function writes files. */
MamutoResult *run_finish(Run *self, GError **error);

G_END_DECLS
