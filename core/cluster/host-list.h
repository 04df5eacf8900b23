/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The short way to write hosts on a command line. */
#pragma once

#include "mamuto-host.h"

/* Takes "localhost:4,rem1:4,user@rem2:2222*8,rem[01-20]:8" apart: MamutoHost in the order in which
 * they stand, each name once. */
GPtrArray *host_list_parse(const char *text, GError **error);
