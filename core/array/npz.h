/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where a member that is stored uncompressed lies within a zip file: libzip does not tell. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* FALSE if it cannot be found out; then it is to be read through libzip. */
gboolean npz_find_stored(int fd, const char *name, guint64 size, guint64 *offset);

G_END_DECLS
