/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads a report from JSON. Reads only the fields for a list of runs: the hosts, their times, and
 * the runs. Checks every value, because a file may be damaged or malicious. In format version 1,
 * the field "runs" had the name "jobs". */
#include <glib/gi18n-lib.h>

#include "json-reader.h"
#include "mamuto-error.h"
#include "report-data.h"

/* Maximum of times in microseconds (28 years) and of numbers of rows. The maximum is smaller than
 * 2^53, because a double represents every integer up to 2^53 exactly. */
#define LARGEST G_GINT64_CONSTANT(900000000000000)
#define MAX_HOSTS 10000
#define MAX_RUNS 1000000

static gboolean
read_count(const JsonNode *object, const char *name, gint64 *value, GError **error)
{
    return json_read_scaled(object, name, 1, LARGEST, value, error);
}

static gboolean
read_seconds(const JsonNode *object, const char *name, gint64 *us, GError **error)
{
    return json_read_scaled(object, name, G_USEC_PER_SEC, LARGEST, us, error);
}

static gboolean
fail_too_many(const JsonNode *node, int most, GError **error)
{
    json_set_error(node, MAMUTO_ERROR_INVALID_FILE, error, _("is one more than the %d allowed"),
                   most);
    return FALSE;
}

static gboolean
read_host(ReportData *self, const JsonNode *object, GError **error)
{
    JsonNode seconds = json_get(object, "seconds");
    ReportHost *host;
    const char *name;
    gint64 cores;

    if (self->hosts->len >= MAX_HOSTS)
        return fail_too_many(object, MAX_HOSTS, error);
    host = g_new0(ReportHost, 1);
    g_ptr_array_add(self->hosts, host);
    host->state = MAMUTO_HOST_DONE;
    if (!json_read_text(object, "name", &name, error) ||
        !json_read_scaled(object, "cores", 1, G_MAXINT, &cores, error) ||
        !read_count(object, "rows", &host->rows, error) ||
        !read_count(object, "rows_failed", &host->rows_failed, error) ||
        !read_seconds(object, "core_s", &host->core_us, error))
        return FALSE;
    host->name = g_strdup(name);
    host->cores = (guint)cores;
    for (int kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
        if (!read_seconds(&seconds, mamuto_span_kind_to_string(kind), &host->time.us[kind], error))
            return FALSE;
    return TRUE;
}

static gboolean
read_run(ReportData *self, const JsonNode *object, GError **error)
{
    const char *state = json_get_text(object, "state"), *function;
    ReportRun *run;

    if (self->runs->len >= MAX_RUNS)
        return fail_too_many(object, MAX_RUNS, error);
    run = g_new0(ReportRun, 1);
    g_ptr_array_add(self->runs, run);
    run->state = g_strcmp0(state, "done") == 0        ? MAMUTO_RUN_DONE
                 : g_strcmp0(state, "cancelled") == 0 ? MAMUTO_RUN_CANCELLED
                                                      : MAMUTO_RUN_FAILED;
    if (!json_read_text(object, "function", &function, error) ||
        !read_count(object, "rows", &run->n_rows, error) ||
        !read_count(object, "rows_done", &run->rows_done, error) ||
        !read_count(object, "rows_failed", &run->rows_failed, error) ||
        !read_seconds(object, "wall_s", &run->end, error))
        return FALSE;
    run->function = g_strdup(function);
    run->remap_us = run->end;
    return TRUE;
}

static gboolean
read_root(ReportData *self, const JsonNode *root, GError **error)
{
    g_autoptr(GDateTime) date = NULL;
    JsonNode hosts = json_get(root, "hosts"), runs, host = {0}, run = {0};
    gint64 format;

    if (!read_count(root, "mamuto_report", &format, error))
        return FALSE;
    if (format < 1 || format > REPORT_FORMAT) {
        json_set_error(root, MAMUTO_ERROR_UNSUPPORTED, error,
                       _("the file was written by another version of Mamuto (format %d)"),
                       (int)MIN(format, G_MAXINT));
        return FALSE;
    }
    date = json_read_date(root, "created", error);
    if (date == NULL)
        return FALSE;
    g_date_time_unref(self->created);
    self->created = g_steal_pointer(&date);
    self->job_name = g_strdup(json_get_text(root, "job"));
    while (json_next(&hosts, &host))
        if (!read_host(self, &host, error))
            return FALSE;
    runs = json_get(root, format == 1 ? "jobs" : "runs");
    while (json_next(&runs, &run))
        if (!read_run(self, &run, error))
            return FALSE;
    if (self->runs->len > 0)
        return TRUE;
    json_set_error(&runs, MAMUTO_ERROR_INVALID_FILE, error, _("is missing, or is empty"));
    return FALSE;
}

gboolean
report_data_from_json(ReportData *self, const char *json, const char *file, GError **error)
{
    JsonNode root;
    cJSON *tree = json_parse(json, file, &root, error);
    gboolean ok = tree != NULL && read_root(self, &root, error);

    cJSON_Delete(tree);
    return ok;
}
