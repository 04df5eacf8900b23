/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Converts array elements from one type to another, in blocks. The elements of a block are loaded
 * as the widest type of their class (signed, unsigned, floating) and then stored as the new type.
 * Source and destination need not be aligned. */
#include "dtype-convert.h"

#include <string.h>

#include "mamuto-error.h"

#define BLOCK 256

typedef enum { CLASS_SIGNED, CLASS_UNSIGNED, CLASS_FLOAT } NumberClass;

typedef struct {
    NumberClass class;
    union {
        gint64 i[BLOCK];
        guint64 u[BLOCK];
        double f[BLOCK];
    } re;
    double im[BLOCK];
} Block;

typedef union {
    guint8 bytes[BLOCK * 16];
    gint8 i1[BLOCK];
    gint16 i2[BLOCK];
    gint32 i4[BLOCK];
    gint64 i8[BLOCK];
    guint8 u1[BLOCK];
    guint16 u2[BLOCK];
    guint32 u4[BLOCK];
    guint64 u8[BLOCK];
    float f4[BLOCK * 2];
    double f8[BLOCK * 2];
} Raw;

double
half_to_double(guint16 half)
{
    guint64 sign = (guint64)(half >> 15) << 63;
    guint64 exponent = (half >> 10) & 0x1f, fraction = half & 0x3ff;
    guint64 bits;
    double value;

    /* The exponent 0 means zero or a subnormal number, whose value is fraction × 2^-24. A double
     * represents this value exactly. */
    if (exponent == 0) {
        value = (double)fraction / 16777216.0;
        return sign ? -value : value;
    }
    exponent = exponent == 0x1f ? 0x7ff : exponent - 15 + 1023;
    bits = sign | exponent << 52 | fraction << 42;
    memcpy(&value, &bits, sizeof value);
    return value;
}

guint16
half_from_double(double value)
{
    guint64 bits, fraction, rest, half_unit;
    guint16 sign, result;
    int exponent, shift;

    memcpy(&bits, &value, sizeof bits);
    sign = (guint16)(bits >> 48 & 0x8000);
    exponent = (int)(bits >> 52 & 0x7ff) - 1023;
    fraction = bits & G_GUINT64_CONSTANT(0xfffffffffffff);
    /* A nan must stay a nan even if only the dropped lower bits of its fraction are not 0. */
    if (exponent == 1024) {
        result = (guint16)(fraction >> 42);
        return (guint16)(sign | 0x7c00 | (fraction != 0 && result == 0 ? 1 : result));
    }
    if (exponent > 15)
        return sign | 0x7c00;
    if (exponent < -25)
        return sign;
    fraction |= G_GUINT64_CONSTANT(1) << 52;
    shift = exponent < -14 ? 42 + (-14 - exponent) : 42;
    half_unit = G_GUINT64_CONSTANT(1) << (shift - 1);
    rest = fraction & (half_unit * 2 - 1);
    result = (guint16)(fraction >> shift);
    /* The leading 1 of the fraction is in the lowest bit of the exponent of @result and adds 1 to
     * it. Therefore exponent + 14 is added, and not exponent + 15. */
    if (exponent >= -14)
        result = (guint16)(result + ((exponent + 14) << 10));
    if (rest > half_unit || (rest == half_unit && (result & 1)))
        result++; /* rounds up; a carry into the exponent gives the correct result too */
    return sign | result;
}

void
swap_words(gconstpointer source, gpointer dest, gsize n, guint word)
{
    const guint8 *from = source;
    guint8 *to = dest;

    for (gsize i = 0; i < n; i++, from += word, to += word) {
        guint64 u8;
        guint32 u4;
        guint16 u2;

        switch (word) {
        case 2:
            memcpy(&u2, from, 2);
            u2 = GUINT16_SWAP_LE_BE(u2);
            memcpy(to, &u2, 2);
            break;
        case 4:
            memcpy(&u4, from, 4);
            u4 = GUINT32_SWAP_LE_BE(u4);
            memcpy(to, &u4, 4);
            break;
        case 8:
            memcpy(&u8, from, 8);
            u8 = GUINT64_SWAP_LE_BE(u8);
            memcpy(to, &u8, 8);
            break;
        default:
            *to = *from;
        }
    }
}

guint
dtype_word_size(const MamutoDtype *dtype)
{
    switch (dtype->kind) {
    case 'S':
        return 1;
    case 'U':
        return 4;
    case 'c':
        return dtype->itemsize / 2;
    default:
        return dtype->itemsize;
    }
}

static void
copy_or_swap(const MamutoDtype *dtype, gconstpointer source, gpointer dest, gsize n)
{
    guint word = dtype_word_size(dtype);
    gsize size = n * dtype->itemsize;

    if (mamuto_dtype_is_swapped(dtype))
        swap_words(source, dest, size / word, word);
    else if (size > 0)
        memmove(dest, source, size);
}

#define LOAD(member, from)                                                                         \
    for (gsize k = 0; k < n; k++)                                                                  \
    block->re.member[k] = raw->from[k]

static void
load_ints(const MamutoDtype *dtype, const Raw *raw, Block *block, gsize n)
{
    block->class = dtype->kind == 'i' ? CLASS_SIGNED : CLASS_UNSIGNED;
    if (dtype->kind == 'i') {
        switch (dtype->itemsize) {
        case 1:
            LOAD(i, i1);
            break;
        case 2:
            LOAD(i, i2);
            break;
        case 4:
            LOAD(i, i4);
            break;
        default:
            LOAD(i, i8);
        }
        return;
    }
    switch (dtype->itemsize) {
    case 1:
        LOAD(u, u1);
        break;
    case 2:
        LOAD(u, u2);
        break;
    case 4:
        LOAD(u, u4);
        break;
    default:
        LOAD(u, u8);
    }
    if (dtype->kind == 'b')
        for (gsize k = 0; k < n; k++)
            block->re.u[k] = block->re.u[k] != 0;
}

static void
load(const MamutoDtype *dtype, gconstpointer source, Block *block, gsize n)
{
    Raw buffer;
    const Raw *raw = &buffer;

    copy_or_swap(dtype, source, buffer.bytes, n);
    memset(block->im, 0, n * sizeof block->im[0]);
    block->class = CLASS_FLOAT;
    if (dtype->kind == 'f' && dtype->itemsize == 2)
        for (gsize k = 0; k < n; k++)
            block->re.f[k] = half_to_double(raw->u2[k]);
    else if (dtype->kind == 'f' && dtype->itemsize == 4)
        LOAD(f, f4);
    else if (dtype->kind == 'f')
        LOAD(f, f8);
    else if (dtype->kind == 'c')
        for (gsize k = 0; k < n; k++) {
            gboolean single = dtype->itemsize == 8;

            block->re.f[k] = single ? (double)raw->f4[2 * k] : raw->f8[2 * k];
            block->im[k] = single ? (double)raw->f4[2 * k + 1] : raw->f8[2 * k + 1];
        }
    else
        load_ints(dtype, raw, block, n);
}

/* Truncates a float to an int64. The result for a value out of range is the lowest int64, as in
 * numpy on x86. */
static gint64
float_to_int(double value)
{
    if (value >= -9223372036854775808.0 && value < 9223372036854775808.0)
        return (gint64)value;
    return G_MININT64;
}

static void
to_ints(Block *block, gboolean is_unsigned, gsize n)
{
    if (block->class != CLASS_FLOAT)
        return;
    for (gsize k = 0; k < n; k++) {
        double value = block->re.f[k];

        if (is_unsigned && value >= 9223372036854775808.0 && value < 18446744073709551616.0)
            block->re.u[k] = (guint64)value;
        else
            block->re.i[k] = float_to_int(value);
    }
}

static void
to_floats(Block *block, gsize n)
{
    for (gsize k = 0; k < n; k++)
        if (block->class == CLASS_SIGNED)
            block->re.f[k] = (double)block->re.i[k];
        else if (block->class == CLASS_UNSIGNED)
            block->re.f[k] = (double)block->re.u[k];
    block->class = CLASS_FLOAT;
}

/* Converts integers directly to float. A conversion to double and then to float would round
 * twice. */
static float
to_single(const Block *block, gsize k)
{
    switch (block->class) {
    case CLASS_SIGNED:
        return (float)block->re.i[k];
    case CLASS_UNSIGNED:
        return (float)block->re.u[k];
    default:
        return (float)block->re.f[k];
    }
}

static void
store_ints(const MamutoDtype *dtype, Block *block, Raw *raw, gsize n)
{
    to_ints(block, dtype->kind == 'u', n);
    for (gsize k = 0; k < n; k++)
        switch (dtype->itemsize) {
        case 1:
            raw->u1[k] = (guint8)block->re.u[k];
            break;
        case 2:
            raw->u2[k] = (guint16)block->re.u[k];
            break;
        case 4:
            raw->u4[k] = (guint32)block->re.u[k];
            break;
        default:
            raw->u8[k] = block->re.u[k];
        }
}

static void
store_bools(const Block *block, Raw *raw, gsize n)
{
    for (gsize k = 0; k < n; k++)
        raw->u1[k] = block->class == CLASS_FLOAT ? block->re.f[k] != 0 || block->im[k] != 0
                                                 : block->re.u[k] != 0;
}

static void
store_singles(const MamutoDtype *dtype, const Block *block, Raw *raw, gsize n)
{
    gsize step = dtype->kind == 'c' ? 2 : 1;

    for (gsize k = 0; k < n; k++) {
        raw->f4[step * k] = to_single(block, k);
        if (step == 2)
            raw->f4[2 * k + 1] = (float)block->im[k];
    }
}

static void
store(const MamutoDtype *dtype, Block *block, gpointer dest, gsize n)
{
    gsize step = dtype->kind == 'c' ? 2 : 1;
    Raw raw;

    if (dtype->kind == 'b') {
        store_bools(block, &raw, n);
    } else if (dtype->kind == 'i' || dtype->kind == 'u') {
        store_ints(dtype, block, &raw, n);
    } else if (dtype->itemsize == 2) {
        for (gsize k = 0; k < n; k++)
            raw.u2[k] = half_from_double(block->class == CLASS_FLOAT ? block->re.f[k]
                                                                     : (double)to_single(block, k));
    } else if (dtype->itemsize / step == 4) {
        store_singles(dtype, block, &raw, n);
    } else {
        to_floats(block, n);
        for (gsize k = 0; k < n; k++) {
            raw.f8[step * k] = block->re.f[k];
            if (step == 2)
                raw.f8[2 * k + 1] = block->im[k];
        }
    }
    copy_or_swap(dtype, raw.bytes, dest, n);
}

static guint32
read_char(const MamutoDtype *dtype, const guint8 *text, gsize i)
{
    guint32 c;

    if (dtype->kind == 'S')
        return text[i];
    memcpy(&c, text + 4 * i, 4);
    return mamuto_dtype_is_swapped(dtype) ? GUINT32_SWAP_LE_BE(c) : c;
}

static void
convert_text(const MamutoDtype *from, const guint8 *source, const MamutoDtype *to, guint8 *dest,
             gsize n)
{
    gsize from_length = from->itemsize / (from->kind == 'U' ? 4 : 1);
    gsize to_length = to->itemsize / (to->kind == 'U' ? 4 : 1);

    for (gsize k = 0; k < n; k++, source += from->itemsize, dest += to->itemsize)
        for (gsize i = 0; i < to_length; i++) {
            guint32 c = i < from_length ? read_char(from, source, i) : 0;

            if (to->kind == 'S') {
                dest[i] = c < 256 ? (guint8)c : '?';
            } else {
                c = mamuto_dtype_is_swapped(to) ? GUINT32_SWAP_LE_BE(c) : c;
                memcpy(dest + 4 * i, &c, 4);
            }
        }
}

/**
 * mamuto_dtype_convert: (skip)
 * @from: the type of @source
 * @source: @n elements, of any alignment
 * @to: the type of @dest
 * @dest: space for @n elements, not overlapping @source
 * @n: number of elements
 *
 * Converts elements as numpy's astype() does. Either both types must be numbers, or both must be
 * text. Can be called from any thread.
 */
void
mamuto_dtype_convert(const MamutoDtype *from, gconstpointer source, const MamutoDtype *to,
                     gpointer dest, gsize n)
{
    const guint8 *s = source;
    guint8 *d = dest;
    gboolean from_text, to_text;

    g_return_if_fail(from != NULL && to != NULL);
    from_text = from->kind == 'S' || from->kind == 'U';
    to_text = to->kind == 'S' || to->kind == 'U';
    g_return_if_fail(from_text == to_text);

    if (from->kind == to->kind && from->itemsize == to->itemsize) {
        if (from->order == to->order) {
            if (n * from->itemsize > 0)
                memcpy(dest, source, n * from->itemsize);
        } else {
            guint word = dtype_word_size(from);

            swap_words(source, dest, n * from->itemsize / word, word);
        }
        return;
    }
    if (from_text) {
        convert_text(from, source, to, dest, n);
        return;
    }
    for (gsize done = 0; done < n; done += BLOCK) {
        gsize count = MIN(n - done, BLOCK);
        Block block;

        load(from, s + done * from->itemsize, &block, count);
        store(to, &block, d + done * to->itemsize, count);
    }
}
