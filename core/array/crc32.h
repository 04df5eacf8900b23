/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The checksum CRC-32 of zip files. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns the checksum of some data followed by the @size bytes at @data. @crc: the checksum of the
 * data before, 0 at the beginning. Can be called from any thread. */
guint32 crc32_update(guint32 crc, gconstpointer data, gsize size);

/* The same without special instructions of the processor. Used by tests. */
guint32 crc32_update_portable(guint32 crc, gconstpointer data, gsize size);

G_END_DECLS
