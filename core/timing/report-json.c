/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writes a report as JSON. README.md describes the fields. Times are rounded to whole microseconds,
 * so that sums in the file are exact. */
#include <cjson/cJSON.h>

#include "json-writer.h"
#include "mamuto-result.h"
#include "report-data.h"

static void
add_time(JsonWriter *json, const CoreSeconds *time)
{
    json_writer_begin_object(json, "seconds");
    for (int kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
        json_writer_add_seconds(json, mamuto_span_kind_to_string(kind), time->us[kind]);
    json_writer_end(json);
}

static const char *
run_state_to_string(MamutoRunState state)
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
add_runs(JsonWriter *json, const ReportData *self)
{
    json_writer_begin_array(json, "remap_s");
    for (guint i = 0; i < self->runs->len; i++) {
        const ReportRun *run = g_ptr_array_index(self->runs, i);

        json_writer_add_seconds(json, NULL, run->remap_us);
    }
    json_writer_end(json);
    json_writer_begin_array(json, "runs");
    for (guint i = 0; i < self->runs->len; i++) {
        const ReportRun *run = g_ptr_array_index(self->runs, i);
        const ReportRun *first = g_ptr_array_index(self->runs, 0);

        json_writer_begin_object(json, NULL);
        json_writer_add_text(json, "function", run->function);
        json_writer_add_text(json, "state", run_state_to_string(run->state));
        json_writer_add_int(json, "rows", run->n_rows);
        json_writer_add_int(json, "rows_done", run->rows_done);
        json_writer_add_int(json, "rows_failed", run->rows_failed);
        json_writer_add_seconds(json, "begin_s", run->begin - first->begin);
        json_writer_add_seconds(json, "wall_s", run->end - run->begin);
        json_writer_end(json);
    }
    json_writer_end(json);
}

/* Writes the counts and times of a host, or of the sum of all hosts. */
static void
add_work(JsonWriter *json, const ReportHost *host)
{
    json_writer_add_uint(json, "cores", host->cores);
    json_writer_add_int(json, "rows", host->rows);
    json_writer_add_int(json, "rows_failed", host->rows_failed);
    json_writer_add_uint(json, "chunks", host->chunks);
    json_writer_add_uint(json, "chunks_lost", host->lost);
    json_writer_add_uint(json, "copies", host->copies);
    json_writer_add_uint(json, "bytes_sent", host->bytes_sent);
    json_writer_add_uint(json, "bytes_received", host->bytes_received);
    json_writer_add_seconds(json, "core_s", host->core_us);
    add_time(json, &host->time);
}

static void
add_hosts(JsonWriter *json, const ReportData *self)
{
    json_writer_begin_array(json, "hosts");
    for (guint i = 0; i < self->hosts->len; i++) {
        const ReportHost *host = g_ptr_array_index(self->hosts, i);

        json_writer_begin_object(json, NULL);
        json_writer_add_text(json, "name", host->name);
        json_writer_add_text(json, "state", mamuto_host_state_to_string(host->state));
        json_writer_add_text(json, "message", host->message);
        if (host->traceback != NULL)
            json_writer_add_text(json, "traceback", host->traceback);
        add_work(json, host);
        json_writer_add_text(json, "machine", host->machine);
        json_writer_add_text(json, "cpu_model", host->cpu_model);
        json_writer_add_text(json, "cpu_features", host->cpu_features);
        json_writer_add_uint(json, "memory_bytes", host->memory_total);
        json_writer_add_text(json, "python", host->python);
        json_writer_add_text(json, "python_version", host->python_version);
        json_writer_add_text(json, "numpy_version", host->numpy_version);
        json_writer_add_text(json, "separate_imports", host->separate_imports);
        json_writer_end(json);
    }
    json_writer_end(json);
}

static void
add_totals(JsonWriter *json, const ReportHost *sum, guint n_hosts)
{
    json_writer_begin_object(json, "totals");
    json_writer_add_uint(json, "hosts", n_hosts);
    add_work(json, sum);
    json_writer_end(json);
}

static ReportHost
sum_hosts(const ReportData *self)
{
    ReportHost sum = {0};

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
    return sum;
}

static void
add_failures(JsonWriter *json, const ReportData *self)
{
    json_writer_begin_array(json, "failures");
    for (guint i = 0; self->failures != NULL && i < self->failures->len; i++) {
        const MamutoRowFailure *failure = g_ptr_array_index(self->failures, i);

        json_writer_begin_object(json, NULL);
        json_writer_add_int(json, "row", failure->row);
        json_writer_add_text(json, "host", failure->host);
        json_writer_add_text(json, "cause", failure->cause);
        json_writer_add_text(json, "traceback", failure->traceback);
        json_writer_end(json);
    }
    json_writer_end(json);
}

/* Writes one line for each span. A single line with a million spans would be too long for text
 * editors. */
static void
add_spans(JsonWriter *json, const ReportData *self)
{
    const ReportRun *first = self->runs->len > 0 ? g_ptr_array_index(self->runs, 0) : NULL;
    gint64 origin = first != NULL ? first->begin : 0;

    json_writer_begin_object(json, "spans");
    json_writer_add_raw(json, "columns",
                        "[\"host\", \"slot\", \"kind\", \"begin_us\", \"end_us\", \"chunk\", "
                        "\"rows\", \"flags\"]");
    json_writer_add_uint(json, "dropped", self->n_dropped);
    json_writer_begin_array(json, "rows");
    for (guint i = 0; i < self->spans->len; i++) {
        const MamutoSpan *span = &g_array_index(self->spans, MamutoSpan, i);

        g_string_append_printf(json_writer_begin_raw(json, NULL),
                               "[%d, %d, \"%s\", %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT
                               ", %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT ", %u]",
                               span->host, span->slot, mamuto_span_kind_to_string(span->kind),
                               span->begin - origin, span->end - origin, span->chunk, span->rows,
                               span->flags);
    }
    json_writer_end(json);
    json_writer_end(json);
}

static void
add_versions(JsonWriter *json)
{
    g_autofree char *glib =
        g_strdup_printf("%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);

    json_writer_begin_object(json, "versions");
    json_writer_add_text(json, "mamuto", MAMUTO_VERSION);
    json_writer_add_text(json, "glib", glib);
    json_writer_add_text(json, "cjson", cJSON_Version());
    json_writer_end(json);
}

char *
report_data_to_json(const ReportData *self)
{
    JsonWriter *json = json_writer_new(TRUE);
    const ReportRun *last =
        self->runs->len > 0 ? g_ptr_array_index(self->runs, self->runs->len - 1) : NULL;
    g_autofree char *created = g_date_time_format_iso8601(self->created);
    g_autoptr(GPtrArray) notes = report_data_get_notes(self);
    ReportHost sum = sum_hosts(self);

    json_writer_begin_object(json, NULL);
    json_writer_add_uint(json, "mamuto_report", REPORT_FORMAT);
    json_writer_add_text(json, "created", created);
    add_versions(json);
    json_writer_begin_object(json, "cluster");
    json_writer_add_text(json, "controller", g_get_host_name());
    json_writer_add_uint(json, "hosts", self->hosts->len);
    json_writer_add_uint(json, "cores", sum.cores);
    json_writer_end(json);
    if (self->job_name != NULL)
        json_writer_add_text(json, "job", self->job_name);
    json_writer_add_text(json, "function", last != NULL ? last->function : NULL);
    json_writer_add_text(json, "state", last != NULL ? run_state_to_string(last->state) : NULL);
    json_writer_add_int(json, "rows", last != NULL ? last->n_rows : 0);
    json_writer_add_seconds(json, "wall_s", report_data_get_wall(self));
    add_runs(json, self);
    add_totals(json, &sum, self->hosts->len);
    add_hosts(json, self);
    json_writer_begin_array(json, "notes");
    for (guint i = 0; i < notes->len; i++) {
        g_autofree char *sentence = mamuto_note_format(g_ptr_array_index(notes, i));

        json_writer_add_text(json, NULL, sentence);
    }
    json_writer_end(json);
    add_failures(json, self);
    add_spans(json, self);
    json_writer_end(json);
    return json_writer_finish(json);
}
