/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Parts of the conversion between element types that other files of core/array use. */
#pragma once

#include "mamuto-dtype.h"

/* Converts between the bits of a half precision number and double; rounds to nearest, ties to even.
 */
double half_to_double(guint16 half);
guint16 half_from_double(double value);

/* Reverses the byte order of @n words of @word bytes (1, 2, 4, 8). @source and @dest may be equal.
 */
void swap_words(gconstpointer source, gpointer dest, gsize n, guint word);

/* Size of the words within an element whose bytes are swapped: half an element for complex numbers,
 * 4 for text. */
guint dtype_word_size(const MamutoDtype *dtype);
