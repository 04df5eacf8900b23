/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where the time of every core went: divides cores × wall of each host among the kinds of spans, to
 * the last microsecond. Pure: spans in, sums out. */
#pragma once

#include "mamuto-trace.h"

G_BEGIN_DECLS

/* µs of all cores of one host together; they add up to cores × (end − begin). */
typedef struct {
    gint64 us[MAMUTO_N_SPAN_KINDS];
} CoreSeconds;

/* @cores and @split have an element for each host; spans of other hosts, and of slots that a host
 * does not have, are passed over. What a core does at a time:
 *  - computing, if a span of its slot says so;
 *  - else what its host does: connecting, preparing, sending (to it), returning, in this order if
 *    there are several at once;
 *  - else waiting, if a chunk was still to come to its host, or idle. */
void core_seconds_split(const MamutoSpan *spans, gsize n_spans, gint64 begin, gint64 end,
                        guint n_hosts, const guint *cores, CoreSeconds *split);

G_END_DECLS
