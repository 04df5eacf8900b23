/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads decimal integers from text. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Read a decimal integer from @min to @max. The whole text must be digits; integer_parse_signed()
 * also takes a sign before them. Return FALSE without setting @value if the text is something else.
 *
 * g_ascii_string_to_unsigned() is not used: it checks errno, and its first call in a program can
 * wait for a lock of GLib, which sets errno. A valid number is then refused now and then. */
gboolean integer_parse_unsigned(const char *text, guint64 min, guint64 max, guint64 *value);
gboolean integer_parse_signed(const char *text, gint64 min, gint64 max, gint64 *value);

G_END_DECLS
