/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Arrays whose elements are computed where they are read: ranges of numbers. Such an array needs no
 * memory for its elements, whatever its length. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "array-private.h"
#include "mamuto-error.h"

#define NATIVE_ORDER (G_BYTE_ORDER == G_LITTLE_ENDIAN ? '<' : '>')

/* Largest number of elements of a range of floating point numbers. Every index up to this number is
 * exact as a double. */
#define MAX_COUNT (G_GINT64_CONSTANT(1) << 53)

/* Number of elements that are computed at a time. They fit into the processor's cache. */
#define BLOCK_ITEMS 512

struct _ArrayFormula {
    void (*compute)(const ArrayFormula *self, gint64 first, gint64 n, guint8 *dest);
    double from, to,
        step;           /* of linear and geometric ranges; for the latter, logarithms to base 10 */
    double first, last; /* of geometric ranges: the first and the last element */
    gint64 count;       /* number of elements of the range */
    gint64 integer;     /* the first element of a range of integers */
};

void
array_formula_compute(const ArrayFormula *self, gint64 first, gint64 n, gpointer dest)
{
    self->compute(self, first, n, dest);
}

static MamutoArray *
new_range(const MamutoDtype *dtype, gint64 count, const ArrayFormula *formula, GError **error)
{
    MamutoArray *array = array_new_unbacked(dtype, 1, &count, error);

    if (array == NULL)
        return NULL;
    array->formula = g_memdup2(formula, sizeof *formula);
    array->formula->count = count;
    return array;
}

/* Computes the elements as numpy.linspace() does, in the same order of operations, because each of
 * them rounds. */
static void
compute_block(const ArrayFormula *self, gint64 first, guint n, double *block)
{
    double span = self->to - self->from, steps = (double)(self->count - 1);

    for (guint i = 0; i < n; i++) {
        double index = (double)(first + i);

        /* If the step is so small that it becomes 0, numpy divides first. */
        block[i] = self->count < 2   ? index * span
                   : self->step != 0 ? index * self->step
                                     : index / steps * span;
    }
    /* Without this barrier, a compiler for a processor with FMA instructions merges the
     * multiplication and the addition, which then round only once. */
    __asm__ volatile("" ::: "memory");
    for (guint i = 0; i < n; i++)
        block[i] += self->from;
    if (self->count > 1 && first + n == self->count)
        block[self->count - 1 - first] = self->to;
}

static void
compute_linear(const ArrayFormula *self, gint64 first, gint64 n, guint8 *dest)
{
    double block[BLOCK_ITEMS];

    for (gint64 done = 0; done < n; done += BLOCK_ITEMS) {
        guint size = (guint)MIN(n - done, BLOCK_ITEMS);

        compute_block(self, first + done, size, block);
        memcpy(dest + done * (gint64)sizeof *block, block, size * sizeof *block);
    }
}

static void
compute_geometric(const ArrayFormula *self, gint64 first, gint64 n, guint8 *dest)
{
    double block[BLOCK_ITEMS];
    double sign = self->first < 0 ? -1 : 1;

    for (gint64 done = 0; done < n; done += BLOCK_ITEMS) {
        guint size = (guint)MIN(n - done, BLOCK_ITEMS);
        gint64 begin = first + done;

        compute_block(self, begin, size, block);
        for (guint i = 0; i < size; i++)
            block[i] = sign * pow(10, block[i]);
        if (begin == 0)
            block[0] = self->first;
        if (self->count > 1 && begin + size == self->count)
            block[self->count - 1 - begin] = self->last;
        memcpy(dest + done * (gint64)sizeof *block, block, size * sizeof *block);
    }
}

static void
compute_integers(const ArrayFormula *self, gint64 first, gint64 n, guint8 *dest)
{
    for (gint64 i = 0; i < n; i++) {
        gint64 value = self->integer + first + i;

        memcpy(dest + i * (gint64)sizeof value, &value, sizeof value);
    }
}

static gboolean
check_range(double from, double to, gint64 count, GError **error)
{
    if (count < 1 || count > MAX_COUNT) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("a range of %'" PRId64 " numbers; it must have 1 to %'" PRId64), count,
                    MAX_COUNT);
        return FALSE;
    }
    /* The difference is checked too, because it is used to compute the step. */
    if (!isfinite(from) || !isfinite(to) || !isfinite(to - from)) {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                            _("the ends of a range and their difference must be finite numbers"));
        return FALSE;
    }
    return TRUE;
}

/**
 * mamuto_array_new_range:
 * @from: the first number
 * @to: the last number; may be less than @from
 * @count: how many numbers, at least 1. A range of one number contains only @from
 * @error: return location for a #GError
 *
 * Creates an array of evenly spaced numbers, including both ends. The elements are the same bits as
 * those of numpy.linspace(from, to, count): float64, shape (count,). They are computed where they
 * are read, so that the array needs no memory. Can be called from any thread.
 *
 * Returns: (transfer full): the array, or %NULL with %MAMUTO_ERROR_INVALID_ARGUMENT if @count is
 *   less than 1, an end is not finite, or the difference of the ends overflows
 */
MamutoArray *
mamuto_array_new_range(double from, double to, gint64 count, GError **error)
{
    const MamutoDtype dtype = {'f', NATIVE_ORDER, sizeof(double)};
    ArrayFormula formula = {.compute = compute_linear, .from = from, .to = to};

    if (!check_range(from, to, count, error))
        return NULL;
    if (count > 1)
        formula.step = (to - from) / (double)(count - 1);
    return new_range(&dtype, count, &formula, error);
}

/**
 * mamuto_array_new_geometric_range:
 * @from: the first number, not 0
 * @to: the last number, with the sign of @from
 * @count: how many numbers, at least 1. A range of one number contains only @from
 * @error: return location for a #GError
 *
 * Creates an array of numbers that are evenly spaced on a logarithmic scale, including both ends,
 * like numpy.geomspace(from, to, count): float64, shape (count,). Both ends are exact. The other
 * elements have the same bits as numpy's if numpy uses log10() and pow() of the same C library;
 * on processors with AVX-512 numpy uses functions of its own, whose last bit may differ. All hosts
 * get the same elements, because they are computed on this computer, where they are read. The array
 * needs no memory. Can be called from any thread.
 *
 * Returns: (transfer full): the array, or %NULL with %MAMUTO_ERROR_INVALID_ARGUMENT if @count is
 *   less than 1, an end is 0 or not finite, or the ends differ in sign
 */
MamutoArray *
mamuto_array_new_geometric_range(double from, double to, gint64 count, GError **error)
{
    const MamutoDtype dtype = {'f', NATIVE_ORDER, sizeof(double)};
    ArrayFormula formula = {.compute = compute_geometric, .first = from, .last = to};

    if (from == 0 || to == 0 || (from < 0) != (to < 0)) {
        g_set_error_literal(
            error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
            _("the ends of a logarithmic range must not be 0, and must have the same sign"));
        return NULL;
    }
    if (!isfinite(from) || !isfinite(to)) {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                            _("the ends of a range and their difference must be finite numbers"));
        return NULL;
    }
    formula.from = log10(fabs(from));
    formula.to = log10(fabs(to));
    if (!check_range(formula.from, formula.to, count, error))
        return NULL;
    if (count > 1)
        formula.step = (formula.to - formula.from) / (double)(count - 1);
    return new_range(&dtype, count, &formula, error);
}

/**
 * mamuto_array_new_integer_range:
 * @first: the first number
 * @last: the last number, not less than @first
 * @error: return location for a #GError
 *
 * Creates an array of the integers from @first to @last, including both: int64, shape (@last -
 * @first + 1,). They are computed where they are read, so that the array needs no memory. Can be
 * called from any thread.
 *
 * Returns: (transfer full): the array, or %NULL with %MAMUTO_ERROR_INVALID_ARGUMENT if @last is
 *   less than @first, or if the array would have too many elements
 */
MamutoArray *
mamuto_array_new_integer_range(gint64 first, gint64 last, GError **error)
{
    const MamutoDtype dtype = {'i', NATIVE_ORDER, sizeof(gint64)};
    const ArrayFormula formula = {.compute = compute_integers, .integer = first};
    gint64 count;

    if (last < first) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("a range of integers from %" PRId64 " to %" PRId64
                      ": the last one must not be less than the first one"),
                    first, last);
        return NULL;
    }
    if (__builtin_sub_overflow(last, first, &count) || count >= MAX_COUNT) {
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
            _("a range of integers from %" PRId64 " to %" PRId64 ": it may have at most %'" PRId64),
            first, last, MAX_COUNT);
        return NULL;
    }
    return new_range(&dtype, count + 1, &formula, error);
}
