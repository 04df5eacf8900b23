/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Times on an axis: where ticks stand, and what is written there. Times in µs. */
#pragma once

#include <glib.h>

/* The round step that is at least so long: 1, 2 or 5 times a power of ten, then minutes and hours.
 */
gint64 time_axis_step(gint64 at_least);
/* "12.5 s", with as many decimals as @step needs; (transfer full). */
char *time_axis_format(gint64 us, gint64 step);
