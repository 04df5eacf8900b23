/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What one sees of a run while it runs and after: totals, a status for each host, log lines,
 * failed rows, spans of time. Belongs to the main context of the mapper; it is brought up to date
 * at most 10 times a second and once more at the end. */
#pragma once

#include <gio/gio.h>

#include "mamuto-result.h"
#include "mamuto-trace.h"

G_BEGIN_DECLS

/**
 * MamutoRunState:
 * @MAMUTO_RUN_RUNNING: it runs
 * @MAMUTO_RUN_DONE: every row was computed (some may have failed)
 * @MAMUTO_RUN_FAILED: it ended before that
 * @MAMUTO_RUN_CANCELLED: somebody stopped it
 */
typedef enum {
    MAMUTO_RUN_RUNNING,
    MAMUTO_RUN_DONE,
    MAMUTO_RUN_FAILED,
    MAMUTO_RUN_CANCELLED,
} MamutoRunState;

/**
 * MamutoHostState:
 *
 * What a host is doing. CONNECTING and PREPARING once a session; WAITING: ready, nothing to
 * compute has reached it; LOST: it was there and is gone; FAILED: it could not be used (see
 * mamuto_host_status_get_message()).
 */
typedef enum {
    MAMUTO_HOST_CONNECTING,
    MAMUTO_HOST_PREPARING,
    MAMUTO_HOST_WAITING,
    MAMUTO_HOST_COMPUTING,
    MAMUTO_HOST_DONE,
    MAMUTO_HOST_LOST,
    MAMUTO_HOST_FAILED,
} MamutoHostState;

/* The word for it, in English and lower case ("computing"). */
const char *mamuto_host_state_to_string(MamutoHostState state);

/* Signal "updated" (): something of it changed. */
#define MAMUTO_TYPE_HOST_STATUS (mamuto_host_status_get_type())
G_DECLARE_FINAL_TYPE(MamutoHostStatus, mamuto_host_status, MAMUTO, HOST_STATUS, GObject)

const char *mamuto_host_status_get_name(MamutoHostStatus *self);
MamutoHostState mamuto_host_status_get_state(MamutoHostStatus *self);
gboolean mamuto_host_status_get_was_ready(MamutoHostStatus *self);
/* More in words, (nullable): the stage of connecting ("host key"), or why it is lost or failed. */
const char *mamuto_host_status_get_message(MamutoHostStatus *self);
const GError *mamuto_host_status_get_error(MamutoHostStatus *self);
guint mamuto_host_status_get_cores(MamutoHostStatus *self);
guint mamuto_host_status_get_n_busy(MamutoHostStatus *self);
/* Of this job. */
gint64 mamuto_host_status_get_rows_done(MamutoHostStatus *self);
gint64 mamuto_host_status_get_rows_failed(MamutoHostStatus *self);
guint mamuto_host_status_get_chunks_done(MamutoHostStatus *self);
guint mamuto_host_status_get_n_lost(MamutoHostStatus *self); /* attempts that gave no result */
guint
mamuto_host_status_get_n_copies(MamutoHostStatus *self); /* copies of stragglers it was given */
double mamuto_host_status_get_rows_per_second(MamutoHostStatus *self); /* over the last seconds */
guint64 mamuto_host_status_get_bytes_sent(MamutoHostStatus *self);
guint64 mamuto_host_status_get_bytes_received(MamutoHostStatus *self);
/* Of the host itself: 0 while not known. */
double mamuto_host_status_get_cpu(MamutoHostStatus *self); /* 0 to 1 */
guint64 mamuto_host_status_get_memory_total(MamutoHostStatus *self);
guint64 mamuto_host_status_get_memory_available(MamutoHostStatus *self);
/* (nullable) until known. */
const char *mamuto_host_status_get_machine(MamutoHostStatus *self); /* "Linux x86_64" */
const char *mamuto_host_status_get_cpu_model(MamutoHostStatus *self);
const char *mamuto_host_status_get_cpu_features(MamutoHostStatus *self);
const char *mamuto_host_status_get_runner(MamutoHostStatus *self);      /* "python" */
const char *mamuto_host_status_get_interpreter(MamutoHostStatus *self); /* path */
const char *const *mamuto_host_status_get_versions(MamutoHostStatus *self);
const char *mamuto_host_status_get_version(MamutoHostStatus *self, const char *name);

#define MAMUTO_TYPE_RUN (mamuto_run_get_type())
/* Signals: "updated" (): after each time it was brought up to date; "log" (guint host, int slot,
 * guint stream (1 stdout, 2 stderr), const char *text): what user code printed; text of a host. */
G_DECLARE_FINAL_TYPE(MamutoRun, mamuto_run, MAMUTO, RUN, GObject)

MamutoRunState mamuto_run_get_state(MamutoRun *self);
const char *mamuto_run_get_function(MamutoRun *self); /* its spec */
gint64 mamuto_run_get_n_rows(MamutoRun *self);
gint64 mamuto_run_get_rows_done(MamutoRun *self); /* with those that failed */
gint64 mamuto_run_get_rows_failed(MamutoRun *self);
/* (element-type MamutoRowFailure) (transfer none): the first MAMUTO_MAX_LISTED_FAILURES so far, as
 * they became known. */
GPtrArray *mamuto_run_get_failures(MamutoRun *self);
/* (element-type MamutoFailureCause) (transfer none): of all failed rows so far. */
GPtrArray *mamuto_run_get_causes(MamutoRun *self);
double mamuto_run_get_rows_per_second(MamutoRun *self);
/* Seconds since it was started; the whole wall time once it has ended. */
double mamuto_run_get_elapsed(MamutoRun *self);
/* Seconds that are left, smoothed; negative while it cannot be told yet. */
double mamuto_run_get_eta(MamutoRun *self);
/* g_get_monotonic_time() at start, and at the end (0 before that). */
gint64 mamuto_run_get_begin(MamutoRun *self);
gint64 mamuto_run_get_end(MamutoRun *self);
/* (transfer none): a GListModel of MamutoHostStatus; position = the host's number in spans. */
GListModel *mamuto_run_get_hosts(MamutoRun *self);
MamutoTrace *mamuto_run_get_trace(MamutoRun *self);
/* (nullable): of an ended job: what was computed, all of it or not. */
MamutoResult *mamuto_run_get_result(MamutoRun *self);

G_END_DECLS
