/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Collects the report of a session. When a run ends, its data are copied, because the next run
 * overwrites the statuses of the hosts. */
#include "mamuto-report.h"

#include <string.h>

#include "mamuto-error.h"
#include "output-file.h"
#include "report-data.h"
#include "small-file.h"

#define SPANS_AT_ONCE 1024
/* Maximum size of a report file in bytes, about twice the size of the largest report
 * (REPORT_MAX_SPANS spans). */
#define MAX_FILE (256 << 20)

struct _MamutoReport {
    GObject parent_instance;
    ReportData data;
    MamutoTrace *trace; /* recorder of the spans; the same for all runs */
    guint64 next_span;  /* position in `trace` of the next span to copy */
};

G_DEFINE_FINAL_TYPE(MamutoReport, mamuto_report, G_TYPE_OBJECT)

static void
mamuto_report_finalize(GObject *object)
{
    MamutoReport *self = MAMUTO_REPORT(object);

    report_data_clear(&self->data);
    g_clear_object(&self->trace);
    G_OBJECT_CLASS(mamuto_report_parent_class)->finalize(object);
}

static void
mamuto_report_class_init(MamutoReportClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_report_finalize;
}

static void
mamuto_report_init(MamutoReport *self)
{
    report_data_init(&self->data);
}

/**
 * mamuto_report_new:
 *
 * Returns: (transfer full): an empty report
 */
MamutoReport *
mamuto_report_new(void)
{
    return g_object_new(MAMUTO_TYPE_REPORT, NULL);
}

/**
 * mamuto_report_new_from_file:
 * @path: (type filename): a file written by mamuto_report_save()
 * @error: %MAMUTO_ERROR_INVALID_FILE, %MAMUTO_ERROR_UNSUPPORTED if the file has an unknown format
 *   version, or an error of reading the file
 *
 * Reads a report, except for its spans and failed rows.
 *
 * Returns: (transfer full): the report
 */
MamutoReport *
mamuto_report_new_from_file(const char *path, GError **error)
{
    g_autoptr(MamutoReport) self = NULL;
    g_autofree char *json = NULL;

    g_return_val_if_fail(path != NULL, NULL);

    json = small_file_read(path, MAX_FILE, NULL, error);
    if (json == NULL)
        return NULL;
    self = mamuto_report_new();
    return report_data_from_json(&self->data, json, path, error) ? g_steal_pointer(&self) : NULL;
}

static void
replace_text(char **place, const char *text)
{
    if (text != NULL && g_strcmp0(*place, text) != 0) {
        g_free(*place);
        *place = g_strdup(text);
    }
}

/* Copies the status of a host at the end of a run to the report. Adds the counts to those of
 * earlier runs. */
static void
take_status(ReportHost *host, MamutoHostStatus *status)
{
    const GError *why = mamuto_host_status_get_error(status);

    host->state = mamuto_host_status_get_state(status);
    g_free(host->message);
    host->message = g_strdup(mamuto_host_status_get_message(status));
    g_free(host->traceback);
    host->traceback = why != NULL ? g_strdup(mamuto_error_get_traceback(why)) : NULL;
    host->cores = mamuto_host_status_get_cores(status);
    host->rows += mamuto_host_status_get_rows_done(status);
    host->rows_failed += mamuto_host_status_get_rows_failed(status);
    host->chunks += mamuto_host_status_get_chunks_done(status);
    host->lost += mamuto_host_status_get_n_lost(status);
    host->copies += mamuto_host_status_get_n_copies(status);
    host->bytes_sent += mamuto_host_status_get_bytes_sent(status);
    host->bytes_received += mamuto_host_status_get_bytes_received(status);
    host->memory_total = MAX(host->memory_total, mamuto_host_status_get_memory_total(status));
    replace_text(&host->name, mamuto_host_status_get_name(status));
    replace_text(&host->machine, mamuto_host_status_get_machine(status));
    replace_text(&host->cpu_model, mamuto_host_status_get_cpu_model(status));
    replace_text(&host->cpu_features, mamuto_host_status_get_cpu_features(status));
    replace_text(&host->python, mamuto_host_status_get_interpreter(status));
    replace_text(&host->python_version, mamuto_host_status_get_version(status, "python"));
    replace_text(&host->numpy_version, mamuto_host_status_get_version(status, "numpy"));
    replace_text(&host->separate_imports,
                 mamuto_host_status_get_version(status, "separate imports"));
}

static void
take_hosts(MamutoReport *self, MamutoRun *run)
{
    GListModel *statuses = mamuto_run_get_hosts(run);

    for (guint i = 0; i < g_list_model_get_n_items(statuses); i++) {
        g_autoptr(MamutoHostStatus) status = g_list_model_get_item(statuses, i);

        if (i >= self->data.hosts->len)
            g_ptr_array_add(self->data.hosts, g_new0(ReportHost, 1));
        take_status(g_ptr_array_index(self->data.hosts, i), status);
    }
}

/* Adds to the report the spans that were recorded since the previous call of this function. Returns
 * the index of the first added span. */
static guint
take_spans(MamutoReport *self, MamutoTrace *trace)
{
    MamutoSpan spans[SPANS_AT_ONCE];
    guint first = self->data.spans->len, n;

    if (g_set_object(&self->trace, trace))
        self->next_span = 0;
    do {
        guint64 expected = self->next_span;
        guint room = REPORT_MAX_SPANS - self->data.spans->len;

        n = mamuto_trace_read(trace, &self->next_span, spans, G_N_ELEMENTS(spans));
        g_array_append_vals(self->data.spans, spans, MIN(n, room));
        self->data.n_dropped += self->next_span - expected - MIN(n, room);
    } while (n > 0);
    return first;
}

/* Returns for each host the number of cores that it used during the run. The user may have reduced
 * the number of cores during the run. Therefore the number includes each slot that computed rows.
 */
static guint *
count_cores(MamutoReport *self, const MamutoSpan *spans, guint n_spans)
{
    guint n_hosts = self->data.hosts->len;
    guint *cores = g_new0(guint, n_hosts);

    for (guint h = 0; h < n_hosts; h++)
        cores[h] = ((ReportHost *)g_ptr_array_index(self->data.hosts, h))->cores;
    for (guint i = 0; i < n_spans; i++)
        if (spans[i].kind == MAMUTO_SPAN_COMPUTING && spans[i].host >= 0 &&
            (guint)spans[i].host < n_hosts && spans[i].slot >= 0)
            cores[spans[i].host] = MAX(cores[spans[i].host], (guint)spans[i].slot + 1);
    return cores;
}

/* Returns the time at which the report of the first run begins: the time at which the first host
 * began to connect or to prepare the run, or @begin if no host began earlier. */
static gint64
find_begin(const MamutoSpan *spans, guint n_spans, gint64 begin)
{
    for (guint i = 0; i < n_spans; i++)
        if (spans[i].kind == MAMUTO_SPAN_CONNECTING || spans[i].kind == MAMUTO_SPAN_PREPARING)
            begin = MIN(begin, spans[i].begin);
    return begin;
}

/**
 * mamuto_report_add_run:
 * @self: a report
 * @run: a run that has ended
 *
 * Copies the data of a run to the report. All runs of a report must belong to the same mapper.
 * Each run must be added after its end and before the next run begins. The time of the first run
 * includes connecting to the hosts and importing the function.
 */
void
mamuto_report_add_run(MamutoReport *self, MamutoRun *run)
{
    g_autofree CoreSeconds *split = NULL;
    g_autofree guint *cores = NULL;
    const MamutoSpan *spans;
    MamutoResult *result;
    ReportRun *entry;
    guint first, n;

    g_return_if_fail(MAMUTO_IS_REPORT(self));
    g_return_if_fail(MAMUTO_IS_RUN(run));
    g_return_if_fail(mamuto_run_get_state(run) != MAMUTO_RUN_RUNNING);

    take_hosts(self, run);
    first = take_spans(self, mamuto_run_get_trace(run));
    spans = (const MamutoSpan *)self->data.spans->data + first;
    n = self->data.spans->len - first;

    entry = g_new0(ReportRun, 1);
    entry->function = g_strdup(mamuto_run_get_function(run));
    entry->state = mamuto_run_get_state(run);
    entry->n_rows = mamuto_run_get_n_rows(run);
    entry->rows_done = mamuto_run_get_rows_done(run);
    entry->rows_failed = mamuto_run_get_rows_failed(run);
    entry->begin = mamuto_run_get_begin(run);
    entry->end = MAX(entry->begin, mamuto_run_get_end(run));
    entry->remap_us = entry->end - entry->begin;
    if (self->data.runs->len == 0)
        entry->begin = find_begin(spans, n, entry->begin);
    g_ptr_array_add(self->data.runs, entry);

    cores = count_cores(self, spans, n);
    split = g_new0(CoreSeconds, self->data.hosts->len);
    core_seconds_split(spans, n, entry->begin, entry->end, self->data.hosts->len, cores, split);
    for (guint h = 0; h < self->data.hosts->len; h++) {
        ReportHost *host = g_ptr_array_index(self->data.hosts, h);

        host->core_us += cores[h] * (entry->end - entry->begin);
        for (int kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
            host->time.us[kind] += split[h].us[kind];
    }

    result = mamuto_run_get_result(run);
    g_clear_pointer(&self->data.failures, g_ptr_array_unref);
    if (result != NULL)
        self->data.failures = g_ptr_array_ref(mamuto_result_get_failures(result));
}

/**
 * mamuto_report_to_json:
 * @self: a report
 *
 * Returns: (transfer full): the report as JSON in UTF-8, ending with a newline; README.md describes
 *   the fields
 */
char *
mamuto_report_to_json(MamutoReport *self)
{
    g_return_val_if_fail(MAMUTO_IS_REPORT(self), NULL);
    return report_data_to_json(&self->data);
}

/**
 * mamuto_report_save:
 * @self: a report
 * @path: (type filename): the file to write
 * @error: return location for a #GError
 *
 * Saves the report as JSON. The file is replaced atomically, as by mamuto_file_save().
 *
 * Returns: %FALSE with an error that names the file; an existing file is then unchanged
 */
gboolean
mamuto_report_save(MamutoReport *self, const char *path, GError **error)
{
    g_autofree char *json = NULL;

    g_return_val_if_fail(MAMUTO_IS_REPORT(self), FALSE);
    g_return_val_if_fail(path != NULL, FALSE);

    json = report_data_to_json(&self->data);
    return output_file_save(path, json, strlen(json), error);
}

/**
 * mamuto_report_get_seconds:
 * @self: a report
 * @host: index of a host, or -1 for all hosts
 * @kind: a kind of span, such as computing or waiting
 *
 * Adds up the time that all cores spent on @kind. Two cores that compute for one second spend two
 * core-seconds. The sum of all kinds is the number of cores × the wall time.
 *
 * Returns: core-seconds; 0 for an index without a host
 */
double
mamuto_report_get_seconds(MamutoReport *self, int host, MamutoSpanKind kind)
{
    gint64 us = 0;

    g_return_val_if_fail(MAMUTO_IS_REPORT(self), 0);
    g_return_val_if_fail(kind < MAMUTO_N_SPAN_KINDS, 0);

    for (guint h = 0; h < self->data.hosts->len; h++)
        if (host < 0 || (guint)host == h)
            us += ((ReportHost *)g_ptr_array_index(self->data.hosts, h))->time.us[kind];
    return us / (double)G_USEC_PER_SEC;
}

/**
 * mamuto_report_get_wall:
 * @self: a report
 *
 * Returns: the wall time in seconds of all runs, including connecting before the first run
 */
double
mamuto_report_get_wall(MamutoReport *self)
{
    g_return_val_if_fail(MAMUTO_IS_REPORT(self), 0);
    return report_data_get_wall(&self->data) / (double)G_USEC_PER_SEC;
}

/**
 * mamuto_report_get_notes:
 * @self: a report
 *
 * Returns: (transfer full) (element-type MamutoNote): notes for the reader, such as lost hosts or
 *   differing CPUs
 */
GPtrArray *
mamuto_report_get_notes(MamutoReport *self)
{
    g_return_val_if_fail(MAMUTO_IS_REPORT(self), NULL);
    return report_data_get_notes(&self->data);
}

/**
 * mamuto_report_drop_spans:
 * @self: a report
 *
 * Removes the spans of the runs added so far, to make the report small. The sums of the spans are
 * kept. The JSON contains the number of removed spans.
 */
void
mamuto_report_drop_spans(MamutoReport *self)
{
    g_return_if_fail(MAMUTO_IS_REPORT(self));
    self->data.n_dropped += self->data.spans->len;
    g_array_set_size(self->data.spans, 0);
}

/**
 * mamuto_report_set_job_name:
 * @self: a report
 * @name: (nullable): the name of the job, such as `likelihood`
 */
void
mamuto_report_set_job_name(MamutoReport *self, const char *name)
{
    g_return_if_fail(MAMUTO_IS_REPORT(self));

    g_free(self->data.job_name);
    self->data.job_name = name != NULL ? g_utf8_make_valid(name, -1) : NULL;
}

/**
 * mamuto_report_get_job_name:
 * @self: a report
 *
 * Returns: (nullable): the name of the job
 */
const char *
mamuto_report_get_job_name(MamutoReport *self)
{
    g_return_val_if_fail(MAMUTO_IS_REPORT(self), NULL);
    return self->data.job_name;
}

/**
 * mamuto_report_get_created:
 * @self: a report
 *
 * Returns: (transfer none): the time at which the report was created
 */
GDateTime *
mamuto_report_get_created(MamutoReport *self)
{
    g_return_val_if_fail(MAMUTO_IS_REPORT(self), NULL);
    return self->data.created;
}

static const ReportRun *
get_last_run(MamutoReport *self)
{
    guint n = self->data.runs->len;

    return n > 0 ? g_ptr_array_index(self->data.runs, n - 1) : NULL;
}

/**
 * mamuto_report_get_function:
 * @self: a report
 *
 * Returns: (nullable): the function of the last run; %NULL without a run
 */
const char *
mamuto_report_get_function(MamutoReport *self)
{
    g_return_val_if_fail(MAMUTO_IS_REPORT(self), NULL);
    return get_last_run(self) != NULL ? get_last_run(self)->function : NULL;
}

/**
 * mamuto_report_get_n_rows:
 * @self: a report
 *
 * Returns: the number of rows of the last run; 0 without a run
 */
gint64
mamuto_report_get_n_rows(MamutoReport *self)
{
    g_return_val_if_fail(MAMUTO_IS_REPORT(self), 0);
    return get_last_run(self) != NULL ? get_last_run(self)->n_rows : 0;
}

/**
 * mamuto_report_get_state:
 * @self: a report
 *
 * Returns: the final state of the last run; %MAMUTO_RUN_FAILED without a run
 */
MamutoRunState
mamuto_report_get_state(MamutoReport *self)
{
    g_return_val_if_fail(MAMUTO_IS_REPORT(self), MAMUTO_RUN_FAILED);
    return get_last_run(self) != NULL ? get_last_run(self)->state : MAMUTO_RUN_FAILED;
}

/**
 * mamuto_report_get_n_hosts:
 * @self: a report
 *
 * Returns: the number of hosts
 */
guint
mamuto_report_get_n_hosts(MamutoReport *self)
{
    g_return_val_if_fail(MAMUTO_IS_REPORT(self), 0);
    return self->data.hosts->len;
}

/**
 * mamuto_report_get_host_name:
 * @self: a report
 * @host: index of a host
 *
 * Returns: the name of the host
 */
const char *
mamuto_report_get_host_name(MamutoReport *self, guint host)
{
    g_return_val_if_fail(MAMUTO_IS_REPORT(self), NULL);
    g_return_val_if_fail(host < self->data.hosts->len, NULL);
    return ((ReportHost *)g_ptr_array_index(self->data.hosts, host))->name;
}

/**
 * mamuto_report_get_n_cores:
 * @self: a report
 * @host: index of a host, or -1 for all hosts
 *
 * Returns: the number of cores
 */
guint
mamuto_report_get_n_cores(MamutoReport *self, int host)
{
    guint cores = 0;

    g_return_val_if_fail(MAMUTO_IS_REPORT(self), 0);
    for (guint h = 0; h < self->data.hosts->len; h++)
        if (host < 0 || (guint)host == h)
            cores += ((ReportHost *)g_ptr_array_index(self->data.hosts, h))->cores;
    return cores;
}
