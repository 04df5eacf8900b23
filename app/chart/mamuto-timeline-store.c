/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-timeline-store.h. */
#include "mamuto-timeline-store.h"

#include <string.h>

#define DEFAULT_MAX_SPANS 1000000
/* Maximum number of spans that one call reads from the trace. */
#define N_READ 4096
/* Number of bins for a host or core. The durations of old spans are summed up in bins of equal
 * length. If a span ends after the last bin, the length of all bins is doubled. */
#define N_BINS 512
#define FIRST_BIN_US (G_USEC_PER_SEC / 4)

typedef struct {
    /* sorted by the end of the span; only the indexes [first, last) are in use */
    TimelineSpan *spans;
    guint first, last, size;
    gint64 longest;
    float (*bins)[TIMELINE_N_SHARES]; /* sums of the durations of old spans; NULL: no sums yet */
} Lane;

typedef struct {
    Lane link;
    GPtrArray *slots; /* of Lane */
    gint64 us[TIMELINE_N_SHARES];
} HostLanes;

typedef struct {
    guint32 host;
    gint32 slot;
} OrderEntry;

struct _MamutoTimelineStore {
    GObject parent_instance;
    MamutoRun *run;
    guint64 next; /* index, in the trace, of the span that is read next */
    guint max_spans;
    guint64 n_spans, n_folded;
    HostLanes *hosts;
    guint n_hosts;
    OrderEntry *order; /* ring buffer with the host and core of each kept span, oldest span first */
    guint order_first;
    gint64 bin_us;
    MamutoSpan *buffer;
};

enum { SIGNAL_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(MamutoTimelineStore, mamuto_timeline_store, G_TYPE_OBJECT)

static void
lane_clear(Lane *lane)
{
    g_free(lane->spans);
    g_free(lane->bins);
}

static void
lane_free(gpointer data)
{
    lane_clear(data);
    g_free(data);
}

static void
mamuto_timeline_store_finalize(GObject *object)
{
    MamutoTimelineStore *self = MAMUTO_TIMELINE_STORE(object);

    for (guint i = 0; i < self->n_hosts; i++) {
        lane_clear(&self->hosts[i].link);
        g_ptr_array_unref(self->hosts[i].slots);
    }
    g_free(self->hosts);
    g_free(self->order);
    g_free(self->buffer);
    g_clear_object(&self->run);
    G_OBJECT_CLASS(mamuto_timeline_store_parent_class)->finalize(object);
}

static void
mamuto_timeline_store_class_init(MamutoTimelineStoreClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_timeline_store_finalize;
    signals[SIGNAL_CHANGED] = g_signal_new("changed", MAMUTO_TYPE_TIMELINE_STORE, G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mamuto_timeline_store_init(MamutoTimelineStore *self)
{
    self->bin_us = FIRST_BIN_US;
}

static Lane *
get_lane(MamutoTimelineStore *self, guint host, int slot)
{
    HostLanes *lanes;

    if (host >= self->n_hosts)
        return NULL;
    lanes = &self->hosts[host];
    if (slot < 0)
        return &lanes->link;
    return (guint)slot < lanes->slots->len ? g_ptr_array_index(lanes->slots, (guint)slot) : NULL;
}

static Lane *
ensure_lane(MamutoTimelineStore *self, guint host, int slot)
{
    while (slot >= 0 && self->hosts[host].slots->len <= (guint)slot)
        g_ptr_array_add(self->hosts[host].slots, g_new0(Lane, 1));
    return get_lane(self, host, slot);
}

/* ---- folding ---- */

/* Sets @shares to the activities of the span. The duration of the span is added to the sum of each
 * of these activities. Returns the number of the activities, 0 to 2. */
static guint
shares_of(const TimelineSpan *span, TimelineShare shares[2])
{
    switch ((MamutoSpanKind)span->kind) {
    case MAMUTO_SPAN_COMPUTING:
        shares[0] = TIMELINE_COMPUTING;
        shares[1] = TIMELINE_FAILED;
        return span->flags & MAMUTO_SPAN_FAILED ? 2 : 1;
    case MAMUTO_SPAN_CONNECTING:
    case MAMUTO_SPAN_PREPARING:
        shares[0] = TIMELINE_STARTING;
        return 1;
    case MAMUTO_SPAN_SENDING:
        shares[0] = TIMELINE_SENDING;
        return 1;
    case MAMUTO_SPAN_RETURNING:
        shares[0] = TIMELINE_RETURNING;
        return 1;
    default:
        return 0;
    }
}

static void
halve_bins(Lane *lane)
{
    if (!lane->bins)
        return;
    for (guint i = 0; i < N_BINS / 2; i++)
        for (guint s = 0; s < TIMELINE_N_SHARES; s++)
            lane->bins[i][s] = lane->bins[2 * i][s] + lane->bins[2 * i + 1][s];
    memset(lane->bins + N_BINS / 2, 0, sizeof *lane->bins * (N_BINS / 2));
}

static void
widen_bins(MamutoTimelineStore *self)
{
    self->bin_us *= 2;
    for (guint h = 0; h < self->n_hosts; h++) {
        halve_bins(&self->hosts[h].link);
        for (guint s = 0; s < self->hosts[h].slots->len; s++)
            halve_bins(g_ptr_array_index(self->hosts[h].slots, s));
    }
}

static void
fold(MamutoTimelineStore *self, Lane *lane, const TimelineSpan *span)
{
    TimelineShare shares[2];
    guint n_shares = shares_of(span, shares);

    while (span->end > self->bin_us * N_BINS)
        widen_bins(self);
    if (!lane->bins)
        lane->bins = g_malloc0(sizeof *lane->bins * N_BINS);
    for (gint64 at = span->begin; at < span->end;) {
        gint64 bin = at / self->bin_us;
        gint64 until = MIN(span->end, (bin + 1) * self->bin_us);

        for (guint s = 0; s < n_shares; s++)
            lane->bins[bin][shares[s]] += (float)(until - at);
        at = until;
    }
}

/* Returns the number of elements in self->order. N_READ spans are added before old spans are
 * removed, so the buffer needs room for N_READ spans more than max_spans. */
static guint
order_size(MamutoTimelineStore *self)
{
    return self->max_spans + N_READ;
}

static void
fold_oldest(MamutoTimelineStore *self)
{
    while (self->n_spans > self->max_spans) {
        OrderEntry *entry = &self->order[self->order_first];
        Lane *lane = get_lane(self, entry->host, entry->slot);

        fold(self, lane, &lane->spans[lane->first++]);
        self->order_first = (self->order_first + 1) % order_size(self);
        self->n_spans--;
        self->n_folded++;
    }
}

/* ---- spans ---- */

static void
make_room(Lane *lane)
{
    if (lane->last < lane->size)
        return;
    if (lane->first > lane->size / 2) {
        memmove(lane->spans, lane->spans + lane->first,
                sizeof *lane->spans * (lane->last - lane->first));
        lane->last -= lane->first;
        lane->first = 0;
        return;
    }
    lane->size = MAX(16, lane->size + lane->size / 2);
    lane->spans = g_renew(TimelineSpan, lane->spans, lane->size);
}

static void
lane_add(Lane *lane, const TimelineSpan *span)
{
    guint at;

    make_room(lane);
    /* insert the span at its position, because spans of several threads may arrive out of order */
    for (at = lane->last; at > lane->first && lane->spans[at - 1].end > span->end; at--)
        lane->spans[at] = lane->spans[at - 1];
    lane->spans[at] = *span;
    lane->last++;
    lane->longest = MAX(lane->longest, span->end - span->begin);
}

static void
add(MamutoTimelineStore *self, const MamutoSpan *from, gint64 origin)
{
    TimelineSpan span = {
        .begin = MAX(from->begin - origin, 0),
        .end = MAX(from->end - origin, 0),
        .chunk = from->chunk,
        .rows = (guint32)CLAMP(from->rows, 0, G_MAXUINT32),
        .kind = from->kind,
        .flags = from->flags,
    };
    TimelineShare shares[2];
    guint n_shares = shares_of(&span, shares);

    if (from->host < 0 || (guint)from->host >= self->n_hosts ||
        from->slot >= MAMUTO_HOST_MAX_CORES || n_shares == 0)
        return;
    lane_add(ensure_lane(self, (guint)from->host, from->slot), &span);
    self->order[(self->order_first + self->n_spans) % order_size(self)] =
        (OrderEntry){(guint)from->host, MAX(from->slot, -1)};
    for (guint i = 0; i < n_shares; i++)
        self->hosts[from->host].us[shares[i]] += span.end - span.begin;
    self->n_spans++;
}

static void
update(MamutoTimelineStore *self)
{
    MamutoTrace *trace = mamuto_run_get_trace(self->run);
    gint64 origin = mamuto_run_get_begin(self->run);
    guint n;

    while ((n = mamuto_trace_read(trace, &self->next, self->buffer, N_READ)) > 0) {
        for (guint i = 0; i < n; i++)
            add(self, &self->buffer[i], origin);
        fold_oldest(self);
    }
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

MamutoTimelineStore *
mamuto_timeline_store_new(MamutoRun *run, guint max_spans)
{
    MamutoTimelineStore *self = g_object_new(MAMUTO_TYPE_TIMELINE_STORE, NULL);

    self->run = g_object_ref(run);
    self->max_spans = max_spans > 0 ? max_spans : DEFAULT_MAX_SPANS;
    self->buffer = g_new(MamutoSpan, N_READ);
    /* use g_new() and not g_new0(), because memory that is never written then uses no RAM */
    self->order = g_new(OrderEntry, order_size(self));
    self->n_hosts = g_list_model_get_n_items(mamuto_run_get_hosts(run));
    self->hosts = g_new0(HostLanes, self->n_hosts);
    for (guint i = 0; i < self->n_hosts; i++)
        self->hosts[i].slots = g_ptr_array_new_with_free_func(lane_free);
    g_signal_connect_object(run, "updated", G_CALLBACK(update), self, G_CONNECT_SWAPPED);
    update(self);
    return self;
}

MamutoRun *
mamuto_timeline_store_get_run(MamutoTimelineStore *self)
{
    return self->run;
}

guint
mamuto_timeline_store_get_n_hosts(MamutoTimelineStore *self)
{
    return self->n_hosts;
}

guint
mamuto_timeline_store_get_n_slots(MamutoTimelineStore *self, guint host)
{
    g_autoptr(MamutoHostStatus) status =
        g_list_model_get_item(mamuto_run_get_hosts(self->run), host);

    return MIN(MAX(self->hosts[host].slots->len, mamuto_host_status_get_cores(status)),
               MAMUTO_HOST_MAX_CORES);
}

guint64
mamuto_timeline_store_get_n_spans(MamutoTimelineStore *self)
{
    return self->n_spans;
}

guint64
mamuto_timeline_store_get_n_folded(MamutoTimelineStore *self)
{
    return self->n_folded;
}

gint64
mamuto_timeline_store_get_now(MamutoTimelineStore *self)
{
    return (gint64)(mamuto_run_get_elapsed(self->run) * G_USEC_PER_SEC);
}

gboolean
mamuto_timeline_store_is_running(MamutoTimelineStore *self)
{
    return mamuto_run_get_state(self->run) == MAMUTO_RUN_RUNNING;
}

/* Returns the index of the first span that ends after @time. */
static guint
find_end_after(const Lane *lane, gint64 time)
{
    guint low = lane->first, high = lane->last;

    while (low < high) {
        guint middle = low + (high - low) / 2;

        if (lane->spans[middle].end > time)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

const TimelineSpan *
mamuto_timeline_store_get_spans(MamutoTimelineStore *self, guint host, int slot, gint64 begin,
                                gint64 end, guint *n)
{
    Lane *lane = get_lane(self, host, slot);
    guint low, high;

    *n = 0;
    if (!lane)
        return NULL;
    low = find_end_after(lane, begin);
    high = find_end_after(lane, end + lane->longest);
    *n = high - low;
    return lane->spans + low;
}

double
mamuto_timeline_store_get_unfinished(MamutoTimelineStore *self, guint host, int slot, gint64 *since)
{
    Lane *lane = get_lane(self, host, slot);
    g_autoptr(MamutoHostStatus) status =
        g_list_model_get_item(mamuto_run_get_hosts(self->run), host);
    guint n_busy = mamuto_host_status_get_n_busy(status);
    guint n_slots = mamuto_timeline_store_get_n_slots(self, host);

    if (slot < 0 || !mamuto_timeline_store_is_running(self) || n_busy == 0 ||
        mamuto_host_status_get_state(status) != MAMUTO_HOST_COMPUTING)
        return 0;
    /* if the core has no spans, assume that its computation began when the last transfer to or from
     * the host ended */
    if (!lane || lane->last == lane->first) {
        lane = &self->hosts[host].link;
        *since = lane->last > lane->first ? lane->spans[lane->last - 1].end : 0;
    } else {
        *since = lane->spans[lane->last - 1].end;
    }
    return MIN((double)n_busy / n_slots, 1);
}

gboolean
mamuto_timeline_store_get_bins(MamutoTimelineStore *self, guint host, int slot,
                               TimelineFolded *folded)
{
    Lane *lane = get_lane(self, host, slot);

    if (!lane || !lane->bins)
        return FALSE;
    *folded = (TimelineFolded){(const float(*)[TIMELINE_N_SHARES])lane->bins, N_BINS, self->bin_us};
    return TRUE;
}

double
mamuto_timeline_store_get_seconds(MamutoTimelineStore *self, guint host, TimelineShare share)
{
    return (double)self->hosts[host].us[share] / G_USEC_PER_SEC;
}
