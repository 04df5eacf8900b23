/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Formats numbers for axes and descriptions of charts, by locale. All functions return a new
 * string. */
#pragma once

#include <glib.h>

/* Formats a value, for example "0.125" or "1e+20". */
char *number_text_value(double value);
/* Formats rows and other counts in a short form: "12,345", "1.5 M". */
char *number_text_count(double count);
