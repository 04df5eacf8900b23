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

    /* Translators: rows, then two times: "For 1,000 rows your machine is faster (4 ms against
     * 31 ms)." */
    return g_strdup_printf(slower ? (cluster ? _("For %s your machine is faster (%s against %s).")
                                             : _("For %s a plain loop is faster (%s against %s)."))
                                  : (cluster ? _("For %s the cluster is faster (%s against %s).")
                                             : _("For %s all cores are faster (%s against %s).")),
                           rows, better, worse);
}

static char *
describe_crossing(const MamutoVerdict *v, gboolean cluster)
{
    g_autofree char *rows = app_text_rows(verdict_words_round(v->crossing_rows));

    switch (v->crossing) {
    case MAMUTO_CROSSING_MEASURED:
        return g_strdup_printf(cluster ? _("From about %s the cluster wins.")
                                       : _("From about %s all cores of this computer win."),
                               rows);
    case MAMUTO_CROSSING_PREDICTED:
        return g_strdup_printf(
            cluster ? _("By prediction, the cluster wins from about %s.")
                    : _("By prediction, all cores of this computer win from about %s."),
            rows);
    case MAMUTO_CROSSING_ALWAYS:
        return g_strdup(cluster ? _("The cluster wins with any number of rows that was measured.")
                                : _("All cores win with any number of rows that was measured."));
    default:
        return g_strdup(_("The lines do not cross, up to 100 times as many rows."));
    }
}

static char *
describe_gain(const MamutoVerdict *v, gboolean cluster)
{
    g_autofree char *rows = app_text_rows(v->large_rows);
    double ratio = v->large_rival / v->large_contender;

    if (MAX(ratio, 1 / ratio) < 1.05)
        return g_strdup_printf(cluster ? _("With %s it is just as fast.")
                                       : _("With %s all cores are just as fast."),
                               rows);
    if (ratio >= 1)
        return g_strdup_printf(cluster ? _("With %s it is %.1f times as fast.")
                                       : _("With %s all cores are %.1f times as fast."),
                               rows, ratio);
    return g_strdup_printf(cluster ? _("With %s it is %.1f times as slow.")
                                   : _("With %s all cores are %.1f times as slow."),
                           rows, 1 / ratio);
}

/* Warm: connected already; cold: connecting to it is part of the time. */
static char *
describe_cold(const MamutoVerdict *v)
{
    g_autofree char *extra = app_text_seconds(v->cold_extra);
    g_autofree char *rows = app_text_rows(verdict_words_round(v->cold_crossing_rows));

    switch (v->crossing == MAMUTO_CROSSING_NEVER ? MAMUTO_CROSSING_ALWAYS : v->cold_crossing) {
    case MAMUTO_CROSSING_MEASURED:
        /* Translators: a time, and rows */
        return g_strdup_printf(_("This is the cluster when it is warm; a cold start takes %s more, "
                                 "and then it wins from about %s."),
                               extra, rows);
    case MAMUTO_CROSSING_PREDICTED:
        return g_strdup_printf(_("This is the cluster when it is warm; a cold start takes %s more, "
                                 "and then, by prediction, it wins from about %s."),
                               extra, rows);
    case MAMUTO_CROSSING_NEVER:
        return g_strdup_printf(_("This is the cluster when it is warm; a cold start takes %s more, "
                                 "and then the lines do not cross, up to 100 times as many rows."),
                               extra);
    default:
        /* Translators: warm: connected already; cold: connecting to it is part of the time */
        return g_strdup_printf(
            _("This is the cluster when it is warm; a cold start takes %s more."), extra);
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
    /* with one number of rows there are no lines, and who wins at first has nothing to come to */
    if (v.large_rows > v.small_rows &&
        (v.crossing != MAMUTO_CROSSING_NEVER || v.small_contender > v.small_rival))
        crossing = describe_crossing(&v, cluster);
    gain = v.large_rows > v.small_rows ? describe_gain(&v, cluster) : NULL;
    cold = v.has_cold ? describe_cold(&v) : NULL;
    return g_strconcat(few, crossing ? " " : "", crossing ? crossing : "", gain ? " " : "",
                       gain ? gain : "", cold ? " " : "", cold ? cold : "", NULL);
}

/* ---- notes ---- */

#define MAX_PARTS 3

/* As core/timing/ writes them, each %s for what it fills in; the more telling ones first. */
static const char *const notes[] = {
    N_("The budget was over before everything was measured."),
    N_("It was stopped before everything was measured."),
    N_("It ended before everything was measured: %s"),
    N_("The cluster could not be measured: %s"),
    N_("A question had to be answered while the cluster was connected, so that start is not "
       "counted."),
    N_("%s more hosts: each was lost"),
    N_("%s more hosts: each could not be used"),
    /* Translators: the name of a host, and why */
    N_("%s was lost: %s"),
    /* Translators: the name of a host, and why */
    N_("%s could not be used: %s"),
    N_("no reason is known"),
    /* Translators: a list of "rem1 lacks avx512f" */
    N_("The hosts' CPUs differ (%s): functions such as numpy.exp may give other last bits from one "
       "host to the next."),
    /* Translators: a host, features of its CPU, and how many more hosts lack some */
    N_("%s lacks %s and %s more"),
    /* Translators: a host, and features that its CPU has not */
    N_("%s lacks %s"),
    N_("%s spans were too many to be kept: the times of hosts count them as waiting."),
};

/* Whether @text is @format filled in, and with what. */
static gboolean
match(const char *format, const char *text, char **parts)
{
    g_auto(GStrv) words = g_strsplit(format, "%s", -1);
    guint n = 0;

    if (!g_str_has_prefix(text, words[0]))
        return FALSE;
    text += strlen(words[0]);
    for (guint i = 1; words[i] && n < MAX_PARTS; i++) {
        const char *end = *words[i] ? strstr(text, words[i]) : text + strlen(text);

        if (!end)
            break;
        parts[n++] = g_strndup(text, (gsize)(end - text));
        text = end + strlen(words[i]);
    }
    return *text == '\0' && n + 1 == g_strv_length(words);
}

/* @format with its %s or %1$s filled in: it comes from a table, which printf() may not be given. */
static char *
fill_in(const char *format, char **parts)
{
    GString *text = g_string_new(NULL);
    guint next = 0;

    for (const char *p = format; *p; p++) {
        if (g_str_has_prefix(p, "%s") && next < MAX_PARTS && parts[next]) {
            g_string_append(text, parts[next++]);
            p += 1;
        } else if (p[0] == '%' && p[1] >= '1' && p[1] <= '0' + MAX_PARTS &&
                   g_str_has_prefix(p + 2, "$s") && parts[p[1] - '1']) {
            g_string_append(text, parts[p[1] - '1']);
            p += 3;
        } else {
            g_string_append_c(text, *p);
        }
    }
    return g_string_free(text, FALSE);
}

/* Also of what fills in another one, which may be a list. */
static char *
translate_part(const char *part)
{
    g_auto(GStrv) items = g_strsplit(part, ", ", -1);

    for (char **item = items; *item; item++) {
        char *words = verdict_words_note(*item);

        g_free(*item);
        *item = words;
    }
    return g_strjoinv(", ", items);
}

char *
verdict_words_note(const char *note)
{
    for (gsize i = 0; i < G_N_ELEMENTS(notes); i++) {
        char *parts[MAX_PARTS] = {NULL};
        char *text = NULL;

        if (match(notes[i], note, parts)) {
            for (guint k = 0; k < MAX_PARTS && parts[k]; k++) {
                char *words = translate_part(parts[k]);

                g_free(parts[k]);
                parts[k] = words;
            }
            text = fill_in(_(notes[i]), parts);
        }
        for (guint k = 0; k < MAX_PARTS; k++)
            g_free(parts[k]);
        if (text)
            return text;
    }
    return g_strdup(note);
}
