/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Formats numbers for the axes and descriptions of charts in the user's locale. The caller frees
 * the returned strings. */
#pragma once

#include <glib.h>

/* Formats a value, for example "0.125" or "1e+20". */
char *number_text_value(double value);
/* Formats a count, for example of rows, in a short form: "12,345" or "1.5 M" (million). */
char *number_text_count(double count);
