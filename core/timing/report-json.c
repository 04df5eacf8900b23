/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A report as JSON; README.md tells what stands where. Numbers are written here, not by cJSON:
 * seconds as whole microseconds, so that what adds up in the report adds up in the file too, and
 * with a point in every locale. Spans, of which there may be a million, are text at once. */
#include <cjson/cJSON.h>

#include "mamuto-result.h"
#include "report-data.h"

#define REPORT_FORMAT 1

/* Text of a host is no more than bytes until it was looked at. */
static void
add_text(cJSON *object, const char *name, const char *text)
{
    g_autofree char *valid = text != NULL ? g_utf8_make_valid(text, -1) : NULL;

    if (valid != NULL)
        cJSON_AddStringToObject(object, name, valid);
    else
        cJSON_AddNullToObject(object, name);
}

static void
add_count(cJSON *object, const char *name, guint64 count)
{
    char text[32];

    g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, count);
    cJSON_AddRawToObject(object, name, text);
}

static void
format_seconds(char *text, gsize size, gint64 us)
{
    guint64 size_us = us < 0 ? -(guint64)us : (guint64)us;

    g_snprintf(text, size, "%s%" G_GUINT64_FORMAT ".%06u", us < 0 ? "-" : "",
               size_us / G_USEC_PER_SEC, (guint)(size_us % G_USEC_PER_SEC));
}

static void
add_seconds(cJSON *object, const char *name, gint64 us)
{
    char text[40];

    format_seconds(text, sizeof text, us);
    cJSON_AddRawToObject(object, name, text);
}

static void
add_time(cJSON *object, const CoreSeconds *time)
{
    cJSON *seconds = cJSON_AddObjectToObject(object, "seconds");

    for (int kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
        add_seconds(seconds, mamuto_span_kind_to_string(kind), time->us[kind]);
}

static const char *
job_state_to_string(MamutoRunState state)
{
    switch (state) {
    case MAMUTO_RUN_RUNNING:
        return "running";
    case MAMUTO_RUN_DONE:
        return "done";
    case MAMUTO_RUN_FAILED:
        return "failed";
    case MAMUTO_RUN_CANCELLED:
        return "cancelled";
    }
    return "";
}

static void
add_jobs(cJSON *root, const ReportData *self)
{
    cJSON *remaps = cJSON_AddArrayToObject(root, "remap_s");
    cJSON *jobs = cJSON_AddArrayToObject(root, "jobs");

    for (guint i = 0; i < self->jobs->len; i++) {
        const ReportJob *job = g_ptr_array_index(self->jobs, i);
        const ReportJob *first = g_ptr_array_index(self->jobs, 0);
        cJSON *object = cJSON_CreateObject();
        char text[40];

        format_seconds(text, sizeof text, job->remap_us);
        cJSON_AddItemToArray(remaps, cJSON_CreateRaw(text));
        add_text(object, "function", job->function);
        add_text(object, "state", job_state_to_string(job->state));
        add_count(object, "rows", job->n_rows);
        add_count(object, "rows_done", job->rows_done);
        add_count(object, "rows_failed", job->rows_failed);
        add_seconds(object, "begin_s", job->begin - first->begin);
        add_seconds(object, "wall_s", job->end - job->begin);
        cJSON_AddItemToArray(jobs, object);
    }
}

static void
add_hosts(cJSON *root, const ReportData *self)
{
    cJSON *hosts = cJSON_AddArrayToObject(root, "hosts");

    for (guint i = 0; i < self->hosts->len; i++) {
        const ReportHost *host = g_ptr_array_index(self->hosts, i);
        cJSON *object = cJSON_CreateObject();

        add_text(object, "name", host->name);
        add_text(object, "state", mamuto_host_state_to_string(host->state));
        add_text(object, "message", host->message);
        if (host->traceback != NULL)
            add_text(object, "traceback", host->traceback);
        add_count(object, "cores", host->cores);
        add_count(object, "rows", host->rows);
        add_count(object, "rows_failed", host->rows_failed);
        add_count(object, "chunks", host->chunks);
        add_count(object, "chunks_lost", host->lost);
        add_count(object, "copies", host->copies);
        add_count(object, "bytes_sent", host->bytes_sent);
        add_count(object, "bytes_received", host->bytes_received);
        add_seconds(object, "core_s", host->core_us);
        add_time(object, &host->time);
        add_text(object, "machine", host->machine);
        add_text(object, "cpu_model", host->cpu_model);
        add_text(object, "cpu_features", host->cpu_features);
        add_count(object, "memory_bytes", host->memory_total);
        add_text(object, "python", host->python);
        add_text(object, "python_version", host->python_version);
        add_text(object, "numpy_version", host->numpy_version);
        cJSON_AddItemToArray(hosts, object);
    }
}

static void
add_totals(cJSON *root, const ReportData *self)
{
    ReportHost sum = {0};
    cJSON *totals = cJSON_AddObjectToObject(root, "totals");

    for (guint i = 0; i < self->hosts->len; i++) {
        const ReportHost *host = g_ptr_array_index(self->hosts, i);

        sum.cores += host->cores;
        sum.rows += host->rows;
        sum.rows_failed += host->rows_failed;
        sum.chunks += host->chunks;
        sum.lost += host->lost;
        sum.copies += host->copies;
        sum.bytes_sent += host->bytes_sent;
        sum.bytes_received += host->bytes_received;
        sum.core_us += host->core_us;
        for (int kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
            sum.time.us[kind] += host->time.us[kind];
    }
    add_count(totals, "hosts", self->hosts->len);
    add_count(totals, "cores", sum.cores);
    add_count(totals, "rows", sum.rows);
    add_count(totals, "rows_failed", sum.rows_failed);
    add_count(totals, "chunks", sum.chunks);
    add_count(totals, "chunks_lost", sum.lost);
    add_count(totals, "copies", sum.copies);
    add_count(totals, "bytes_sent", sum.bytes_sent);
    add_count(totals, "bytes_received", sum.bytes_received);
    add_seconds(totals, "core_s", sum.core_us);
    add_time(totals, &sum.time);
}

static void
add_failures(cJSON *root, const ReportData *self)
{
    cJSON *failures = cJSON_AddArrayToObject(root, "failures");

    for (guint i = 0; self->failures != NULL && i < self->failures->len; i++) {
        const MamutoRowFailure *failure = g_ptr_array_index(self->failures, i);
        cJSON *object = cJSON_CreateObject();

        add_count(object, "row", failure->row);
        add_text(object, "host", failure->host);
        add_text(object, "cause", failure->cause);
        add_text(object, "traceback", failure->traceback);
        cJSON_AddItemToArray(failures, object);
    }
}

static void
add_spans(cJSON *root, const ReportData *self)
{
    static const char *const names[] = {"host",   "slot",  "kind", "begin_us",
                                        "end_us", "chunk", "rows", "flags"};
    cJSON *spans = cJSON_AddObjectToObject(root, "spans");
    const ReportJob *first = self->jobs->len > 0 ? g_ptr_array_index(self->jobs, 0) : NULL;
    gint64 origin = first != NULL ? first->begin : 0;
    g_autoptr(GString) text = g_string_new("[");

    cJSON_AddItemToObject(spans, "columns", cJSON_CreateStringArray(names, G_N_ELEMENTS(names)));
    add_count(spans, "dropped", self->n_dropped);
    for (guint i = 0; i < self->spans->len; i++) {
        const MamutoSpan *span = &g_array_index(self->spans, MamutoSpan, i);

        g_string_append_printf(text,
                               "%s\n\t\t\t[%d, %d, \"%s\", %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT
                               ", %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT ", %u]",
                               i > 0 ? "," : "", span->host, span->slot,
                               mamuto_span_kind_to_string(span->kind), span->begin - origin,
                               span->end - origin, span->chunk, span->rows, span->flags);
    }
    g_string_append_c(text, ']');
    cJSON_AddRawToObject(spans, "rows", text->str);
}

char *
report_data_to_json(const ReportData *self)
{
    cJSON *root = cJSON_CreateObject(), *list, *cluster;
    const ReportJob *last =
        self->jobs->len > 0 ? g_ptr_array_index(self->jobs, self->jobs->len - 1) : NULL;
    g_autofree char *created = g_date_time_format_iso8601(self->created);
    g_autofree char *glib =
        g_strdup_printf("%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);
    g_autoptr(GPtrArray) notes = report_data_get_notes(self);
    guint64 cores = 0;
    char *text, *json;

    for (guint i = 0; i < self->hosts->len; i++)
        cores += ((const ReportHost *)g_ptr_array_index(self->hosts, i))->cores;
    add_count(root, "mamuto_report", REPORT_FORMAT);
    add_text(root, "created", created);
    list = cJSON_AddObjectToObject(root, "versions");
    add_text(list, "mamuto", MAMUTO_VERSION);
    add_text(list, "glib", glib);
    add_text(list, "cjson", cJSON_Version());
    cluster = cJSON_AddObjectToObject(root, "cluster");
    add_text(cluster, "controller", g_get_host_name());
    add_count(cluster, "hosts", self->hosts->len);
    add_count(cluster, "cores", cores);
    if (self->job_name != NULL)
        add_text(root, "job", self->job_name);
    add_text(root, "function", last != NULL ? last->function : NULL);
    add_text(root, "state", last != NULL ? job_state_to_string(last->state) : NULL);
    add_count(root, "rows", last != NULL ? last->n_rows : 0);
    add_seconds(root, "wall_s", report_data_get_wall(self));
    add_jobs(root, self);
    add_totals(root, self);
    add_hosts(root, self);
    list = cJSON_AddArrayToObject(root, "notes");
    for (guint i = 0; i < notes->len; i++) {
        g_autofree char *sentence = mamuto_note_format(g_ptr_array_index(notes, i));

        cJSON_AddItemToArray(list, cJSON_CreateString(sentence));
    }
    add_failures(root, self);
    add_spans(root, self);

    text = cJSON_Print(root);
    cJSON_Delete(root);
    json = g_strconcat(text, "\n", NULL);
    cJSON_free(text);
    return json;
}
