/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Selects the Python on this computer, for all callers that start Python. Agents select the Python
 * on their host by the same rules (worker/runners/). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char **mamuto_python_list(const char *configured);
char *mamuto_python_find(const char *configured);

G_END_DECLS
