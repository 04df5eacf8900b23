/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Conversion functions that several files of core/array use. */
#pragma once

#include "mamuto-dtype.h"

/* These functions convert between a double and the bits of a 16-bit float. half_from_double()
 * rounds to the nearest 16-bit float. If two are equally near, it rounds to the even one. */
double half_to_double(guint16 half);
guint16 half_from_double(double value);

/* Reverses the order of the bytes in each of @n words of @word bytes (1, 2, 4 or 8). @source and
 * @dest may be equal. */
void swap_words(gconstpointer source, gpointer dest, gsize n, guint word);

/* Returns the size in bytes of the units that swap_words() must reverse to change the byte order of
 * an element. A complex number consists of two units. A UCS-4 text consists of units of 4 bytes.
 * Any other element is one unit. */
guint dtype_word_size(const MamutoDtype *dtype);
