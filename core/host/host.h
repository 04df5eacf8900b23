/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A host: one agent at the far end of a connection's stream, for as long as the session lasts. It
 * prepares the function, takes chunks from the schedule, brings results to the store, and is
 * connected anew if it was lost. All of it happens in the thread of its connection. */
#pragma once

#include "mamuto-cluster.h"
#include "session.h"

G_BEGIN_DECLS

typedef struct _Host Host;

/* Any thread: so many cores from now on. */
void host_set_cores(Host *self, guint cores);

G_END_DECLS
