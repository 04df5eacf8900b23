/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Flags of a run: how the function is called, and whether a failed row ends the run. Also the
 * maximum of the time limits of a run. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MamutoMapFlags:
 * @MAMUTO_MAP_BATCH: call the function once for each chunk (range of rows) instead of once for each
 *   row; the function must return one result per row
 * @MAMUTO_MAP_CONTINUE: a failed row does not end the run
 * @MAMUTO_MAP_SEED: before the call for each row, seed Python's modules random and numpy.random,
 *   and the generators that variables of the user's modules hold, with the mapper's seed and the
 *   row's number
 * @MAMUTO_MAP_DISCARD: a cancelled run has no result. Without this flag, a cancelled run ends only
 *   after the rows without a result were filled, which takes seconds for a large array
 * @MAMUTO_MAP_GRID: call the function for all combinations of the rows of the arguments that are
 *   mapped over, which may have different lengths; the last argument changes fastest. The result
 * has one axis for each of these arguments, in their order, before the axes of a row's result: (n1,
 *   n2, …, *s). With %MAMUTO_MAP_JSON it has one axis, in the same order. Rows are numbered in C
 *   order. No memory is needed for the combinations
 * @MAMUTO_MAP_JSON: the function may return any value that JSON can contain, such as a dict, a list
 *   of any length, text or %NULL, and the result is an array of JSON values; see
 *   mamuto_array_is_json(). Bytes become objects with their base64: {"base64": "AAH/"}. Set by
 * itself if the output file is a .jsonl file
 */
typedef enum {
    MAMUTO_MAP_DEFAULT = 0,
    MAMUTO_MAP_BATCH = 1 << 0,
    MAMUTO_MAP_CONTINUE = 1 << 1,
    MAMUTO_MAP_SEED = 1 << 2,
    MAMUTO_MAP_DISCARD = 1 << 3,
    MAMUTO_MAP_GRID = 1 << 4,
    MAMUTO_MAP_JSON = 1 << 5,
} MamutoMapFlags;

/**
 * MAMUTO_MAX_TIMEOUT:
 *
 * The longest time limit in seconds, about 31 years.
 */
#define MAMUTO_MAX_TIMEOUT 1e9

G_END_DECLS
