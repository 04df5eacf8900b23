/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The data of mamuto-cli map while it runs a job. */
#pragma once

#include "mamuto-report.h"

#include "map.h"
#include "tty-asker.h"

typedef struct {
    const MapOptions *options;
    GCancellable *cancellable;
    MamutoCluster *cluster;
    MamutoFunction *function;
    GPtrArray *arguments; /* all arguments of the function; elements: MamutoArgument */
    GPtrArray *given;     /* copy of `arguments` with NULL for arguments kept on the hosts */
    MamutoMapper *mapper;
    MamutoReport *report;
    Progress *progress;
    TtyAsker *tty;
    MamutoRun *run;       /* (nullable): the current run, or the last run after its end */
    MamutoResult *result; /* (nullable): result of the last run; incomplete if the run failed */
    /* (nullable): the result of the last complete run, if it is not in the output file */
    MamutoResult *unsaved;
    gboolean finished;    /* whether the current run has ended */
    const char *saving;   /* (nullable): the file to which a result is being written */
    gboolean told_saving; /* whether map_tell_saving() has printed its message */
    GError *error;        /* (nullable): why the run failed */
} MapRun;

/* Returns whether the library writes this output while the rows are computed. Other formats are
 * saved at the end. */
gboolean map_is_streamed(const char *output);
/* Called after the last run if no run failed. Saves or prints the result, prints the failed rows
 * and notes, saves the report, and returns the exit status. */
int map_deliver(MapRun *self);
/* Called if a run failed or was interrupted. Saves the result of the last complete run before it.
 */
void map_deliver_unsaved(MapRun *self);
/* Called if a run failed. Saves the results computed so far and the report. */
void map_deliver_part(MapRun *self);
/* Called when the program was interrupted. If a file is being written or about to be written,
 * prints a message. */
void map_tell_saving(MapRun *self);
/* Prints the error, finishes the progress display, and returns the exit status: @status, or the
 * status for a received signal. */
int map_fail(MapRun *self, int status, const GError *error);
