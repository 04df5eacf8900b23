/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The part of a comparison that runs in its own thread. MamutoComparison controls this part from
 * the main context. */
#pragma once

#include "comparison-plan.h"
#include "loop-runner.h"
#include "mamuto-mapper.h"
#include "mamuto-timings.h"

G_BEGIN_DECLS

/* Callbacks, called in the thread of the comparison. */
typedef struct {
    void (*begun)(MamutoContender contender, gint64 rows, gpointer data);
    /* @measurement: (nullable): NULL if the measurement was skipped */
    void (*measured)(const MamutoMeasurement *measurement, gpointer data);
    void (*noted)(const MamutoNote *note, gpointer data);
    gpointer data;
} ComparisonEvents;

/* Settings of a comparison. Not changed while the comparison runs. */
typedef struct {
    MamutoCluster *cluster; /* a copy of the caller's cluster */
    MamutoFunction *function;
    GPtrArray *arguments; /* elements: MamutoArgument; all arrays are files */
    gboolean *keep;
    MamutoMapFlags flags;
    MamutoAsker *asker; /* (nullable) */
    double budget;
    gint64 n_rows;
} ComparisonSetup;

typedef struct {
    const ComparisonSetup *setup;
    LoopRunner *loop; /* NULL before the planning */
    Plan plan;
    double row_seconds; /* seconds per row in a plain loop */
    gint64 spent_us;    /* used part of the time budget */
} ComparisonRun;

/* Whether at least one enabled host of the cluster is another computer. */
gboolean comparison_has_cluster(MamutoCluster *cluster);
/* (transfer full): a cluster that consists of this computer with all its cores. The settings for
 * this computer are taken from @cluster. */
MamutoCluster *comparison_make_local_cluster(MamutoCluster *cluster);
/* Starts the process for the plain loop, measures the time of some rows, and makes the plan.
 * Blocks. Returns FALSE with MAMUTO_ERROR_INVALID_ARGUMENT if the budget is too small for one row.
 */
gboolean comparison_plan(ComparisonRun *self, GCancellable *cancellable, GError **error);
/* Makes the planned measurements. Blocks. Returns FALSE if @cancellable was cancelled or the
 * function failed. */
gboolean comparison_measure(ComparisonRun *self, const ComparisonEvents *events,
                            GCancellable *cancellable, GError **error);
void comparison_run_clear(ComparisonRun *self);

/* Returns (transfer full): the arguments with @rows evenly spaced rows of each array. Arguments
 * that are not arrays are returned unchanged.
 */
GPtrArray *comparison_sample(GPtrArray *arguments, gint64 n_rows, gint64 rows,
                             GCancellable *cancellable, GError **error);

G_END_DECLS
