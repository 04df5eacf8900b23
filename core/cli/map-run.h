/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A session of mamuto-cli map while it goes. */
#pragma once

#include "mamuto-report.h"

#include "map.h"
#include "tty-asker.h"

typedef struct {
    const MapOptions *options;
    GCancellable *cancellable;
    MamutoCluster *cluster;
    MamutoFunction *function;
    GPtrArray *arguments; /* of MamutoArgument, all of them */
    GPtrArray *given;     /* those that are given to each remap, NULL for those that stay */
    MamutoMapper *mapper;
    MamutoReport *report;
    Progress *progress;
    TtyAsker *tty;
    MamutoRun *run;       /* (nullable): of the remap that runs or has just ended */
    MamutoResult *result; /* of the last remap; after a failure: what was computed */
    gboolean finished;    /* the remap that runs has ended */
    GError *error;        /* why */
} MapRun;

/* All rows went through: saves and tells; returns the exit status. */
int map_deliver(MapRun *self);
/* The run failed: saves what there is. */
void map_deliver_part(MapRun *self);
/* Ends with a message; returns the exit status. */
int map_fail(MapRun *self, int status, const GError *error);
