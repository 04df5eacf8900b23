/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Describes a host's state in a run by an icon and a word. */
#pragma once

#include <mamuto.h>

typedef struct {
    const char *icon_name;
    const char *word;      /* translated */
    const char *css_class; /* (nullable): "error" or "success" */
} HostWords;

/* Returns the icon and the word for the current state of the host. If the user has excluded the
 * host from the run, the word is "Finishing" while cores still compute, then "Left out". */
HostWords host_words_get(MamutoHostStatus *status);
/* Formats used and total memory, for example "3.2 of 8.0 GB"; (transfer full) (nullable): NULL if
 * unknown. */
char *host_words_format_memory(MamutoHostStatus *status);
