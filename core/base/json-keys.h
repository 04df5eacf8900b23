/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Collects the keys of JSON objects. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends the keys of the object @text to @keys, except those in @seen (element-type utf8), and
 * adds them to @seen. Returns FALSE if @text cannot be parsed as JSON. NaN and Infinity, which
 * Python writes, cannot. Another value than an object has no keys. */
gboolean json_collect_keys(const char *text, GHashTable *seen, GStrvBuilder *keys);

G_END_DECLS
