/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A host at work: one thread, one link, one agent, for as long as the session lasts. The thread
 * connects when the first run asks for it, prepares the function, takes chunks from the schedule,
 * brings results to the store, and connects anew for a later run if the host was lost. */
#pragma once

#include "session.h"

G_BEGIN_DECLS

/* Everything the thread needs of the cluster is copied. */
HostRun *host_run_new(Session *session, guint number, MamutoCluster *cluster, MamutoHost *host);
/* Once all hosts of the session are made. */
void host_run_start(HostRun *self);
/* Any thread. */
void host_run_wake(HostRun *self);
/* Main context: so many cores from now on. */
void host_run_set_cores(HostRun *self, guint cores);
const char *host_run_get_name(HostRun *self);
/* With the session's lock held. */
const HostFacts *host_run_get_facts(HostRun *self);
/* After session->closing was set and all were woken: ends what it waits for; joins the thread. */
void host_run_cancel(HostRun *self);
void host_run_join(HostRun *self);
void host_run_free(HostRun *self);

G_END_DECLS
