/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Converts texts to and from JSON, and bytes to JSON. A text is an array of Unicode code points, as
 * in numpy's arrays of text, so that it may contain NUL characters and halves of surrogate pairs.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends @n characters to @json as a JSON string in UTF-8. Halves of surrogate pairs and control
 * characters become escape sequences. Returns FALSE if a number is no code point. */
gboolean json_text_append(GString *json, const gunichar *text, gsize n);
/* Appends @n bytes to @json as an object whose only key is "base64". json_lines.py writes the same
 * object. */
void json_bytes_append(GString *json, const guint8 *bytes, gsize n);
/* Decodes @size bytes of valid JSON without white space that are a string. @text: (nullable):
 * receives the characters. Returns the number of characters, at most @size. */
gsize json_text_decode(const char *json, gsize size, gunichar *text);
/* Returns whether valid JSON without white space is a string. */
static inline gboolean
json_is_text(const char *json, gsize size)
{
    return size >= 2 && json[0] == '"';
}

G_END_DECLS
