/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A report out of its JSON, as far as a list of runs needs it: hosts, where their time went, jobs.
 * The file is not believed. */
#include <cjson/cJSON.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "mamuto-error.h"
#include "report-data.h"

/* More than any time in µs or number of rows that is worth telling. */
#define LARGEST 9e14
#define MAX_HOSTS 10000
#define MAX_JOBS 1000000

static gboolean
read_number(const cJSON *object, const char *name, double scale, gint64 *value, GError **error)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    double number = cJSON_IsNumber(item) ? item->valuedouble * scale : NAN;

    if (!(number >= 0 && number <= LARGEST)) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("“%s” is missing, or is no sensible number"), name);
        return FALSE;
    }
    *value = (gint64)(number + 0.5);
    return TRUE;
}

static const char *
get_text(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static gboolean
read_host(ReportData *self, const cJSON *object, GError **error)
{
    const cJSON *seconds = cJSON_GetObjectItemCaseSensitive(object, "seconds");
    ReportHost *host = g_new0(ReportHost, 1);
    gint64 cores;

    g_ptr_array_add(self->hosts, host);
    host->name = g_strdup(get_text(object, "name"));
    host->state = MAMUTO_HOST_DONE;
    if (host->name == NULL || self->hosts->len > MAX_HOSTS) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("a host has no name, or there are more than %d"), MAX_HOSTS);
        return FALSE;
    }
    if (!read_number(object, "cores", 1, &cores, error) ||
        !read_number(object, "rows", 1, &host->rows, error) ||
        !read_number(object, "rows_failed", 1, &host->rows_failed, error) ||
        !read_number(object, "core_s", G_USEC_PER_SEC, &host->core_us, error))
        return FALSE;
    host->cores = (guint)MIN(cores, G_MAXINT);
    for (int kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
        if (!read_number(seconds, mamuto_span_kind_to_string(kind), G_USEC_PER_SEC,
                         &host->time.us[kind], error))
            return FALSE;
    return TRUE;
}

static gboolean
read_job(ReportData *self, const cJSON *object, GError **error)
{
    ReportJob *job = g_new0(ReportJob, 1);
    const char *state = get_text(object, "state");

    g_ptr_array_add(self->jobs, job);
    job->function = g_strdup(get_text(object, "function"));
    job->state = g_strcmp0(state, "done") == 0        ? MAMUTO_RUN_DONE
                 : g_strcmp0(state, "cancelled") == 0 ? MAMUTO_RUN_CANCELLED
                                                      : MAMUTO_RUN_FAILED;
    if (job->function == NULL || self->jobs->len > MAX_JOBS) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("a job has no function, or there are too many"));
        return FALSE;
    }
    if (!read_number(object, "rows", 1, &job->n_rows, error) ||
        !read_number(object, "rows_done", 1, &job->rows_done, error) ||
        !read_number(object, "rows_failed", 1, &job->rows_failed, error) ||
        !read_number(object, "wall_s", G_USEC_PER_SEC, &job->end, error))
        return FALSE;
    job->remap_us = job->end;
    return TRUE;
}

static gboolean
read_root(ReportData *self, const cJSON *root, GError **error)
{
    const char *created = get_text(root, "created");
    g_autoptr(GDateTime) date =
        created != NULL ? g_date_time_new_from_iso8601(created, NULL) : NULL;
    const cJSON *item;
    gint64 format;

    if (!read_number(root, "mamuto_report", 1, &format, error))
        return FALSE;
    if (format != 1 || date == NULL) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                    _("it is of another version of Mamuto, or its date is missing"));
        return FALSE;
    }
    g_date_time_unref(self->created);
    self->created = g_steal_pointer(&date);
    self->job_name = g_strdup(get_text(root, "job"));
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(root, "hosts")) {
        if (!read_host(self, item, error))
            return FALSE;
    }
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(root, "jobs")) {
        if (!read_job(self, item, error))
            return FALSE;
    }
    if (self->jobs->len > 0)
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("it tells of no job"));
    return FALSE;
}

gboolean
report_data_from_json(ReportData *self, const char *json, GError **error)
{
    cJSON *root = g_utf8_validate(json, -1, NULL) ? cJSON_Parse(json) : NULL;
    gboolean well;

    if (root == NULL) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("it is not JSON"));
        return FALSE;
    }
    well = read_root(self, root, error);
    cJSON_Delete(root);
    return well;
}
