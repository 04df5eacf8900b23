/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Element types: parses and formats numpy's type strings, and finds the common type of two types by
 * numpy's promotion rules. */
#include "mamuto-dtype.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "mamuto-error.h"
#include "quote.h"

/* Maximum number of characters of an unknown type that an error message shows. */
#define SHOWN_CHARS 60

#define NATIVE_ORDER (G_BYTE_ORDER == G_LITTLE_ENDIAN ? '<' : '>')

static gboolean
refuse(const char *descr, const char *why, GError **error)
{
    g_autofree char *shown = quote_start(descr, strlen(descr), SHOWN_CHARS);

    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED, _("dtype '%s': %s"), shown, why);
    return FALSE;
}

static gboolean
is_known_size(char kind, guint64 size)
{
    switch (kind) {
    case 'b':
        return size == 1;
    case 'i':
    case 'u':
        return size == 1 || size == 2 || size == 4 || size == 8;
    case 'f':
        return size == 2 || size == 4 || size == 8;
    case 'c':
        return size == 8 || size == 16;
    case 'S':
        return size <= G_MAXINT32;
    case 'U':
        return size <= G_MAXINT32 / 4;
    default:
        return FALSE;
    }
}

/* Returns whether @type is a kind and a size, such as "f16" or "M8[s]". The kind "O" has no size.
 */
static gboolean
has_size(const char *type)
{
    gsize n_digits = *type != '\0' ? strspn(type + 1, "0123456789") : 0;

    return g_str_equal(type, "O") ||
           (n_digits > 0 && (type[1 + n_digits] == '\0' || type[1 + n_digits] == '['));
}

/* @kind: the kind of a type of this kind and a size; '\0' for any other text. */
static const char *
why_refused(char kind)
{
    switch (kind) {
    case 'O':
        return _(
            "Python objects are not handled; convert the array with astype() to numbers or text");
    case 'M':
    case 'm':
        return _("dates and times are not handled; convert the array with astype('i8')");
    case 'V':
        return _(
            "structured and void types are not handled; save each field as an array of its own");
    case 'f':
    case 'c':
        return _(
            "this width of float is not handled; convert the array with astype('f8') or 'c16'");
    default:
        return _("not known; numbers, 'S' and 'U' are handled, such as '<f8', '|b1', '<U12'");
    }
}

/* Reads a name such as "float64", which numpy accepts in place of a type string. */
static gboolean
parse_name(const char *descr, MamutoDtype *dtype)
{
    static const struct {
        const char *name;
        char kind;
    } names[] = {{"int", 'i'}, {"uint", 'u'}, {"float", 'f'}, {"complex", 'c'}};
    guint64 bits;

    *dtype = (MamutoDtype){'b', '|', 1};
    if (g_str_equal(descr, "bool"))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_str_has_prefix(descr, names[i].name) &&
            g_ascii_string_to_unsigned(descr + strlen(names[i].name), 10, 8, 128, &bits, NULL) &&
            bits % 8 == 0 && is_known_size(names[i].kind, bits / 8)) {
            dtype->kind = names[i].kind;
            dtype->itemsize = (guint32)(bits / 8);
            dtype->order = dtype->itemsize > 1 ? NATIVE_ORDER : '|';
            return TRUE;
        }
    return FALSE;
}

/**
 * mamuto_dtype_parse:
 * @descr: numpy's type string, such as "<f8", or its name, such as "float64"; a name, '=' or no
 * byte order means the native byte order
 * @dtype: (out caller-allocates): the type
 * @error: return location for a #GError
 *
 * Parses numpy's `dtype.str`. Can be called from any thread.
 *
 * Returns: %FALSE with %MAMUTO_ERROR_UNSUPPORTED for types other than bool, int, float, complex
 *   and fixed-width text
 */
gboolean
mamuto_dtype_parse(const char *descr, MamutoDtype *dtype, GError **error)
{
    const char *p = descr;
    char order = NATIVE_ORDER;
    guint64 size;
    char kind;

    g_return_val_if_fail(descr != NULL && dtype != NULL, FALSE);

    if (*p == '<' || *p == '>')
        order = *p++;
    else if (*p == '|' || *p == '=')
        p++;
    kind = *p;
    if (kind == '\0' || strchr("biufcSU", kind) == NULL ||
        !g_ascii_string_to_unsigned(p + 1, 10, 0, G_MAXUINT32, &size, NULL) ||
        !is_known_size(kind, size)) {
        if (parse_name(descr, dtype))
            return TRUE;
        return refuse(descr, why_refused(has_size(p) ? kind : '\0'), error);
    }

    dtype->kind = kind;
    dtype->itemsize = (guint32)(kind == 'U' ? size * 4 : size);
    dtype->order = kind == 'S' || (kind != 'U' && size == 1) ? '|' : order;
    return TRUE;
}

/**
 * mamuto_dtype_to_string: (skip)
 * @dtype: a type
 * @string: buffer of %MAMUTO_DTYPE_STRING_MAX bytes
 *
 * Formats @dtype as numpy's `dtype.str`, or as "json". Can be called from any thread.
 */
void
mamuto_dtype_to_string(const MamutoDtype *dtype, char *string)
{
    g_return_if_fail(dtype != NULL && string != NULL);

    if (dtype->kind == 'J')
        g_strlcpy(string, "json", MAMUTO_DTYPE_STRING_MAX);
    else
        g_snprintf(string, MAMUTO_DTYPE_STRING_MAX, "%c%c%u", dtype->order, dtype->kind,
                   dtype->kind == 'U' ? dtype->itemsize / 4 : dtype->itemsize);
}

/**
 * mamuto_dtype_equal:
 * @a: a type
 * @b: a type
 *
 * Returns: whether kind, size and byte order are equal
 */
gboolean
mamuto_dtype_equal(const MamutoDtype *a, const MamutoDtype *b)
{
    g_return_val_if_fail(a != NULL && b != NULL, FALSE);

    return a->kind == b->kind && a->itemsize == b->itemsize && a->order == b->order;
}

/**
 * mamuto_dtype_is_swapped:
 * @dtype: a type
 *
 * Returns: whether the byte order differs from the native byte order
 */
gboolean
mamuto_dtype_is_swapped(const MamutoDtype *dtype)
{
    g_return_val_if_fail(dtype != NULL, FALSE);

    return dtype->order != '|' && dtype->order != NATIVE_ORDER;
}

static MamutoDtype
make_dtype(char kind, guint32 itemsize)
{
    gboolean no_order = kind == 'S' || (kind != 'U' && itemsize == 1);

    return (MamutoDtype){
        .kind = kind, .order = no_order ? '|' : NATIVE_ORDER, .itemsize = itemsize};
}

static gboolean
is_text(const MamutoDtype *dtype)
{
    return dtype->kind == 'S' || dtype->kind == 'U';
}

/* Returns the size in bytes of the smallest float type to which numpy safely converts @dtype. */
static guint32
float_size(const MamutoDtype *dtype)
{
    switch (dtype->kind) {
    case 'b':
        return 2;
    case 'f':
        return dtype->itemsize;
    case 'c':
        return dtype->itemsize / 2;
    default:
        return MIN(dtype->itemsize * 2, 8);
    }
}

static MamutoDtype
promote_ints(const MamutoDtype *a, const MamutoDtype *b)
{
    const MamutoDtype *i = a->kind == 'i' ? a : b;
    const MamutoDtype *u = a->kind == 'i' ? b : a;

    if (a->kind == b->kind)
        return make_dtype(a->kind, MAX(a->itemsize, b->itemsize));
    if (u->itemsize < i->itemsize)
        return make_dtype('i', i->itemsize);
    return u->itemsize < 8 ? make_dtype('i', u->itemsize * 2) : make_dtype('f', 8);
}

static gboolean
promote_text(const MamutoDtype *a, const MamutoDtype *b, MamutoDtype *promoted)
{
    guint64 a_size = a->itemsize, b_size = b->itemsize;
    char kind = a->kind == 'U' || b->kind == 'U' ? 'U' : 'S';

    if (kind == 'U') {
        a_size *= a->kind == 'S' ? 4 : 1;
        b_size *= b->kind == 'S' ? 4 : 1;
    }
    if (MAX(a_size, b_size) > G_MAXINT32)
        return FALSE;
    *promoted = make_dtype(kind, (guint32)MAX(a_size, b_size));
    return TRUE;
}

/**
 * mamuto_dtype_promote:
 * @a: a type
 * @b: a type
 * @promoted: (out caller-allocates): the smallest type to which numpy converts both types safely,
 *   in native byte order; may point to @a or @b
 *
 * Promotes two types as numpy.promote_types() does. Can be called from any thread.
 *
 * Returns: %FALSE for a number and a text, which have no common type
 */
gboolean
mamuto_dtype_promote(const MamutoDtype *a, const MamutoDtype *b, MamutoDtype *promoted)
{
    guint32 size;

    g_return_val_if_fail(a != NULL && b != NULL && promoted != NULL, FALSE);

    if (is_text(a) != is_text(b))
        return FALSE;
    if (is_text(a))
        return promote_text(a, b, promoted);

    size = MAX(float_size(a), float_size(b));
    if (a->kind == 'c' || b->kind == 'c')
        *promoted = make_dtype('c', 2 * MAX(size, 4));
    else if (a->kind == 'f' || b->kind == 'f')
        *promoted = make_dtype('f', size);
    else if (a->kind == 'b')
        *promoted = make_dtype(b->kind, b->itemsize);
    else if (b->kind == 'b')
        *promoted = make_dtype(a->kind, a->itemsize);
    else
        *promoted = promote_ints(a, b);
    return TRUE;
}
