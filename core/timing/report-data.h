/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a report knows, as plain values taken from runs when they ended, and how that is written as
 * JSON. */
#pragma once

#include "core-seconds.h"
#include "mamuto-note.h"
#include "mamuto-run.h"

G_BEGIN_DECLS

/** REPORT_MAX_SPANS: spans kept of a whole session; those after them are only counted */
#define REPORT_MAX_SPANS 1000000
/** REPORT_FORMAT: the version that is written; those before it can be read */
#define REPORT_FORMAT 2

/* Counts are sums over the session's runs, the rest is as of the last one. */
typedef struct {
    char *name;
    MamutoHostState state;
    char *message; /* (nullable), as are those of the same kind below */
    char *traceback;
    char *machine, *cpu_model, *cpu_features, *python, *python_version, *numpy_version;
    guint64 memory_total;
    guint cores;
    guint64 chunks, lost, copies, bytes_sent, bytes_received;
    gint64 rows, rows_failed;
    gint64 core_us; /* cores × wall, summed over the runs: what `time` adds up to */
    CoreSeconds time;
} ReportHost;

typedef struct {
    char *function;
    MamutoRunState state;
    gint64 n_rows, rows_done, rows_failed;
    gint64 begin, end; /* of the time that is accounted for */
    gint64 remap_us;   /* from the call to its end */
} ReportRun;

typedef struct {
    GPtrArray *hosts;    /* of ReportHost */
    GPtrArray *runs;     /* of ReportRun */
    GArray *spans;       /* of MamutoSpan */
    GPtrArray *failures; /* (nullable): of MamutoRowFailure, the last run's */
    guint64 n_dropped;   /* spans that are not in @spans */
    GDateTime *created;
    char *job_name; /* (nullable) */
} ReportData;

void report_data_init(ReportData *self);
void report_data_clear(ReportData *self);
gint64 report_data_get_wall(const ReportData *self);
/* (transfer full): of MamutoNote: what a reader should know, such as hosts with differing CPUs. */
GPtrArray *report_data_get_notes(const ReportData *self);
char *report_data_to_json(const ReportData *self);
/* Into an initialised, empty one; FALSE leaves a part of it there. Spans and failures are not read.
 * @file (nullable): what errors name. */
gboolean report_data_from_json(ReportData *self, const char *json, const char *file,
                               GError **error);

G_END_DECLS
