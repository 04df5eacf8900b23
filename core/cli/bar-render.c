/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Formats the progress display of a run for a terminal of a given size. The functions only return
 * text and do not write to a terminal, so that tests can cover every size. */
#include "run-view.h"
#include "text.h"

#define STATE_WIDTH 10 /* width of "connecting", the longest state */
#define RATE_WIDTH 7   /* width of the longest rate, such as "12.3k/s" */
#define MIN_BAR 6
#define MAX_BAR 40
#define MAX_NAME 28
/* Widths in terminal columns: of the whole display, and of each column of a host's line. A width of
 * 0 omits the column. If the terminal is narrow, the bar is omitted first, then the rate, then the
 * number of rows. */
typedef struct {
    guint width, name, bar, rows, rate;
    gboolean utf8, colour;
} Layout;

static guint
count_digits(gint64 n)
{
    guint digits = 1;

    for (; n >= 10; n /= 10)
        digits++;
    return digits;
}

static void
lay_out(Layout *layout, const RunView *view)
{
    guint used, widest = 5; /* width of "Total" */

    for (guint i = 0; i < view->hosts->len; i++)
        widest = MAX(widest, text_width(g_array_index(view->hosts, HostView, i).name));
    layout->name = MIN(MIN(widest, MAX_NAME), MIN(layout->width, MAX(6, layout->width / 3)));
    layout->rows = MAX(4, count_digits(view->n_rows));
    layout->rate = RATE_WIDTH;
    used = layout->name + 2 + STATE_WIDTH;
    if (used + 2 + layout->rows > layout->width)
        layout->rows = 0;
    else
        used += 2 + layout->rows;
    if (layout->rows == 0 || used + 2 + layout->rate > layout->width)
        layout->rate = 0;
    else
        used += 2 + layout->rate;
    layout->bar = layout->rate > 0 && used + 2 + MIN_BAR <= layout->width
                      ? MIN(MAX_BAR, layout->width - used - 2)
                      : 0;
}

static void
append_bar(GString *line, const Layout *layout, double fraction)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    guint steps = layout->utf8 ? 8 : 1;
    guint filled = (guint)(CLAMP(fraction, 0, 1) * layout->bar * steps + 1e-6);
    guint i = 0;

    for (; i < filled / steps; i++)
        g_string_append(line, layout->utf8 ? "█" : "#");
    if (filled % steps > 0) {
        g_string_append(line, eighths[filled % steps]);
        i++;
    }
    for (; i < layout->bar; i++)
        g_string_append(line, layout->utf8 ? "░" : "-");
}

static void
append_state(GString *line, const Layout *layout, MamutoHostState state)
{
    static const char *const colours[] = {
        [MAMUTO_HOST_CONNECTING] = "33", [MAMUTO_HOST_PREPARING] = "33",
        [MAMUTO_HOST_WAITING] = "36",    [MAMUTO_HOST_COMPUTING] = "32",
        [MAMUTO_HOST_DONE] = "32",       [MAMUTO_HOST_LOST] = "31",
        [MAMUTO_HOST_FAILED] = "31",
    };
    g_autofree char *word = text_fit(mamuto_host_state_to_string(state), STATE_WIDTH, layout->utf8);

    if (layout->colour)
        g_string_append_printf(line, "\x1b[%sm%s\x1b[0m", colours[state], word);
    else
        g_string_append(line, word);
}

/* Formats the line of a host. The line of a connected host shows a bar and numbers. The line of any
 * other host shows a message. */
static char *
render_host(const HostView *host, const Layout *layout)
{
    g_autofree char *name = text_fit(host->name, layout->name, layout->utf8);
    GString *line = g_string_new(name);
    gboolean there = host->state == MAMUTO_HOST_WAITING || host->state == MAMUTO_HOST_COMPUTING ||
                     host->state == MAMUTO_HOST_DONE;
    guint used = layout->name + 2 + STATE_WIDTH;

    g_string_append(line, "  ");
    if (used > layout->width) {
        g_string_truncate(line, 0);
        g_string_append_len(line, name, -1);
        return g_string_free(line, FALSE);
    }
    append_state(line, layout, host->state);
    if (there && layout->bar > 0) {
        g_string_append(line, "  ");
        append_bar(line, layout, host->state == MAMUTO_HOST_DONE ? 1 : host->fraction);
    }
    if (there && layout->rows > 0)
        g_string_append_printf(line, "  %*" G_GINT64_FORMAT, (int)layout->rows, host->rows_done);
    if (there && layout->rate > 0) {
        g_autofree char *rate = text_format_rate(host->rate);

        g_string_append_printf(line, "  %*s", (int)layout->rate, rate);
    }
    if (!there && host->message != NULL && used + 2 < layout->width) {
        g_autofree char *message = text_cut(host->message, layout->width - used - 2, layout->utf8);

        g_string_append_printf(line, "  %s", message);
    }
    return g_string_free(line, FALSE);
}

/* Formats the totals of the run. The most important numbers are at the beginning, because a narrow
 * terminal cuts off the end of the line. */
static char *
describe_total(const RunView *view)
{
    GString *text = g_string_new(NULL);
    g_autofree char *rate = text_format_rate(view->rate);
    g_autofree char *elapsed = view->state == MAMUTO_RUN_RUNNING
                                   ? text_format_left(view->elapsed)
                                   : text_format_seconds(view->elapsed);
    double part = view->n_rows > 0 ? (double)view->rows_done / view->n_rows : 1;

    g_string_append_printf(text, "%3d %%  %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " rows",
                           (int)(part * 100), view->rows_done, view->n_rows);
    if (view->rows_failed > 0)
        g_string_append_printf(text, ", %" G_GINT64_FORMAT " failed", view->rows_failed);
    if (*rate != '\0')
        g_string_append_printf(text, "  %s", rate);
    g_string_append_printf(text, "  %s", elapsed);
    if (view->state == MAMUTO_RUN_RUNNING && view->eta >= 0) {
        g_autofree char *eta = text_format_left(view->eta);

        g_string_append_printf(text, ", %s left", eta);
    }
    return g_string_free(text, FALSE);
}

static char *
render_total(const RunView *view, const Layout *layout)
{
    g_autofree char *label = view->n_remaps > 1
                                 ? g_strdup_printf("%u of %u", view->remap, view->n_remaps)
                                 : g_strdup("Total");
    g_autofree char *name = text_fit(label, layout->name, layout->utf8);
    g_autofree char *figures = describe_total(view);
    GString *line = g_string_new(name);
    guint width = text_width(figures), used = layout->name + 4;
    Layout own = *layout;

    g_string_append(line, "  ");
    if (used + MIN_BAR + width <= layout->width) {
        own.bar = MIN(layout->width - used - width, STATE_WIDTH + 2 + MAX(layout->bar, MIN_BAR));
        append_bar(line, &own, view->n_rows > 0 ? (double)view->rows_done / view->n_rows : 1);
        g_string_append(line, "  ");
    }
    if (text_width(line->str) < layout->width) {
        guint left = layout->width - text_width(line->str);
        g_autofree char *cut = text_cut(figures, left, layout->utf8);

        g_string_append(line, cut);
    }
    if (text_width(line->str) > layout->width) {
        char *cut = text_cut(line->str, layout->width, layout->utf8);

        g_string_free(line, TRUE);
        return cut;
    }
    return g_string_free(line, FALSE);
}

#define LEAST_INTEREST 4

/* Returns the rank of a host state. If the terminal has too few lines for all hosts, hosts with a
 * lower rank are shown first. */
static guint
get_interest(MamutoHostState state)
{
    static const guint interest[] = {
        [MAMUTO_HOST_FAILED] = 0,    [MAMUTO_HOST_LOST] = 0,      [MAMUTO_HOST_CONNECTING] = 1,
        [MAMUTO_HOST_PREPARING] = 1, [MAMUTO_HOST_COMPUTING] = 2, [MAMUTO_HOST_WAITING] = 3,
        [MAMUTO_HOST_DONE] = 4,
    };

    return interest[state];
}

static char *
render_rest(const RunView *view, const gboolean *shown, const Layout *layout)
{
    guint counts[MAMUTO_HOST_FAILED + 1] = {0}, n = 0;
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < view->hosts->len; i++) {
        if (shown[i])
            continue;
        counts[g_array_index(view->hosts, HostView, i).state]++;
        n++;
    }
    g_string_append_printf(text, "%s and %u more:", layout->utf8 ? "…" : "...", n);
    for (guint state = 0; state < G_N_ELEMENTS(counts); state++)
        if (counts[state] > 0)
            g_string_append_printf(text, "%s %u %s", text->str[text->len - 1] == ':' ? "" : ",",
                                   counts[state], mamuto_host_state_to_string(state));
    return text_cut(text->str, layout->width, layout->utf8);
}

/* Returns for each host whether it is shown. @room: the number of lines for hosts. Hosts are chosen
 * by the rank of their state. Lost and failed hosts are chosen first, but get at most half of the
 * lines. Lines that the other hosts do not need are then given to more lost and failed hosts. */
static gboolean *
choose_hosts(const RunView *view, guint room)
{
    guint n_hosts = view->hosts->len, n_shown = 0;
    gboolean *shown = g_new0(gboolean, n_hosts + 1);

    for (guint round = 0; round < 2; round++)
        for (guint interest = 0; interest <= LEAST_INTEREST; interest++) {
            guint limit = round == 0 && interest == 0 ? (room + 1) / 2 : room;

            for (guint i = 0; i < n_hosts && n_shown < limit; i++) {
                MamutoHostState state = g_array_index(view->hosts, HostView, i).state;

                if (shown[i] || get_interest(state) != interest)
                    continue;
                shown[i] = TRUE;
                n_shown++;
            }
        }
    return shown;
}

GPtrArray *
bar_render(const RunView *view, guint width, guint height, gboolean utf8, gboolean colour)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    Layout layout = {.width = MAX(1, width), .utf8 = utf8, .colour = colour};
    guint n_hosts = view->hosts->len, n_lines = MAX(1, height) - 1;
    guint room = n_hosts <= n_lines ? n_hosts : n_lines > 0 ? n_lines - 1 : 0;
    g_autofree gboolean *shown = choose_hosts(view, room);

    lay_out(&layout, view);
    for (guint i = 0; i < n_hosts; i++)
        if (shown[i])
            g_ptr_array_add(lines, render_host(&g_array_index(view->hosts, HostView, i), &layout));
    if (room < n_hosts && n_lines > 0)
        g_ptr_array_add(lines, render_rest(view, shown, &layout));
    g_ptr_array_add(lines, render_total(view, &layout));
    return lines;
}
