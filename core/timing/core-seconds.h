/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Divides the core time of each host (cores × wall time) among the kinds of spans, exactly in
 * microseconds. Pure function of the spans. */
#pragma once

#include "mamuto-trace.h"

G_BEGIN_DECLS

/* Microseconds, summed over all cores of one host; the kinds add up to cores × (end − begin). */
typedef struct {
    gint64 us[MAMUTO_N_SPAN_KINDS];
} CoreSeconds;

/* @cores and @split have an element for each host; spans of other hosts, and of slots that a host
 * does not have, are ignored. The kind of a core at a moment is:
 *  - computing, if a computing span of its slot is active;
 *  - else the kind of its host's active span: connecting, preparing, sending (to the host) or
 *    returning; the first of these if several are active;
 *  - else waiting, if its host still received another chunk later, or idle. */
void core_seconds_split(const MamutoSpan *spans, gsize n_spans, gint64 begin, gint64 end,
                        guint n_hosts, const guint *cores, CoreSeconds *split);

G_END_DECLS
