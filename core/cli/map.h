/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What mamuto-cli map was asked for, and its parts: options, reading the input, running. */
#pragma once

#include "mamuto-job.h"

#include "progress.h"

typedef struct {
    MamutoJob *job; /* what is mapped, and how: from a file, or from the words of the line */
    char *config, *hosts, *output, *report;
    gboolean has_seed;
    guint64 seed;
    guint repeat;
    ProgressMode progress;
} MapOptions;

/* As text, as GOption leaves them. */
typedef struct {
    char **rest;
    char *job, *depends, *keep, *progress, *on_error, *seed;
    gboolean batch;
    int repeat;
} MapWords;

/* Makes options->job, and takes from it what no option has said. FALSE: told on stderr. */
gboolean map_job_read(MapOptions *options, const MapWords *words);

/* FALSE: told on stderr. */
gboolean map_options_parse(MapOptions *options, int argc, char **argv);
void map_options_clear(MapOptions *options);

/* Maps; returns the exit status. */
int map_run(const MapOptions *options);
