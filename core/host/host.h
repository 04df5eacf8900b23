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

/* Sets the number of cores to use from now on. Can be called from any thread. */
void host_set_cores(Host *self, guint cores);

G_END_DECLS
