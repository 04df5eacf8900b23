/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The part of a comparison that runs in its own thread. MamutoComparison is the interface to this
 * part in the main context. */
#pragma once

#include "comparison-plan.h"
#include "loop-runner.h"
#include "mamuto-mapper.h"
#include "mamuto-timings.h"

G_BEGIN_DECLS

/* Called in the comparison's thread. */
typedef struct {
    void (*begun)(MamutoContender contender, gint64 rows, gpointer data);
    /* @measurement: (nullable): the measurement was left out */
    void (*measured)(const MamutoMeasurement *measurement, gpointer data);
    void (*noted)(const MamutoNote *note, gpointer data);
    gpointer data;
} ComparisonEvents;

/* Settings of a comparison; constant while it runs. */
typedef struct {
    MamutoCluster *cluster; /* a copy */
    MamutoFunction *function;
    GPtrArray *arguments; /* of MamutoArgument; all arrays are files */
    gboolean *keep;
    MamutoMapFlags flags;
    MamutoAsker *asker; /* (nullable) */
    double budget;
    gint64 n_rows;
} ComparisonSetup;

typedef struct {
    const ComparisonSetup *setup;
    LoopRunner *loop; /* NULL until planned */
    Plan plan;
    double row_seconds; /* of one row in a plain loop */
    gint64 spent_us;    /* used part of the budget */
} ComparisonRun;

/* Whether an enabled host of the cluster is another computer. */
gboolean comparison_has_cluster(MamutoCluster *cluster);
/* (transfer full): a cluster of this computer with all its cores and with the settings that
 * @cluster has for this computer. */
MamutoCluster *comparison_make_local_cluster(MamutoCluster *cluster);
/* Starts the plain loop, times some rows, and plans. Blocks. FALSE with
 * MAMUTO_ERROR_INVALID_ARGUMENT if the budget is too small for one row. */
gboolean comparison_plan(ComparisonRun *self, GCancellable *cancellable, GError **error);
/* Measures as planned. Blocks. FALSE if @cancellable was cancelled or the function failed. */
gboolean comparison_measure(ComparisonRun *self, const ComparisonEvents *events,
                            GCancellable *cancellable, GError **error);
void comparison_run_clear(ComparisonRun *self);

/* (transfer full): new arrays with @rows evenly spaced rows of each array; single values are kept.
 */
GPtrArray *comparison_sample(GPtrArray *arguments, gint64 n_rows, gint64 rows,
                             GCancellable *cancellable, GError **error);

G_END_DECLS
