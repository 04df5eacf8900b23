/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads a mapped file that another program may truncate: missing bytes are an error of the read
 * instead of a SIGBUS that kills the process. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads the mapping and writes to memory of its caller. The function must not take locks or
 * allocate, because a SIGBUS leaves it by a jump. */
typedef void (*MappingReader)(gpointer data);

/* Any thread. FALSE: part of [@map, @map + @size) is past the end of the truncated file. */
gboolean mapping_guard_read(gconstpointer map, gsize size, MappingReader reader, gpointer data);

G_END_DECLS
