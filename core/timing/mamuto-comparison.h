/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Measures whether the cluster is worth it: a plain Python loop, this computer with all cores, and
 * the cluster, each with some of the rows, one after the other, within a budget of time. Lives in
 * the main context of the thread that made it; the work is done in a thread of its own. */
#pragma once

#include "mamuto-mapper.h"
#include "mamuto-timings.h"

G_BEGIN_DECLS

#define MAMUTO_TYPE_COMPARISON (mamuto_comparison_get_type())
/* Signal "updated" (): something was measured, or another measurement has begun. */
G_DECLARE_FINAL_TYPE(MamutoComparison, mamuto_comparison, MAMUTO, COMPARISON, GObject)

/* @arguments: (element-type MamutoArgument), one for each parameter. */
MamutoComparison *mamuto_comparison_new(MamutoCluster *cluster, MamutoFunction *function,
                                        GPtrArray *arguments, MamutoMapFlags flags);
void mamuto_comparison_set_asker(MamutoComparison *self, MamutoAsker *asker);
/* Seconds that the whole may take; 60 if nothing is said. */
void mamuto_comparison_set_budget(MamutoComparison *self, double seconds);
/* Keep an argument on the hosts. */
void mamuto_comparison_set_keep(MamutoComparison *self, guint position, gboolean keep);

/* Times a few rows, so that it can be said beforehand what will be done. */
void mamuto_comparison_plan_async(MamutoComparison *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
gboolean mamuto_comparison_plan_finish(MamutoComparison *self, GAsyncResult *result,
                                       GError **error);
/* Of the plan: about how many calls of the function (rows, in batch mode) and how many seconds. */
gint64 mamuto_comparison_get_planned_calls(MamutoComparison *self);
double mamuto_comparison_get_planned_seconds(MamutoComparison *self);
gint64 mamuto_comparison_get_largest_size(MamutoComparison *self);
guint mamuto_comparison_get_n_planned(MamutoComparison *self);
guint mamuto_comparison_get_n_done(MamutoComparison *self);
/* Who is being measured with how many rows; rows are 0 if none is. */
MamutoContender mamuto_comparison_get_current(MamutoComparison *self, gint64 *rows);

/* Measures as planned; plans first if that was not done. */
void mamuto_comparison_run_async(MamutoComparison *self, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
MamutoTimings *mamuto_comparison_run_finish(MamutoComparison *self, GAsyncResult *result,
                                            GError **error);
/* What was measured until now. */
MamutoTimings *mamuto_comparison_get_timings(MamutoComparison *self);

G_END_DECLS
