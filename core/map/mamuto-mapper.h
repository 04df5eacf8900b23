/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Maps functions over arrays on the hosts of a cluster, which stay connected and warm between
 * calls. Lives in the main context of the thread that made it; calls come from that thread. */
#pragma once

#include "mamuto-argument.h"
#include "mamuto-asker.h"
#include "mamuto-cluster.h"
#include "mamuto-function.h"
#include "mamuto-map-flags.h"
#include "mamuto-run.h"

G_BEGIN_DECLS

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

/* One run at a time. @arguments: NULL elements are the remote ones. @output: the .npy to write
 * while results come, or NULL: in memory. notify::run tells the new run at once. */
void mamuto_mapper_remap_async(MamutoMapper *self, MamutoFunction *function, GPtrArray *arguments,
                               MamutoMapFlags flags, const char *output, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
MamutoResult *mamuto_mapper_remap_finish(MamutoMapper *self, GAsyncResult *result, GError **error);

/* (nullable): the running job, else the last one. */
MamutoRun *mamuto_mapper_get_run(MamutoMapper *self);
/* Use so many cores of a host from now on, during a run too (0: leave it out; what it computes is
 * finished first). */
void mamuto_mapper_set_host_cores(MamutoMapper *self, guint host, guint cores);

void mamuto_mapper_close(MamutoMapper *self);
void mamuto_mapper_close_async(MamutoMapper *self, GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean mamuto_mapper_close_finish(MamutoMapper *self, GAsyncResult *result, GError **error);

G_END_DECLS
