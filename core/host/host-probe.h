/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Checks one host for MamutoCheck. The probe connects to the host in the same way as a run, and
 * checks everything that a run needs. It blocks, so MamutoCheck runs it in a thread of its own. It
 * reports progress through a callback. */
#pragma once

#include <gio/gio.h>

#include "mamuto-asker.h"
#include "mamuto-check-stage.h"

G_BEGIN_DECLS

/* A copy of the host's settings, because the probe runs in a thread of its own and the object
 * of the host may be used only in the main context. */
typedef struct {
    char *name, *address, *user, *python, *workdir;
    guint port, cores, n_at_once;
    int nice;
    gboolean local;
    MamutoAsker *asker;
    GCancellable *cancellable;
} ProbeTarget;

/* The results of all stages so far. Each call of ProbeFunc receives all results, not only new
 * ones. */
typedef struct {
    MamutoCheckOutcome outcomes[MAMUTO_N_CHECK_STAGES];
    char *details[MAMUTO_N_CHECK_STAGES];
    char *python, *python_version, *numpy_version; /* (nullable) */
    GError *error;                                 /* (nullable): the reason why a stage failed */
    guint cores;
    guint64 memory;
    double latency, send_rate, receive_rate;
} ProbeFindings;

typedef void (*ProbeFunc)(const ProbeFindings *findings, gpointer data);

void probe_findings_copy(ProbeFindings *to, const ProbeFindings *from);
void probe_findings_clear(ProbeFindings *findings);
/* Runs the stages in order until a stage fails. Returns FALSE with @error set only if the check
 * was cancelled. */
gboolean probe_host(const ProbeTarget *target, ProbeFunc func, gpointer data, GError **error);

G_END_DECLS
