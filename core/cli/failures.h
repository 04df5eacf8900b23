/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Formats failed rows and results for the terminal. */
#pragma once

#include "mamuto-result.h"

/* (transfer full): a list of the first failed rows for stderr, with control characters escaped; ""
 * if no row failed. Equal tracebacks are shown once. Rows that are not listed are counted. @mask:
 * (nullable): the name of the mask file, which marks all failed rows. */
char *failures_describe(GPtrArray *failures, gint64 n_failed, const char *mask);
/* (transfer full): the array in a few lines, in the style of numpy. */
char *array_describe(MamutoArray *array);
