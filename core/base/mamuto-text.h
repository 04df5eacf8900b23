/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Escapes untrusted text for display. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *mamuto_text_escape(const char *text, gboolean lines);

G_END_DECLS
