/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The data of a report, which are copied from each run at its end. Converts the data to and from
 * JSON. */
#pragma once

#include "core-seconds.h"
#include "mamuto-note.h"
#include "mamuto-run.h"

G_BEGIN_DECLS

/** REPORT_MAX_SPANS: maximum number of spans stored in a report; further spans are only counted */
#define REPORT_MAX_SPANS 1000000
/** REPORT_FORMAT: the version of the JSON format that is written; older versions can be read */
#define REPORT_FORMAT 2

/* A host. The counts of rows, chunks and bytes are sums over all runs of the session. All other
 * values are those of the last run. */
typedef struct {
    char *name;
    MamutoHostState state;
    char *message; /* (nullable); so are the strings below */
    char *traceback;
    char *machine, *cpu_model, *cpu_features, *python, *python_version, *numpy_version;
    char
        *separate_imports; /* why each core imports the module itself; NULL: one import is shared */
    char *threads;         /* (nullable): value of OMP_NUM_THREADS */
    guint64 memory_total;
    guint cores;
    guint64 chunks, lost, copies, bytes_sent, bytes_received;
    gint64 rows, rows_failed;
    gint64 core_us; /* sum of cores × wall time over all runs, in microseconds */
    CoreSeconds time;
} ReportHost;

typedef struct {
    char *function;
    MamutoRunState state;
    gint64 n_rows, rows_done, rows_failed;
    gint64 begin, end; /* in microseconds of the monotonic clock */
    gint64 remap_us;   /* microseconds from mamuto_mapper_remap_async() to the end */
} ReportRun;

typedef struct {
    GPtrArray *hosts;    /* elements: ReportHost */
    GPtrArray *runs;     /* elements: ReportRun */
    GArray *spans;       /* elements: MamutoSpan */
    GPtrArray *failures; /* (nullable) elements: MamutoRowFailure of the last run */
    guint64 n_dropped;   /* number of spans that were not stored in `spans` */
    GDateTime *created;
    char *job_name; /* (nullable) */
} ReportData;

void report_data_init(ReportData *self);
void report_data_clear(ReportData *self);
gint64 report_data_get_wall(const ReportData *self);
/* Returns (transfer full) (elements: MamutoNote): notes for the reader, such as lost hosts or CPUs
 * that differ. */
GPtrArray *report_data_get_notes(const ReportData *self);
char *report_data_to_json(const ReportData *self);
/* Sets the fields of an empty report from JSON, except for spans and failed rows. On an error,
 * returns FALSE; some fields may then be set. @file: (nullable): the file name for error messages.
 */
gboolean report_data_from_json(ReportData *self, const char *json, const char *file,
                               GError **error);

G_END_DECLS
