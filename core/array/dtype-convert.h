/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Pieces of the conversion between element types that others of this room use too. */
#pragma once

#include "mamuto-dtype.h"

/* Half precision <-> double, by bits; round to nearest, ties to even. */
double half_to_double(guint16 half);
guint16 half_from_double(double value);

/* @n words of @word bytes (1, 2, 4, 8) with their bytes turned round; may be in place. */
void swap_words(gconstpointer source, gpointer dest, gsize n, guint word);

/* Bytes of one number within an element: what is swapped as one word. */
guint dtype_word_size(const MamutoDtype *dtype);
