/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See job-record.h. Spans stay in the job's trace until they are saved: what happened before that,
 * and is in no trace, is noted here. */
#include "job-record.h"

#include <string.h>

struct _JobRecorder {
    MamutoJob *job;
    GString *events; /* lines of the log */
    GHashTable *lost;
};

static gint64
now(JobRecorder *self)
{
    return g_get_monotonic_time() - mamuto_job_get_begin(self->job);
}

static void
on_log(MamutoJob *job, guint host, int slot, guint stream, const char *text, JobRecorder *self)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (guint i = 0; lines[i] != NULL; i++)
        if (*lines[i] != '\0')
            g_string_append_printf(self->events, "print %u %u %u %" G_GINT64_FORMAT " %.1000s\n",
                                   host, (guint)MAX(slot, 0), stream, now(self), lines[i]);
}

static void
on_updated(MamutoJob *job, JobRecorder *self)
{
    GListModel *hosts = mamuto_job_get_hosts(job);

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

JobRecorder *
job_recorder_new(MamutoJob *job)
{
    JobRecorder *self = g_new0(JobRecorder, 1);

    self->job = g_object_ref(job);
    self->events = g_string_new(NULL);
    self->lost = g_hash_table_new(NULL, NULL);
    g_signal_connect(job, "log", G_CALLBACK(on_log), self);
    g_signal_connect(job, "updated", G_CALLBACK(on_updated), self);
    return self;
}

void
job_recorder_free(JobRecorder *self)
{
    g_signal_handlers_disconnect_by_data(self->job, self);
    g_object_unref(self->job);
    g_string_free(self->events, TRUE);
    g_hash_table_unref(self->lost);
    g_free(self);
}

static void
append_spans(JobRecorder *self, GString *text)
{
    gint64 begin = mamuto_job_get_begin(self->job);
    guint64 first = 0;
    MamutoSpan span;

    while (mamuto_trace_read(mamuto_job_get_trace(self->job), &first, &span, 1) == 1)
        g_string_append_printf(text,
                               "span %u %d %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                               " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u\n",
                               span.kind, span.host, span.slot, span.begin - begin,
                               span.end - begin, span.chunk, span.rows, span.flags);
}

gboolean
job_recorder_save(JobRecorder *self, const char *path, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    GListModel *hosts = mamuto_job_get_hosts(self->job);

    g_string_append_printf(text, "rows %" G_GINT64_FORMAT "\n", mamuto_job_get_n_rows(self->job));
    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, i);

        g_string_append_printf(text, "host %s %u\n", mamuto_host_status_get_name(host),
                               mamuto_host_status_get_cores(host));
    }
    append_spans(self, text);
    g_string_append(text, self->events->str);
    return g_file_set_contents(path, text->str, (gssize)text->len, error);
}
