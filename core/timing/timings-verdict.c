/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Computes from the measurements whether and when the cluster is faster. Writes this verdict as
 * numbers and as English sentences. */
#include <math.h>
#include <string.h>

#include "timings-private.h"

/* Returns the seconds that the fastest alternative to the contender takes for @rows rows, or 0 if
 * no alternative was measured with @rows rows. Alternatives are the plain loop and, if the
 * contender is the cluster, all cores of this computer. */
static double
find_rival(MamutoTimings *self, MamutoContender contender, gint64 rows)
{
    double best = 0;

    for (MamutoContender rival = MAMUTO_CONTENDER_LOOP; rival < contender; rival++) {
        const MamutoMeasurement *one = mamuto_timings_find(self, rival, rows);

        if (one != NULL && (best <= 0 || one->median < best))
            best = one->median;
    }
    return best;
}

/* A number of rows, and the seconds of the contender and of its fastest alternative for these rows.
 */
typedef struct {
    double rows, rival, contender;
} Pair;

/* Predicts the number of rows from which the contender is faster than every alternative. Called if
 * the contender is slower with the largest measured number of rows. @last: the times with this
 * number of rows. @extra: seconds to add to the contender's times. */
static MamutoCrossing
predict_crossing(MamutoTimings *self, MamutoContender contender, const Pair *last, double extra,
                 double *rows)
{
    double b, reach = COST_REACH * last->rows;

    if (!mamuto_timings_get_model(self, contender, NULL, &b))
        return MAMUTO_CROSSING_NEVER;
    *rows = last->rows;
    for (MamutoContender rival = MAMUTO_CONTENDER_LOOP; rival < contender; rival++) {
        double rival_b, behind = last->contender + extra -
                                 mamuto_timings_estimate(self, rival, last->rows, NULL);

        if (!mamuto_timings_get_model(self, rival, NULL, &rival_b))
            continue;
        if (behind + (b - rival_b) * (reach - last->rows) > 0)
            return MAMUTO_CROSSING_NEVER;
        if (behind > 0)
            *rows = MAX(*rows, last->rows + behind / (rival_b - b));
    }
    return *rows > last->rows ? MAMUTO_CROSSING_PREDICTED : MAMUTO_CROSSING_NEVER;
}

/* Finds the number of rows from which the contender is faster. Interpolates linearly between the
 * last pair of times in which the contender is slower and the next pair. If the contender is slower
 * in the last pair, predicts the number. @pairs: sorted by number of rows. @extra: seconds to add
 * to the contender's times. */
static MamutoCrossing
find_crossing(MamutoTimings *self, MamutoContender contender, const Pair *pairs, guint n,
              double extra, double *rows)
{
    guint i = n;
    double lost, won;

    *rows = 0;
    while (i > 0 && pairs[i - 1].contender + extra < pairs[i - 1].rival)
        i--;
    if (i == 0)
        return MAMUTO_CROSSING_ALWAYS;
    if (i == n)
        return predict_crossing(self, contender, &pairs[n - 1], extra, rows);
    lost = pairs[i - 1].contender + extra - pairs[i - 1].rival;
    won = pairs[i].rival - pairs[i].contender - extra;
    *rows = pairs[i - 1].rows + (pairs[i].rows - pairs[i - 1].rows) * lost / (lost + won);
    return MAMUTO_CROSSING_MEASURED;
}

/* Computes by how many seconds a cold start of the cluster takes longer than a run on the connected
 * cluster. Compares runs with equal numbers of rows and computes a mean. Shorter times get a larger
 * weight, because they vary less. Returns FALSE if no cold start was measured. */
static gboolean
find_cold_extra(MamutoTimings *self, double *extra)
{
    double sum = 0, weights = 0;

    for (guint i = 0; i < self->measurements->len; i++) {
        const MamutoMeasurement *cold = &g_array_index(self->measurements, MamutoMeasurement, i);
        const MamutoMeasurement *warm = NULL;
        double weight;

        if (cold->contender == MAMUTO_CONTENDER_COLD && cold->median > 0)
            warm = mamuto_timings_find(self, MAMUTO_CONTENDER_CLUSTER, cold->rows);
        if (warm == NULL)
            continue;
        weight = 1 / (cold->median * cold->median);
        sum += weight * (cold->median - warm->median);
        weights += weight;
    }
    *extra = weights > 0 ? MAX(sum / weights, 0) : 0;
    return weights > 0;
}

/* Pairs the times of a contender with the times of the fastest alternative for the same number
 * of rows. The elements of @pairs are in ascending order of this number. Returns the number of
 * elements. */
static guint
find_pairs(MamutoTimings *self, MamutoContender contender, Pair *pairs)
{
    guint n = 0;

    for (guint i = 0; i < self->measurements->len; i++) {
        const MamutoMeasurement *one = &g_array_index(self->measurements, MamutoMeasurement, i);
        double rival = one->contender == contender ? find_rival(self, contender, one->rows) : 0;

        if (rival > 0 && one->median > 0)
            pairs[n++] = (Pair){(double)one->rows, rival, one->median};
    }
    return n;
}

/**
 * mamuto_timings_get_verdict:
 * @self: timings
 * @verdict: (out caller-allocates): the verdict
 *
 * Returns: %FALSE if there are too few measurements
 */
gboolean
mamuto_timings_get_verdict(MamutoTimings *self, MamutoVerdict *verdict)
{
    g_autofree Pair *pairs = NULL;
    guint n;

    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), FALSE);
    g_return_val_if_fail(verdict != NULL, FALSE);

    pairs = g_new(Pair, MAX(self->measurements->len, 1));
    *verdict = (MamutoVerdict){.contender = MAMUTO_CONTENDER_CLUSTER};
    n = find_pairs(self, verdict->contender, pairs);
    if (n == 0) {
        verdict->contender = MAMUTO_CONTENDER_LOCAL;
        n = find_pairs(self, verdict->contender, pairs);
    }
    if (n == 0)
        return FALSE;
    verdict->small_rows = (gint64)pairs[0].rows;
    verdict->small_rival = pairs[0].rival;
    verdict->small_contender = pairs[0].contender;
    verdict->large_rows = (gint64)pairs[n - 1].rows;
    verdict->large_rival = pairs[n - 1].rival;
    verdict->large_contender = pairs[n - 1].contender;
    verdict->crossing =
        find_crossing(self, verdict->contender, pairs, n, 0, &verdict->crossing_rows);
    if (verdict->contender == MAMUTO_CONTENDER_CLUSTER &&
        find_cold_extra(self, &verdict->cold_extra)) {
        verdict->has_cold = TRUE;
        verdict->cold_crossing = find_crossing(self, verdict->contender, pairs, n,
                                               verdict->cold_extra, &verdict->cold_crossing_rows);
    }
    return TRUE;
}

/* Formats a number with thousands separators: 1234567 → "1,234,567". */
static char *
format_rows(gint64 rows)
{
    g_autofree char *digits = g_strdup_printf("%" G_GINT64_FORMAT, rows);
    GString *text = g_string_new(NULL);
    gsize n = strlen(digits);

    for (gsize i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            g_string_append_c(text, ',');
        g_string_append_c(text, digits[i]);
    }
    return g_string_free(text, FALSE);
}

/* Formats a number rounded to two significant digits. */
static char *
format_about(double rows)
{
    double unit = rows < 100 ? 1 : pow(10, floor(log10(rows)) - 1);

    return format_rows((gint64)(MAX(round(rows / unit), 1) * unit));
}

static char *
format_number(double value, const char *format)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    return g_strdup(g_ascii_formatd(text, sizeof text, format, value));
}

static char *
format_seconds(double seconds)
{
    double value = seconds < 1e-3 ? seconds * 1e6 : seconds < 0.9995 ? seconds * 1e3 : seconds;
    const char *unit = seconds < 1e-3 ? "µs" : seconds < 0.9995 ? "ms" : "s";
    g_autofree char *number = format_number(value, value < 9.95 ? "%.1f" : "%.0f");

    return g_strdup_printf("%s %s", number, unit);
}

/* Formats a number of rows, such as "1,000 rows". */
static char *
format_counted(gint64 rows)
{
    g_autofree char *number = format_rows(rows);

    return g_strconcat(number, rows == 1 ? " row" : " rows", NULL);
}

static void
say_few(GString *text, const MamutoVerdict *v, gboolean cluster)
{
    g_autofree char *rows = format_counted(v->small_rows);
    g_autofree char *better = format_seconds(MIN(v->small_contender, v->small_rival));
    g_autofree char *worse = format_seconds(MAX(v->small_contender, v->small_rival));
    const char *who;

    if (v->small_contender > v->small_rival)
        who = cluster ? "this computer is" : "a plain loop is";
    else
        who = cluster ? "the cluster is" : "all cores are";
    g_string_append_printf(text, "For %s, %s faster (%s versus %s).", rows, who, better, worse);
}

static void
say_crossing(GString *text, const MamutoVerdict *v, gboolean cluster)
{
    g_autofree char *rows = format_about(v->crossing_rows);

    switch (v->crossing) {
    case MAMUTO_CROSSING_MEASURED:
        g_string_append_printf(text, " From about %s rows on, %s faster.", rows,
                               cluster ? "the cluster is" : "all cores of this computer are");
        break;
    case MAMUTO_CROSSING_PREDICTED:
        g_string_append_printf(text, " %s predicted to be faster from about %s rows on.",
                               cluster ? "The cluster is" : "All cores of this computer are", rows);
        break;
    case MAMUTO_CROSSING_ALWAYS:
        g_string_append_printf(text, " %s faster for every measured number of rows.",
                               cluster ? "The cluster is" : "All cores are");
        break;
    case MAMUTO_CROSSING_NEVER:
        g_string_append_printf(text, " No break-even up to %d times as many rows.", COST_REACH);
        break;
    }
}

static void
say_gain(GString *text, const MamutoVerdict *v, gboolean cluster)
{
    double ratio = v->large_rival / v->large_contender;
    g_autofree char *rows = format_counted(v->large_rows);
    g_autofree char *times = format_number(MAX(ratio, 1 / ratio), "%.1f");

    g_string_append_printf(text, " For %s, ", rows);
    if (MAX(ratio, 1 / ratio) < 1.05)
        g_string_append_printf(text, "%s just as fast.",
                               cluster ? "the cluster is" : "all cores are");
    else if (ratio >= 1)
        g_string_append_printf(text, "%s %s times as fast.",
                               cluster ? "the cluster is" : "all cores are", times);
    else
        g_string_append_printf(text, "%s %s times as long.",
                               cluster ? "the cluster takes" : "all cores take", times);
}

/* Adds a sentence about cold starts. The time of a cold start includes connecting to the hosts. */
static void
say_cold(GString *text, const MamutoVerdict *v)
{
    g_autofree char *extra = format_seconds(v->cold_extra);
    g_autofree char *rows = format_about(v->cold_crossing_rows);
    MamutoCrossing crossing = v->cold_crossing;

    /* In two cases, the sentence must not say from which number of rows the cluster is faster. The
     * value MAMUTO_CROSSING_ALWAYS omits this part of the sentence. First case: the connected
     * cluster is never faster, so a cold start is not faster either. Second case: only one number
     * of rows was measured, which is too little to say that the cluster is never faster. */
    if (v->crossing == MAMUTO_CROSSING_NEVER ||
        (crossing == MAMUTO_CROSSING_NEVER && v->large_rows == v->small_rows))
        crossing = MAMUTO_CROSSING_ALWAYS;
    g_string_append_printf(
        text, " These times are for a warm cluster; a cold start takes %s longer", extra);
    if (crossing == MAMUTO_CROSSING_MEASURED)
        g_string_append_printf(text, ", and the cluster is then faster from about %s rows on",
                               rows);
    else if (crossing == MAMUTO_CROSSING_PREDICTED)
        g_string_append_printf(
            text, ", and the cluster is then predicted to be faster from about %s rows on", rows);
    else if (crossing == MAMUTO_CROSSING_NEVER)
        g_string_append_printf(text, ", with no break-even up to %d times as many rows",
                               COST_REACH);
    g_string_append_c(text, '.');
}

char *
timings_summarise(const MamutoVerdict *v)
{
    gboolean cluster = v->contender == MAMUTO_CONTENDER_CLUSTER;
    GString *text = g_string_new(NULL);

    say_few(text, v, cluster);
    /* Says from which number of rows the contender is faster. Omits this sentence if only one
     * number of rows was measured. Omits it also if the contender is faster for few rows but slower
     * for many rows, because no such number exists. */
    if (v->large_rows > v->small_rows &&
        (v->crossing != MAMUTO_CROSSING_NEVER || v->small_contender > v->small_rival))
        say_crossing(text, v, cluster);
    if (v->large_rows > v->small_rows)
        say_gain(text, v, cluster);
    if (v->has_cold)
        say_cold(text, v);
    return g_string_free(text, FALSE);
}

/**
 * mamuto_timings_get_summary:
 * @self: timings
 *
 * Describes the verdict in plain English: which contender is faster for few rows, from which
 * number of rows the cluster is faster, and how much faster it is for the largest measured number
 * of rows.
 *
 * Returns: (transfer full): a few sentences; an empty text if there are too few measurements
 */
char *
mamuto_timings_get_summary(MamutoTimings *self)
{
    MamutoVerdict verdict;

    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), NULL);
    return mamuto_timings_get_verdict(self, &verdict) ? timings_summarise(&verdict) : g_strdup("");
}
