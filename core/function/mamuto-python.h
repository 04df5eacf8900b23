/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Selects the Python program for this computer. Agents select the Python for their host by the
 * same rules, in worker/runners/. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char **mamuto_python_list(const char *configured);
char *mamuto_python_find(const char *configured);

G_END_DECLS
