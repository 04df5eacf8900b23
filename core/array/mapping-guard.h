/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads a mapped file that another program may truncate. If bytes are missing, the read returns an
 * error instead of a SIGBUS that kills the process. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Copies from the mapping to memory of the caller. The function must not take locks or allocate
 * memory, because a SIGBUS leaves the function by longjmp(). */
typedef void (*MappingReader)(gpointer data);

/* Calls @reader. Returns FALSE if part of [@map, @map + @size) is past the end of a truncated file.
 * Any thread. */
gboolean mapping_guard_read(gconstpointer map, gsize size, MappingReader reader, gpointer data);

G_END_DECLS
