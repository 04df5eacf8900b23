/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Checks in stages whether a host can be used. If a stage fails, mamuto_check_get_detail() says
 * what the user can do. */
#pragma once

#include "mamuto-asker.h"
#include "mamuto-check-stage.h"
#include "mamuto-cluster.h"

G_BEGIN_DECLS

#define MAMUTO_TYPE_CHECK (mamuto_check_get_type())
G_DECLARE_FINAL_TYPE(MamutoCheck, mamuto_check, MAMUTO, CHECK, GObject)

MamutoCheck *mamuto_check_new(MamutoCluster *cluster, MamutoHost *host, MamutoAsker *asker);
void mamuto_check_run_async(MamutoCheck *self, guint n_at_once, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
gboolean mamuto_check_run_finish(MamutoCheck *self, GAsyncResult *result, GError **error);

MamutoHost *mamuto_check_get_host(MamutoCheck *self);
gboolean mamuto_check_get_passed(MamutoCheck *self);
MamutoCheckOutcome mamuto_check_get_outcome(MamutoCheck *self, MamutoCheckStage stage);
const char *mamuto_check_get_detail(MamutoCheck *self, MamutoCheckStage stage);
const GError *mamuto_check_get_error(MamutoCheck *self);
const char *mamuto_check_get_python(MamutoCheck *self);
const char *mamuto_check_get_python_version(MamutoCheck *self);
const char *mamuto_check_get_numpy_version(MamutoCheck *self);
guint mamuto_check_get_cores(MamutoCheck *self);
guint64 mamuto_check_get_memory(MamutoCheck *self);
double mamuto_check_get_latency(MamutoCheck *self);
double mamuto_check_get_send_rate(MamutoCheck *self);
double mamuto_check_get_receive_rate(MamutoCheck *self);

G_END_DECLS
