/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How a function is called for its rows, and whether a failed row ends the run. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MamutoMapFlags:
 * @MAMUTO_MAP_BATCH: call the function with whole chunks; one result for each row is expected
 * @MAMUTO_MAP_CONTINUE: a row that fails does not end the run
 * @MAMUTO_MAP_SEED: reseed random and numpy.random before each row from the seed and the row
 */
typedef enum {
    MAMUTO_MAP_DEFAULT = 0,
    MAMUTO_MAP_BATCH = 1 << 0,
    MAMUTO_MAP_CONTINUE = 1 << 1,
    MAMUTO_MAP_SEED = 1 << 2,
} MamutoMapFlags;

G_END_DECLS
