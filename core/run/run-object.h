/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the threads of a run count and note (guarded by the session's lock), and how it gets from
 * there into the public objects (in the main context). */
#pragma once

#include "mamuto-run.h"

G_BEGIN_DECLS

/* Of a host, as long as the session lasts. */
typedef struct {
    MamutoHostState state;
    char *message;
    GError *error; /* (nullable): why it is lost or failed */
    guint cores;
    double cpu; /* 0 to 1 */
    guint64 memory_total, memory_available;
    char *machine, *cpu_model, *cpu_features;
    /* of what runs functions there, as it says itself */
    char *runner, *interpreter;
    char **versions; /* name and version in turn */
} HostFacts;

/* Of a host within one job. */
typedef struct {
    gint64 rows_done, rows_failed;
    guint n_busy, chunks_done, n_lost, n_copies;
    guint64 bytes_sent, bytes_received;
} HostCounts;

typedef struct {
    gint64 rows_done, rows_failed;
} RunCounts;

void host_facts_clear(HostFacts *facts);

MamutoHostStatus *host_status_new(const char *name);
/* Copies what changed; @interval: seconds since the last time, for the rate. Says nothing to
 * anybody, so that a lock may be held. */
void host_status_update(MamutoHostStatus *self, const HostFacts *facts, const HostCounts *counts,
                        double interval);
/* The job is over after so many seconds, and nothing more is heard of its hosts: those that were
 * not lost have done their part, at the rate that this makes in all. */
void host_status_end(MamutoHostStatus *self, double seconds);
/* Emits "updated"; whoever listens may do anything with the mapper. */
void host_status_announce(MamutoHostStatus *self);

MamutoRun *run_object_new(const char *function, gint64 n_rows, const char *const *host_names,
                          guint n_hosts, MamutoTrace *trace);
/* Seconds since it was last brought up to date (at least a microsecond); sets that to now. */
double run_object_begin_update(MamutoRun *self);
MamutoHostStatus *run_object_get_host(MamutoRun *self, guint host);
void run_object_update(MamutoRun *self, const RunCounts *counts);
/* The last of all updates; emits "updated" too. @result: (nullable) (transfer none) */
void run_object_end(MamutoRun *self, MamutoRunState state, gint64 end, MamutoResult *result,
                    const RunCounts *counts);
/* Adds to what is known of failed rows; takes @failures and @causes (nullable: as before) over. */
void run_object_add_failures(MamutoRun *self, GPtrArray *failures, GPtrArray *causes);
void run_object_log(MamutoRun *self, guint host, int slot, guint stream, const char *text);

G_END_DECLS
