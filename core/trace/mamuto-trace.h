/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Records how hosts and cores spend the time of a run. A span is a period of one activity, such
 * as computing a chunk. Threads that communicate with hosts add spans. Reports and windows read
 * them. Times are values of g_get_monotonic_time() on this computer, in µs. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * MamutoSpanKind:
 *
 * Kinds of spans. Spans of the kinds CONNECTING, PREPARING, SENDING and RETURNING belong to a whole
 * host (slot -1). SENDING lasts from the assignment of a chunk until the agent has received all
 * bytes of the chunk. RETURNING lasts from the moment when the agent has the result until this
 * computer has stored the result. COMPUTING belongs to one slot, a worker process on the host.
 * WAITING and IDLE are never recorded, because reports compute them from the times without a span.
 * Such a time counts as WAITING if the host receives another chunk later, otherwise as IDLE.
 */
typedef enum {
    MAMUTO_SPAN_CONNECTING,
    MAMUTO_SPAN_PREPARING,
    MAMUTO_SPAN_SENDING,
    MAMUTO_SPAN_WAITING,
    MAMUTO_SPAN_COMPUTING,
    MAMUTO_SPAN_RETURNING,
    MAMUTO_SPAN_IDLE,
    MAMUTO_N_SPAN_KINDS,
} MamutoSpanKind;

enum { MAMUTO_SPAN_FAILED = 1 << 0, MAMUTO_SPAN_COPY = 1 << 1, MAMUTO_SPAN_RETRY = 1 << 2 };

/**
 * MamutoSpan:
 * @begin: start time in µs
 * @end: end time in µs
 * @chunk: the chunk, or -1
 * @rows: number of rows in the chunk
 * @host: index of the host in the run
 * @slot: number of the worker process on the host, or -1 for the whole host
 * @kind: a #MamutoSpanKind
 * @flags: bits of %MAMUTO_SPAN_FAILED, %MAMUTO_SPAN_COPY and %MAMUTO_SPAN_RETRY: the chunk failed,
 *   is a copy of a late chunk, or is a retry
 */
typedef struct {
    gint64 begin;
    gint64 end;
    gint64 chunk;
    gint64 rows;
    gint32 host;
    gint16 slot;
    guint8 kind;
    guint8 flags;
} MamutoSpan;

#define MAMUTO_TYPE_TRACE (mamuto_trace_get_type())
G_DECLARE_FINAL_TYPE(MamutoTrace, mamuto_trace, MAMUTO, TRACE, GObject)

MamutoTrace *mamuto_trace_new(guint max_spans);
void mamuto_trace_add(MamutoTrace *self, const MamutoSpan *span);
guint mamuto_trace_get_n_spans(MamutoTrace *self);
guint64 mamuto_trace_get_n_dropped(MamutoTrace *self);
guint mamuto_trace_read(MamutoTrace *self, guint64 *first, MamutoSpan *spans, guint max);
const char *mamuto_span_kind_to_string(MamutoSpanKind kind);

G_END_DECLS
