/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Which Python of this computer to use: the one answer for all that start one here. Hosts look for
 * theirs by the same rules (python-runner.c of the agent). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char **mamuto_python_list(const char *configured);
char *mamuto_python_find(const char *configured);

G_END_DECLS
