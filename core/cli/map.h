/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The options of mamuto-cli map, and the functions that parse the options and run the job. */
#pragma once

#include "mamuto-job.h"

#include "progress.h"

typedef struct {
    MamutoJob *job; /* from a job file or the command line */
    char *config, *hosts, *output, *report;
    gboolean has_seed;
    guint64 seed;
    guint repeat;
    ProgressMode progress;
} MapOptions;

/* Option values as parsed by GOption. */
typedef struct {
    char **rest;
    char *job, *depends, *keep, *progress, *on_error, *seed;
    gboolean batch;
    int repeat;
} MapWords;

/* Sets options->job. If no option sets the output or the cluster, the value of the job is used. If
 * the function returns FALSE, it has printed the error to stderr. */
gboolean map_job_read(MapOptions *options, const MapWords *words);

/* If the function returns FALSE, it has printed the error to stderr. */
gboolean map_options_parse(MapOptions *options, int argc, char **argv);
void map_options_clear(MapOptions *options);

/* Runs the job and returns the exit status. */
int map_run(const MapOptions *options);
