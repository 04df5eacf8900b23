/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads a mapped file that another program may cut short meanwhile: the bytes that are gone then
 * are an error of that reading and no longer the end of the process. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Only reads the mapping and writes into memory of its caller: it may be left half-way, so it takes
 * no lock and allocates nothing. */
typedef void (*MappingReader)(gpointer data);

/* Any thread. FALSE: bytes within [@map, @map + @size) have no file behind them any more. */
gboolean mapping_guard_read(gconstpointer map, gsize size, MappingReader reader, gpointer data);

G_END_DECLS
