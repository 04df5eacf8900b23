/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Selects the Python program for this computer. An agent selects the Python program for its host by
 * the same rules. The code of the agent for this is in worker/runners/. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char **mamuto_python_list(const char *configured);
char *mamuto_python_find(const char *configured);

G_END_DECLS
