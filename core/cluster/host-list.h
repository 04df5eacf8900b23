/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Parses the list of hosts in command-line options. */
#pragma once

#include "mamuto-host.h"

/* Parses a list such as "localhost:4,rem1:4,user@rem2:2222*8,rem[01-20]:8". Returns (transfer full)
 * an array of MamutoHost in the order of the list. Fails with MAMUTO_ERROR_INVALID_ARGUMENT if the
 * list is malformed or contains a duplicate name. */
GPtrArray *host_list_parse(const char *text, GError **error);
