/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The counters and facts that the threads of a run record (guarded by the session's lock), and the
 * functions that copy these values to the public objects (called in the main context). */
#pragma once

#include "mamuto-run.h"

G_BEGIN_DECLS

/* Facts about a host. They do not belong to a run, so a new run starts with the facts from the
 * previous run. */
typedef struct {
    MamutoHostState state;
    char *message;
    GError *error; /* (nullable): why the host is lost or failed */
    guint cores;
    double cpu; /* load of all cores, 0 to 1 */
    guint64 memory_total, memory_available;
    char *machine, *cpu_model, *cpu_features;
    /* reported by the host's runner: */
    char *runner, *interpreter;
    char **versions; /* NULL-terminated; alternates names and versions */
} HostFacts;

/* Counts of a host in one run. */
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
/* Copies the values of @facts and @counts. @interval: seconds since the last call, needed for the
 * rate. Emits no signal, so the caller may hold a lock. */
void host_status_update(MamutoHostStatus *self, const HostFacts *facts, const HostCounts *counts,
                        double interval);
/* Called at the end of the run, which took @seconds. The state becomes DONE unless the host is LOST
 * or FAILED; the rate becomes the mean rate of the run. */
void host_status_end(MamutoHostStatus *self, double seconds);
/* Emits "updated". Signal handlers may call any function of the mapper, so the caller must not hold
 * a lock. */
void host_status_announce(MamutoHostStatus *self);

MamutoRun *run_object_new(const char *function, gint64 n_rows, const char *const *host_names,
                          guint n_hosts, MamutoTrace *trace);
/* Starts an update. Returns the seconds since the last update, at least a microsecond. */
double run_object_begin_update(MamutoRun *self);
MamutoHostStatus *run_object_get_host(MamutoRun *self, guint host);
void run_object_update(MamutoRun *self, const RunCounts *counts);
/* Makes the last update and emits "updated". @result: (nullable) (transfer none) */
void run_object_end(MamutoRun *self, MamutoRunState state, gint64 end, MamutoResult *result,
                    const RunCounts *counts);
/* Appends @failures (transfer full) and replaces the causes by @causes (transfer full). If @causes
 * is NULL, the causes stay unchanged. */
void run_object_add_failures(MamutoRun *self, GPtrArray *failures, GPtrArray *causes);
void run_object_log(MamutoRun *self, guint host, int slot, guint stream, const char *text);

G_END_DECLS
