/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writes progress as lines of text to a file or a pipe. A line is written when a run begins or
 * ends, when a host enters a state for the first time, and from time to time with the number of
 * finished rows. */
#include <string.h>

#include "progress.h"
#include "run-view.h"
#include "text.h"

/* Limits in seconds for the pause between two lines with the number of finished rows. After a pause
 * of SHORTEST_SILENCE, a line is printed as soon as 10 % of all rows were finished since the
 * previous line. After a pause of LONGEST_SILENCE, a line is printed even if fewer rows were
 * finished. */
#define LONGEST_SILENCE 10.0
#define SHORTEST_SILENCE 1.0

typedef struct {
    Progress parent;
    GArray *seen; /* for each host, a bit mask (guint) of the states already printed */
    double last_time, last_part;
} ProgressLines;

static gboolean
is_worth_a_line(MamutoHostState state)
{
    return state != MAMUTO_HOST_WAITING && state != MAMUTO_HOST_DONE;
}

static void
print_hosts(ProgressLines *self, const RunView *view)
{
    g_array_set_size(self->seen, view->hosts->len);
    for (guint i = 0; i < view->hosts->len; i++) {
        const HostView *host = &g_array_index(view->hosts, HostView, i);
        guint *seen = &g_array_index(self->seen, guint, i);
        g_autofree char *line = NULL;

        if ((*seen & 1u << host->state) != 0)
            continue;
        *seen |= 1u << host->state;
        if (!is_worth_a_line(host->state) ||
            (self->parent.remap > 1 && host->state == MAMUTO_HOST_COMPUTING))
            continue;
        line = g_strdup_printf("%s: %s%s%s\n", host->name, mamuto_host_state_to_string(host->state),
                               host->message != NULL ? ": " : "",
                               host->message != NULL ? host->message : "");
        progress_print(&self->parent, line);
    }
}

static void
print_progress(ProgressLines *self, const RunView *view)
{
    double part = view->n_rows > 0 ? (double)view->rows_done / view->n_rows : 1;
    double silence = view->elapsed - self->last_time;
    g_autofree char *rate = NULL, *eta = NULL, *line = NULL;

    if (view->rows_done == 0 || silence < SHORTEST_SILENCE ||
        (silence < LONGEST_SILENCE && part - self->last_part < 0.1))
        return;
    self->last_time = view->elapsed;
    self->last_part = part;
    rate = text_format_rate(view->rate);
    eta = text_format_left(view->eta);
    line = g_strdup_printf("%d %%: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " rows%s%s%s%s%s\n",
                           (int)(part * 100), view->rows_done, view->n_rows,
                           *rate != '\0' ? ", " : "", rate, view->eta >= 0 ? ", " : "",
                           view->eta >= 0 ? eta : "", view->eta >= 0 ? " left" : "");
    progress_print(&self->parent, line);
}

static void
progress_lines_begin(Progress *parent, MamutoRun *run)
{
    ProgressLines *self = (ProgressLines *)parent;
    g_autoptr(RunView) view = run_view_new(run, parent->remap, parent->n_remaps);

    self->last_time = self->last_part = 0;
    if (parent->remap == 1) {
        g_autofree char *rows = text_count(view->n_rows, "row");
        g_autofree char *hosts = text_count(view->hosts->len, "host");
        g_autofree char *line = g_strdup_printf("%s: %s, %s\n", view->function, rows, hosts);

        progress_print(parent, line);
    }
    print_hosts(self, view);
}

static void
progress_lines_update(Progress *parent, MamutoRun *run)
{
    ProgressLines *self = (ProgressLines *)parent;
    g_autoptr(RunView) view = run_view_new(run, parent->remap, parent->n_remaps);

    print_hosts(self, view);
    print_progress(self, view);
}

static void
progress_lines_end(Progress *parent, MamutoRun *run, const GError *error)
{
    ProgressLines *self = (ProgressLines *)parent;
    g_autoptr(RunView) view = run_view_new(run, parent->remap, parent->n_remaps);
    g_autofree char *rows = text_count(view->rows_done, "row");
    g_autofree char *wall = text_format_seconds(view->elapsed);
    g_autofree char *rate =
        text_format_rate(view->elapsed > 0 ? view->rows_done / view->elapsed : 0);
    g_autofree char *which = NULL, *line = NULL;

    print_hosts(self, view);
    if (parent->n_remaps > 1)
        which = g_strdup_printf("Run %u of %u: ", parent->remap, parent->n_remaps);
    line = g_strdup_printf("%s%s in %s%s%s%s\n", which != NULL ? which : "", rows, wall,
                           *rate != '\0' ? " (" : "", rate, *rate != '\0' ? ")" : "");
    progress_print(parent, line);
}

static void
progress_lines_free(Progress *parent)
{
    g_array_unref(((ProgressLines *)parent)->seen);
}

Progress *
progress_lines_new(void)
{
    static const ProgressClass lines_class = {
        .begin = progress_lines_begin,
        .update = progress_lines_update,
        .end = progress_lines_end,
        .free = progress_lines_free,
    };
    ProgressLines *self = g_new0(ProgressLines, 1);

    self->parent.class = &lines_class;
    self->seen = g_array_new(FALSE, TRUE, sizeof(guint));
    return &self->parent;
}
