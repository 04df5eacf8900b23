/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Numbers as text for axes and descriptions of charts, by locale. All functions return a new
 * string. */
#pragma once

#include <glib.h>

/* "0.125", "1e+20" */
char *number_text_value(double value);
/* "12,345", "1.5 M": the short form for counts and rows */
char *number_text_count(double count);
