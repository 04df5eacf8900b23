/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The free memory of this computer. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns the bytes of main memory and swap space that can still be used, or G_MAXUINT64 if they
 * are unknown. Takes about 0.1 ms. */
guint64 memory_get_available(void);

G_END_DECLS
