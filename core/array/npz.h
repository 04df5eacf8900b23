/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Finds the offset of an uncompressed member within a zip file. libzip has no function for this. */
#pragma once

#include <glib.h>
#include <zip.h>

G_BEGIN_DECLS

/* Sets @offset to the position of an uncompressed member in the file. @index: number of the member
 * in the file's directory. @st: sizes and checksum of the member. Returns FALSE if the position
 * cannot be determined. The caller then reads the member with libzip. */
gboolean npz_find_stored(int fd, guint64 index, const zip_stat_t *st, guint64 *offset);

G_END_DECLS
