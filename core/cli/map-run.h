/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The state of mamuto-cli map while it executes the job. */
#pragma once

#include "mamuto-report.h"

#include "map.h"
#include "tty-asker.h"

typedef struct {
    const MapOptions *options;
    GCancellable *cancellable;
    MamutoCluster *cluster;
    MamutoFunction *function;
    GPtrArray *arguments; /* elements: MamutoArgument; all arguments */
    GPtrArray *given;     /* like `arguments`, but NULL for arguments kept on the hosts */
    MamutoMapper *mapper;
    MamutoReport *report;
    Progress *progress;
    TtyAsker *tty;
    MamutoRun *run;       /* (nullable): the current run, or the last run after its end */
    MamutoResult *result; /* (nullable): of the last run; partial after a failure */
    gboolean finished;    /* the current run has ended */
    GError *error;        /* (nullable): why the run failed */
} MapRun;

/* Called after a complete run. Saves the result, prints failures and notes, and returns the exit
 * status. */
int map_deliver(MapRun *self);
/* Called after a failed run. Saves the partial result and the report. */
void map_deliver_part(MapRun *self);
/* Prints the error, finishes the progress display, and returns the exit status. */
int map_fail(MapRun *self, int status, const GError *error);
