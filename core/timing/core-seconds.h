/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Divides the core time of each host (cores × wall time) among the kinds of spans. The result is
 * exact in microseconds. Pure function of the spans. */
#pragma once

#include "mamuto-trace.h"

G_BEGIN_DECLS

/* Microseconds, summed over all cores of one host. The kinds add up to cores × (end − begin). */
typedef struct {
    gint64 us[MAMUTO_N_SPAN_KINDS];
} CoreSeconds;

/* @cores and @split have one element for each host. Spans of unknown hosts, and spans of slots that
 * a host does not have, are ignored. The kind of a core at a moment is:
 * - computing, if a computing span of its slot is active;
 * - otherwise the kind of an active span of its host: connecting, preparing, sending (to the host)
 *   or returning; if several spans are active, the first of these kinds;
 * - otherwise waiting, if its host receives another chunk later;
 * - otherwise idle. */
void core_seconds_split(const MamutoSpan *spans, gsize n_spans, gint64 begin, gint64 end,
                        guint n_hosts, const guint *cores, CoreSeconds *split);

G_END_DECLS
