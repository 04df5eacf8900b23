/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Maps functions over arrays on the hosts of a cluster, which stay connected and warm between
 * calls. Lives in the main context of the thread that made it; calls come from that thread. */
#pragma once

#include "mamuto-argument.h"
#include "mamuto-asker.h"
#include "mamuto-cluster.h"
#include "mamuto-function.h"
#include "mamuto-job.h"

G_BEGIN_DECLS

/**
 * MamutoMapFlags:
 * @MAMUTO_MAP_BATCH: call the function with whole chunks; one result for each row is expected
 * @MAMUTO_MAP_CONTINUE: a row that fails does not end the run
 * @MAMUTO_MAP_SEED: reseed random and numpy.random before each row from the seed and the row
 */
typedef enum {
    MAMUTO_MAP_DEFAULT = 0,
    MAMUTO_MAP_BATCH = 1 << 0,
    MAMUTO_MAP_CONTINUE = 1 << 1,
    MAMUTO_MAP_SEED = 1 << 2,
} MamutoMapFlags;

#define MAMUTO_TYPE_MAPPER (mamuto_mapper_get_type())
G_DECLARE_FINAL_TYPE(MamutoMapper, mamuto_mapper, MAMUTO, MAPPER, GObject)

MamutoMapper *mamuto_mapper_new(MamutoCluster *cluster, const char *const *depends);
/* Who is asked for passwords and host keys; none: what needs an answer fails. */
void mamuto_mapper_set_asker(MamutoMapper *self, MamutoAsker *asker);
void mamuto_mapper_set_seed(MamutoMapper *self, guint64 seed);

gboolean mamuto_mapper_add_function(MamutoMapper *self, MamutoFunction *function, GError **error);
/* Arguments that are to stay on the hosts: sent once to each, not again for the same content.
 * (element-type MamutoArgument) (nullable elements): NULL where remap() will give it. */
gboolean mamuto_mapper_add_remote_arguments(MamutoMapper *self, MamutoFunction *function,
                                            GPtrArray *arguments, GError **error);

/* One remap at a time. @arguments: NULL elements are the remote ones. @output: the .npy to write
 * while results come, or NULL: in memory. notify::job tells the new job at once. */
void mamuto_mapper_remap_async(MamutoMapper *self, MamutoFunction *function, GPtrArray *arguments,
                               MamutoMapFlags flags, const char *output, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
MamutoResult *mamuto_mapper_remap_finish(MamutoMapper *self, GAsyncResult *result, GError **error);

/* (nullable): the running job, else the last one. */
MamutoJob *mamuto_mapper_get_job(MamutoMapper *self);
/* Use so many cores of a host from now on, during a run too (0: leave it out; what it computes is
 * finished first). */
void mamuto_mapper_set_host_cores(MamutoMapper *self, guint host, guint cores);

/* Ends the session: connections are closed, agents end. Blocks at most about a second. */
void mamuto_mapper_close(MamutoMapper *self);

G_END_DECLS
