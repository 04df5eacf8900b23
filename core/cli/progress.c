/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The code shared by all progress displays. Forwards changes of a run to the display and prints
 * the output of user code. */
#include "progress.h"

#include <string.h>
#include <unistd.h>

#include "terminal.h"
#include "text.h"

static void
on_updated(MamutoRun *run, Progress *self)
{
    if (self->class->update != NULL)
        self->class->update(self, run);
}

static char *
get_host_name(MamutoRun *run, guint host)
{
    g_autoptr(MamutoHostStatus) status = g_list_model_get_item(mamuto_run_get_hosts(run), host);

    if (status == NULL)
        return g_strdup_printf("host %u", host);
    return g_strdup(mamuto_host_status_get_name(status));
}

/* Returns @text with the host's name and the slot's number at the beginning of each line. */
static char *
prefix_lines(const char *host, int slot, const char *text)
{
    g_autofree char *name = mamuto_text_escape(host, FALSE);
    g_autofree char *prefix =
        slot >= 0 ? g_strdup_printf("%s:%d| ", name, slot) : g_strdup_printf("%s| ", name);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GString *out = g_string_new(NULL);

    for (guint i = 0; lines[i] != NULL; i++) {
        g_autofree char *line = NULL;

        if (*lines[i] == '\0' && lines[i + 1] == NULL && i > 0)
            break;
        if (g_str_has_suffix(lines[i], "\r")) /* removes the carriage return of a Windows line */
            lines[i][strlen(lines[i]) - 1] = '\0';
        line = mamuto_text_escape(lines[i], TRUE);
        g_string_append_printf(out, "%s%s\n", prefix, line);
    }
    return g_string_free(out, FALSE);
}

static void
on_log(MamutoRun *run, guint host, int slot, guint stream, const char *text, Progress *self)
{
    g_autofree char *name = get_host_name(run, host);

    if (self->class->log != NULL) {
        self->class->log(self, name, slot, stream, text);
    } else {
        g_autofree char *lines = prefix_lines(name, slot, text);

        progress_print(self, lines);
    }
}

Progress *
progress_new(ProgressMode mode, guint n_remaps)
{
    Progress *self;

    if (mode == PROGRESS_AUTO)
        mode = isatty(STDERR_FILENO) ? PROGRESS_BAR : PROGRESS_LINES;
    if (mode == PROGRESS_BAR && !terminal_can_redraw(STDERR_FILENO))
        mode = PROGRESS_LINES;
    switch (mode) {
    case PROGRESS_BAR:
        self = progress_bar_new();
        break;
    case PROGRESS_JSON:
        self = progress_json_new();
        break;
    case PROGRESS_NONE:
        self = progress_none_new();
        break;
    default:
        self = progress_lines_new();
    }
    self->n_remaps = n_remaps;
    return self;
}

static void
forget_run(Progress *self)
{
    if (self->run == NULL)
        return;
    g_signal_handler_disconnect(self->run, self->update_id);
    g_signal_handler_disconnect(self->run, self->log_id);
    g_clear_object(&self->run);
}

void
progress_free(Progress *self)
{
    forget_run(self);
    if (self->class->free != NULL)
        self->class->free(self);
    g_free(self);
}

void
progress_begin(Progress *self, MamutoRun *run)
{
    forget_run(self);
    self->run = g_object_ref(run);
    self->remap++;
    self->update_id = g_signal_connect(run, "updated", G_CALLBACK(on_updated), self);
    self->log_id = g_signal_connect(run, "log", G_CALLBACK(on_log), self);
    if (self->class->begin != NULL)
        self->class->begin(self, run);
}

void
progress_end(Progress *self, const GError *error)
{
    if (self->run != NULL && self->class->end != NULL)
        self->class->end(self, self->run, error);
    forget_run(self);
}

void
progress_failure(Progress *self, const MamutoRowFailure *failure)
{
    if (self->class->failure != NULL)
        self->class->failure(self, failure);
}

void
progress_table(Progress *self, guint argument, const MamutoTable *table)
{
    if (self->class->table != NULL)
        self->class->table(self, argument, table);
}

void
progress_finish(Progress *self, int status, const char *error)
{
    if (self->class->finish != NULL)
        self->class->finish(self, status, error);
}

void
progress_pause(Progress *self)
{
    if (self->class->pause != NULL)
        self->class->pause(self);
}

void
progress_resume(Progress *self)
{
    if (self->class->resume != NULL)
        self->class->resume(self);
}

void
progress_print(Progress *self, const char *text)
{
    if (self->class->print != NULL)
        self->class->print(self, text);
    else
        terminal_write(STDERR_FILENO, text, strlen(text));
}

Progress *
progress_none_new(void)
{
    static const ProgressClass none_class = {NULL};
    Progress *self = g_new0(Progress, 1);

    self->class = &none_class;
    return self;
}
