/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tells the user how the text tables among the arguments were understood. */
#pragma once

#include "progress.h"

/* Prints to stderr a line for each table whose header or notation was decided from its content.
 * @arguments (elements: MamutoArgument). */
void tables_tell(GPtrArray *arguments);
/* Reports each table to the progress display, which may show it in another form. */
void tables_report(GPtrArray *arguments, Progress *progress);
