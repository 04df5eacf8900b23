/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The results of a comparison: the times of a plain loop, of this computer and of the cluster for
 * several numbers of rows. Computes from these times a line that predicts other times, and the
 * verdict whether the cluster is faster. The object must be used only in the thread that created
 * it. */
#pragma once

#include "mamuto-note.h"
#include "mamuto-trace.h"

G_BEGIN_DECLS

/**
 * MamutoContender:
 * @MAMUTO_CONTENDER_LOOP: a plain Python loop in one process, without Mamuto
 * @MAMUTO_CONTENDER_LOCAL: all cores of this computer through Mamuto, already started
 * @MAMUTO_CONTENDER_CLUSTER: the cluster, already connected
 * @MAMUTO_CONTENDER_COLD: the cluster, including the time to connect and to start Python on the
 *   hosts
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
 * @contender: the measured contender
 * @rows: number of rows
 * @n_repetitions: number of repetitions
 * @median: seconds of the median repetition
 * @min: seconds of the fastest repetition
 * @max: seconds of the slowest repetition
 * @cores: number of cores available to the contender
 * @core_seconds: seconds that the cores spent on each #MamutoSpanKind in the median repetition;
 *   the sum is cores × wall time
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
 * @MAMUTO_CROSSING_NEVER: the contender is slower, even with 100 times the largest measured number
 *   of rows
 * @MAMUTO_CROSSING_ALWAYS: the contender is faster for every measured number of rows
 * @MAMUTO_CROSSING_MEASURED: the contender becomes faster between two measured numbers of rows
 * @MAMUTO_CROSSING_PREDICTED: the contender is predicted to become faster above the largest
 *   measured number of rows
 */
typedef enum {
    MAMUTO_CROSSING_NEVER,
    MAMUTO_CROSSING_ALWAYS,
    MAMUTO_CROSSING_MEASURED,
    MAMUTO_CROSSING_PREDICTED,
} MamutoCrossing;

/**
 * MamutoVerdict:
 * @contender: the cluster; if no cluster was measured, this computer with all cores
 * @small_rows: the smallest number of rows for which the contender and a rival were measured
 * @small_rival: seconds of the fastest rival for @small_rows. Rivals are the plain loop and, if
 *   @contender is the cluster, all cores of this computer
 * @small_contender: seconds of the contender for @small_rows
 * @large_rows: the largest number of rows for which the contender and a rival were measured
 * @large_rival: seconds of the fastest rival for @large_rows
 * @large_contender: seconds of the contender for @large_rows
 * @crossing: whether there is a break-even: a number of rows from which the contender is faster
 * @crossing_rows: number of rows at the break-even
 * @has_cold: whether a cold start of the cluster was measured
 * @cold_extra: seconds by which a cold start is longer than a run on the connected cluster
 * @cold_crossing: like @crossing, for a cold start of the cluster
 * @cold_crossing_rows: like @crossing_rows, for a cold start of the cluster
 *
 * The verdict of a comparison in numbers. mamuto_timings_get_summary() returns the verdict as
 * text.
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
G_DECLARE_FINAL_TYPE(MamutoTimings, mamuto_timings, MAMUTO, TIMINGS, GObject)

const char *mamuto_contender_to_string(MamutoContender contender);

MamutoTimings *mamuto_timings_new(const char *function, guint n_hosts, guint n_cores);
MamutoTimings *mamuto_timings_new_from_json(const char *json, GError **error);
MamutoTimings *mamuto_timings_new_from_file(const char *path, GError **error);
char *mamuto_timings_to_json(MamutoTimings *self);
char *mamuto_timings_to_csv(MamutoTimings *self);
gboolean mamuto_timings_save(MamutoTimings *self, const char *path, GError **error);

void mamuto_timings_add(MamutoTimings *self, const MamutoMeasurement *measurement);
void mamuto_timings_add_note(MamutoTimings *self, const MamutoNote *note);

const char *mamuto_timings_get_function(MamutoTimings *self);
void mamuto_timings_set_job_name(MamutoTimings *self, const char *name);
const char *mamuto_timings_get_job_name(MamutoTimings *self);
GDateTime *mamuto_timings_get_created(MamutoTimings *self);
guint mamuto_timings_get_n_hosts(MamutoTimings *self);
guint mamuto_timings_get_n_cores(MamutoTimings *self);
GPtrArray *mamuto_timings_get_notes(MamutoTimings *self);
guint mamuto_timings_get_n_measurements(MamutoTimings *self);
const MamutoMeasurement *mamuto_timings_get_measurement(MamutoTimings *self, guint index);
const MamutoMeasurement *mamuto_timings_find(MamutoTimings *self, MamutoContender contender,
                                             gint64 rows);
double mamuto_measurement_get_efficiency(const MamutoMeasurement *measurement);

gboolean mamuto_timings_get_model(MamutoTimings *self, MamutoContender contender, double *a,
                                  double *b);
double mamuto_timings_estimate(MamutoTimings *self, MamutoContender contender, double rows,
                               gboolean *predicted);
gboolean mamuto_timings_get_verdict(MamutoTimings *self, MamutoVerdict *verdict);
char *mamuto_timings_get_summary(MamutoTimings *self);

G_END_DECLS
