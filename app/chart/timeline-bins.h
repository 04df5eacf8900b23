/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Paints many lanes of a timeline as one texture. Each column of pixels covers a period of time. It
 * shows the fraction of this period that each activity lasted. */
#pragma once

#include <gdk/gdk.h>

#include "timeline-view.h"

/* Paints the time range [begin, end) of @lanes. @width: width of the texture in pixels.
 * @lane_height: height of each lane in pixels, including @scale empty pixels at the top and at the
 * bottom. */
GdkTexture *timeline_bins_make_texture(MamutoTimelineStore *store, const TimelineLane *lanes,
                                       guint n_lanes, gint64 begin, gint64 end, int width,
                                       int lane_height, int scale, gboolean dark);
/* Sets @shares to the fraction of the time [begin, end) that each activity lasted, 0 to 1. */
void timeline_bins_get_shares(MamutoTimelineStore *store, const TimelineLane *lane, gint64 begin,
                              gint64 end, double shares[TIMELINE_N_SHARES]);
