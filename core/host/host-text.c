/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See host-text.h. */
#include "host-text.h"

#include "quote.h"

char *
host_text(struct wire_str text, gboolean lines)
{
    g_autofree char *raw = g_strndup(text.data, text.len);

    return lines ? quote_lines(raw) : quote_text(raw);
}
