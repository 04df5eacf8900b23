/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Computes how the cores of each host spent a run. A span is a recorded period of time with a
 * kind, such as connecting or computing. The core time of a host (cores × wall time) is divided
 * among the kinds of spans. The result is exact in microseconds. */
#pragma once

#include "mamuto-trace.h"

G_BEGIN_DECLS

/* Microseconds for each kind of span, summed over all cores of one host. The sum of all kinds is
 * cores × (end − begin). */
typedef struct {
    gint64 us[MAMUTO_N_SPAN_KINDS];
} CoreSeconds;

/* Divides the core time between @begin and @end among the kinds of spans. @cores and @split have
 * one element for each host. Spans of unknown hosts or slots are ignored. At each moment, the time
 * of a core is counted as the first kind of this list whose condition is true:
 * - computing: the slot of the core has a computing span;
 * - connecting, preparing, sending (to the host), returning: the host has a span of this kind;
 * - waiting: the host receives more rows later;
 * - idle: always. */
void core_seconds_split(const MamutoSpan *spans, gsize n_spans, gint64 begin, gint64 end,
                        guint n_hosts, const guint *cores, CoreSeconds *split);

G_END_DECLS
