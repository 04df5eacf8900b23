/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Stores the measurements and the notes of a comparison. */
#include "mamuto-timings.h"

#include "timings-private.h"

G_DEFINE_FINAL_TYPE(MamutoTimings, mamuto_timings, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
mamuto_timings_finalize(GObject *object)
{
    MamutoTimings *self = MAMUTO_TIMINGS(object);

    g_free(self->function);
    g_free(self->job_name);
    g_clear_pointer(&self->created, g_date_time_unref);
    g_array_unref(self->measurements);
    g_ptr_array_unref(self->notes);
    G_OBJECT_CLASS(mamuto_timings_parent_class)->finalize(object);
}

static void
mamuto_timings_class_init(MamutoTimingsClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_timings_finalize;

    /**
     * MamutoTimings::changed:
     * @self: the timings
     *
     * Emitted when a measurement or a note was added.
     */
    signals[CHANGED] = g_signal_new("changed", MAMUTO_TYPE_TIMINGS, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
}

static void
mamuto_timings_init(MamutoTimings *self)
{
    self->measurements = g_array_new(FALSE, FALSE, sizeof(MamutoMeasurement));
    self->notes = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_note_free);
    self->created = g_date_time_new_now_utc();
}

/**
 * mamuto_contender_to_string:
 * @contender: a contender
 *
 * Returns: "loop", "local", "cluster" or "cluster-cold"
 */
const char *
mamuto_contender_to_string(MamutoContender contender)
{
    static const char *const names[MAMUTO_N_CONTENDERS] = {
        [MAMUTO_CONTENDER_LOOP] = "loop",
        [MAMUTO_CONTENDER_LOCAL] = "local",
        [MAMUTO_CONTENDER_CLUSTER] = "cluster",
        [MAMUTO_CONTENDER_COLD] = "cluster-cold",
    };

    g_return_val_if_fail((guint)contender < MAMUTO_N_CONTENDERS, "");
    return names[contender];
}

/**
 * mamuto_timings_new:
 * @function: the measured function, such as `model.py:like`
 * @n_hosts: number of hosts of the cluster
 * @n_cores: number of cores of the cluster
 *
 * Returns: (transfer full): timings without any measurement
 */
MamutoTimings *
mamuto_timings_new(const char *function, guint n_hosts, guint n_cores)
{
    MamutoTimings *self;

    g_return_val_if_fail(function != NULL, NULL);

    self = g_object_new(MAMUTO_TYPE_TIMINGS, NULL);
    self->function = g_strdup(function);
    self->n_hosts = n_hosts;
    self->n_cores = n_cores;
    return self;
}

static int
compare_measurements(gconstpointer a, gconstpointer b)
{
    const MamutoMeasurement *x = a, *y = b;

    if (x->contender != y->contender)
        return x->contender < y->contender ? -1 : 1;
    return x->rows < y->rows ? -1 : x->rows > y->rows;
}

/**
 * mamuto_timings_add:
 * @self: timings
 * @measurement: a measurement; copied. Replaces an earlier measurement of the same contender with
 *   the same number of rows
 */
void
mamuto_timings_add(MamutoTimings *self, const MamutoMeasurement *measurement)
{
    guint i = 0;

    g_return_if_fail(MAMUTO_IS_TIMINGS(self));
    g_return_if_fail(measurement != NULL);
    g_return_if_fail((guint)measurement->contender < MAMUTO_N_CONTENDERS);

    while (i < self->measurements->len &&
           compare_measurements(&g_array_index(self->measurements, MamutoMeasurement, i),
                                measurement) < 0)
        i++;
    if (i < self->measurements->len &&
        compare_measurements(&g_array_index(self->measurements, MamutoMeasurement, i),
                             measurement) == 0)
        g_array_index(self->measurements, MamutoMeasurement, i) = *measurement;
    else
        g_array_insert_val(self->measurements, i, *measurement);
    g_signal_emit(self, signals[CHANGED], 0);
}

static gboolean
are_equal(const MamutoNote *a, const MamutoNote *b)
{
    return a->kind == b->kind && a->count == b->count &&
           g_strv_equal((const char *const *)a->hosts, (const char *const *)b->hosts) &&
           g_strv_equal((const char *const *)a->texts, (const char *const *)b->texts);
}

/**
 * mamuto_timings_add_note:
 * @self: timings
 * @note: a note for the reader; copied. Not added if an equal note exists
 */
void
mamuto_timings_add_note(MamutoTimings *self, const MamutoNote *note)
{
    g_return_if_fail(MAMUTO_IS_TIMINGS(self));
    g_return_if_fail(note != NULL);

    for (guint i = 0; i < self->notes->len; i++)
        if (are_equal(g_ptr_array_index(self->notes, i), note))
            return;
    g_ptr_array_add(self->notes, mamuto_note_copy(note));
    g_signal_emit(self, signals[CHANGED], 0);
}

/**
 * mamuto_timings_get_function:
 * @self: timings
 *
 * Returns: the measured function
 */
const char *
mamuto_timings_get_function(MamutoTimings *self)
{
    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), NULL);
    return self->function;
}

/**
 * mamuto_timings_set_job_name:
 * @self: timings
 * @name: (nullable): the name of the measured job, such as `likelihood`
 */
void
mamuto_timings_set_job_name(MamutoTimings *self, const char *name)
{
    g_return_if_fail(MAMUTO_IS_TIMINGS(self));

    g_free(self->job_name);
    self->job_name = name != NULL ? g_utf8_make_valid(name, -1) : NULL;
}

/**
 * mamuto_timings_get_job_name:
 * @self: timings
 *
 * Returns: (nullable): the name of the measured job
 */
const char *
mamuto_timings_get_job_name(MamutoTimings *self)
{
    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), NULL);
    return self->job_name;
}

/**
 * mamuto_timings_get_created:
 * @self: timings
 *
 * Returns: (transfer none): the time at which the comparison began
 */
GDateTime *
mamuto_timings_get_created(MamutoTimings *self)
{
    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), NULL);
    return self->created;
}

/**
 * mamuto_timings_get_n_hosts:
 * @self: timings
 *
 * Returns: the number of hosts of the cluster
 */
guint
mamuto_timings_get_n_hosts(MamutoTimings *self)
{
    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), 0);
    return self->n_hosts;
}

/**
 * mamuto_timings_get_n_cores:
 * @self: timings
 *
 * Returns: the number of cores of the cluster
 */
guint
mamuto_timings_get_n_cores(MamutoTimings *self)
{
    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), 0);
    return self->n_cores;
}

/**
 * mamuto_timings_get_notes:
 * @self: timings
 *
 * Returns: (transfer none) (element-type MamutoNote): the notes for the reader
 */
GPtrArray *
mamuto_timings_get_notes(MamutoTimings *self)
{
    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), NULL);
    return self->notes;
}

/**
 * mamuto_timings_get_n_measurements:
 * @self: timings
 *
 * Returns: the number of measurements
 */
guint
mamuto_timings_get_n_measurements(MamutoTimings *self)
{
    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), 0);
    return self->measurements->len;
}

/**
 * mamuto_timings_get_measurement:
 * @self: timings
 * @index: index of a measurement; measurements are sorted by contender, then by rows
 *
 * Returns: (transfer none): the measurement; valid until the next measurement is added
 */
const MamutoMeasurement *
mamuto_timings_get_measurement(MamutoTimings *self, guint index)
{
    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), NULL);
    g_return_val_if_fail(index < self->measurements->len, NULL);
    return &g_array_index(self->measurements, MamutoMeasurement, index);
}

/**
 * mamuto_timings_find:
 * @self: timings
 * @contender: a contender
 * @rows: a number of rows
 *
 * Returns: (transfer none) (nullable): the measurement, %NULL if there is none; valid until the
 *   next measurement is added
 */
const MamutoMeasurement *
mamuto_timings_find(MamutoTimings *self, MamutoContender contender, gint64 rows)
{
    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), NULL);

    for (guint i = 0; i < self->measurements->len; i++) {
        const MamutoMeasurement *one = &g_array_index(self->measurements, MamutoMeasurement, i);

        if (one->contender == contender && one->rows == rows)
            return one;
    }
    return NULL;
}

/**
 * mamuto_measurement_get_efficiency:
 * @measurement: a measurement
 *
 * Returns: core-seconds of computing ÷ (cores × wall time), 0 to 1
 */
double
mamuto_measurement_get_efficiency(const MamutoMeasurement *measurement)
{
    double all = 0;

    g_return_val_if_fail(measurement != NULL, 0);
    for (int kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
        all += measurement->core_seconds[kind];
    return all > 0 ? measurement->core_seconds[MAMUTO_SPAN_COMPUTING] / all : 0;
}
