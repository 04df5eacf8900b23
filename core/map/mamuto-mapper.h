/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Calls a Python function for every row of arrays, on the hosts of a cluster. Between two runs,
 * the hosts stay connected and functions stay imported. A mapper must be used only in the thread
 * that created the mapper. Callbacks are called in the main context of this thread. */
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
void mamuto_mapper_set_asker(MamutoMapper *self, MamutoAsker *asker);
void mamuto_mapper_set_seed(MamutoMapper *self, guint64 seed);
void mamuto_mapper_set_row_timeout(MamutoMapper *self, double seconds);
void mamuto_mapper_set_start_timeout(MamutoMapper *self, double seconds);

gboolean mamuto_mapper_add_function(MamutoMapper *self, MamutoFunction *function, GError **error);
gboolean mamuto_mapper_add_remote_arguments(MamutoMapper *self, MamutoFunction *function,
                                            GPtrArray *arguments, GError **error);

void mamuto_mapper_remap_async(MamutoMapper *self, MamutoFunction *function, GPtrArray *arguments,
                               MamutoMapFlags flags, const char *output, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
MamutoResult *mamuto_mapper_remap_finish(MamutoMapper *self, GAsyncResult *result, GError **error);

MamutoRun *mamuto_mapper_get_run(MamutoMapper *self);
void mamuto_mapper_set_host_cores(MamutoMapper *self, guint host, guint cores);

void mamuto_mapper_close(MamutoMapper *self);
void mamuto_mapper_close_async(MamutoMapper *self, GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean mamuto_mapper_close_finish(MamutoMapper *self, GAsyncResult *result, GError **error);

G_END_DECLS
