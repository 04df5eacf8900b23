/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The data of a timeline: the spans of a run's trace, by host and core. Recent spans are kept
 * individually. Older spans are folded (their durations are summed up in bins of equal length), so
 * that memory use is bounded. Main thread only. */
#pragma once

#include <mamuto.h>

/* Activities whose times are summed up. */
typedef enum {
    TIMELINE_COMPUTING,
    TIMELINE_STARTING, /* connecting to the host and preparing the run */
    TIMELINE_SENDING,
    TIMELINE_RETURNING,
    TIMELINE_FAILED, /* computing chunks with failed rows; also counted in COMPUTING */
    TIMELINE_N_SHARES,
} TimelineShare;

/* A span of the trace. Times are in µs since the run began. */
typedef struct {
    gint64 begin, end;
    gint64 chunk;
    guint32 rows;
    guint8 kind; /* MamutoSpanKind */
    guint8 flags;
} TimelineSpan;

/* Sums of the times of old spans. The time is divided into bins of equal length. For each bin: the
 * time of each activity in µs. */
typedef struct {
    const float (*us)[TIMELINE_N_SHARES];
    guint n_bins;
    gint64 bin_us;
} TimelineFolded;

#define MAMUTO_TYPE_TIMELINE_STORE (mamuto_timeline_store_get_type())
/* Signal "changed" (): spans were added, or the run has ended. */
G_DECLARE_FINAL_TYPE(MamutoTimelineStore, mamuto_timeline_store, MAMUTO, TIMELINE_STORE, GObject)

/* @max_spans: number of spans that are kept individually; 0: the default, one million. */
MamutoTimelineStore *mamuto_timeline_store_new(MamutoRun *run, guint max_spans);
MamutoRun *mamuto_timeline_store_get_run(MamutoTimelineStore *self);
guint mamuto_timeline_store_get_n_hosts(MamutoTimelineStore *self);
/* Returns the number of cores of the host, including cores that the run no longer uses. */
guint mamuto_timeline_store_get_n_slots(MamutoTimelineStore *self, guint host);
guint64 mamuto_timeline_store_get_n_spans(MamutoTimelineStore *self);
guint64 mamuto_timeline_store_get_n_folded(MamutoTimelineStore *self);
/* Time since the run began, in µs. After the end of the run: the run's duration. */
gint64 mamuto_timeline_store_get_now(MamutoTimelineStore *self);
gboolean mamuto_timeline_store_is_running(MamutoTimelineStore *self);
/* (nullable): returns the spans of the core @slot near the time range [begin, end). If @slot is -1,
 * returns the spans of the connection to the host. Some of the spans may lie outside the range, so
 * the caller must check their times. The result is valid until spans are added. */
const TimelineSpan *mamuto_timeline_store_get_spans(MamutoTimelineStore *self, guint host, int slot,
                                                    gint64 begin, gint64 end, guint *n);
/* Estimates the core's current computation, which has no span until it ends. Sets @since to the
 * time at which the computation began. Returns the estimated share of the time since then in which
 * the core was busy, 0 to 1. */
double mamuto_timeline_store_get_unfinished(MamutoTimelineStore *self, guint host, int slot,
                                            gint64 *since);
/* Sets @folded to the summed-up old spans. Returns FALSE if no spans were summed up. */
gboolean mamuto_timeline_store_get_bins(MamutoTimelineStore *self, guint host, int slot,
                                        TimelineFolded *folded);
/* Returns the time in seconds that was spent on an activity, summed over the cores of the host and
 * the connection to it. */
double mamuto_timeline_store_get_seconds(MamutoTimelineStore *self, guint host,
                                         TimelineShare share);
