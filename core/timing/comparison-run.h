/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The functions of a comparison that run in a thread, because they block. MamutoComparison starts
 * this thread. */
#pragma once

#include "comparison-plan.h"
#include "loop-runner.h"
#include "mamuto-mapper.h"
#include "mamuto-timings.h"

G_BEGIN_DECLS

/* Functions that comparison_measure() calls in its own thread. */
typedef struct {
    void (*begun)(MamutoContender contender, gint64 rows, gpointer data);
    /* @measurement: (nullable): NULL if the measurement was left out */
    void (*measured)(const MamutoMeasurement *measurement, gpointer data);
    void (*noted)(const MamutoNote *note, gpointer data);
    gpointer data;
} ComparisonEvents;

/* Settings of a comparison. The settings are not changed while the comparison runs. */
typedef struct {
    MamutoCluster *cluster; /* a copy of the caller's cluster */
    MamutoFunction *function;
    GPtrArray *arguments; /* elements: MamutoArgument */
    gboolean *keep;
    MamutoMapFlags flags;
    MamutoAsker *asker; /* (nullable) */
    double budget;
    gint64 n_rows;
} ComparisonSetup;

typedef struct {
    const ComparisonSetup *setup;
    LoopRunner *loop; /* NULL before comparison_plan() */
    Plan plan;
    double row_seconds; /* seconds per row in a plain loop */
    gint64 spent_us;    /* used part of the time budget in microseconds */
} ComparisonRun;

/* Whether at least one enabled host of the cluster is another computer. */
gboolean comparison_has_cluster(MamutoCluster *cluster);
/* Returns (transfer full): a cluster that consists of this computer with all its cores. Its Python,
 * working directory and priority are copied from @cluster. */
MamutoCluster *comparison_make_local_cluster(MamutoCluster *cluster);
/* Starts the Python process of the plain loop, measures the time of some rows, and sets the field
 * `plan`. Blocks. Returns FALSE with an error, which is MAMUTO_ERROR_INVALID_ARGUMENT if the time
 * budget is too small for one row. */
gboolean comparison_plan(ComparisonRun *self, GCancellable *cancellable, GError **error);
/* Makes the planned measurements. Blocks. Returns FALSE if @cancellable was cancelled or the user's
 * function failed. */
gboolean comparison_measure(ComparisonRun *self, const ComparisonEvents *events,
                            GCancellable *cancellable, GError **error);
void comparison_run_clear(ComparisonRun *self);

/* Returns (transfer full) (elements: MamutoArgument): the arguments with @rows evenly spaced rows
 * of each array. Arguments that are not arrays are unchanged. @n_rows: the number of rows of each
 * array in @arguments. */
GPtrArray *comparison_sample(GPtrArray *arguments, gint64 n_rows, gint64 rows,
                             GCancellable *cancellable, GError **error);

G_END_DECLS
