/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Which numbers of rows a comparison measures, how often, and which rows those are. Pure numbers.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** PLAN_MAX_SIZES: numbers of rows that are measured, at most */
#define PLAN_MAX_SIZES 5

/* What is known or supposed before anything but a few rows was measured. */
typedef struct {
    gint64 n_rows;       /* that there are */
    double row_seconds;  /* of one row in a plain loop */
    guint local_cores;   /* of this computer */
    guint cluster_cores; /* 0: no cluster is measured */
    double budget;       /* seconds */
} PlanInput;

typedef struct {
    gint64 sizes[PLAN_MAX_SIZES]; /* rising */
    guint n_sizes;
    guint n_measurements;
    gint64 n_calls; /* about so many of the function, warming up included */
    double seconds; /* about */
} Plan;

/* Sizes a decade or less apart, the largest one as many rows as there are or as the budget lets be
 * measured. No sizes if not even one row fits. */
void plan_make(const PlanInput *input, Plan *plan);
/* How often what takes @seconds is measured: at least three times below a second. */
guint plan_repeats(double seconds);
/* Which row of @n_rows stands at @i of @n evenly spaced ones. */
gint64 plan_pick_row(gint64 i, gint64 n, gint64 n_rows);

G_END_DECLS
