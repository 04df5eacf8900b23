/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tick steps and tick labels of a time axis. All times are in µs. */
#pragma once

#include <glib.h>

/* The smallest round step of at least @at_least. Up to 5 s, round steps are 1, 2 or 5 times a power
 * of ten; above 5 s, they are round numbers of seconds, minutes, hours or days. */
gint64 time_axis_step(gint64 at_least);
/* Formats a time with the decimals that @step needs, for example "12.5 s"; (transfer full). */
char *time_axis_format(gint64 us, gint64 step);
