/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Text in the frames of an agent, escaped where it enters, so that no window, terminal or file
 * shows raw text from a host. */
#pragma once

#include <glib.h>

#include "wire.h"

G_BEGIN_DECLS

/* Returns: (transfer full): the text, escaped with quote_text(). @lines: whether to keep line feeds
 * and tabs. */
char *host_text(struct wire_str text, gboolean lines);

G_END_DECLS
