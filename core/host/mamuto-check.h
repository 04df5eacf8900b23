/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whether a host can be used, stage by stage, and what to do where it cannot. */
#pragma once

#include "mamuto-asker.h"
#include "mamuto-cluster.h"

G_BEGIN_DECLS

/**
 * MamutoCheckStage:
 *
 * In order; a stage is tried when the one before passed. A local host has no RESOLVE to AUTH.
 */
typedef enum {
    MAMUTO_CHECK_RESOLVE,
    MAMUTO_CHECK_CONNECT,
    MAMUTO_CHECK_HOST_KEY,
    MAMUTO_CHECK_AUTH,
    MAMUTO_CHECK_AGENT,
    MAMUTO_CHECK_PYTHON,
    MAMUTO_CHECK_NUMPY,
    MAMUTO_CHECK_SPEED,
    MAMUTO_N_CHECK_STAGES,
} MamutoCheckStage;

typedef enum {
    MAMUTO_CHECK_PENDING,
    MAMUTO_CHECK_RUNNING,
    MAMUTO_CHECK_PASSED,
    MAMUTO_CHECK_FAILED,
    MAMUTO_CHECK_SKIPPED, /* does not apply (local), or an earlier stage failed */
} MamutoCheckOutcome;

const char *mamuto_check_stage_to_string(MamutoCheckStage stage);

#define MAMUTO_TYPE_CHECK (mamuto_check_get_type())
/* Signal "updated" (), in the main context of the thread that made it. */
G_DECLARE_FINAL_TYPE(MamutoCheck, mamuto_check, MAMUTO, CHECK, GObject)

MamutoCheck *mamuto_check_new(MamutoCluster *cluster, MamutoHost *host, MamutoAsker *asker);
/* Fails only when cancelled; what failed is in the stages. */
void mamuto_check_run_async(MamutoCheck *self, guint n_at_once, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
gboolean mamuto_check_run_finish(MamutoCheck *self, GAsyncResult *result, GError **error);

MamutoHost *mamuto_check_get_host(MamutoCheck *self);
gboolean mamuto_check_get_passed(MamutoCheck *self);
MamutoCheckOutcome mamuto_check_get_outcome(MamutoCheck *self, MamutoCheckStage stage);
/* (nullable): what was found ("3.11.2 (/usr/bin/python3)"), or why it failed and what to do. */
const char *mamuto_check_get_detail(MamutoCheck *self, MamutoCheckStage stage);
const GError *mamuto_check_get_error(MamutoCheck *self);
/* (nullable) until known; text of a host. */
const char *mamuto_check_get_python(MamutoCheck *self); /* path */
const char *mamuto_check_get_python_version(MamutoCheck *self);
const char *mamuto_check_get_numpy_version(MamutoCheck *self);
guint mamuto_check_get_cores(MamutoCheck *self);         /* 0: not known */
guint64 mamuto_check_get_memory(MamutoCheck *self);      /* bytes in all */
double mamuto_check_get_latency(MamutoCheck *self);      /* seconds, there and back */
double mamuto_check_get_send_rate(MamutoCheck *self);    /* bytes/s to the host */
double mamuto_check_get_receive_rate(MamutoCheck *self); /* bytes/s from the host */

G_END_DECLS
