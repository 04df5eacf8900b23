/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What mamuto-cli map was asked for, and its parts: options, reading the input, running. */
#pragma once

#include "mamuto-mapper.h"

#include "progress.h"

typedef struct {
    char *function; /* FILE.py:NAME */
    char **args;    /* ARG... */
    char *config, *hosts, *output, *report;
    char **depends;
    GArray *keep; /* of guint: numbers of arguments, from 0 */
    gboolean batch, continue_on_error, has_seed;
    guint64 seed;
    guint repeat;
    ProgressMode progress;
} MapOptions;

/* FALSE: told on stderr. */
gboolean map_options_parse(MapOptions *options, int argc, char **argv);
void map_options_clear(MapOptions *options);

/* Maps; returns the exit status. */
int map_run(const MapOptions *options);
