/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Decides how many rows a comparison measures, how often, and which rows. Pure functions. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** PLAN_MAX_SIZES: maximum number of sizes (numbers of rows) in a comparison */
#define PLAN_MAX_SIZES 5

/* Inputs of the plan, known or estimated after a few rows were timed. */
typedef struct {
    gint64 n_rows;       /* in the arrays */
    double row_seconds;  /* of one row in a plain loop */
    guint local_cores;   /* of this computer */
    guint cluster_cores; /* 0: no cluster is measured */
    double budget;       /* seconds */
} PlanInput;

typedef struct {
    gint64 sizes[PLAN_MAX_SIZES]; /* ascending */
    guint n_sizes;
    guint n_measurements;
    gint64 n_calls; /* estimated calls of the function, including warm-up */
    double seconds; /* estimated */
} Plan;

/* Chooses sizes that differ by at most a factor of 10; the largest is all rows, or as many as the
 * budget allows. No sizes if the budget is too small for one row. */
void plan_make(const PlanInput *input, Plan *plan);
/* Returns how often a measurement of @seconds is repeated: at least three times below a second. */
guint plan_repeats(double seconds);
/* Returns the index, among @n_rows rows, of the row number @i of @n evenly spaced rows. */
gint64 plan_pick_row(gint64 i, gint64 n, gint64 n_rows);

G_END_DECLS
