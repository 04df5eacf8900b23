/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Computes the mean and the standard deviation in two passes over the array, and then exact
 * quantiles without sorting. For the quantiles, each double is converted to a 64-bit integer. The
 * greater of two doubles becomes the greater integer. Each of four more passes over the array
 * determines 16 bits of the integers that belong to the quantiles. */
#include "mamuto-summary.h"

#include <math.h>
#include <string.h>

#include "column-blocks.h"

#define DIGIT_BITS 16
#define N_DIGITS (64 / DIGIT_BITS)
#define RADIX (1 << DIGIT_BITS)

/* Number of array values that the search must find. Each quantile is interpolated between two of
 * them. */
#define N_SOUGHT (2 * MAMUTO_SUMMARY_N_QUANTILES)

static const double probabilities[MAMUTO_SUMMARY_N_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};

G_DEFINE_BOXED_TYPE(MamutoSummary, mamuto_summary, mamuto_summary_copy, mamuto_summary_free)

/**
 * mamuto_summary_copy:
 * @self: a summary
 *
 * Returns: (transfer full): a copy
 */
MamutoSummary *
mamuto_summary_copy(const MamutoSummary *self)
{
    g_return_val_if_fail(self != NULL, NULL);
    return g_memdup2(self, sizeof *self);
}

/**
 * mamuto_summary_free:
 * @self: (transfer full): a summary
 */
void
mamuto_summary_free(MamutoSummary *self)
{
    g_free(self);
}

/* Moves all values that are not nan to the start of the block and returns their number. Adds the
 * number of nan values to summary->n_nan. Skipped values are nan too, but are not counted. */
static gsize
drop_nan(const ColumnBlocks *block, MamutoSummary *summary)
{
    gsize n = 0;

    for (gsize i = 0; i < block->n; i++) {
        block->values[n] = block->values[i];
        n += !isnan(block->values[i]);
    }
    summary->n_nan += (gint64)(block->n - n - block->n_skipped);
    return n;
}

static void
add_range(MamutoSummary *summary, const double *values, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        summary->min = fmin(summary->min, values[i]);
        summary->max = fmax(summary->max, values[i]);
        if (isfinite(values[i])) {
            summary->finite_min = fmin(summary->finite_min, values[i]);
            summary->finite_max = fmax(summary->finite_max, values[i]);
        } else {
            summary->n_infinite++;
        }
    }
}

/* A sum with Neumaier's compensation: @lost is the sum of the rounding errors of the additions. */
typedef struct {
    double sum;
    double lost;
} Sum;

static void
sum_add(Sum *self, double value)
{
    double all = self->sum + value;

    if (isfinite(all))
        self->lost +=
            fabs(self->sum) >= fabs(value) ? (self->sum - all) + value : (value - all) + self->sum;
    self->sum = all;
}

static double
sum_values(const double *values, gsize n, double center, gboolean squared)
{
    double sum = 0;

    for (gsize i = 0; i < n; i++)
        sum += squared ? (values[i] - center) * (values[i] - center) : values[i];
    return sum;
}

static void
measure_block(ColumnBlocks *block, MamutoSummary *summary, Sum *sum)
{
    gsize n = drop_nan(block, summary);

    add_range(summary, block->values, n);
    summary->n += (gint64)n;
    sum_add(sum, sum_values(block->values, n, 0, FALSE));
}

/* Corrects the results for a column that contains infinite values. The mean becomes infinite, or
 * nan if both infinities occur. The standard deviation becomes nan. */
static void
settle_infinite(MamutoSummary *summary)
{
    if (summary->n_infinite == 0)
        return;
    summary->mean = summary->min + summary->max;
    summary->std = NAN;
}

static gboolean
measure(ColumnBlocks *blocks, MamutoSummary *summary, GError **error)
{
    GError *local = NULL;
    MamutoSummary ignored = {0};
    Sum sum = {0}, squares = {0};

    *summary = (MamutoSummary){.mean = NAN,
                               .std = NAN,
                               .min = NAN,
                               .max = NAN,
                               .finite_min = NAN,
                               .finite_max = NAN,
                               .quantiles = {NAN, NAN, NAN, NAN, NAN}};
    while (column_blocks_next(blocks, &local))
        measure_block(blocks, summary, &sum);
    if (!local && summary->n > 0) {
        summary->mean = (sum.sum + sum.lost) / (double)summary->n;
        column_blocks_rewind(blocks);
        while (column_blocks_next(blocks, &local))
            sum_add(&squares,
                    sum_values(blocks->values, drop_nan(blocks, &ignored), summary->mean, TRUE));
        summary->std = sqrt((squares.sum + squares.lost) / (double)summary->n);
        settle_infinite(summary);
    }
    if (local)
        g_propagate_error(error, local);
    return local == NULL;
}

/* Converts a double to an unsigned integer, so that smaller doubles become smaller integers. -0 and
 * 0 become the same integer. */
static guint64
key_of(double value)
{
    guint64 bits;

    value += 0.0;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | G_GUINT64_CONSTANT(1) << 63;
}

static double
value_of(guint64 key)
{
    guint64 bits = key >> 63 ? key & ~(G_GUINT64_CONSTANT(1) << 63) : ~key;
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

/* State of the search for N_SOUGHT values. Each pass over the array determines the next DIGIT_BITS
 * bits of every sought value. Sought values whose known bits are equal form a group. In each pass,
 * every group counts the values of the array whose leading bits are those of the group. It has one
 * counter for each combination of the next DIGIT_BITS bits. */
typedef struct {
    guint64 prefix[N_SOUGHT]; /* for each sought value: its known leading bits */
    gint64 rank[N_SOUGHT];    /* for each sought value: its rank among the values with its prefix */
    guint group[N_SOUGHT];    /* for each sought value: the index of the group that contains it */
    guint64 group_prefix[N_SOUGHT];
    guint n_groups;
    gint64 *counts; /* RADIX counters for each group */
} Search;

static void
group_by_prefix(Search *search)
{
    search->n_groups = 0;
    for (guint k = 0; k < N_SOUGHT; k++) {
        guint g = 0;

        while (g < search->n_groups && search->group_prefix[g] != search->prefix[k])
            g++;
        if (g == search->n_groups)
            search->group_prefix[search->n_groups++] = search->prefix[k];
        search->group[k] = g;
    }
    memset(search->counts, 0, search->n_groups * RADIX * sizeof *search->counts);
}

static void
count_block(Search *search, const ColumnBlocks *block, guint known)
{
    guint shift = 64 - known - DIGIT_BITS;

    for (gsize i = 0; i < block->n; i++) {
        guint64 key, prefix;

        if (isnan(block->values[i]))
            continue;
        key = key_of(block->values[i]);
        prefix = known > 0 ? key >> (64 - known) : 0;
        for (guint g = 0; g < search->n_groups; g++)
            if (search->group_prefix[g] == prefix)
                search->counts[g * RADIX + (key >> shift & (RADIX - 1))]++;
    }
}

static void
settle_digit(Search *search)
{
    for (guint k = 0; k < N_SOUGHT; k++) {
        const gint64 *counts = search->counts + (gsize)search->group[k] * RADIX;
        guint digit = 0;

        while (digit < RADIX - 1 && search->rank[k] >= counts[digit])
            search->rank[k] -= counts[digit++];
        search->prefix[k] = search->prefix[k] << DIGIT_BITS | digit;
    }
}

/* Interpolates linearly between @a and @b as numpy does. @a must not be greater than @b. The result
 * is exactly @a for @t = 0 and exactly @b for @t = 1. */
static double
interpolate(double a, double b, double t)
{
    if (a == b || t == 0)
        return a;
    /* numpy returns nan between a finite and an infinite value. This function returns the infinite
     * value, which is more informative. */
    if (isinf(a) || isinf(b))
        return !isinf(b) ? a : !isinf(a) ? b : NAN;
    return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t);
}

static gboolean
find_quantiles(ColumnBlocks *blocks, MamutoSummary *summary, GError **error)
{
    g_autofree gint64 *counts = g_new(gint64, N_SOUGHT * RADIX);
    Search search = {.counts = counts};
    double t[MAMUTO_SUMMARY_N_QUANTILES];

    for (guint q = 0; q < MAMUTO_SUMMARY_N_QUANTILES; q++) {
        double place = (double)(summary->n - 1) * probabilities[q];

        t[q] = place - floor(place);
        search.rank[2 * q] = (gint64)place;
        search.rank[2 * q + 1] = MIN((gint64)place + 1, summary->n - 1);
    }
    for (guint digit = 0; digit < N_DIGITS; digit++) {
        GError *local = NULL;

        group_by_prefix(&search);
        column_blocks_rewind(blocks);
        while (column_blocks_next(blocks, &local))
            count_block(&search, blocks, digit * DIGIT_BITS);
        if (local) {
            g_propagate_error(error, local);
            return FALSE;
        }
        settle_digit(&search);
    }
    for (guint q = 0; q < MAMUTO_SUMMARY_N_QUANTILES; q++)
        summary->quantiles[q] =
            interpolate(value_of(search.prefix[2 * q]), value_of(search.prefix[2 * q + 1]), t[q]);
    return TRUE;
}

/**
 * mamuto_array_summarize:
 * @self: an array of real numbers
 * @column: index of the element within a row, in C order
 * @mask: (nullable): bool for each row; rows with %TRUE are skipped
 * @cancellable: (nullable): a #GCancellable
 * @error: return location for a #GError
 *
 * Computes counts, mean, standard deviation, limits and quantiles of one column. Integers beyond
 * 2^53 are rounded to doubles. The array is read six times and never copied, so that little memory
 * is needed even for a large array. Can be called from any thread.
 *
 * Returns: (transfer full): the summary, or %NULL with %MAMUTO_ERROR_UNSUPPORTED if the elements
 *   are not real numbers, %MAMUTO_ERROR_INVALID_ARGUMENT for a column or mask that does not match
 *   the array, %MAMUTO_ERROR_INVALID_FILE if the file was truncated, %G_IO_ERROR_CANCELLED
 */
MamutoSummary *
mamuto_array_summarize(MamutoArray *self, gint64 column, MamutoArray *mask,
                       GCancellable *cancellable, GError **error)
{
    g_auto(ColumnBlocks) blocks = {0};
    MamutoSummary summary;

    g_return_val_if_fail(MAMUTO_IS_ARRAY(self), NULL);
    g_return_val_if_fail(!mask || MAMUTO_IS_ARRAY(mask), NULL);

    if (!column_blocks_init(&blocks, self, column, mask, cancellable, error) ||
        !measure(&blocks, &summary, error) ||
        (summary.n > 0 && !find_quantiles(&blocks, &summary, error)))
        return NULL;
    return mamuto_summary_copy(&summary);
}
