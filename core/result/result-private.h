/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The constructor of MamutoResult, and the function that finds the host of a result for the error
 * of a run. These functions are not public. */
#pragma once

#include "failure-log.h"
#include "mamuto-result.h"
#include "result-store.h"
#include "row-status.h"

G_BEGIN_DECLS

/* @n_axes: number of the first axes of @array that number the rows; more than 1 for a grid.
 * @status: the status of each row. It must not change any more, because this function counts the
 * rows of each status. @failures: (transfer full). */
MamutoResult *result_new(MamutoArray *array, guint n_axes, RowStatus *status, FailureLog *failures);
/* Returns the host of the lowest row in the largest group, or G_MAXUINT if unknown. If
 * result_store_settle() fails with MAMUTO_ERROR_RESULT, the error concerns this row. */
guint result_store_find_host(ResultStore *self);

G_END_DECLS
