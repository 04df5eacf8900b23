/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Makes text for the terminal: the list of the failed rows, and the elements of an array. */
#pragma once

#include "mamuto-result.h"

/* Returns (transfer full): a list of the failed rows for stderr, with control characters escaped;
 * "" if no row failed. Lists the first rows of @failures and counts the others. A traceback that
 * several rows have in common is shown once. @n_failed: the number of all failed rows. @mask:
 * (nullable): the name of the file that marks all failed rows. */
char *failures_describe(GPtrArray *failures, gint64 n_failed, const char *mask);
/* Returns (transfer full): the array in a few lines of text, in the style of numpy. */
char *array_describe(MamutoArray *array);
/* The dtype for users, which is "text" for texts of any width. @text: MAMUTO_DTYPE_STRING_MAX bytes
 */
void array_type_to_string(MamutoArray *array, char *text);
