/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Paints many spans as one picture. Each pixel column of a lane shows how the time that it covers
 * is divided between activities. */
#pragma once

#include <gdk/gdk.h>

#include "timeline-view.h"

/* @width: width of the picture in pixels. @lane_height: height of each lane, including @scale empty
 * pixels at the top and at the bottom. */
GdkTexture *timeline_bins_make_texture(MamutoTimelineStore *store, const TimelineLane *lanes,
                                       guint n_lanes, gint64 begin, gint64 end, int width,
                                       int lane_height, int scale, gboolean dark);
/* Computes each activity's share of the lane's time in [begin, end), 0 to 1. */
void timeline_bins_get_shares(MamutoTimelineStore *store, const TimelineLane *lane, gint64 begin,
                              gint64 end, double shares[TIMELINE_N_SHARES]);
