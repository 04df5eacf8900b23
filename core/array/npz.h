/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Finds the offset of an uncompressed member within a zip file. libzip has no function for this. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Sets @offset to the position of the member @name in the file. Returns FALSE if the position
 * cannot be determined. The caller then reads the member with libzip. */
gboolean npz_find_stored(int fd, const char *name, guint64 size, guint64 *offset);

G_END_DECLS
