/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What MamutoCheck does in a thread of its own: connects to one host as a run would, and asks the
 * agent for what a run needs. Blocking; speaks only through a callback. */
#pragma once

#include "mamuto-check.h"

G_BEGIN_DECLS

/* Of the check's host, copied so that the thread touches no object of the main context. */
typedef struct {
    char *name, *address, *user, *python, *workdir;
    guint port, cores, n_at_once;
    int nice;
    gboolean local;
    MamutoAsker *asker;
    GCancellable *cancellable;
} ProbeTarget;

/* What was found so far, told whole each time. */
typedef struct {
    MamutoCheckOutcome outcomes[MAMUTO_N_CHECK_STAGES];
    char *details[MAMUTO_N_CHECK_STAGES];
    char *python, *python_version, *numpy_version; /* (nullable) */
    GError *error;                                 /* (nullable): why the stage that failed did */
    guint cores;
    guint64 memory;
    double latency, send_rate, receive_rate;
} ProbeFindings;

typedef void (*ProbeFunc)(const ProbeFindings *findings, gpointer data);

void probe_findings_copy(ProbeFindings *to, const ProbeFindings *from);
void probe_findings_clear(ProbeFindings *findings);
/* Runs all stages until one fails. FALSE only if it was cancelled. */
gboolean probe_host(const ProbeTarget *target, ProbeFunc func, gpointer data, GError **error);

G_END_DECLS
