/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Steps and labels of a time axis. Times in µs. */
#pragma once

#include <glib.h>

/* The smallest round step that is not below @at_least: 1, 2 or 5 times a power of ten up to 5 s,
 * then round numbers of seconds, minutes, hours or days. */
gint64 time_axis_step(gint64 at_least);
/* "12.5 s", with the decimals that @step needs; (transfer full). */
char *time_axis_format(gint64 us, gint64 step);
