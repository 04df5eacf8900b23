/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The free memory of this computer. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns the bytes of main memory and swap space that this process can still use, or G_MAXUINT64
 * if they are unknown. Takes about 0.1 ms. */
guint64 memory_get_available(void);

/* The same for a computer whose folders /proc and /sys are in the folder @root. For tests. */
guint64 memory_get_available_at(const char *root);

G_END_DECLS
