/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Numbers as they stand at the axes of a plot and in its words, by locale. All give new text. */
#pragma once

#include <glib.h>

/* "0.125", "1e+20" */
char *plot_text_value(double value);
/* "12,345", "1.5 M": short, for an axis of counts or rows */
char *plot_text_count(double count);
/* A round distance of ticks, so that at most @n of them stand over @range. */
double plot_tick_step(double range, guint n);
