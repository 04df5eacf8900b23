/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A comparison at work, in a thread of its own: what MamutoComparison is the face of. */
#pragma once

#include "comparison-plan.h"
#include "loop-runner.h"
#include "mamuto-comparison.h"

G_BEGIN_DECLS

/* Called in the comparison's thread. */
typedef struct {
    void (*begun)(MamutoContender contender, gint64 rows, gpointer data);
    /* @measurement: (nullable): it was left out */
    void (*measured)(const MamutoMeasurement *measurement, gpointer data);
    void (*noted)(const MamutoNote *note, gpointer data);
    gpointer data;
} ComparisonEvents;

/* What is asked for; nothing of it changes. */
typedef struct {
    MamutoCluster *cluster; /* a copy */
    MamutoFunction *function;
    GPtrArray *arguments; /* of MamutoArgument, whose arrays all lie in files */
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
    gint64 spent_us;    /* of the budget */
} ComparisonRun;

/* Whether the cluster is more than this computer. */
gboolean comparison_has_cluster(MamutoCluster *cluster);
/* (transfer full): this computer with all its cores, and with what the cluster says of it. */
MamutoCluster *comparison_make_local_cluster(MamutoCluster *cluster);
/* Starts the plain loop, times some rows, and plans. Blocks. */
gboolean comparison_plan(ComparisonRun *self, GCancellable *cancellable, GError **error);
/* Measures. Blocks; FALSE if it was cancelled or the function failed. */
gboolean comparison_measure(ComparisonRun *self, const ComparisonEvents *events,
                            GCancellable *cancellable, GError **error);
void comparison_run_clear(ComparisonRun *self);

/* @rows rows of each array, evenly spaced, as new arrays; single values as they are. */
GPtrArray *comparison_sample(GPtrArray *arguments, gint64 n_rows, gint64 rows,
                             GCancellable *cancellable, GError **error);

G_END_DECLS
