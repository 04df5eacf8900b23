/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a timeline shows: the spans of a job's trace, by host and core. The newest are kept one by
 * one, older ones folded into bins, so that memory stays bounded however long a run is. Of the main
 * thread. */
#pragma once

#include <mamuto.h>

/* What shares of time are counted by. */
typedef enum {
    TIMELINE_COMPUTING,
    TIMELINE_STARTING, /* connecting, preparing */
    TIMELINE_SENDING,
    TIMELINE_RETURNING,
    TIMELINE_FAILED, /* of the computing: chunks in which rows failed */
    TIMELINE_N_SHARES,
} TimelineShare;

/* Times are in µs since the job's begin. */
typedef struct {
    gint64 begin, end;
    gint64 chunk;
    guint32 rows;
    guint8 kind; /* MamutoSpanKind */
    guint8 flags;
} TimelineSpan;

/* Older spans: µs of each share in each bin. */
typedef struct {
    const float (*us)[TIMELINE_N_SHARES];
    guint n_bins;
    gint64 bin_us;
} TimelineFolded;

#define MAMUTO_TYPE_TIMELINE_STORE (mamuto_timeline_store_get_type())
/* Signal "changed" (): there are new spans, or the job has ended. */
G_DECLARE_FINAL_TYPE(MamutoTimelineStore, mamuto_timeline_store, MAMUTO, TIMELINE_STORE, GObject)

/* @max_spans: how many are kept one by one; 0: a million. */
MamutoTimelineStore *mamuto_timeline_store_new(MamutoRun *run, guint max_spans);
MamutoRun *mamuto_timeline_store_get_job(MamutoTimelineStore *self);
guint mamuto_timeline_store_get_n_hosts(MamutoTimelineStore *self);
/* Cores of a host that were ever in use. */
guint mamuto_timeline_store_get_n_slots(MamutoTimelineStore *self, guint host);
guint64 mamuto_timeline_store_get_n_spans(MamutoTimelineStore *self);
guint64 mamuto_timeline_store_get_n_folded(MamutoTimelineStore *self);
/* µs since the begin; of an ended job, its end. */
gint64 mamuto_timeline_store_get_now(MamutoTimelineStore *self);
gboolean mamuto_timeline_store_is_running(MamutoTimelineStore *self);
/* (nullable): the spans of a core, or with @slot -1 of the whole host, that may touch [begin, end);
 * there are others among them. Valid until the next change. */
const TimelineSpan *mamuto_timeline_store_get_spans(MamutoTimelineStore *self, guint host, int slot,
                                                    gint64 begin, gint64 end, guint *n);
/* How much of a core's time from @since until now is likely to be computing that has not ended, and
 * so is no span yet: 0 to 1. */
double mamuto_timeline_store_get_unfinished(MamutoTimelineStore *self, guint host, int slot,
                                            gint64 *since);
/* FALSE: nothing of that lane was folded. */
gboolean mamuto_timeline_store_get_bins(MamutoTimelineStore *self, guint host, int slot,
                                        TimelineFolded *folded);
/* Seconds of a kind of a host's cores, or of its link, so far. */
double mamuto_timeline_store_get_seconds(MamutoTimelineStore *self, guint host,
                                         TimelineShare share);
