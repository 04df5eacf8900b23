/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The preview of a range in one line. */
#pragma once

#include <mamuto.h>

/* (transfer full): for example "101 values: 0, 0.01, 0.02 … 1". */
char *range_preview_describe(MamutoArray *array);
