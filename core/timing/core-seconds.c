/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Processes the begins and ends of a host's spans in the order of time. Between two successive
 * times, the number of computing cores is constant, and all other cores spend the time on the same
 * kind of span, such as waiting. Therefore the number of steps depends on the number of spans, not
 * on the number of cores. */
#include "core-seconds.h"

#include <stdlib.h>

/* The time at which a span begins (change = 1) or ends (change = -1). */
typedef struct {
    gint64 time;
    gint32 change;
    guint8 kind;
} Edge;

/* Kinds of spans that concern all cores of a host. If several such spans overlap, the first kind of
 * this list is counted. */
static const MamutoSpanKind host_kinds[] = {
    MAMUTO_SPAN_CONNECTING,
    MAMUTO_SPAN_PREPARING,
    MAMUTO_SPAN_SENDING,
    MAMUTO_SPAN_RETURNING,
};

static int
compare_slots(gconstpointer a, gconstpointer b)
{
    const MamutoSpan *x = *(const MamutoSpan *const *)a, *y = *(const MamutoSpan *const *)b;

    if (x->slot != y->slot)
        return x->slot < y->slot ? -1 : 1;
    return x->begin < y->begin ? -1 : x->begin > y->begin;
}

static int
compare_edges(gconstpointer a, gconstpointer b)
{
    const Edge *x = a, *y = b;

    return x->time < y->time ? -1 : x->time > y->time;
}

static void
add_edges(GArray *edges, MamutoSpanKind kind, gint64 begin, gint64 end)
{
    if (begin >= end)
        return;
    g_array_append_val(edges, ((Edge){.time = begin, .change = 1, .kind = kind}));
    g_array_append_val(edges, ((Edge){.time = end, .change = -1, .kind = kind}));
}

/* Adds the begins and ends of the computing spans to @edges. Merges overlapping spans of one slot,
 * because no core must be counted twice. Sorts @spans. */
static void
add_computing(GArray *edges, const MamutoSpan **spans, gsize n, gint64 begin, gint64 end)
{
    gint64 lo = 0, hi = 0;

    if (n > 1)
        qsort(spans, n, sizeof *spans, compare_slots);
    for (gsize i = 0; i < n; i++) {
        gint64 from = CLAMP(spans[i]->begin, begin, end), to = CLAMP(spans[i]->end, from, end);

        if (i > 0 && spans[i]->slot == spans[i - 1]->slot && from <= hi) {
            hi = MAX(hi, to);
            continue;
        }
        add_edges(edges, MAMUTO_SPAN_COMPUTING, lo, hi);
        lo = from;
        hi = to;
    }
    add_edges(edges, MAMUTO_SPAN_COMPUTING, lo, hi);
}

/* Returns the time at which the host received its last rows. Until this time, a core that does not
 * compute is counted as waiting. After this time, it is counted as idle. */
static gint64
find_last_work(const MamutoSpan **spans, gsize n, gint64 begin)
{
    gint64 last = begin;

    for (gsize i = 0; i < n; i++) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the caller filled all n places */
        if (spans[i]->kind == MAMUTO_SPAN_SENDING)
            last = MAX(last, spans[i]->end);
        else if (spans[i]->kind == MAMUTO_SPAN_COMPUTING)
            last = MAX(last, spans[i]->begin);
    }
    return last;
}

static void
sweep(GArray *edges, gint64 begin, gint64 end, gint64 last_work, guint cores, CoreSeconds *split)
{
    gint64 active[MAMUTO_N_SPAN_KINDS] = {0};
    gint64 now = begin;

    g_array_sort(edges, compare_edges);
    for (guint i = 0; i <= edges->len; i++) {
        gint64 until = i < edges->len ? g_array_index(edges, Edge, i).time : end;

        if (until > now) {
            gint64 busy = active[MAMUTO_SPAN_COMPUTING], free_us = (cores - busy) * (until - now);
            guint k = 0;

            split->us[MAMUTO_SPAN_COMPUTING] += busy * (until - now);
            while (k < G_N_ELEMENTS(host_kinds) && active[host_kinds[k]] == 0)
                k++;
            if (k < G_N_ELEMENTS(host_kinds)) {
                split->us[host_kinds[k]] += free_us;
            } else {
                gint64 waiting = CLAMP(last_work, now, until) - now;

                split->us[MAMUTO_SPAN_WAITING] += (cores - busy) * waiting;
                split->us[MAMUTO_SPAN_IDLE] += (cores - busy) * (until - now - waiting);
            }
            now = until;
        }
        if (i < edges->len) {
            const Edge *edge = &g_array_index(edges, Edge, i);

            active[edge->kind] += edge->change;
        }
    }
}

/* Divides the core time of one host among the kinds of spans. @spans: the spans of this host. The
 * function changes their order. */
static void
split_host(const MamutoSpan **spans, gsize n, gint64 begin, gint64 end, guint cores,
           CoreSeconds *split)
{
    g_autoptr(GArray) edges = g_array_sized_new(FALSE, FALSE, sizeof(Edge), 2 * n);
    gint64 last_work = find_last_work(spans, n, begin);
    gsize n_computing = 0;

    for (gsize i = 0; i < n; i++) {
        if (spans[i]->kind == MAMUTO_SPAN_COMPUTING)
            spans[n_computing++] = spans[i];
        else
            add_edges(edges, spans[i]->kind, CLAMP(spans[i]->begin, begin, end),
                      CLAMP(spans[i]->end, begin, end));
    }
    add_computing(edges, spans, n_computing, begin, end);
    sweep(edges, begin, end, last_work, cores, split);
}

/* Whether a span is counted. Spans of the kinds WAITING and IDLE are not counted, because these
 * times are computed from the gaps between the other spans. */
static gboolean
is_of_use(const MamutoSpan *span, gint64 begin, gint64 end, guint n_hosts, const guint *cores)
{
    if (span->host < 0 || (guint)span->host >= n_hosts || span->kind >= MAMUTO_N_SPAN_KINDS ||
        span->end < span->begin || span->end < begin || span->begin >= end)
        return FALSE;
    if (span->kind == MAMUTO_SPAN_COMPUTING)
        return span->slot >= 0 && (guint)span->slot < cores[span->host];
    return span->kind != MAMUTO_SPAN_WAITING && span->kind != MAMUTO_SPAN_IDLE;
}

void
core_seconds_split(const MamutoSpan *spans, gsize n_spans, gint64 begin, gint64 end, guint n_hosts,
                   const guint *cores, CoreSeconds *split)
{
    g_autofree gsize *first = g_new0(gsize, n_hosts + 1);
    g_autofree const MamutoSpan **by_host = g_new(const MamutoSpan *, n_spans);
    gsize n = 0;

    /* Sorts the spans by host with a counting sort. In the last loop, first[h] is the index for the
     * next span of host h. After the loop, first[h] is the index after the last span of host h. */
    for (gsize i = 0; i < n_spans; i++)
        if (is_of_use(&spans[i], begin, end, n_hosts, cores))
            first[spans[i].host]++;
    for (guint h = 0; h < n_hosts; h++) {
        gsize count = first[h];

        first[h] = n;
        n += count;
    }
    for (gsize i = 0; i < n_spans; i++)
        if (is_of_use(&spans[i], begin, end, n_hosts, cores))
            by_host[first[spans[i].host]++] = &spans[i];

    for (guint h = 0; h < n_hosts; h++) {
        gsize lo = h > 0 ? first[h - 1] : 0;

        split[h] = (CoreSeconds){0};
        split_host(by_host + lo, first[h] - lo, begin, MAX(begin, end), cores[h], &split[h]);
    }
}
