/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Plans a comparison of contenders: a plain loop, this computer and the cluster. Each contender is
 * measured with several sizes. A size is a number of rows. The largest size is as large as the
 * time budget allows, because the cluster saves the most time with many rows. */
#include "comparison-plan.h"

#include <math.h>

/* Estimated seconds to connect and to start Python: on this computer, and on a cluster by ssh. */
#define LOCAL_START 0.5
#define CLUSTER_START 1.5
/* Estimated seconds of a run in addition to the time of its rows. */
#define REMAP_START 0.003
/* Fraction of the time budget that the plan may use. The rest is a reserve, because the estimated
 * times may be too short. */
#define PLANNED_SHARE 0.8
/* Approximate number of rows of the smallest size. */
#define FEW_ROWS 10

guint
plan_repeats(double seconds)
{
    if (seconds < 0.02)
        return 9;
    if (seconds < 0.1)
        return 5;
    return seconds < 1 ? 3 : 1;
}

gint64
plan_pick_row(gint64 i, gint64 n, gint64 n_rows)
{
    /* Computes i · n_rows / n. Does not compute i · n_rows, because this product may overflow. */
    return n_rows / n * i + (gint64)((double)(n_rows % n) * ((double)i / (double)n));
}

/* Rounds down to a number of the series 1, 2, 5, 10, 20, 50, … */
static gint64
round_down(double rows)
{
    double decade = pow(10, floor(log10(rows) + 1e-9));
    double digit = rows / decade;

    return (gint64)(decade * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1) + 0.5);
}

static void
choose_sizes(gint64 largest, Plan *plan)
{
    double factor = pow((double)largest / MIN(largest, FEW_ROWS), 1.0 / (PLAN_MAX_SIZES - 1));

    plan->n_sizes = 0;
    factor = CLAMP(factor, 2, 10);
    for (int i = PLAN_MAX_SIZES - 1; i >= 0; i--) {
        double rows = (double)largest / pow(factor, i);
        gint64 size = i == 0 ? largest : rows >= 1 ? round_down(rows) : 0;

        if (size > 0 && (plan->n_sizes == 0 || size > plan->sizes[plan->n_sizes - 1]))
            plan->sizes[plan->n_sizes++] = size;
    }
}

static void
add_contender(Plan *plan, const PlanInput *input, guint cores, double start, gint64 size)
{
    double seconds = start + input->row_seconds * (double)size / MAX(cores, 1);
    guint repeats = plan_repeats(seconds);

    plan->n_calls += repeats * size;
    plan->seconds += repeats * seconds;
    plan->n_measurements++;
}

static void
estimate(const PlanInput *input, Plan *plan)
{
    plan->n_calls = 0;
    plan->n_measurements = 0;
    plan->seconds = LOCAL_START;
    for (guint i = 0; i < plan->n_sizes; i++) {
        add_contender(plan, input, 1, 0, plan->sizes[i]);
        add_contender(plan, input, input->local_cores, REMAP_START, plan->sizes[i]);
        if (input->cluster_cores > 0)
            add_contender(plan, input, input->cluster_cores, REMAP_START, plan->sizes[i]);
    }
    /* Adds the calls and the seconds for starting the contenders. This computer is started once,
     * with the smallest size. The cluster is started twice, with the smallest and with the largest
     * size. After the first start, one run computes two rows for each core, because the first call
     * on a core is slow. */
    plan->n_calls += plan->sizes[0] + MIN(2 * (gint64)input->local_cores, input->n_rows);
    if (input->cluster_cores > 0) {
        plan->n_calls += plan->sizes[0] + plan->sizes[plan->n_sizes - 1] +
                         MIN(2 * (gint64)input->cluster_cores, input->n_rows);
        plan->n_measurements += 2;
        plan->seconds += 2 * CLUSTER_START + input->row_seconds *
                                                 (double)plan->sizes[plan->n_sizes - 1] /
                                                 input->cluster_cores;
    }
}

void
plan_make(const PlanInput *input, Plan *plan)
{
    double largest = (double)input->n_rows;

    *plan = (Plan){0};
    while (largest >= 1) {
        choose_sizes(largest >= (double)input->n_rows ? input->n_rows : round_down(largest), plan);
        estimate(input, plan);
        if (plan->seconds <= PLANNED_SHARE * input->budget)
            return;
        largest /= 2;
    }
    /* Even a comparison with one row would exceed PLANNED_SHARE of the budget. Still plans one row
     * if computing this row once takes less time than the whole budget. */
    if (input->row_seconds >= input->budget || input->n_rows < 1) {
        *plan = (Plan){0};
        return;
    }
    choose_sizes(1, plan);
    estimate(input, plan);
}
