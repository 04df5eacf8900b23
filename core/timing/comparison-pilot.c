/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Prepares a comparison. Calls the function with a few rows to measure the seconds per row, and
 * plans the measurements from this value and the time budget. */
#include <glib/gi18n-lib.h>

#include "comparison-run.h"
#include "mamuto-error.h"
#include "mamuto-python.h"

/* Limits in seconds for measuring the time of a row. A measurement of PILOT_ENOUGH seconds is
 * accurate enough. No further measurement is made after a total of PILOT_MOST seconds. */
#define PILOT_ENOUGH 0.05
#define PILOT_MOST 0.3
/* If the first call of the function takes less than this number of seconds, the call is repeated,
 * because the first call may include imports. */
#define PILOT_REPEAT 1.0

gboolean
comparison_has_cluster(MamutoCluster *cluster)
{
    for (guint i = 0; i < mamuto_cluster_get_n_hosts(cluster); i++) {
        MamutoHost *host = mamuto_cluster_get_host(cluster, i);

        if (mamuto_host_get_enabled(host) && !mamuto_host_is_local(host))
            return TRUE;
    }
    return FALSE;
}

static MamutoHost *
find_local(MamutoCluster *cluster)
{
    for (guint i = 0; i < mamuto_cluster_get_n_hosts(cluster); i++) {
        MamutoHost *host = mamuto_cluster_get_host(cluster, i);

        if (mamuto_host_get_enabled(host) && mamuto_host_is_local(host))
            return host;
    }
    return NULL;
}

MamutoCluster *
comparison_make_local_cluster(MamutoCluster *cluster)
{
    MamutoCluster *local = mamuto_cluster_new_local();
    MamutoHost *host = find_local(cluster);
    const char *python = host != NULL ? mamuto_cluster_get_host_python(cluster, host)
                                      : mamuto_cluster_get_python(cluster);
    const char *workdir = host != NULL ? mamuto_cluster_get_host_workdir(cluster, host)
                                       : mamuto_cluster_get_workdir(cluster);
    g_autofree char *program = python != NULL ? mamuto_python_find(python) : NULL;

    /* If this computer is a host of the cluster, uses the settings of this host. Otherwise uses the
     * Python and the working directory of the cluster, if they exist on this computer. */
    mamuto_cluster_set_python(local, host != NULL || program != NULL ? python : NULL);
    if (workdir != NULL && (host != NULL || g_file_test(workdir, G_FILE_TEST_IS_DIR)))
        mamuto_cluster_set_workdir(local, workdir);
    mamuto_cluster_set_nice(local, host != NULL ? mamuto_cluster_get_host_nice(cluster, host)
                                                : mamuto_cluster_get_nice(cluster));
    return local;
}

static gboolean
start_loop(ComparisonRun *self, gint64 deadline, GCancellable *cancellable, GError **error)
{
    const ComparisonSetup *setup = self->setup;
    g_autoptr(MamutoCluster) local = comparison_make_local_cluster(setup->cluster);
    g_autoptr(GPtrArray) arguments =
        comparison_sample(setup->arguments, setup->n_rows, setup->n_rows, cancellable, error);
    LoopSetup loop = {
        .python = mamuto_cluster_get_python(local),
        .workdir = mamuto_cluster_get_workdir(local),
        .nice = mamuto_cluster_get_nice(local),
        .function = setup->function,
        .arguments = arguments,
        .n_rows = setup->n_rows,
        .batch = (setup->flags & MAMUTO_MAP_BATCH) != 0,
        .go_on = (setup->flags & MAMUTO_MAP_CONTINUE) != 0,
        .deadline = deadline,
    };

    if (arguments == NULL)
        return FALSE;
    self->loop = loop_runner_new(&loop, cancellable, error);
    return self->loop != NULL;
}

/* Measures the seconds per row. The first measurement computes one row. If it is fast, it is
 * repeated, and further measurements compute 4, 16, … rows. The measurements end when one of them
 * takes long enough to be accurate or computes all rows, or when a time limit is reached. */
static gboolean
time_rows(ComparisonRun *self, gint64 deadline, GCancellable *cancellable, GError **error)
{
    double seconds, total;
    gint64 rows = 1;

    if (!loop_runner_measure(self->loop, 1, deadline, cancellable, &seconds, error))
        return FALSE;
    total = seconds;
    while (total < PILOT_REPEAT) {
        if (!loop_runner_measure(self->loop, rows, deadline, cancellable, &seconds, error))
            return FALSE;
        total += seconds;
        if (seconds >= PILOT_ENOUGH || total >= PILOT_MOST || rows >= self->setup->n_rows)
            break;
        rows = MIN(4 * rows, self->setup->n_rows);
    }
    self->row_seconds = seconds / (double)rows;
    return TRUE;
}

static gboolean
fail_budget(ComparisonRun *self, GError **error)
{
    g_set_error(
        error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
        _("one row takes about %.3g s; a budget of %.3g s is too little to compare anything"),
        self->row_seconds, self->setup->budget);
    return FALSE;
}

gboolean
comparison_plan(ComparisonRun *self, GCancellable *cancellable, GError **error)
{
    gint64 begin = g_get_monotonic_time();
    gint64 deadline = begin + (gint64)(self->setup->budget * G_USEC_PER_SEC);
    gboolean has_cluster = comparison_has_cluster(self->setup->cluster);
    PlanInput input = {
        .n_rows = self->setup->n_rows,
        .local_cores = g_get_num_processors(),
        .cluster_cores = has_cluster ? MAX(mamuto_cluster_get_n_cores(self->setup->cluster), 1) : 0,
    };

    if (!start_loop(self, deadline, cancellable, error) ||
        !time_rows(self, deadline, cancellable, error))
        return FALSE;
    self->spent_us = g_get_monotonic_time() - begin;
    input.row_seconds = self->row_seconds;
    input.budget = self->setup->budget - (double)self->spent_us / G_USEC_PER_SEC;
    plan_make(&input, &self->plan);
    return self->plan.n_sizes > 0 || fail_budget(self, error);
}
