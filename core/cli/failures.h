/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Formats failed rows and results for the terminal. */
#pragma once

#include "mamuto-result.h"

/* (transfer full): a list of the first failed rows for stderr, escaped. Equal tracebacks are shown
 * once; the remaining rows are counted. @mask: (nullable): the mask file, which marks all failed
 * rows. "" if none failed. */
char *failures_describe(GPtrArray *failures, gint64 n_failed, const char *mask);
/* (transfer full): the result in a few lines, in the style of numpy. */
char *array_describe(MamutoArray *array);
