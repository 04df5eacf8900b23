/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See verdict-words.h. */
#include "verdict-words.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "app-text.h"

/* ---- the verdict ---- */

gint64
verdict_words_round(double rows)
{
    double unit = rows < 100 ? 1 : pow(10, floor(log10(rows)) - 1);

    return (gint64)(MAX(round(rows / unit), 1) * unit);
}

static char *
describe_few(const MamutoVerdict *v, gboolean cluster)
{
    gboolean slower = v->small_contender > v->small_rival;
    g_autofree char *rows = app_text_rows(v->small_rows);
    g_autofree char *better = app_text_seconds(MIN(v->small_contender, v->small_rival));
    g_autofree char *worse = app_text_seconds(MAX(v->small_contender, v->small_rival));

    if (slower)
        return g_strdup_printf(
            cluster
                /* Translators: "1,000 rows", then two durations, the shorter first */
                ? _("For %s, this computer is faster (%s versus %s).")
                /* Translators: "1,000 rows", then two durations, the shorter first */
                : _("For %s, a plain loop is faster (%s versus %s)."),
            rows, better, worse);
    return g_strdup_printf(cluster
                               /* Translators: "1,000 rows", then two durations, the shorter
                                * first */
                               ? _("For %s, the cluster is faster (%s versus %s).")
                               /* Translators: "1,000 rows", then two durations, the shorter
                                * first */
                               : _("For %s, all cores are faster (%s versus %s)."),
                           rows, better, worse);
}

static char *
describe_crossing(const MamutoVerdict *v, gboolean cluster)
{
    g_autofree char *rows = app_text_rows(verdict_words_round(v->crossing_rows));

    switch (v->crossing) {
    case MAMUTO_CROSSING_MEASURED:
        return g_strdup_printf(cluster
                                   ? _("From about %s on, the cluster is faster.")
                                   : _("From about %s on, all cores of this computer are faster."),
                               rows);
    case MAMUTO_CROSSING_PREDICTED:
        return g_strdup_printf(
            cluster ? _("The cluster is predicted to be faster from about %s on.")
                    : _("All cores of this computer are predicted to be faster from about %s on."),
            rows);
    case MAMUTO_CROSSING_ALWAYS:
        return g_strdup(cluster ? _("The cluster is faster for every measured number of rows.")
                                : _("All cores are faster for every measured number of rows."));
    default:
        return g_strdup(_("No break-even up to 100 times as many rows."));
    }
}

static char *
describe_gain(const MamutoVerdict *v, gboolean cluster)
{
    g_autofree char *rows = app_text_rows(v->large_rows);
    double ratio = v->large_rival / v->large_contender;

    if (MAX(ratio, 1 / ratio) < 1.05)
        return g_strdup_printf(cluster ? _("For %s, the cluster is just as fast.")
                                       : _("For %s, all cores are just as fast."),
                               rows);
    if (ratio >= 1)
        return g_strdup_printf(cluster
                                   /* Translators: "1,000 rows", then a factor */
                                   ? _("For %s, the cluster is %.1f times as fast.")
                                   /* Translators: "1,000 rows", then a factor */
                                   : _("For %s, all cores are %.1f times as fast."),
                               rows, ratio);
    return g_strdup_printf(cluster
                               /* Translators: "1,000 rows", then a factor */
                               ? _("For %s, the cluster takes %.1f times as long.")
                               /* Translators: "1,000 rows", then a factor */
                               : _("For %s, all cores take %.1f times as long."),
                           rows, 1 / ratio);
}

/* Describes the cost of a cold start. Warm: the cluster is already connected; cold: the time
 * includes connecting. */
static char *
describe_cold(const MamutoVerdict *v)
{
    g_autofree char *extra = app_text_seconds(v->cold_extra);
    g_autofree char *rows = app_text_rows(verdict_words_round(v->cold_crossing_rows));
    MamutoCrossing crossing = v->cold_crossing;

    /* do not mention a break-even if the cluster never becomes faster, or if only one number of
     * rows was measured, because no prediction is possible then */
    if (v->crossing == MAMUTO_CROSSING_NEVER ||
        (crossing == MAMUTO_CROSSING_NEVER && v->large_rows == v->small_rows))
        crossing = MAMUTO_CROSSING_ALWAYS;
    switch (crossing) {
    case MAMUTO_CROSSING_MEASURED:
        /* Translators: a duration, then "1,000 rows"; warm: already connected; cold: the time
         * includes connecting */
        return g_strdup_printf(_("These times are for a warm cluster; a cold start takes %s "
                                 "longer, and the cluster is then faster from about %s on."),
                               extra, rows);
    case MAMUTO_CROSSING_PREDICTED:
        return g_strdup_printf(
            /* Translators: a duration, then "1,000 rows"; warm: already connected; cold: the time
             * includes connecting */
            _("These times are for a warm cluster; a cold start takes %s longer, and the cluster "
              "is then predicted to be faster from about %s on."),
            extra, rows);
    case MAMUTO_CROSSING_NEVER:
        return g_strdup_printf(_("These times are for a warm cluster; a cold start takes %s "
                                 "longer, with no break-even up to 100 times as many rows."),
                               extra);
    default:
        /* Translators: a duration; warm: already connected; cold: the time includes connecting */
        return g_strdup_printf(
            _("These times are for a warm cluster; a cold start takes %s longer."), extra);
    }
}

char *
verdict_words(MamutoTimings *timings)
{
    g_autofree char *few = NULL, *crossing = NULL, *gain = NULL, *cold = NULL;
    gboolean cluster;
    MamutoVerdict v;

    if (!mamuto_timings_get_verdict(timings, &v))
        return g_strdup("");
    cluster = v.contender == MAMUTO_CONTENDER_CLUSTER;
    few = describe_few(&v, cluster);
    /* A break-even needs measurements of several numbers of rows. If the contender is faster
     * already at the smallest number of rows, the sentence "No break-even …" would be wrong. */
    if (v.large_rows > v.small_rows &&
        (v.crossing != MAMUTO_CROSSING_NEVER || v.small_contender > v.small_rival))
        crossing = describe_crossing(&v, cluster);
    gain = v.large_rows > v.small_rows ? describe_gain(&v, cluster) : NULL;
    cold = v.has_cold ? describe_cold(&v) : NULL;
    return g_strconcat(few, crossing ? " " : "", crossing ? crossing : "", gain ? " " : "",
                       gain ? gain : "", cold ? " " : "", cold ? cold : "", NULL);
}

/* ---- notes ---- */

static char *
describe_cpus(const MamutoNote *note)
{
    g_autoptr(GString) list = g_string_new(NULL);
    g_autofree char *more = NULL;

    for (guint i = 0; note->hosts[i] && note->texts[i]; i++) {
        g_string_append(list, i > 0 ? ", " : "");
        /* Translators: a host, and CPU features that the host does not have */
        g_string_append_printf(list, _("%s lacks %s"), app_text_host(note->hosts[i]),
                               note->texts[i]);
    }
    if (note->count > 0) {
        more = app_text_count((gint64)note->count);
        g_string_append(list, " ");
        /* Translators: end of a list of hosts: the number of hosts that are not listed */
        g_string_append_printf(list, _("and %s more"), more);
    }
    return g_strdup_printf(
        /* Translators: a list such as "rem1 lacks avx512f, rem2 lacks avx2" */
        _("The hosts’ CPUs differ (%s): the results of functions such as numpy.exp may differ in "
          "the last bits between hosts."),
        list->str);
}

/* Describes a note that contains only a number, for example the number of lost hosts. */
static char *
describe_number(const MamutoNote *note)
{
    g_autofree char *count = app_text_count((gint64)note->count);

    if (note->kind == MAMUTO_NOTE_MORE_LOST)
        return g_strdup_printf(
            ngettext("%s more host was lost", "%s more hosts were lost", (gulong)note->count),
            count);
    if (note->kind == MAMUTO_NOTE_MORE_FAILED)
        return g_strdup_printf(ngettext("%s more host could not be used",
                                        "%s more hosts could not be used", (gulong)note->count),
                               count);
    return g_strdup_printf(
        ngettext("%s span exceeded the limit; the times of hosts count the span as waiting.",
                 "%s spans exceeded the limit; the times of hosts count the spans as waiting.",
                 (gulong)note->count),
        count);
}

char *
verdict_words_note(const MamutoNote *note)
{
    const char *host = note->hosts[0] ? app_text_host(note->hosts[0]) : "";
    const char *text = note->texts[0] ? note->texts[0] : _("unknown reason");

    switch (note->kind) {
    case MAMUTO_NOTE_BUDGET_OVER:
        return g_strdup(_("The time limit was reached before all measurements were finished."));
    case MAMUTO_NOTE_STOPPED:
        return g_strdup(_("The comparison was stopped before all measurements were finished."));
    case MAMUTO_NOTE_ENDED:
        return g_strdup_printf(_("The comparison ended before all measurements were finished: %s"),
                               text);
    case MAMUTO_NOTE_NO_CLUSTER:
        return g_strdup_printf(_("The cluster could not be measured: %s"), text);
    case MAMUTO_NOTE_QUESTION:
        return g_strdup(_("Connecting to the cluster waited for an answer from you, so this cold "
                          "start is not counted."));
    case MAMUTO_NOTE_HOST_LOST:
        /* Translators: a host, and the reason for its loss */
        return g_strdup_printf(_("%s was lost: %s"), host, text);
    case MAMUTO_NOTE_HOST_FAILED:
        /* Translators: a host, and the reason why it could not be used */
        return g_strdup_printf(_("%s could not be used: %s"), host, text);
    case MAMUTO_NOTE_MORE_LOST:
    case MAMUTO_NOTE_MORE_FAILED:
    case MAMUTO_NOTE_SPANS_DROPPED:
        return describe_number(note);
    case MAMUTO_NOTE_CPUS_DIFFER:
        return describe_cpus(note);
    case MAMUTO_NOTE_TEXT:
        break;
    }
    return g_strdup(text);
}
