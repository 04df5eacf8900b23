/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How the mapper makes a MamutoResult. */
#pragma once

#include "mamuto-result.h"

G_BEGIN_DECLS

/* @status: one byte a row, taken over (g_free); @failures: (element-type MamutoRowFailure) taken
 * over, in any order. */
MamutoResult *result_new(MamutoArray *array, guint8 *status, gint64 n_rows, GPtrArray *failures);

G_END_DECLS
