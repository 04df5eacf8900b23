/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The probe of MamutoCheck, which runs in its own thread. Connects to one host in the same way as a
 * run does, and checks everything that a run needs. Blocking; reports progress through a callback.
 */
#pragma once

#include <gio/gio.h>

#include "mamuto-asker.h"
#include "mamuto-check-stage.h"

G_BEGIN_DECLS

/* Copied settings of the host, so that the thread does not use objects of the main context. */
typedef struct {
    char *name, *address, *user, *python, *workdir;
    guint port, cores, n_at_once;
    int nice;
    gboolean local;
    MamutoAsker *asker;
    GCancellable *cancellable;
} ProbeTarget;

/* All findings so far. Every call of ProbeFunc receives all of them, not only the new findings. */
typedef struct {
    MamutoCheckOutcome outcomes[MAMUTO_N_CHECK_STAGES];
    char *details[MAMUTO_N_CHECK_STAGES];
    char *python, *python_version, *numpy_version; /* (nullable) */
    GError *error;                                 /* (nullable): why a stage failed */
    guint cores;
    guint64 memory;
    double latency, send_rate, receive_rate;
} ProbeFindings;

typedef void (*ProbeFunc)(const ProbeFindings *findings, gpointer data);

void probe_findings_copy(ProbeFindings *to, const ProbeFindings *from);
void probe_findings_clear(ProbeFindings *findings);
/* Runs the stages in order until one fails. Returns FALSE only if cancelled. */
gboolean probe_host(const ProbeTarget *target, ProbeFunc func, gpointer data, GError **error);

G_END_DECLS
