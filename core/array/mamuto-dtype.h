/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Element types of arrays, described by numpy's type strings ("<f8", "|b1", "<U12"). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MAMUTO_DTYPE_STRING_MAX:
 *
 * Size of the longest string of mamuto_dtype_to_string(), including the NUL.
 */
#define MAMUTO_DTYPE_STRING_MAX 24

/**
 * MamutoDtype:
 * @kind: numpy's letter: 'b' bool, 'i' signed int, 'u' unsigned int, 'f' float, 'c' complex, 'S'
 *   bytes, 'U' UCS-4 text; or 'J' for JSON values, which numpy does not have and whose sizes differ
 * @order: '<', '>' or '|' (not applicable)
 * @itemsize: bytes of one element; 0 is possible for 'S' and 'U'
 *
 * An element type; passed by value. A float has 2, 4 or 8 bytes, a complex number 8 or 16, an int
 * 1, 2, 4 or 8.
 */
typedef struct {
    char kind;
    char order;
    guint32 itemsize;
} MamutoDtype;

gboolean mamuto_dtype_parse(const char *descr, MamutoDtype *dtype, GError **error);
void mamuto_dtype_to_string(const MamutoDtype *dtype, char *string);
gboolean mamuto_dtype_equal(const MamutoDtype *a, const MamutoDtype *b);
gboolean mamuto_dtype_is_swapped(const MamutoDtype *dtype);
gboolean mamuto_dtype_promote(const MamutoDtype *a, const MamutoDtype *b, MamutoDtype *promoted);
void mamuto_dtype_convert(const MamutoDtype *from, gconstpointer source, const MamutoDtype *to,
                          gpointer dest, gsize n);

G_END_DECLS
