/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spans of time on hosts and cores, written by the threads of connections and read by reports and
 * windows. Times are g_get_monotonic_time() of this computer, in µs. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * MamutoSpanKind:
 *
 * Kinds of time. For a whole host (slot -1): CONNECTING, PREPARING, and for each chunk SENDING
 * (from the assignment until the agent has all bytes) and RETURNING (from the result in the agent
 * until it is stored here). For one slot: COMPUTING. WAITING and IDLE are never recorded: they are
 * the rest of a core's time while work was available, and afterwards.
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
 * @begin: µs
 * @end: µs, not before @begin
 * @chunk: the chunk, or -1
 * @rows: rows of the chunk
 * @host: index of the host in the run
 * @slot: core of the host, or -1 for the host
 * @kind: a #MamutoSpanKind
 * @flags: failed, copy of a late chunk, retry
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
