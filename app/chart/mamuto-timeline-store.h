/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The data of a timeline: the spans of a run's trace, by host and core. The newest spans are kept
 * individually and older spans are folded into bins, so that memory stays bounded however long a
 * run takes. Main thread only. */
#pragma once

#include <mamuto.h>

/* The kinds of time that are summed up. */
typedef enum {
    TIMELINE_COMPUTING,
    TIMELINE_STARTING, /* connecting, preparing */
    TIMELINE_SENDING,
    TIMELINE_RETURNING,
    TIMELINE_FAILED, /* part of the computing time: chunks with failed rows */
    TIMELINE_N_SHARES,
} TimelineShare;

/* Times are in µs since the run began. */
typedef struct {
    gint64 begin, end;
    gint64 chunk;
    guint32 rows;
    guint8 kind; /* MamutoSpanKind */
    guint8 flags;
} TimelineSpan;

/* Folded spans: µs of each share in each bin. */
typedef struct {
    const float (*us)[TIMELINE_N_SHARES];
    guint n_bins;
    gint64 bin_us;
} TimelineFolded;

#define MAMUTO_TYPE_TIMELINE_STORE (mamuto_timeline_store_get_type())
/* Signal "changed" (): new spans are available, or the run has ended. */
G_DECLARE_FINAL_TYPE(MamutoTimelineStore, mamuto_timeline_store, MAMUTO, TIMELINE_STORE, GObject)

/* @max_spans: number of spans that are kept individually; 0: a million. */
MamutoTimelineStore *mamuto_timeline_store_new(MamutoRun *run, guint max_spans);
MamutoRun *mamuto_timeline_store_get_run(MamutoTimelineStore *self);
guint mamuto_timeline_store_get_n_hosts(MamutoTimelineStore *self);
/* Number of cores of a host, including cores that are no longer in use. */
guint mamuto_timeline_store_get_n_slots(MamutoTimelineStore *self, guint host);
guint64 mamuto_timeline_store_get_n_spans(MamutoTimelineStore *self);
guint64 mamuto_timeline_store_get_n_folded(MamutoTimelineStore *self);
/* µs since the run began; the duration of a run that has ended. */
gint64 mamuto_timeline_store_get_now(MamutoTimelineStore *self);
gboolean mamuto_timeline_store_is_running(MamutoTimelineStore *self);
/* (nullable): spans of a core, or with @slot -1 of the host's link, that may overlap [begin, end).
 * Some do not overlap, so the caller checks their times. Valid until the next change. */
const TimelineSpan *mamuto_timeline_store_get_spans(MamutoTimelineStore *self, guint host, int slot,
                                                    gint64 begin, gint64 end, guint *n);
/* Estimates running computation, which has no span yet: the share of the core's time from @since
 * until now that is computing, 0 to 1. */
double mamuto_timeline_store_get_unfinished(MamutoTimelineStore *self, guint host, int slot,
                                            gint64 *since);
/* Returns FALSE if no spans of the lane were folded. */
gboolean mamuto_timeline_store_get_bins(MamutoTimelineStore *self, guint host, int slot,
                                        TimelineFolded *folded);
/* Seconds of a share so far, summed over the host's cores and its link. */
double mamuto_timeline_store_get_seconds(MamutoTimelineStore *self, guint host,
                                         TimelineShare share);
