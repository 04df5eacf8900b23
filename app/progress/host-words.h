/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A host's state in a run as icon and word. */
#pragma once

#include <mamuto.h>

typedef struct {
    const char *icon_name;
    const char *word;      /* translated */
    const char *css_class; /* (nullable): "error", "success" */
} HostWords;

/* A host without cores is "Finishing" while its chunks are computed, then "Left out". */
HostWords host_words_get(MamutoHostStatus *status);
/* "3.2 of 8.0 GB", used and total; (transfer full) (nullable): unknown. */
char *host_words_format_memory(MamutoHostStatus *status);
