/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The options of mamuto-cli map. */
#pragma once

#include "mamuto-job.h"

#include "progress.h"

typedef struct {
    MamutoJob *job; /* read from a job file or made from the command line */
    char *config, *hosts, *output, *report;
    char *keep; /* (nullable): the value of --keep, for the names in it */
    gboolean has_seed;
    guint64 seed;
    guint repeat;
    ProgressMode progress;
} MapOptions;

/* Option values as parsed by GOption. */
typedef struct {
    char **rest, **send;
    char *job, *depends, *keep, *progress, *on_error, *seed, *row_timeout, *start_timeout;
    gboolean batch, grid;
    int repeat;
} MapWords;

/* Sets options->job. If the command line does not set the output file or the cluster, sets these
 * options from the job. On an error, prints the error to stderr and returns FALSE. */
gboolean map_job_read(MapOptions *options, const MapWords *words);

/* On an error, prints the error to stderr and returns FALSE. */
gboolean map_options_parse(MapOptions *options, int argc, char **argv);
void map_options_clear(MapOptions *options);

/* Runs the job and returns the exit status. */
int map_run(const MapOptions *options);
