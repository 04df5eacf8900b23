/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A host represents one agent for the whole session. It makes the agent prepare the function,
 * takes chunks from the schedule, and stores the results. If its connection is lost, the host
 * connects again. All of this happens in the thread of the host's connection. */
#pragma once

#include "mamuto-cluster.h"
#include "session.h"

G_BEGIN_DECLS

typedef struct _Host Host;

#define HOST_MAX_RETURNS 3

/* How long a host may be silent, and when a lost host is connected again. All times in µs. */
typedef struct {
    gint64 ping_us;    /* time between two pings */
    gint64 suspect_us; /* time without a frame from the host after which the user is warned */
    gint64 lost_us;    /* time without a frame after which the host counts as lost */
    guint n_returns;
    gint64 return_us[HOST_MAX_RETURNS]; /* pauses before the attempts to connect again */
} HostTimes;

extern const HostTimes host_default_times;

/* Sets the number of cores to use from now on. Can be called from any thread. */
void host_set_cores(Host *self, guint cores);

G_END_DECLS
