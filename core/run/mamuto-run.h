/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The public object of a run, which can be used during the run and afterwards. It contains totals,
 * a status for each host, log lines, failed rows and recorded time spans. Use the object only in
 * the main context of the mapper. The mapper updates the object at most 10 times a second and once
 * more at the end. */
#pragma once

#include <gio/gio.h>

#include "mamuto-result.h"
#include "mamuto-trace.h"

G_BEGIN_DECLS

/**
 * MamutoRunState:
 * @MAMUTO_RUN_RUNNING: the run has not ended
 * @MAMUTO_RUN_DONE: every row was computed; some may have failed
 * @MAMUTO_RUN_FAILED: an error ended the run early
 * @MAMUTO_RUN_CANCELLED: the run was cancelled
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
 * The public state of a host. CONNECTING: the ssh connection is being opened. PREPARING: an
 * interpreter on the host imports the function. WAITING: the host is ready, but has no chunk (range
 * of rows). COMPUTING: the host has chunks. DONE: the run has ended. LOST: the host was connected,
 * but failed later. FAILED: the host could not be used, or all rows failed on it while other hosts
 * computed these rows, so that it was left out of the run. For LOST and FAILED,
 * mamuto_host_status_get_message() returns the reason.
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

const char *mamuto_host_state_to_string(MamutoHostState state);

#define MAMUTO_TYPE_HOST_STATUS (mamuto_host_status_get_type())
G_DECLARE_FINAL_TYPE(MamutoHostStatus, mamuto_host_status, MAMUTO, HOST_STATUS, GObject)

const char *mamuto_host_status_get_name(MamutoHostStatus *self);
MamutoHostState mamuto_host_status_get_state(MamutoHostStatus *self);
gboolean mamuto_host_status_get_was_ready(MamutoHostStatus *self);
const char *mamuto_host_status_get_message(MamutoHostStatus *self);
const GError *mamuto_host_status_get_error(MamutoHostStatus *self);
guint mamuto_host_status_get_cores(MamutoHostStatus *self);
guint mamuto_host_status_get_n_busy(MamutoHostStatus *self);
gint64 mamuto_host_status_get_rows_done(MamutoHostStatus *self);
gint64 mamuto_host_status_get_rows_failed(MamutoHostStatus *self);
guint mamuto_host_status_get_chunks_done(MamutoHostStatus *self);
guint mamuto_host_status_get_n_lost(MamutoHostStatus *self);
guint mamuto_host_status_get_n_copies(MamutoHostStatus *self);
double mamuto_host_status_get_rows_per_second(MamutoHostStatus *self);
guint64 mamuto_host_status_get_bytes_sent(MamutoHostStatus *self);
guint64 mamuto_host_status_get_bytes_received(MamutoHostStatus *self);
double mamuto_host_status_get_cpu(MamutoHostStatus *self);
guint64 mamuto_host_status_get_memory_total(MamutoHostStatus *self);
guint64 mamuto_host_status_get_memory_available(MamutoHostStatus *self);
const char *mamuto_host_status_get_machine(MamutoHostStatus *self);
const char *mamuto_host_status_get_cpu_model(MamutoHostStatus *self);
const char *mamuto_host_status_get_cpu_features(MamutoHostStatus *self);
const char *mamuto_host_status_get_runner(MamutoHostStatus *self);
const char *mamuto_host_status_get_interpreter(MamutoHostStatus *self);
const char *const *mamuto_host_status_get_versions(MamutoHostStatus *self);
const char *mamuto_host_status_get_version(MamutoHostStatus *self, const char *name);

#define MAMUTO_TYPE_RUN (mamuto_run_get_type())
G_DECLARE_FINAL_TYPE(MamutoRun, mamuto_run, MAMUTO, RUN, GObject)

MamutoRunState mamuto_run_get_state(MamutoRun *self);
const char *mamuto_run_get_function(MamutoRun *self);
gint64 mamuto_run_get_n_rows(MamutoRun *self);
gint64 mamuto_run_get_rows_done(MamutoRun *self);
gint64 mamuto_run_get_rows_failed(MamutoRun *self);
GPtrArray *mamuto_run_get_failures(MamutoRun *self);
GPtrArray *mamuto_run_get_causes(MamutoRun *self);
double mamuto_run_get_rows_per_second(MamutoRun *self);
double mamuto_run_get_elapsed(MamutoRun *self);
double mamuto_run_get_eta(MamutoRun *self);
gint64 mamuto_run_get_begin(MamutoRun *self);
gint64 mamuto_run_get_end(MamutoRun *self);
GListModel *mamuto_run_get_hosts(MamutoRun *self);
MamutoTrace *mamuto_run_get_trace(MamutoRun *self);
MamutoResult *mamuto_run_get_result(MamutoRun *self);

G_END_DECLS
