/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the report about a run, a JSON file. It must be valid JSON, whatever text comes from
 * hosts. It must contain the expected warnings. The times of all activities must add up to the
 * total time. */
#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

#include "mamuto-error.h"
#include "mamuto-result.h"
#include "report-data.h"

static ReportHost *
add_host(ReportData *data, const char *name, const char *features)
{
    ReportHost *host = g_new0(ReportHost, 1);

    host->name = g_strdup(name);
    host->cpu_features = g_strdup(features);
    host->state = MAMUTO_HOST_DONE;
    host->cores = 4;
    host->rows = 100;
    g_ptr_array_add(data->hosts, host);
    return host;
}

static void
add_run(ReportData *data, gint64 begin, gint64 end)
{
    ReportRun *run = g_new0(ReportRun, 1);

    run->function = g_strdup("model.py:like");
    run->state = MAMUTO_RUN_DONE;
    run->n_rows = 1000;
    run->begin = begin;
    run->end = end;
    run->remap_us = end - begin;
    g_ptr_array_add(data->runs, run);
}

static double
number(cJSON *object, const char *name)
{
    cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    g_assert_true(cJSON_IsNumber(item));
    return item->valuedouble;
}

static const char *
text(cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static void
test_json(void)
{
    ReportData data;
    ReportHost *host;
    g_autofree char *json = NULL;
    cJSON *root, *hosts, *seconds, *spans, *item;
    double sum = 0;
    MamutoSpan span = {.begin = 1000100,
                       .end = 1000250,
                       .chunk = 3,
                       .rows = 50,
                       .slot = 1,
                       .kind = MAMUTO_SPAN_COMPUTING,
                       .flags = MAMUTO_SPAN_COPY};

    report_data_init(&data);
    host = add_host(&data, "rem1", "avx2 fma");
    host->bytes_sent = G_GUINT64_CONSTANT(12345678901);
    host->core_us = 10000007;
    host->time.us[MAMUTO_SPAN_COMPUTING] = 9000001;
    host->time.us[MAMUTO_SPAN_SENDING] = 900004;
    host->time.us[MAMUTO_SPAN_IDLE] = 100002;
    add_run(&data, 1000000, 2000001);
    add_run(&data, 3000000, 3500000);
    g_array_append_val(data.spans, span);
    json = report_data_to_json(&data);
    root = cJSON_Parse(json);
    g_assert_nonnull(root);
    g_assert_cmpfloat(number(root, "wall_s"), ==, 1.500001);
    g_assert_cmpstr(text(root, "function"), ==, "model.py:like");
    g_assert_cmpint(cJSON_GetArraySize(cJSON_GetObjectItem(root, "remap_s")), ==, 2);
    hosts = cJSON_GetObjectItem(root, "hosts");
    g_assert_cmpint(cJSON_GetArraySize(hosts), ==, 1);
    item = cJSON_GetArrayItem(hosts, 0);
    g_assert_cmpstr(text(item, "name"), ==, "rem1");
    g_assert_cmpfloat(number(item, "bytes_sent"), ==, 12345678901.0);
    seconds = cJSON_GetObjectItem(item, "seconds");
    g_assert_cmpint(cJSON_GetArraySize(seconds), ==, MAMUTO_N_SPAN_KINDS);
    cJSON_ArrayForEach (item, seconds)
        sum += round(item->valuedouble * 1e6);
    g_assert_cmpfloat(sum, ==, 10000007);
    spans = cJSON_GetObjectItem(root, "spans");
    item = cJSON_GetArrayItem(cJSON_GetObjectItem(spans, "rows"), 0);
    g_assert_cmpint(cJSON_GetArraySize(item), ==,
                    cJSON_GetArraySize(cJSON_GetObjectItem(spans, "columns")));
    g_assert_cmpstr(cJSON_GetArrayItem(item, 2)->valuestring, ==, "computing");
    g_assert_cmpfloat(cJSON_GetArrayItem(item, 3)->valuedouble, ==, 100);
    cJSON_Delete(root);
    report_data_clear(&data);
}

static void
test_hostile_text(void)
{
    ReportData data;
    g_autofree char *json = NULL;
    MamutoRowFailure failure = {.row = 5,
                                .host = (char *)"rem\"1",
                                .cause = (char *)"E: \x1b[2J",
                                .traceback = (char *)"\xff\n"};
    cJSON *root, *item;

    report_data_init(&data);
    add_host(&data, "a\"b\\c\n", NULL)->message = g_strdup("\x01\xfe");
    data.failures = g_ptr_array_new();
    g_ptr_array_add(data.failures, &failure);
    json = report_data_to_json(&data);
    g_assert_true(g_utf8_validate(json, -1, NULL));
    g_assert_null(strchr(json, '\x1b'));
    root = cJSON_Parse(json);
    g_assert_nonnull(root);
    item = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "hosts"), 0);
    g_assert_cmpstr(text(item, "name"), ==, "a\"b\\c\n");
    item = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "failures"), 0);
    g_assert_cmpstr(text(item, "cause"), ==, "E: \x1b[2J");
    g_assert_cmpfloat(number(item, "row"), ==, 5);
    cJSON_Delete(root);
    report_data_clear(&data);
}

static gboolean
has_note(ReportData *data, const char *part)
{
    g_autoptr(GPtrArray) notes = report_data_get_notes(data);

    for (guint i = 0; i < notes->len; i++) {
        g_autofree char *sentence = mamuto_note_format(g_ptr_array_index(notes, i));

        if (strstr(sentence, part) != NULL)
            return TRUE;
    }
    return FALSE;
}

static void
test_notes(void)
{
    ReportData data;
    ReportHost *host;

    report_data_init(&data);
    add_host(&data, "a", "avx2 fma");
    add_host(&data, "b", "fma avx2"); /* host b has the same CPU features as host a */
    add_host(&data, "unused", "sse2")->rows = 0;
    g_assert_false(has_note(&data, "CPUs differ"));
    add_host(&data, "c", "avx2 avx512f fma");
    g_assert_true(has_note(&data, "CPUs differ (a lacks avx512f, b lacks avx512f)"));
    for (int i = 0; i < 10; i++)
        add_host(&data, "more", "fma");
    g_assert_true(has_note(&data, "and 7 more"));
    host = add_host(&data, "gone", NULL);
    host->state = MAMUTO_HOST_LOST;
    host->message = g_strdup("it does not answer");
    g_assert_true(has_note(&data, "gone was lost: it does not answer"));
    for (int i = 0; i < 6; i++)
        add_host(&data, "none", NULL)->state = MAMUTO_HOST_FAILED;
    g_assert_true(has_note(&data, "none could not be used: no reason is known"));
    g_assert_true(has_note(&data, "1 more host could not be used"));
    for (int i = 0; i < 4; i++)
        add_host(&data, "none", NULL)->state = MAMUTO_HOST_FAILED;
    g_assert_true(has_note(&data, "5 more hosts could not be used"));
    g_assert_false(has_note(&data, "spans"));
    data.n_dropped = 1;
    g_assert_true(has_note(&data, "1 span was dropped"));
    data.n_dropped = 3;
    g_assert_true(has_note(&data, "3 spans were dropped"));
    report_data_clear(&data);
}

/* A report that was written must be readable. Damaged reports must cause an error. */
static void
test_read(void)
{
    ReportData data, read;
    ReportHost *host;
    g_autoptr(GError) error = NULL;
    g_autofree char *json = NULL;

    report_data_init(&data);
    host = add_host(&data, "rem1", NULL);
    host->core_us = 8000000;
    host->time.us[MAMUTO_SPAN_COMPUTING] = 7000000;
    host->time.us[MAMUTO_SPAN_IDLE] = 1000000;
    add_run(&data, 5000000, 7000000);
    json = report_data_to_json(&data);
    report_data_init(&read);
    g_assert_true(report_data_from_json(&read, json, NULL, &error));
    g_assert_no_error(error);
    g_assert_cmpint(report_data_get_wall(&read), ==, 2000000);
    g_assert_cmpuint(read.hosts->len, ==, 1);
    host = g_ptr_array_index(read.hosts, 0);
    g_assert_cmpstr(host->name, ==, "rem1");
    g_assert_cmpuint(host->cores, ==, 4);
    g_assert_cmpint(host->time.us[MAMUTO_SPAN_COMPUTING], ==, 7000000);
    report_data_clear(&read);
    report_data_clear(&data);
    for (gsize length = 0; length + 2 < strlen(json); length += 61) {
        g_autofree char *cut = g_strndup(json, length);

        report_data_init(&read);
        g_assert_false(report_data_from_json(&read, cut, NULL, NULL));
        report_data_clear(&read);
    }
}

/* In version 1 of the format, the key of the runs was "jobs". */
static void
test_read_version_1(void)
{
    static const char seconds[] =
        "{\"connecting\": 0, \"preparing\": 0, \"sending\": 0, \"waiting\": 0, "
        "\"computing\": 1.5, \"returning\": 0, \"idle\": 0.5}";
    g_autofree char *json = g_strdup_printf(
        "{\"mamuto_report\": 1, \"created\": \"2026-01-02T03:04:05Z\", \"job\": \"likelihood\", "
        "\"hosts\": [{\"name\": \"a\", \"cores\": 2, \"rows\": 7, \"rows_failed\": 1, "
        "\"core_s\": 2, \"seconds\": %s}], \"jobs\": [{\"function\": \"m.py:f\", \"state\": "
        "\"done\", \"rows\": 7, \"rows_done\": 7, \"rows_failed\": 1, \"wall_s\": 1}]}",
        seconds);
    g_autofree char *later = NULL;
    g_autoptr(GError) error = NULL;
    const ReportRun *run;
    ReportData data;
    char *version;

    report_data_init(&data);
    g_assert_true(report_data_from_json(&data, json, NULL, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(data.runs->len, ==, 1);
    run = g_ptr_array_index(data.runs, 0);
    g_assert_cmpstr(run->function, ==, "m.py:f");
    g_assert_cmpint(run->n_rows, ==, 7);
    g_assert_cmpstr(data.job_name, ==, "likelihood");
    later = report_data_to_json(&data);
    g_assert_nonnull(strstr(later, "\"mamuto_report\": 2,"));
    g_assert_nonnull(strstr(later, "\"runs\": ["));
    g_assert_null(strstr(later, "\"jobs\""));
    report_data_clear(&data);
    version = strstr(json, "report\": 1") + strlen("report\": ");
    *version = '3';
    report_data_init(&data);
    g_assert_false(report_data_from_json(&data, json, "r.json", &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED);
    report_data_clear(&data);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/json", test_json);
    g_test_add_func("/report/hostile-text", test_hostile_text);
    g_test_add_func("/report/notes", test_notes);
    g_test_add_func("/report/read", test_read);
    g_test_add_func("/report/read-version-1", test_read_version_1);
    return g_test_run();
}
