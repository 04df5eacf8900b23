/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * For programs that must exit although threads of the library are still working. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean mamuto_discard_unfinished(gboolean saving_too);

G_END_DECLS
