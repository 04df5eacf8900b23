/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Measures whether using the cluster saves time. Some of the rows are computed by a plain Python
 * loop, by all cores of this computer, and by the cluster, one after another and within a time
 * budget. A comparison must be used only in the thread that created the comparison. The
 * measurements are made in another thread. */
#pragma once

#include "mamuto-mapper.h"
#include "mamuto-timings.h"

G_BEGIN_DECLS

#define MAMUTO_TYPE_COMPARISON (mamuto_comparison_get_type())
G_DECLARE_FINAL_TYPE(MamutoComparison, mamuto_comparison, MAMUTO, COMPARISON, GObject)

MamutoComparison *mamuto_comparison_new(MamutoCluster *cluster, MamutoFunction *function,
                                        GPtrArray *arguments, MamutoMapFlags flags);
void mamuto_comparison_set_asker(MamutoComparison *self, MamutoAsker *asker);
void mamuto_comparison_set_budget(MamutoComparison *self, double seconds);
void mamuto_comparison_set_keep(MamutoComparison *self, guint position, gboolean keep);

void mamuto_comparison_plan_async(MamutoComparison *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
gboolean mamuto_comparison_plan_finish(MamutoComparison *self, GAsyncResult *result,
                                       GError **error);
gint64 mamuto_comparison_get_planned_calls(MamutoComparison *self);
double mamuto_comparison_get_planned_seconds(MamutoComparison *self);
gint64 mamuto_comparison_get_largest_size(MamutoComparison *self);
guint mamuto_comparison_get_n_planned(MamutoComparison *self);
guint mamuto_comparison_get_n_done(MamutoComparison *self);
MamutoContender mamuto_comparison_get_current(MamutoComparison *self, gint64 *rows);

void mamuto_comparison_run_async(MamutoComparison *self, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
MamutoTimings *mamuto_comparison_run_finish(MamutoComparison *self, GAsyncResult *result,
                                            GError **error);
MamutoTimings *mamuto_comparison_get_timings(MamutoComparison *self);

G_END_DECLS
