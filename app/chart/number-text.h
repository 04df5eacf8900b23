/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Numbers as they stand at the axes of charts and in their words, by locale. All give new text. */
#pragma once

#include <glib.h>

/* "0.125", "1e+20" */
char *number_text_value(double value);
/* "12,345", "1.5 M": short, for an axis of counts or rows */
char *number_text_count(double count);
