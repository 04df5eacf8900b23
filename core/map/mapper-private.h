/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Internals of the mapper, shared by these files:
 *
 * mamuto-mapper.c  the object: functions, kept arguments, the session
 * mapper-work.c    threads for work that may wait for a disk or a host
 * mapper-remap.c   a run from mamuto_mapper_remap_async() to its result
 * mapper-close.c   the end of the session */
#pragma once

#include "function-private.h"
#include "host-set.h"
#include "language.h"
#include "mamuto-mapper.h"
#include "run-snapshot.h"
#include "run.h"

G_BEGIN_DECLS

/* The stage of the current run. The stage is changed only in the main context of the mapper. All
 * changes:
 *
 * from                    to          function, and cause
 * IDLE                    PREPARING   show_run(): mamuto_mapper_remap_async() accepted the call
 * PREPARING               RUNNING     begin_run(): the sources are read, the output is created
 * RUNNING                 FINISHING   make_result(): the run is complete, and making the result
 *                                     may take long
 * PREPARING to FINISHING  IDLE        mapper_end_run(): the result is made, or the run failed, was
 *                                     cancelled, or the mapper is being closed */
typedef enum {
    MAPPER_IDLE,      /* no current run */
    MAPPER_PREPARING, /* a thread may be reading the sources and creating the output file */
    MAPPER_RUNNING,   /* the hosts are computing the run */
    MAPPER_FINISHING, /* a thread makes the result */
} MapperStage;

/* The life of a mapper, which goes through these values in order. mamuto_mapper_close() may skip
 * MAPPER_CLOSING. */
typedef enum {
    MAPPER_OPEN,
    MAPPER_CLOSING,     /* mamuto_mapper_close_async() waits for the run and the threads */
    MAPPER_CLOSING_NOW, /* mamuto_mapper_close() blocks until the run and the threads have ended */
    MAPPER_CLOSED,      /* the session has ended */
} MapperLife;

/* A function that was added to the mapper, its arguments that are kept on the hosts, and its code.
 */
typedef struct {
    MamutoFunction *function;
    GPtrArray *kept;    /* (nullable) elements: MamutoArgument; NULL: passed to each run instead */
    FunctionCode *code; /* (nullable): made when the source files were last read */
    FunctionSources *sources; /* (nullable): paths of the source files of `code` */
    SourceStamp *stamp;
} MapperFunction;

void mapper_function_forget_code(MapperFunction *entry);

/* Work for a thread. The thread calls only the function `work`. The main context must not use the
 * results before the thread has ended. */
typedef struct _MapperWork MapperWork;
struct _MapperWork {
    MamutoMapper *mapper; /* (unowned) (nullable): NULL after the thread was joined */
    GMainContext *context;
    GThread *thread; /* NULL after the thread was joined */
    void (*work)(MapperWork *self);
    void (*done)(MamutoMapper *mapper, MapperWork *self); /* (nullable) */
    Run *run;                                             /* (nullable) */
    Session *session;                                     /* (nullable): the session to end */
    HostSet *hosts;
    /* input of prepare(), which reads the sources of a function: */
    MamutoFunction *function;
    const Language *language;
    FunctionSources *sources;
    SentFiles *old_files; /* (nullable): the files that were last sent with the function */
    char *output;
    /* results of `work`: */
    GBytes *bundle;
    char *bundle_hash;
    SentFiles *files; /* (nullable) */
    SourceStamp *stamp;
    ResultStore *store;
    MamutoResult *result;
    GError *error;
};

/* Creates work without starting it. The caller sets the fields that @work needs. */
MapperWork *mapper_work_new(MamutoMapper *mapper, GMainContext *context,
                            void (*work)(MapperWork *self),
                            void (*done)(MamutoMapper *mapper, MapperWork *self));
void mapper_work_unref(gpointer self);
/* Starts the thread. @self: (transfer full). The function MapperWork.done() is called in the main
 * context after the thread has ended. */
void mapper_work_start(MapperWork *self);
/* Waits until the thread has ended. If the mapper calls this function before the main context has
 * called MapperWork.done(), then done() is never called. */
void mapper_work_join(MapperWork *self);

struct _MamutoMapper {
    GObject parent_instance;
    MamutoCluster *cluster;
    char **depends;
    guint64 seed;
    gint64 row_limit_us, start_limit_us; /* as in Run */
    GPtrArray *functions;                /* elements: MapperFunction */
    GHashTable *code_ids;                /* key: see make_code(); value: id of the code (guint) */
    Session *session;                    /* NULL before the first run and after closing */
    HostSet *hosts;                      /* the hosts of the session */
    MamutoAsker *asker;
    guint32 n_runs;
    MapperLife life;
    GPtrArray *works;   /* elements: MapperWork whose thread was started and not joined */
    GPtrArray *closers; /* elements: GTask of each call of mamuto_mapper_close_async() */

    /* Data of the current run. While `stage` is MAPPER_IDLE, no run is current, and all pointers
     * except `object` are NULL. */
    MapperStage stage;
    GTask *task;
    Run *run;
    MamutoRun *object; /* the current or the last run */
    GSource *snapshot_source;
    GCancellable *cancellable;
    gulong cancelled_handler;
};

MapperFunction *mapper_find_function(MamutoMapper *self, MamutoFunction *function);
gboolean mapper_start_session(MamutoMapper *self, GError **error);
/* Sets the property MamutoMapper:run and notifies its listeners. */
void mapper_set_object(MamutoMapper *self, MamutoRun *object);

/* Cancels the current run, if any. */
void mapper_cancel_run(MamutoMapper *self);
/* Ends the current run with @result or with an error. If self->run->error is set, this error is
 * used instead of @error. @later: the callback is called in the next iteration of the main loop,
 * not during this call. */
void mapper_end_run(MamutoMapper *self, MamutoResult *result, const GError *error, gboolean later);

/* Called after a run or a thread has ended. If the mapper is being closed, continues to close it.
 */
void mapper_continue_close(MamutoMapper *self);

G_END_DECLS
