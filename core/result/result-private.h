/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The constructor of MamutoResult. This function is not public. */
#pragma once

#include "failure-log.h"
#include "mamuto-result.h"
#include "row-status.h"

G_BEGIN_DECLS

/* @status: the status of each row. It must not change any more, because this function counts the
 * rows of each status. @failures: (transfer full). */
MamutoResult *result_new(MamutoArray *array, RowStatus *status, FailureLog *failures);

G_END_DECLS
