/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Helpers for the conversion of elements that other files of core/array also use. */
#pragma once

#include "mamuto-dtype.h"

/* Convert between double and the bits of a half-precision number, rounding to nearest, ties to
 * even. */
double half_to_double(guint16 half);
guint16 half_from_double(double value);

/* Reverses the byte order of @n words. @word: size of a word in bytes (1, 2, 4 or 8). @source and
 * @dest may be equal. */
void swap_words(gconstpointer source, gpointer dest, gsize n, guint word);

/* Returns the size of the words whose bytes are swapped: half an element for complex numbers, 4
 * bytes for UCS-4 text, otherwise the element. */
guint dtype_word_size(const MamutoDtype *dtype);
