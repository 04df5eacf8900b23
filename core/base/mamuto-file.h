/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Saves files atomically: a reader sees either the complete old content or the complete new
 * content. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean mamuto_file_save(const char *path, const char *data, gssize length, GError **error);

G_END_DECLS
