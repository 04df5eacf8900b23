/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The words that stand for a host and for what it has of its own, and what may be in them. */
#pragma once

#include <glib.h>

typedef struct {
    char *user; /* NULL if there is none */
    char *address;
    guint port; /* 0 if there is none */
} HostName;

void host_name_clear(HostName *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HostName, host_name_clear)

/* Takes "[USER@]HOST[:PORT]" apart. */
gboolean host_name_parse(const char *text, HostName *name, GError **error);
/* A whole number from @min to @max, nothing else beside it. */
gboolean host_parse_number(const char *text, gint64 min, gint64 max, gint64 *value);
/* As mamuto_host_check(); @property is one that it knows. */
gboolean host_check_value(const char *property, const char *value, GError **error);
