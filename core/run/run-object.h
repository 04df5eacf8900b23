/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Counters and facts about a run and its hosts. Several threads record these values under the
 * session's lock. Functions that are called in the main context copy the values to the public
 * objects. */
#pragma once

#include "mamuto-run.h"

G_BEGIN_DECLS

/* Facts about a host. A new run starts with the facts from the previous run, because the host stays
 * connected between runs. */
typedef struct {
    MamutoHostState state;
    char *message;
    GError *error; /* (nullable): why the host is lost or failed */
    guint cores;
    double cpu; /* load of all cores, 0 to 1 */
    guint64 memory_total, memory_available;
    char *machine, *cpu_model, *cpu_features;
    /* reported by the interpreter on the host: */
    char *runner, *interpreter;
    char **versions; /* NULL-terminated; each name is followed by its version */
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
/* Copies the values of @facts and @counts to @self. @interval: seconds since the previous call,
 * from which the rate of rows is computed. The caller may hold a lock, because the function emits
 * no signal. */
void host_status_update(MamutoHostStatus *self, const HostFacts *facts, const HostCounts *counts,
                        double interval);
/* Sets the final values at the end of a run. The state becomes DONE unless the host is LOST or
 * FAILED. The rate becomes the mean rate of the run. @seconds: duration of the run. */
void host_status_end(MamutoHostStatus *self, double seconds);
/* Emits "updated". Signal handlers may call any function of the mapper, so the caller must not hold
 * a lock. */
void host_status_announce(MamutoHostStatus *self);

MamutoRun *run_object_new(const char *function, gint64 n_rows, const char *const *host_names,
                          guint n_hosts, MamutoTrace *trace);
/* Records the time of an update. Returns the seconds since the previous update. The returned value
 * is at least a microsecond, because rates are divided by it. */
double run_object_begin_update(MamutoRun *self);
MamutoHostStatus *run_object_get_host(MamutoRun *self, guint host);
void run_object_update(MamutoRun *self, const RunCounts *counts);
/* Sets the final values of the run and of its hosts, and emits "updated". @result: (nullable)
 * (transfer none) */
void run_object_end(MamutoRun *self, MamutoRunState state, gint64 end, MamutoResult *result,
                    const RunCounts *counts);
/* Appends @failures (transfer full) to the list of failed rows. Replaces the list of the causes of
 * all failed rows by @causes (transfer full), unless @causes is NULL. */
void run_object_add_failures(MamutoRun *self, GPtrArray *failures, GPtrArray *causes);
void run_object_log(MamutoRun *self, guint host, int slot, guint stream, const char *text);

G_END_DECLS
