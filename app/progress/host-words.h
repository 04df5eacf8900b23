/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a host does in a run, as icon and word. */
#pragma once

#include <mamuto.h>

typedef struct {
    const char *icon_name;
    const char *word;      /* translated */
    const char *css_class; /* (nullable): "error", "success", … */
} HostWords;

/* Also "Left out" and "Finishing" of a host whose cores were taken away. */
HostWords host_words_get(MamutoHostStatus *status);
/* "3.2 of 8.0 GB" used; (transfer full) (nullable): not known. */
char *host_words_format_memory(MamutoHostStatus *status);
