/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How the mapper makes a MamutoResult. */
#pragma once

#include "mamuto-result.h"
#include "row-status.h"

G_BEGIN_DECLS

/* @status: of a finished store; @failures: (element-type MamutoRowFailure) taken over, in any
 * order. */
MamutoResult *result_new(MamutoArray *array, RowStatus *status, GPtrArray *failures);

G_END_DECLS
