/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The state of a session of mamuto-cli map. */
#pragma once

#include "mamuto-report.h"

#include "map.h"
#include "tty-asker.h"

typedef struct {
    const MapOptions *options;
    GCancellable *cancellable;
    MamutoCluster *cluster;
    MamutoFunction *function;
    GPtrArray *arguments; /* of MamutoArgument, all arguments */
    GPtrArray *given;     /* arguments of each run; NULL elements are kept on the hosts */
    MamutoMapper *mapper;
    MamutoReport *report;
    Progress *progress;
    TtyAsker *tty;
    MamutoRun *run;       /* (nullable): the current or last run */
    MamutoResult *result; /* (nullable): of the last run; partial after a failure */
    gboolean finished;    /* the current run has ended */
    GError *error;        /* (nullable): why the run failed */
} MapRun;

/* After a complete run: saves the result and prints failures and notes; returns the exit status. */
int map_deliver(MapRun *self);
/* After a failed run: saves the partial result and the report. */
void map_deliver_part(MapRun *self);
/* Prints the error and finishes the progress display; returns the exit status. */
int map_fail(MapRun *self, int status, const GError *error);
