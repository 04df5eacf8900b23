/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The data of a timeline. A span is a period in which a host or one of its cores had one activity.
 * The store reads the spans of a run from its trace and sorts them by host and core. To limit the
 * use of memory, the store keeps only the newest spans. It divides the time of the run into bins of
 * equal length. For each bin, it stores the sum of the durations of the removed spans. All
 * functions must be called in the main thread. */
#pragma once

#include <mamuto.h>

/* Activities of hosts and cores. The store sums up the time of each activity. */
typedef enum {
    TIMELINE_COMPUTING,
    TIMELINE_STARTING, /* connecting to the host and preparing the run */
    TIMELINE_SENDING,
    TIMELINE_RETURNING,
    TIMELINE_FAILED, /* computing chunks with failed rows; this time also counts as COMPUTING */
    TIMELINE_N_SHARES,
} TimelineShare;

/* A period in which a host or core had one activity. Times are in µs since the run began. */
typedef struct {
    gint64 begin, end;
    gint64 chunk;
    guint32 rows;
    guint8 kind; /* MamutoSpanKind */
    guint8 flags;
} TimelineSpan;

/* Sums for spans that are no longer kept. The time of the run is divided into @n_bins bins of
 * @bin_us µs each. @us contains the time of each activity in each bin, in µs. */
typedef struct {
    const float (*us)[TIMELINE_N_SHARES];
    guint n_bins;
    gint64 bin_us;
} TimelineFolded;

#define MAMUTO_TYPE_TIMELINE_STORE (mamuto_timeline_store_get_type())
/* Signal "changed" (): spans were added, or the run has ended. */
G_DECLARE_FINAL_TYPE(MamutoTimelineStore, mamuto_timeline_store, MAMUTO, TIMELINE_STORE, GObject)

/* @max_spans: maximum number of kept spans; 0: one million. */
MamutoTimelineStore *mamuto_timeline_store_new(MamutoRun *run, guint max_spans);
MamutoRun *mamuto_timeline_store_get_run(MamutoTimelineStore *self);
guint mamuto_timeline_store_get_n_hosts(MamutoTimelineStore *self);
/* Returns the number of cores of the host, including cores that the run no longer uses. */
guint mamuto_timeline_store_get_n_slots(MamutoTimelineStore *self, guint host);
guint64 mamuto_timeline_store_get_n_spans(MamutoTimelineStore *self);
guint64 mamuto_timeline_store_get_n_folded(MamutoTimelineStore *self);
/* Returns the time in µs since the run began. After the end of the run, returns the run's duration.
 */
gint64 mamuto_timeline_store_get_now(MamutoTimelineStore *self);
gboolean mamuto_timeline_store_is_running(MamutoTimelineStore *self);
/* (nullable): returns the spans of the core @slot that overlap the time range [begin, end), and
 * possibly some other spans. The caller must check the times of each span. If @slot is -1, returns
 * the spans of the connection to the host. The result is valid until spans are added. */
const TimelineSpan *mamuto_timeline_store_get_spans(MamutoTimelineStore *self, guint host, int slot,
                                                    gint64 begin, gint64 end, guint *n);
/* Estimates the computation that is running on a core. It has no span, because a span is stored
 * when the computation ends. Sets @since to the estimated begin of the computation. Returns the
 * probability that the core is computing. This is the fraction of the host's cores that are busy,
 * because the store does not know which cores are busy. */
double mamuto_timeline_store_get_unfinished(MamutoTimelineStore *self, guint host, int slot,
                                            gint64 *since);
/* Sets @folded to the sums of the durations of the spans that the store no longer keeps. Returns
 * FALSE if the store keeps all spans. */
gboolean mamuto_timeline_store_get_bins(MamutoTimelineStore *self, guint host, int slot,
                                        TimelineFolded *folded);
/* Returns the total time of an activity in seconds: the sum over all cores of the host and the
 * connection to the host. */
double mamuto_timeline_store_get_seconds(MamutoTimelineStore *self, guint host,
                                         TimelineShare share);
