/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Decides how many rows a comparison measures, how often it repeats a measurement, and which rows
 * it uses. Pure functions. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** PLAN_MAX_SIZES: maximum number of sizes (numbers of rows) in a comparison */
#define PLAN_MAX_SIZES 5

/* Inputs of the plan. `row_seconds` is estimated from the times of a few rows. */
typedef struct {
    gint64 n_rows;       /* number of rows in the arrays */
    double row_seconds;  /* seconds per row in a plain loop */
    guint local_cores;   /* number of cores of this computer */
    guint cluster_cores; /* number of cores of the cluster; 0: not measured */
    double budget;       /* time budget in seconds */
} PlanInput;

typedef struct {
    gint64 sizes[PLAN_MAX_SIZES]; /* numbers of rows, ascending */
    guint n_sizes;
    guint n_measurements;
    gint64 n_calls; /* estimated calls of the function, including warm-up */
    double seconds; /* estimated duration of the comparison */
} Plan;

/* Chooses the sizes. Each size is at most about ten times the previous size. The largest size is
 * the number of all rows, or as many rows as the budget allows. If the budget is too small for one
 * row, the plan has no sizes. */
void plan_make(const PlanInput *input, Plan *plan);
/* Returns the number of repetitions of a measurement that takes @seconds: at least three if a
 * measurement takes less than a second. */
guint plan_repeats(double seconds);
/* Selects @n evenly spaced rows of @n_rows rows. Returns the index of one of the selected rows. @i:
 * the position of this row among the selected rows, from 0.
 */
gint64 plan_pick_row(gint64 i, gint64 n, gint64 n_rows);

G_END_DECLS
