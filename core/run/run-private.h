/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Functions that the files of a run share.
 *
 * run.c         the beginning, hosts that join and leave, the end
 * run-chunks.c  chunks that hosts take and give back
 * run-results.c results that are stored
 * run-log.c     log lines
 * run-second.c  second tries of rows that failed, perhaps because of their host */
#pragma once

#include "run.h"

G_BEGIN_DECLS

/* Defined in run.c. */
void run_lock(Run *self);
/* Wakes the main context, if the run has become complete, after the lock was released, because the
 * main context may run before this thread goes on, and would then wait for the lock. */
void run_unlock(Run *self);
/* Whether the host computes chunks of the run. Call with the lock held. */
gboolean run_has_host(const Run *self, const RunHost *host);
/* Ends the run, unless it is over. @error: (nullable): why it ends before all rows are stored. Call
 * with the lock held. */
void run_end(Run *self, const GError *error);
/* Like run_end(), and frees @error. */
void run_end_for(Run *self, GError *error);
/* Call with the lock held after Run.n_storing was decremented. */
void run_announce_if_complete(Run *self);
/* Ends the run because rows were lost too often. @last: why they were lost the last time. Call
 * without the lock, because the function reads the attributes of files. */
void run_end_hopeless(Run *self, const GError *last);
/* Makes the chunks of the host available to other hosts. Call with the lock held. Returns FALSE if
 * some rows were lost too often. In this case the caller must call run_end_hopeless(). */
gboolean run_release_chunks(Run *self, guint host);

/* Defined in run-chunks.c. */
/* Tells hosts that their attempts of a chunk are not needed any more. @losers: (element-type
 * guint): numbers of the hosts in the schedule. Call with the lock held. */
void run_drop_losers(Run *self, guint64 chunk, GArray *losers);

/* Defined in run-results.c. */
/* Stores an accepted result without holding the lock, because writing to the disk may be slow. Then
 * updates the counts and the schedule. The caller has incremented Run.n_storing. Returns FALSE if
 * the result violates the protocol. */
gboolean run_store(Run *self, guint host, const RunResult *result, GError **error);
/* Returns FALSE if the file of an argument was modified, or a sent file that the function reads on
 * this computer. Call without the lock, because the function reads the attributes of files. */
gboolean run_check_files_unchanged(Run *self, GError **error);

/* Defined in run-log.c. */
/* Like run_log(). Call with the lock held. */
void run_add_log(Run *self, guint host, int slot, guint stream, const char *text, gsize len);

/* Defined in run-second.c. */
/* The following functions are called with the lock held. */
/* Called before a result is accepted. If all its rows failed, perhaps because of the host, and
 * other hosts are computing them, leaves the rows to these hosts and returns TRUE. */
gboolean run_leave_to_others(Run *self, guint host, const RunResult *result);
/* Called after a result was accepted. Returns TRUE if its suspect rows must be tried on another
 * host. */
gboolean run_wants_second_try(Run *self, const RunResult *result);
/* Called after the other rows of the result were stored. Puts the suspect rows back into the
 * schedule, and keeps their failures. @others receives the failures of other rows. Returns TRUE if
 * no other host is left, so that the caller must call run_believe_unconfirmed(). */
gboolean run_doubt_rows(Run *self, guint host, const RunResult *result, GPtrArray **others);
/* Called after a result was stored whose rows need no second try. If the result is a second try,
 * counts its successful rows against the host of the first try. Returns this host if it must be
 * left out of the run, because all rows failed on it and other hosts computed enough of them, else
 * -1. */
int run_compare_tries(Run *self, guint host, const RunResult *result);
/* Assigns no more rows of this run to the host, and returns its chunks to the queue. The thread of
 * the host's connection cancels the run on the host. The caller must call
 * run_believe_unconfirmed(). */
void run_leave_out(Run *self, guint host);

/* Records the first failures of all rows that no other host can try any more. Call without the lock
 * after each event that reduces the hosts, such as a lost host. */
void run_believe_unconfirmed(Run *self);

G_END_DECLS
