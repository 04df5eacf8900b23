/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The cause of a row that failed because a line of JSON could not be passed to the function. */
#pragma once

#include "run.h"

G_BEGIN_DECLS

/* Returns (transfer full): the cause with the file and the line. @text: the cause of a row error of
 * the kind WIRE_ROW_BAD_ARGUMENT, which a host sent (see wire.h). */
char *bad_argument_describe(const Run *run, const char *text);

G_END_DECLS
