/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the files of the mapper share.
 *
 * mamuto-mapper.c  the object: functions, what is kept for them, the session
 * mapper-work.c    threads that do for the mapper what may wait for a disk or a host
 * mapper-remap.c   a run from the call to its result
 * mapper-close.c   the end of the session */
#pragma once

#include "function-private.h"
#include "host-set.h"
#include "language.h"
#include "mamuto-mapper.h"
#include "run-snapshot.h"
#include "run.h"

G_BEGIN_DECLS

/* Where the run is. Changed in the main context only. */
typedef enum {
    MAPPER_IDLE,      /* there is none; → PREPARING: mamuto_mapper_remap_async() */
    MAPPER_PREPARING, /* its sources are read and its output is made; → RUNNING: that is done;
                         → IDLE: it failed, was cancelled or the mapper is closed */
    MAPPER_RUNNING,   /* the hosts have it; → FINISHING: all is stored or nothing more will come,
                         and making the result may take long; → IDLE: the same, and it was quick */
    MAPPER_FINISHING, /* a thread makes the result; → IDLE: it has */
} MapperStage;

/* Whether the mapper may be used. */
typedef enum {
    MAPPER_OPEN,
    MAPPER_CLOSING, /* mamuto_mapper_close_async() was called; goes on as the run and the threads
                       end */
    MAPPER_CLOSING_NOW, /* in mamuto_mapper_close(), which waits for them */
    MAPPER_CLOSED,      /* there is no session any more */
} MapperLife;

/* A function that was added, what stays on the hosts for it, and its sources as last read. */
typedef struct {
    MamutoFunction *function;
    GPtrArray *kept;    /* of MamutoArgument, nullable elements; (nullable) */
    FunctionCode *code; /* (nullable): read before, of @units, as long as @stamp is current */
    char **units;
    SourceStamp *stamp;
} MapperFunction;

void mapper_function_forget_code(MapperFunction *entry);

/* Something that a thread does. Only @work runs in the thread; all the rest is the main context's,
 * the results once the thread has ended. */
typedef struct _MapperWork MapperWork;
struct _MapperWork {
    MamutoMapper *mapper; /* (unowned) (nullable): NULL once nobody waits for it */
    GMainContext *context;
    GThread *thread; /* NULL once joined */
    void (*work)(MapperWork *self);
    void (*done)(MamutoMapper *mapper, MapperWork *self); /* (nullable) */
    Run *run;                                             /* (nullable) */
    Session *session;                                     /* (nullable): to end, with @hosts */
    HostSet *hosts;
    /* to prepare a run: */
    MamutoFunction *function;
    const Language *language;
    char **units;
    char *output;
    /* what came of it: */
    GBytes *bundle;
    char *bundle_hash;
    SourceStamp *stamp;
    ResultStore *store;
    MamutoResult *result;
    GError *error;
};

/* With @mapper, @context and what @work needs to be filled in. */
MapperWork *mapper_work_new(MamutoMapper *mapper, GMainContext *context,
                            void (*work)(MapperWork *self),
                            void (*done)(MamutoMapper *mapper, MapperWork *self));
void mapper_work_unref(gpointer self);
/* Takes @self over. @done is called later in its context, never from within this. */
void mapper_work_start(MapperWork *self);
/* Blocks until the thread has ended; @done is not called. */
void mapper_work_join(MapperWork *self);

struct _MamutoMapper {
    GObject parent_instance;
    MamutoCluster *cluster;
    char **depends;
    guint64 seed;
    GPtrArray *functions; /* of MapperFunction */
    GHashTable *code_ids; /* "module:name:hash" → id */
    Session *session;     /* NULL until the first run, and after close */
    HostSet *hosts;       /* of the session */
    MamutoAsker *asker;
    guint32 n_runs;
    MapperLife life;
    GPtrArray *works;   /* of MapperWork: threads at work */
    GPtrArray *closers; /* of GTask: who waits for the end of the session */

    /* the run that is not IDLE */
    MapperStage stage;
    GTask *task;
    Run *run;
    MamutoRun *object; /* kept after its end */
    GSource *snapshot_source;
    GCancellable *cancellable;
    gulong cancelled_handler;
};

MapperFunction *mapper_find_function(MamutoMapper *self, MamutoFunction *function);
gboolean mapper_start_session(MamutoMapper *self, GError **error);
/* Sets and notifies #MamutoMapper:run. */
void mapper_set_object(MamutoMapper *self, MamutoRun *object);

/* mapper-remap.c: stops the run, if there is one, as cancelling it does. */
void mapper_cancel_run(MamutoMapper *self);
/* The run is over, with @result, or @error, or both NULL: with the run's own error. @later: the
 * task returns in the next turn of the main loop, not from within this. */
void mapper_end_run(MamutoMapper *self, MamutoResult *result, const GError *error, gboolean later);

/* mapper-close.c: goes on closing where that waited for a run or a thread that has ended. */
void mapper_continue_close(MamutoMapper *self);

G_END_DECLS
