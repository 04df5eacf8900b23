/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Atomic saving of files: a reader sees either the old or the complete new content. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean mamuto_file_save(const char *path, const char *data, gssize length, GError **error);

G_END_DECLS
