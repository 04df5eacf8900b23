/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads a mapped file that another program may truncate. If bytes are missing, mapping_guard_read()
 * returns FALSE. Without it, the signal SIGBUS would kill the process. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A function that copies data from a mapped file to other memory. It must not lock mutexes or
 * allocate memory, because after a SIGBUS the function is left by siglongjmp(), without unlocking
 * or freeing. */
typedef void (*MappingReader)(gpointer data);

/* Calls @reader with @data. @map and @size are the address and the size of the mapping from which
 * @reader copies. Returns FALSE if @reader accessed a part of the mapping that is beyond the end of
 * the file. Can be called from any thread. */
gboolean mapping_guard_read(gconstpointer map, gsize size, MappingReader reader, gpointer data);

G_END_DECLS
