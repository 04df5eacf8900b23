/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A ring buffer of spans, protected by a mutex. A mutex is fast enough, because each chunk adds
 * only a few spans of 48 bytes. */
#include "mamuto-trace.h"

#include <string.h>

#define DEFAULT_MAX_SPANS 1000000

struct _MamutoTrace {
    GObject parent_instance;
    GMutex lock;
    GArray *ring; /* elements are MamutoSpan; when full, the oldest is overwritten */
    guint max_spans;
    guint64 n_added;
};

G_DEFINE_FINAL_TYPE(MamutoTrace, mamuto_trace, G_TYPE_OBJECT)

static void
mamuto_trace_finalize(GObject *object)
{
    MamutoTrace *self = MAMUTO_TRACE(object);

    g_array_unref(self->ring);
    g_mutex_clear(&self->lock);
    G_OBJECT_CLASS(mamuto_trace_parent_class)->finalize(object);
}

static void
mamuto_trace_class_init(MamutoTraceClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_trace_finalize;
}

static void
mamuto_trace_init(MamutoTrace *self)
{
    g_mutex_init(&self->lock);
    self->ring = g_array_new(FALSE, FALSE, sizeof(MamutoSpan));
}

/**
 * mamuto_trace_new:
 * @max_spans: number of spans to keep; 0: 1,000,000
 *
 * Returns: (transfer full): an empty trace
 */
MamutoTrace *
mamuto_trace_new(guint max_spans)
{
    MamutoTrace *self = g_object_new(MAMUTO_TYPE_TRACE, NULL);

    self->max_spans = max_spans > 0 ? max_spans : DEFAULT_MAX_SPANS;
    return self;
}

/**
 * mamuto_trace_add:
 * @self: a trace
 * @span: the span; copied
 *
 * Adds a span. Can be called from any thread.
 */
void
mamuto_trace_add(MamutoTrace *self, const MamutoSpan *span)
{
    g_return_if_fail(MAMUTO_IS_TRACE(self));
    g_return_if_fail(span != NULL);

    g_mutex_lock(&self->lock);
    if (self->ring->len < self->max_spans)
        g_array_append_val(self->ring, *span);
    else
        g_array_index(self->ring, MamutoSpan, self->n_added % self->max_spans) = *span;
    self->n_added++;
    g_mutex_unlock(&self->lock);
}

/**
 * mamuto_trace_get_n_spans:
 * @self: a trace
 *
 * Returns: number of stored spans
 */
guint
mamuto_trace_get_n_spans(MamutoTrace *self)
{
    guint n;

    g_return_val_if_fail(MAMUTO_IS_TRACE(self), 0);
    g_mutex_lock(&self->lock);
    n = self->ring->len;
    g_mutex_unlock(&self->lock);
    return n;
}

/**
 * mamuto_trace_get_n_dropped:
 * @self: a trace
 *
 * Returns: number of old spans that were overwritten
 */
guint64
mamuto_trace_get_n_dropped(MamutoTrace *self)
{
    guint64 n;

    g_return_val_if_fail(MAMUTO_IS_TRACE(self), 0);
    g_mutex_lock(&self->lock);
    n = self->n_added - self->ring->len;
    g_mutex_unlock(&self->lock);
    return n;
}

/**
 * mamuto_trace_read:
 * @self: a trace
 * @first: (inout): number of the first span to read; increased to the number of the next span
 * @spans: (out caller-allocates) (array length=max): the spans
 * @max: length of @spans
 *
 * Reads spans in the order of addition. Overwritten spans are skipped, so @first may increase by
 * more than the number of spans read. Can be called from any thread.
 *
 * Returns: the number of spans read
 */
guint
mamuto_trace_read(MamutoTrace *self, guint64 *first, MamutoSpan *spans, guint max)
{
    guint n = 0;

    g_return_val_if_fail(MAMUTO_IS_TRACE(self), 0);
    g_return_val_if_fail(first != NULL && (spans != NULL || max == 0), 0);

    g_mutex_lock(&self->lock);
    *first = MAX(*first, self->n_added - self->ring->len);
    for (; n < max && *first < self->n_added; n++, (*first)++)
        spans[n] = g_array_index(self->ring, MamutoSpan, *first % self->max_spans);
    g_mutex_unlock(&self->lock);
    return n;
}

/**
 * mamuto_span_kind_to_string:
 * @kind: a kind of span
 *
 * Returns: the name of the kind in reports, in lower case ("computing"); not translated
 */
const char *
mamuto_span_kind_to_string(MamutoSpanKind kind)
{
    static const char *const words[MAMUTO_N_SPAN_KINDS] = {
        "connecting", "preparing", "sending", "waiting", "computing", "returning", "idle",
    };

    g_return_val_if_fail(kind < MAMUTO_N_SPAN_KINDS, "");
    return words[kind];
}
