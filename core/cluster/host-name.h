/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Parses and validates host names and host settings. */
#pragma once

#include <glib.h>

typedef struct {
    char *user; /* (nullable): NULL if the name contains no user */
    char *address;
    guint port; /* 0 if the name contains no port */
} HostName;

void host_name_clear(HostName *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HostName, host_name_clear)

/* Parses "[USER@]HOST[:PORT]". Fails with MAMUTO_ERROR_INVALID_ARGUMENT. */
gboolean host_name_parse(const char *text, HostName *name, GError **error);
/* Parses a decimal integer from @min to @max. Returns FALSE for any other text. */
gboolean host_parse_number(const char *text, gint64 min, gint64 max, gint64 *value);
/* Checks @value as mamuto_host_check() does, but fails for an empty text. @value must not be
 * NULL. */
gboolean host_check_value(const char *property, const char *value, GError **error);
