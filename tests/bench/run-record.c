/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See run-record.h. Time spans are read from the run's trace when the log is saved. The trace does
 * not contain printed lines and lost hosts, so both are recorded when they happen. */
#include "run-record.h"

#include <string.h>

struct _RunRecorder {
    MamutoRun *run;
    GString *events; /* text of the log, without the lines about spans */
    GHashTable *lost;
};

static gint64
now(RunRecorder *self)
{
    return g_get_monotonic_time() - mamuto_run_get_begin(self->run);
}

static void
on_log(MamutoRun *run, guint host, int slot, guint stream, const char *text, RunRecorder *self)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (guint i = 0; lines[i] != NULL; i++)
        if (*lines[i] != '\0')
            g_string_append_printf(self->events, "print %u %u %u %" G_GINT64_FORMAT " %.1000s\n",
                                   host, (guint)MAX(slot, 0), stream, now(self), lines[i]);
}

static void
on_updated(MamutoRun *run, RunRecorder *self)
{
    GListModel *hosts = mamuto_run_get_hosts(run);

    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, i);
        const char *message = mamuto_host_status_get_message(host);
        g_autofree char *line = NULL;

        if (mamuto_host_status_get_state(host) != MAMUTO_HOST_LOST ||
            !g_hash_table_add(self->lost, GUINT_TO_POINTER(i)))
            continue;
        line = g_strdelimit(g_strdup(message ? message : "lost"), "\n", ' ');
        g_string_append_printf(self->events, "lost %u %" G_GINT64_FORMAT " %.1000s\n", i, now(self),
                               line);
    }
}

RunRecorder *
run_recorder_new(MamutoRun *run)
{
    RunRecorder *self = g_new0(RunRecorder, 1);

    self->run = g_object_ref(run);
    self->events = g_string_new(NULL);
    self->lost = g_hash_table_new(NULL, NULL);
    g_signal_connect(run, "log", G_CALLBACK(on_log), self);
    g_signal_connect(run, "updated", G_CALLBACK(on_updated), self);
    return self;
}

void
run_recorder_free(RunRecorder *self)
{
    g_signal_handlers_disconnect_by_data(self->run, self);
    g_object_unref(self->run);
    g_string_free(self->events, TRUE);
    g_hash_table_unref(self->lost);
    g_free(self);
}

static void
append_spans(RunRecorder *self, GString *text)
{
    gint64 begin = mamuto_run_get_begin(self->run);
    guint64 first = 0;
    MamutoSpan span;

    while (mamuto_trace_read(mamuto_run_get_trace(self->run), &first, &span, 1) == 1)
        g_string_append_printf(text,
                               "span %u %d %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                               " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u\n",
                               span.kind, span.host, span.slot, span.begin - begin,
                               span.end - begin, span.chunk, span.rows, span.flags);
}

gboolean
run_recorder_save(RunRecorder *self, const char *path, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    GListModel *hosts = mamuto_run_get_hosts(self->run);

    g_string_append_printf(text, "rows %" G_GINT64_FORMAT "\n", mamuto_run_get_n_rows(self->run));
    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, i);

        g_string_append_printf(text, "host %s %u\n", mamuto_host_status_get_name(host),
                               mamuto_host_status_get_cores(host));
    }
    append_spans(self, text);
    g_string_append(text, self->events->str);
    return g_file_set_contents(path, text->str, (gssize)text->len, error);
}
