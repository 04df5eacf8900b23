/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A progress display with bars at the bottom of the terminal. A frame is one drawing of the
 * display; each frame overwrites the previous frame. Between two frames the cursor stays at the
 * end of the last line. Each frame is written with one write(), so that the terminal does not show
 * a partial frame. The terminal does not wrap lines during the write, so that each line of the
 * frame occupies one line of the screen. */
#include <string.h>
#include <unistd.h>

#include "progress.h"
#include "run-view.h"
#include "terminal.h"
#include "text.h"

/* A timer ticks every TICK_MS milliseconds. A tick draws a frame if the run has changed. Every
 * TICKS_WITHOUT_NEWS ticks (once a second) a frame is drawn in any case, to update the elapsed
 * time. */
#define TICK_MS 100
#define TICKS_WITHOUT_NEWS 10
/* Maximum number of bytes of text that are collected until the next frame. Longer text is written
 * without waiting for the next frame. */
#define MAX_PRINTED (1u << 20)

typedef struct {
    Progress parent;
    guint tick_id, print_id;
    guint ticks;
    gboolean dirty, paused;
    gboolean utf8, colour;
    GString *printed; /* text to write above the next frame */
    GArray *drawn;    /* widths (guint) of the lines of the last drawn frame */
} ProgressBar;

/* Returns how many screen lines the last drawn frame occupies on a terminal of @width columns. If
 * the user has made the terminal narrower, a line of the frame may occupy several screen lines. */
static guint
count_screen_lines(const ProgressBar *self, guint width)
{
    guint n = 0;

    for (guint i = 0; i < self->drawn->len; i++)
        n += MAX(1, (g_array_index(self->drawn, guint, i) + width - 1) / width);
    return n;
}

/* Appends to @out the escape sequences that erase the last drawn frame. */
static void
append_clear(ProgressBar *self, GString *out, guint width)
{
    guint n = count_screen_lines(self, width);

    if (n == 0)
        return;
    g_string_append_c(out, '\r');
    if (n > 1)
        g_string_append_printf(out, "\x1b[%uA", n - 1);
    g_string_append(out, "\x1b[J");
    g_array_set_size(self->drawn, 0);
}

static void
append_printed(ProgressBar *self, GString *out)
{
    g_string_append_len(out, self->printed->str, (gssize)self->printed->len);
    g_string_truncate(self->printed, 0);
}

/* Erases the last drawn frame and writes the text in self->printed. */
static void
flush(ProgressBar *self)
{
    g_autoptr(GString) out = g_string_new(NULL);
    guint width, height;

    terminal_get_size(STDERR_FILENO, &width, &height);
    append_clear(self, out, width);
    append_printed(self, out);
    if (out->len > 0)
        terminal_write(STDERR_FILENO, out->str, out->len);
}

static guint
measure_line(const char *line)
{
    g_autoptr(GString) plain = g_string_new(NULL);

    for (const char *p = line; *p != '\0'; p++) {
        if (*p == '\x1b')
            while (*p != 'm' && p[1] != '\0')
                p++;
        else
            g_string_append_c(plain, *p);
    }
    return text_width(plain->str);
}

static void
draw(ProgressBar *self)
{
    Progress *parent = &self->parent;
    g_autoptr(RunView) view = NULL;
    g_autoptr(GPtrArray) lines = NULL;
    g_autoptr(GString) out = NULL;
    gboolean continued;
    guint width, height;

    if (self->paused)
        return; /* the user is being asked; self->printed keeps its text until the answer */
    if (parent->run == NULL || !terminal_is_foreground(STDERR_FILENO)) {
        flush(self);
        return;
    }
    continued = terminal_was_continued();
    if (continued)
        g_array_set_size(self->drawn, 0);
    terminal_get_size(STDERR_FILENO, &width, &height);
    view = run_view_new(parent->run, parent->remap, parent->n_remaps);
    /* Leaves the last column free, because terminals differ in where they place the cursor after a
     * full line. Leaves two more columns free, because a terminal shows ^C at the cursor when the
     * user presses Ctrl-C. Leaves one line above the frame free for printed text. */
    lines = bar_render(view, width > 3 ? width - 3 : 1, height > 2 ? height - 1 : 1, self->utf8,
                       self->colour);

    out = g_string_new(NULL);
    if (continued) /* the shell moved the cursor after Ctrl-Z */
        g_string_append(out, "\r\x1b[J");
    append_clear(self, out, width);
    append_printed(self, out);
    g_string_append(out, "\x1b[?7l");
    for (guint i = 0; i < lines->len; i++) {
        const char *line = g_ptr_array_index(lines, i);
        guint columns = measure_line(line);

        g_string_append_printf(out, "%s%s", i > 0 ? "\n" : "", line);
        g_array_append_val(self->drawn, columns);
    }
    g_string_append(out, "\x1b[?7h");
    terminal_write(STDERR_FILENO, out->str, out->len);
    self->dirty = FALSE;
    self->ticks = 0;
}

/* Draws one frame for all text that was printed since the last iteration of the main loop, because
 * user code may print a thousand lines at once. */
static gboolean
on_printed(gpointer data)
{
    ProgressBar *self = data;

    self->print_id = 0;
    draw(self);
    return G_SOURCE_REMOVE;
}

static void
progress_bar_print(Progress *parent, const char *text)
{
    ProgressBar *self = (ProgressBar *)parent;

    g_string_append(self->printed, text);
    if ((parent->run == NULL && !self->paused) || self->printed->len > MAX_PRINTED)
        flush(self);
    else if (self->print_id == 0)
        self->print_id = g_idle_add_full(G_PRIORITY_DEFAULT, on_printed, self, NULL);
}

static gboolean
on_tick(gpointer data)
{
    ProgressBar *self = data;

    if (terminal_was_resized() || self->dirty || ++self->ticks >= TICKS_WITHOUT_NEWS)
        draw(self);
    return G_SOURCE_CONTINUE;
}

static void
progress_bar_begin(Progress *parent, MamutoRun *run)
{
    ProgressBar *self = (ProgressBar *)parent;

    if (self->tick_id == 0)
        self->tick_id = g_timeout_add(TICK_MS, on_tick, self);
    terminal_watch_size();
    if (!self->paused)
        terminal_hide_cursor(STDERR_FILENO);
    draw(self);
}

static void
progress_bar_update(Progress *parent, MamutoRun *run)
{
    ((ProgressBar *)parent)->dirty = TRUE;
}

static void
progress_bar_pause(Progress *parent)
{
    ProgressBar *self = (ProgressBar *)parent;

    flush(self);
    terminal_show_cursor();
    self->paused = TRUE;
}

static void
progress_bar_resume(Progress *parent)
{
    ProgressBar *self = (ProgressBar *)parent;

    self->paused = FALSE;
    if (parent->run == NULL)
        flush(self);
    else
        terminal_hide_cursor(STDERR_FILENO);
    self->dirty = TRUE;
}

/* At the end of the last run or of a failed run, leaves the last frame on the screen. At the end of
 * any other run, replaces the frame by one line. */
static void
progress_bar_end(Progress *parent, MamutoRun *run, const GError *error)
{
    ProgressBar *self = (ProgressBar *)parent;

    if (self->paused)
        progress_bar_resume(parent);
    if (error == NULL && parent->remap < parent->n_remaps) {
        g_autofree char *wall = text_format_seconds(mamuto_run_get_elapsed(run));
        g_autofree char *line =
            g_strdup_printf("Run %u of %u: %s\n", parent->remap, parent->n_remaps, wall);

        flush(self);
        terminal_write(STDERR_FILENO, line, strlen(line));
    } else {
        draw(self);
        if (self->drawn->len > 0)
            terminal_write(STDERR_FILENO, "\n", 1);
    }
    g_array_set_size(self->drawn, 0);
    terminal_show_cursor();
}

static void
progress_bar_free(Progress *parent)
{
    ProgressBar *self = (ProgressBar *)parent;

    flush(self);
    terminal_show_cursor();
    g_clear_handle_id(&self->tick_id, g_source_remove);
    g_clear_handle_id(&self->print_id, g_source_remove);
    g_array_unref(self->drawn);
    g_string_free(self->printed, TRUE);
}

Progress *
progress_bar_new(void)
{
    static const ProgressClass bar_class = {
        .begin = progress_bar_begin,
        .update = progress_bar_update,
        .end = progress_bar_end,
        .pause = progress_bar_pause,
        .resume = progress_bar_resume,
        .print = progress_bar_print,
        .free = progress_bar_free,
    };
    ProgressBar *self = g_new0(ProgressBar, 1);

    self->parent.class = &bar_class;
    self->utf8 = terminal_is_utf8();
    self->colour = terminal_has_colour(STDERR_FILENO);
    self->printed = g_string_new(NULL);
    self->drawn = g_array_new(FALSE, FALSE, sizeof(guint));
    return &self->parent;
}
