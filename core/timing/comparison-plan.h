/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Chooses the numbers of rows that a comparison measures, the number of repetitions, and the rows.
 * The functions have no side effects. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** PLAN_MAX_SIZES: maximum number of sizes (numbers of rows) in a comparison */
#define PLAN_MAX_SIZES 5

/* Input of plan_make(). */
typedef struct {
    gint64 n_rows;       /* number of rows in the arrays */
    double row_seconds;  /* estimated seconds per row in a plain loop */
    guint local_cores;   /* number of cores of this computer */
    guint cluster_cores; /* number of cores of the cluster; 0 if the cluster is not measured */
    double budget;       /* time budget in seconds */
} PlanInput;

typedef struct {
    gint64 sizes[PLAN_MAX_SIZES]; /* numbers of rows, ascending */
    guint n_sizes;
    guint n_measurements;
    gint64 n_calls; /* estimated number of calls of the function */
    double seconds; /* estimated duration of the comparison in seconds */
} Plan;

/* Chooses the sizes, which are numbers of rows, and estimates the duration. The largest size is the
 * number of all rows, or as many rows as the time budget allows. Each size is at most about ten
 * times the next smaller size. If the budget is too small for one row, the plan has no sizes. */
void plan_make(const PlanInput *input, Plan *plan);
/* Returns how often to make a measurement that takes @seconds: once if it takes a second or longer,
 * otherwise three times or more. */
guint plan_repeats(double seconds);
/* Selects @n evenly spaced rows from an array of @n_rows rows. @i is the number of a selected row,
 * from 0 to @n − 1. Returns the index of this row in the array. */
gint64 plan_pick_row(gint64 i, gint64 n, gint64 n_rows);

G_END_DECLS
