/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Internals of the mapper, shared by
 *
 * mamuto-mapper.c  the object: functions, kept arguments, the session
 * mapper-work.c    threads for work that may wait for a disk or a host
 * mapper-remap.c   a run from the call of remap to its result
 * mapper-close.c   the end of the session */
#pragma once

#include "function-private.h"
#include "host-set.h"
#include "language.h"
#include "mamuto-mapper.h"
#include "run-snapshot.h"
#include "run.h"

G_BEGIN_DECLS

/* The stage of the current run; changed in the main context only. All changes:
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
    MAPPER_PREPARING, /* a thread may be reading the sources and creating the output */
    MAPPER_RUNNING,   /* the hosts have the run */
    MAPPER_FINISHING, /* a thread makes the result */
} MapperStage;

/* Whether the mapper may be used. States change only in this order; CLOSING may be skipped. */
typedef enum {
    MAPPER_OPEN,
    MAPPER_CLOSING,     /* mamuto_mapper_close_async() waits for the run and the threads */
    MAPPER_CLOSING_NOW, /* mamuto_mapper_close() blocks until they have ended */
    MAPPER_CLOSED,      /* the session has ended */
} MapperLife;

/* An added function, its kept arguments, and its code as last read. */
typedef struct {
    MamutoFunction *function;
    GPtrArray *kept;    /* of MamutoArgument, nullable elements; nullable */
    FunctionCode *code; /* (nullable): read from @units; valid while @stamp is current */
    char **units;
    SourceStamp *stamp;
} MapperFunction;

void mapper_function_forget_code(MapperFunction *entry);

/* Work for a thread. Only @work runs in the thread; the main context may use the results once the
 * thread has ended. */
typedef struct _MapperWork MapperWork;
struct _MapperWork {
    MamutoMapper *mapper; /* (unowned) (nullable): NULL once joined */
    GMainContext *context;
    GThread *thread; /* NULL once joined */
    void (*work)(MapperWork *self);
    void (*done)(MamutoMapper *mapper, MapperWork *self); /* (nullable) */
    Run *run;                                             /* (nullable) */
    Session *session; /* (nullable): the session to end, with @hosts */
    HostSet *hosts;
    /* input for preparing a run: */
    MamutoFunction *function;
    const Language *language;
    char **units;
    char *output;
    /* results: */
    GBytes *bundle;
    char *bundle_hash;
    SourceStamp *stamp;
    ResultStore *store;
    MamutoResult *result;
    GError *error;
};

/* The caller fills in the fields that @work needs. */
MapperWork *mapper_work_new(MamutoMapper *mapper, GMainContext *context,
                            void (*work)(MapperWork *self),
                            void (*done)(MamutoMapper *mapper, MapperWork *self));
void mapper_work_unref(gpointer self);
/* @self: (transfer full). @done is called later in the main context, never from within this call.
 */
void mapper_work_start(MapperWork *self);
/* Blocks until the thread has ended; @done is not called. */
void mapper_work_join(MapperWork *self);

struct _MamutoMapper {
    GObject parent_instance;
    MamutoCluster *cluster;
    char **depends;
    guint64 seed;
    GPtrArray *functions; /* of MapperFunction */
    GHashTable *code_ids; /* "language:module:name:hash" → id */
    Session *session;     /* NULL until the first run, and after closing */
    HostSet *hosts;       /* hosts of the session */
    MamutoAsker *asker;
    guint32 n_runs;
    MapperLife life;
    GPtrArray *works;   /* of MapperWork: started and not yet joined */
    GPtrArray *closers; /* of GTask: pending mamuto_mapper_close_async() */

    /* the current run, unless IDLE: */
    MapperStage stage;
    GTask *task;
    Run *run;
    MamutoRun *object; /* kept after the end of the run */
    GSource *snapshot_source;
    GCancellable *cancellable;
    gulong cancelled_handler;
};

MapperFunction *mapper_find_function(MamutoMapper *self, MamutoFunction *function);
gboolean mapper_start_session(MamutoMapper *self, GError **error);
/* Sets MamutoMapper:run and notifies. */
void mapper_set_object(MamutoMapper *self, MamutoRun *object);

/* mapper-remap.c: cancels the current run, if any. */
void mapper_cancel_run(MamutoMapper *self);
/* Ends the run with @result or @error; if both are NULL, with the run's own error. @later: the task
 * returns in the next iteration of the main loop, not from within this call. */
void mapper_end_run(MamutoMapper *self, MamutoResult *result, const GError *error, gboolean later);

/* mapper-close.c: continues closing after a run or a thread has ended. */
void mapper_continue_close(MamutoMapper *self);

G_END_DECLS
