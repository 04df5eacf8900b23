/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a comparison found: how long a plain loop, this computer and the cluster took for how many
 * rows, the line through that, and what follows. What was measured and what is predicted are never
 * mixed. Of the thread that made it. */
#pragma once

#include "mamuto-note.h"
#include "mamuto-trace.h"

G_BEGIN_DECLS

/**
 * MamutoContender:
 * @MAMUTO_CONTENDER_LOOP: a plain Python loop in one process, without Mamuto
 * @MAMUTO_CONTENDER_LOCAL: all cores of this computer through Mamuto, already started
 * @MAMUTO_CONTENDER_CLUSTER: the cluster, already connected
 * @MAMUTO_CONTENDER_COLD: the cluster, with connecting to it and starting everything
 */
typedef enum {
    MAMUTO_CONTENDER_LOOP,
    MAMUTO_CONTENDER_LOCAL,
    MAMUTO_CONTENDER_CLUSTER,
    MAMUTO_CONTENDER_COLD,
    MAMUTO_N_CONTENDERS,
} MamutoContender;

/**
 * MamutoMeasurement:
 * @contender: who was measured
 * @rows: how many rows
 * @n_repetitions: how often
 * @median: seconds
 * @min: seconds of the fastest
 * @max: seconds of the slowest
 * @cores: that it could use
 * @core_seconds: where cores × wall went, by #MamutoSpanKind, in the run of the median
 */
typedef struct {
    MamutoContender contender;
    gint64 rows;
    guint n_repetitions;
    double median, min, max;
    guint cores;
    double core_seconds[MAMUTO_N_SPAN_KINDS];
} MamutoMeasurement;

/**
 * MamutoCrossing:
 * @MAMUTO_CROSSING_NEVER: one is slower however many the rows, up to 100 times those measured
 * @MAMUTO_CROSSING_ALWAYS: it is faster from the first row on
 * @MAMUTO_CROSSING_MEASURED: it is faster from a number of rows on that lies between measured ones
 * @MAMUTO_CROSSING_PREDICTED: the same, outside of what was measured
 */
typedef enum {
    MAMUTO_CROSSING_NEVER,
    MAMUTO_CROSSING_ALWAYS,
    MAMUTO_CROSSING_MEASURED,
    MAMUTO_CROSSING_PREDICTED,
} MamutoCrossing;

/**
 * MamutoVerdict:
 * @contender: the cluster, or if none was measured this computer with all cores
 * @small_rows: the smallest number of rows for which both were measured
 * @small_rival: seconds of the rival there: a plain loop, or what is fastest on this computer
 * @small_contender: seconds of the contender there
 * @large_rows: the largest number of rows for which both were measured
 * @large_rival: as above
 * @large_contender: as above
 * @crossing: whether the contender comes to be faster
 * @crossing_rows: from how many rows on
 * @has_cold: whether a cold start of the cluster was measured
 * @cold_extra: seconds that a cold start takes more
 * @cold_crossing: as @crossing, for a cold cluster
 * @cold_crossing_rows: as @crossing_rows, for a cold cluster
 *
 * What follows from a comparison, in numbers. mamuto_timings_get_summary() says it in words.
 */
typedef struct {
    MamutoContender contender;
    gint64 small_rows;
    double small_rival, small_contender;
    gint64 large_rows;
    double large_rival, large_contender;
    MamutoCrossing crossing;
    double crossing_rows;
    gboolean has_cold;
    double cold_extra;
    MamutoCrossing cold_crossing;
    double cold_crossing_rows;
} MamutoVerdict;

#define MAMUTO_TYPE_TIMINGS (mamuto_timings_get_type())
/* Signal "changed" (): something was added. */
G_DECLARE_FINAL_TYPE(MamutoTimings, mamuto_timings, MAMUTO, TIMINGS, GObject)

/* "loop", "local", "cluster", "cluster-cold". */
const char *mamuto_contender_to_string(MamutoContender contender);

MamutoTimings *mamuto_timings_new(const char *function, guint n_hosts, guint n_cores);
MamutoTimings *mamuto_timings_new_from_json(const char *json, GError **error);
MamutoTimings *mamuto_timings_new_from_file(const char *path, GError **error);
char *mamuto_timings_to_json(MamutoTimings *self);
/* One line for each measurement, numbers with a point. */
char *mamuto_timings_to_csv(MamutoTimings *self);
gboolean mamuto_timings_save(MamutoTimings *self, const char *path, GError **error);

void mamuto_timings_add(MamutoTimings *self, const MamutoMeasurement *measurement);
/* What a reader should know. */
void mamuto_timings_add_note(MamutoTimings *self, const MamutoNote *note);

const char *mamuto_timings_get_function(MamutoTimings *self);
/* (nullable): what a person calls the job, "likelihood". */
void mamuto_timings_set_job_name(MamutoTimings *self, const char *name);
const char *mamuto_timings_get_job_name(MamutoTimings *self);
GDateTime *mamuto_timings_get_created(MamutoTimings *self);
/* Of the cluster. */
guint mamuto_timings_get_n_hosts(MamutoTimings *self);
guint mamuto_timings_get_n_cores(MamutoTimings *self);
/* (element-type MamutoNote) (transfer none) */
GPtrArray *mamuto_timings_get_notes(MamutoTimings *self);
guint mamuto_timings_get_n_measurements(MamutoTimings *self);
/* (transfer none): sorted by contender, then by rows; until the next change. */
const MamutoMeasurement *mamuto_timings_get_measurement(MamutoTimings *self, guint index);
/* (nullable): NULL if it was not measured. */
const MamutoMeasurement *mamuto_timings_find(MamutoTimings *self, MamutoContender contender,
                                             gint64 rows);
/* Computing ÷ (cores × wall), 0 to 1. */
double mamuto_measurement_get_efficiency(const MamutoMeasurement *measurement);

/* The line t(n) = a + b·n through what was measured of a contender; FALSE: too little is known. */
gboolean mamuto_timings_get_model(MamutoTimings *self, MamutoContender contender, double *a,
                                  double *b);
/* Seconds for so many rows, 0 if nothing can be said; @predicted: outside of what was measured. */
double mamuto_timings_estimate(MamutoTimings *self, MamutoContender contender, double rows,
                               gboolean *predicted);
gboolean mamuto_timings_get_verdict(MamutoTimings *self, MamutoVerdict *verdict);
char *mamuto_timings_get_summary(MamutoTimings *self);

G_END_DECLS
