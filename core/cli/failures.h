/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Telling which rows failed, and what came out. */
#pragma once

#include "mamuto-result.h"

/* A list for stderr, escaped: the first with their tracebacks, equal ones told once; then how many
 * more there are. @mask: (nullable): the file that names them all. "" if none failed. */
char *failures_describe(GPtrArray *failures, gint64 n_failed, const char *mask);
/* The result in a few lines, as numpy shows an array. */
char *array_describe(MamutoArray *array);
