/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Prints a comparison: the plan before the measurements, a status line during the measurements,
 * and a table with a summary at the end. */
#include "compare.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "terminal.h"
#include "text.h"

static const char *const names[MAMUTO_N_CONTENDERS] = {
    [MAMUTO_CONTENDER_LOOP] = "plain loop",
    [MAMUTO_CONTENDER_LOCAL] = "this computer",
    [MAMUTO_CONTENDER_CLUSTER] = "cluster",
    [MAMUTO_CONTENDER_COLD] = "cluster, cold",
};

/* Rounds to two significant digits. */
static gint64
round_count(gint64 n)
{
    gint64 unit = 1;

    while (n / unit >= 100)
        unit *= 10;
    return (n + unit / 2) / unit * unit;
}

void
compare_show_plan(MamutoComparison *comparison, MamutoFunction *function, gboolean batch)
{
    g_autofree char *name = mamuto_text_escape(mamuto_function_get_name(function), FALSE);
    g_autofree char *seconds = text_format_left(mamuto_comparison_get_planned_seconds(comparison));
    gint64 calls = round_count(mamuto_comparison_get_planned_calls(comparison));
    g_autofree char *line =
        g_strdup_printf(batch ? "Calls %s for about %" G_GINT64_FORMAT " rows, in about %s.\n"
                              : "Calls %s about %" G_GINT64_FORMAT " times, in about %s.\n",
                        name, calls, seconds);

    terminal_write(STDERR_FILENO, line, strlen(line));
}

void
compare_show_state(MamutoComparison *comparison, gboolean utf8)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *cut = NULL, *line = NULL;
    MamutoContender contender;
    guint width, height;
    gint64 rows;

    contender = mamuto_comparison_get_current(comparison, &rows);
    g_string_printf(text, "%u of %u measurements", mamuto_comparison_get_n_done(comparison),
                    mamuto_comparison_get_n_planned(comparison));
    if (rows > 0)
        g_string_append_printf(text, "; %s, %" G_GINT64_FORMAT " row%s", names[contender], rows,
                               rows == 1 ? "" : "s");
    terminal_get_size(STDERR_FILENO, &width, &height);
    cut = text_cut(text->str, width > 1 ? width - 1 : 1, utf8);
    line = g_strdup_printf("\r%s\x1b[K", cut);
    terminal_write(STDERR_FILENO, line, strlen(line));
}

void
compare_clear_state(void)
{
    terminal_write(STDERR_FILENO, "\r\x1b[K", 4);
}

enum { ROWS, NAME, MEDIAN, MIN_TIME, MAX_TIME, RUNS, SPEED_UP, EFFICIENCY, N_COLUMNS };

static char *
format_time(double seconds)
{
    g_autofree char *number = NULL;

    if (seconds >= 0.9995)
        return text_format_seconds(seconds);
    number = text_format_double(seconds * 1e3, seconds < 0.00995 ? "%.2f" : "%.1f");
    return g_strconcat(number, " ms", NULL);
}

static char **
describe(MamutoTimings *timings, const MamutoMeasurement *one)
{
    const MamutoMeasurement *loop = mamuto_timings_find(timings, MAMUTO_CONTENDER_LOOP, one->rows);
    g_autofree char *efficiency = NULL;
    char **cells = g_new0(char *, N_COLUMNS + 1);

    cells[ROWS] = g_strdup_printf("%" G_GINT64_FORMAT, one->rows);
    cells[NAME] = g_strdup(names[one->contender]);
    cells[MEDIAN] = format_time(one->median);
    cells[MIN_TIME] = one->n_repetitions > 1 ? format_time(one->min) : g_strdup("");
    cells[MAX_TIME] = one->n_repetitions > 1 ? format_time(one->max) : g_strdup("");
    cells[RUNS] = g_strdup_printf("%u", one->n_repetitions);
    cells[SPEED_UP] =
        loop != NULL ? text_format_double(loop->median / one->median, "%.2f") : g_strdup("");
    efficiency = text_format_double(100 * mamuto_measurement_get_efficiency(one), "%.0f");
    cells[EFFICIENCY] = g_strconcat(efficiency, " %", NULL);
    return cells;
}

/* Prints a line of the table. @widths: the width of each table column in terminal columns. */
static void
print_row(const char *const *cells, const guint *widths)
{
    g_autoptr(GString) line = g_string_new(NULL);

    for (guint i = 0; i < N_COLUMNS; i++) {
        guint missing = widths[i] - text_width(cells[i]);

        g_string_append_printf(line, "%s%*s", i > 0 ? "  " : "", i == NAME ? 0 : (int)missing, "");
        g_string_append_printf(line, "%s%*s", cells[i], i == NAME ? (int)missing : 0, "");
    }
    puts(line->str);
}

static int
compare_lines(gconstpointer a, gconstpointer b)
{
    const MamutoMeasurement *x = *(const MamutoMeasurement *const *)a;
    const MamutoMeasurement *y = *(const MamutoMeasurement *const *)b;

    if (x->rows != y->rows)
        return x->rows < y->rows ? -1 : 1;
    return (int)x->contender - (int)y->contender;
}

static void
print_table(MamutoTimings *timings)
{
    static const char *const titles[N_COLUMNS] = {"ROWS", "",     "MEDIAN",   "MIN",
                                                  "MAX",  "RUNS", "SPEED-UP", "EFFICIENCY"};
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    guint widths[N_COLUMNS];

    for (guint i = 0; i < mamuto_timings_get_n_measurements(timings); i++)
        g_ptr_array_add(sorted, (gpointer)mamuto_timings_get_measurement(timings, i));
    g_ptr_array_sort(sorted, compare_lines);
    for (guint c = 0; c < N_COLUMNS; c++)
        widths[c] = text_width(titles[c]);
    for (guint i = 0; i < sorted->len; i++) {
        char **cells = describe(timings, g_ptr_array_index(sorted, i));

        g_ptr_array_add(lines, cells);
        for (guint c = 0; c < N_COLUMNS; c++)
            widths[c] = MAX(widths[c], text_width(cells[c]));
    }
    print_row(titles, widths);
    for (guint i = 0; i < lines->len; i++)
        print_row(g_ptr_array_index(lines, i), widths);
}

/* Prints the number of threads of numerical libraries, which changes the times. The default is set
 * in python-runner.c and loop.py. */
static void
show_threads(void)
{
    const char *set = g_getenv("OMP_NUM_THREADS");
    gboolean is_set = set != NULL && *set != '\0';
    g_autofree char *value = mamuto_text_escape(is_set ? set : "1", FALSE);

    printf("The loop and this computer ran with OMP_NUM_THREADS=%s%s.\n", value,
           is_set ? "" : ", the default, so numerical libraries use one thread per core");
}

void
compare_show_timings(MamutoTimings *timings, gboolean utf8)
{
    g_autofree char *summary = mamuto_timings_get_summary(timings);
    GPtrArray *notes = mamuto_timings_get_notes(timings);

    print_table(timings);
    if (*summary != '\0') {
        g_auto(GStrv) parts = g_strsplit(summary, "µ", -1);
        g_autofree char *ascii = g_strjoinv("u", parts);

        printf("\n%s\n", utf8 ? summary : ascii);
    }
    for (guint i = 0; i < notes->len; i++) {
        g_autofree char *sentence = mamuto_note_format(g_ptr_array_index(notes, i));
        g_autofree char *note = mamuto_text_escape(sentence, FALSE);

        printf("Note: %s\n", note);
    }
    show_threads();
}
