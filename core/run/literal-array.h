/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Makes an array of a list that a person wrote, with the element type that numpy.array() chooses.
 */
#pragma once

#include "literal.h"
#include "mamuto-array.h"

G_BEGIN_DECLS

/* Returns (transfer full): the array of a list of numbers, of booleans or of texts, or of lists of
 * equal lengths. Returns NULL with MAMUTO_ERROR_INVALID_ARGUMENT for other lists, and where the
 * array would not contain the exact numbers of the list. */
MamutoArray *literal_make_array(const Literal *literal, GError **error);

G_END_DECLS
