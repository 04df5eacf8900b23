/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Text of others within a message of ours. */
#pragma once

#include <glib.h>

/* @text as it can stand within a line: control characters and bytes that are no UTF-8 become \n, \t
 * or \x1b; everything else stays, in whatever script it is written. */
char *quote_text(const char *text);
