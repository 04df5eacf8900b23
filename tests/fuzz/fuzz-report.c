/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads any bytes as a report of runs and as a comparison. What is loaded must be the same after it
 * was saved and loaded again. */
#include "fuzz-folder.h"
#include "fuzz.h"
#include "mamuto-report.h"
#include "mamuto-timings.h"

static void
use_report(MamutoReport *report)
{
    g_autoptr(GPtrArray) notes = mamuto_report_get_notes(report);

    FUZZ_ASSERT(notes != NULL);
    for (int host = -1; host < (int)mamuto_report_get_n_hosts(report) && host < 100; host++) {
        mamuto_report_get_n_cores(report, host);
        for (int kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
            FUZZ_ASSERT(mamuto_report_get_seconds(report, host, (MamutoSpanKind)kind) >= 0);
    }
    FUZZ_ASSERT(mamuto_report_get_wall(report) >= 0 && mamuto_report_get_n_rows(report) >= 0);
    FUZZ_ASSERT(mamuto_report_get_created(report) != NULL);
}

static void
check_saved(MamutoReport *report)
{
    g_autofree char *path = fuzz_folder_path("saved.json"), *text = NULL, *again = NULL;
    g_autoptr(MamutoReport) back = NULL;
    GError *error = NULL;

    text = mamuto_report_to_json(report);
    FUZZ_ASSERT(g_utf8_validate(text, -1, NULL) && mamuto_report_save(report, path, &error));
    back = mamuto_report_new_from_file(path, &error);
    FUZZ_ASSERT(back != NULL);
    again = mamuto_report_to_json(back);
    FUZZ_ASSERT(g_strcmp0(text, again) == 0);
}

static void
try_timings(const char *text)
{
    g_autoptr(MamutoTimings) timings = NULL, back = NULL;
    g_autofree char *written = NULL, *again = NULL, *summary = NULL;
    GError *error = NULL;

    timings = mamuto_timings_new_from_json(text, &error);
    fuzz_check_error(timings, error);
    if (timings == NULL)
        return;
    error = NULL;
    written = mamuto_timings_to_json(timings);
    FUZZ_ASSERT(g_utf8_validate(written, -1, NULL));
    summary = mamuto_timings_get_summary(timings);
    FUZZ_ASSERT(summary == NULL || g_utf8_validate(summary, -1, NULL));
    back = mamuto_timings_new_from_json(written, &error);
    FUZZ_ASSERT(back != NULL);
    again = mamuto_timings_to_json(back);
    FUZZ_ASSERT(g_strcmp0(written, again) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *path = fuzz_folder_put("loaded.json", data, size);
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(MamutoReport) report = NULL;
    GError *error = NULL;

    report = mamuto_report_new_from_file(path, &error);
    fuzz_check_error(report, error);
    if (report != NULL) {
        use_report(report);
        check_saved(report);
    }
    try_timings(text);
    return 0;
}
