/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Distances between ticks, and labels of ticks, for a time axis. All times are in µs. */
#pragma once

#include <glib.h>

/* Returns the smallest round distance between ticks that is not less than @at_least. Up to 5 s,
 * round distances are 1, 2 or 5 times a power of ten. Longer distances are round numbers of
 * seconds, minutes, hours or days. */
gint64 time_axis_step(gint64 at_least);
/* (transfer full): formats the time of a tick, for example "12.5 s". @step is the distance between
 * ticks and determines the number of decimals. */
char *time_axis_format(gint64 us, gint64 step);
