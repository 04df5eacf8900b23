/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads decimal integers from text, and writes them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Read a decimal integer from @min to @max. The whole text must be digits; integer_parse_signed()
 * also accepts a sign before them. For any other text they return FALSE without setting @value.
 *
 * g_ascii_string_to_unsigned() is not used, because it sometimes refuses a valid number: it checks
 * errno, which its first call in a program can set while it waits for a lock of GLib. */
gboolean integer_parse_unsigned(const char *text, guint64 min, guint64 max, guint64 *value);
gboolean integer_parse_signed(const char *text, gint64 min, gint64 max, gint64 *value);

/* Returns (transfer full): the number with separators between groups of three digits: "1,234,567".
 * If the locale has other separators, these are used. */
char *integer_format(gint64 value);

G_END_DECLS
