/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Writes timings as JSON and as comma-separated values (CSV), and reads the JSON. Checks every
 * number, because a file may be damaged or malicious. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "json-reader.h"
#include "json-writer.h"
#include "mamuto-error.h"
#include "output-file.h"
#include "quote.h"
#include "small-file.h"
#include "timings-private.h"

#define FORMAT 1
/* Maximum of numbers in a file. No time in seconds and no number of rows can be larger. */
#define LARGEST 1e15
/* Maximum size of a file in bytes. The file of a comparison usually has a few kilobytes. */
#define MAX_FILE (4 << 20)

static void
add_number(JsonWriter *json, const char *name, double value)
{
    json_writer_add_double(json, name, value, "%.9g");
}

/* Writes a measured time in full, because the verdict of a saved comparison is computed again when
 * it is opened, and must not depend on digits that were not saved. */
static void
add_measured(JsonWriter *json, const char *name, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd(text, sizeof text, "%.9g", value);
    json_writer_add_double(json, name, value,
                           g_ascii_strtod(text, NULL) == value ? "%.9g" : "%.17g");
}

static void
add_measurement(JsonWriter *json, const MamutoMeasurement *one)
{
    json_writer_begin_object(json, NULL);
    json_writer_add_int(json, "rows", one->rows);
    json_writer_add_uint(json, "runs", one->n_repetitions);
    add_measured(json, "median_s", one->median);
    add_measured(json, "min_s", one->min);
    add_measured(json, "max_s", one->max);
    json_writer_add_uint(json, "cores", one->cores);
    add_number(json, "efficiency", mamuto_measurement_get_efficiency(one));
    json_writer_begin_object(json, "seconds");
    for (int kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
        add_measured(json, mamuto_span_kind_to_string(kind), one->core_seconds[kind]);
    json_writer_end(json);
    json_writer_end(json);
}

static gboolean
was_measured(MamutoTimings *self, MamutoContender contender)
{
    for (guint i = 0; i < self->measurements->len; i++)
        if (g_array_index(self->measurements, MamutoMeasurement, i).contender == contender)
            return TRUE;
    return FALSE;
}

static void
add_contender(JsonWriter *json, MamutoTimings *self, MamutoContender contender)
{
    CostModel model;

    json_writer_begin_object(json, NULL);
    json_writer_add_text(json, "name", mamuto_contender_to_string(contender));
    json_writer_begin_array(json, "measured");
    for (guint i = 0; i < self->measurements->len; i++) {
        const MamutoMeasurement *one = &g_array_index(self->measurements, MamutoMeasurement, i);

        if (one->contender == contender)
            add_measurement(json, one);
    }
    json_writer_end(json);
    if (timings_fit(self, contender, &model)) {
        json_writer_begin_object(json, "predicted");
        add_number(json, "start_s", model.a);
        add_number(json, "row_s", model.b);
        json_writer_end(json);
    } else {
        json_writer_add_null(json, "predicted");
    }
    json_writer_end(json);
}

static void
add_verdict(JsonWriter *json, MamutoTimings *self)
{
    static const char *const crossings[] = {
        [MAMUTO_CROSSING_NEVER] = "never",
        [MAMUTO_CROSSING_ALWAYS] = "always",
        [MAMUTO_CROSSING_MEASURED] = "measured",
        [MAMUTO_CROSSING_PREDICTED] = "predicted",
    };
    g_autofree char *summary = NULL;
    MamutoVerdict verdict;

    if (!mamuto_timings_get_verdict(self, &verdict)) {
        json_writer_add_null(json, "verdict");
        return;
    }
    summary = timings_summarise(&verdict);
    json_writer_begin_object(json, "verdict");
    json_writer_add_text(json, "contender", mamuto_contender_to_string(verdict.contender));
    json_writer_add_text(json, "break_even", crossings[verdict.crossing]);
    if (verdict.crossing >= MAMUTO_CROSSING_MEASURED)
        add_number(json, "break_even_rows", verdict.crossing_rows);
    else
        json_writer_add_null(json, "break_even_rows");
    json_writer_add_int(json, "rows", verdict.large_rows);
    add_number(json, "times_as_fast", verdict.large_rival / verdict.large_contender);
    if (verdict.has_cold)
        add_number(json, "cold_start_s", verdict.cold_extra);
    else
        json_writer_add_null(json, "cold_start_s");
    json_writer_add_text(json, "summary", summary);
    json_writer_end(json);
}

static const char *const note_kinds[] = {
    [MAMUTO_NOTE_TEXT] = "text",
    [MAMUTO_NOTE_BUDGET_OVER] = "budget-over",
    [MAMUTO_NOTE_STOPPED] = "stopped",
    [MAMUTO_NOTE_ENDED] = "ended",
    [MAMUTO_NOTE_NO_CLUSTER] = "no-cluster",
    [MAMUTO_NOTE_QUESTION] = "question",
    [MAMUTO_NOTE_HOST_LOST] = "host-lost",
    [MAMUTO_NOTE_HOST_FAILED] = "host-failed",
    [MAMUTO_NOTE_MORE_LOST] = "more-lost",
    [MAMUTO_NOTE_MORE_FAILED] = "more-failed",
    [MAMUTO_NOTE_CPUS_DIFFER] = "cpus-differ",
    [MAMUTO_NOTE_SPANS_DROPPED] = "spans-dropped",
};

static void
add_strings(JsonWriter *json, const char *name, char **strings)
{
    json_writer_begin_array(json, name);
    for (; *strings != NULL; strings++)
        json_writer_add_text(json, NULL, *strings);
    json_writer_end(json);
}

/* Writes each note twice: as an English sentence for people, and as fields for programs. */
static void
add_notes(JsonWriter *json, MamutoTimings *self)
{
    json_writer_begin_array(json, "notes");
    for (guint i = 0; i < self->notes->len; i++) {
        g_autofree char *sentence = mamuto_note_format(g_ptr_array_index(self->notes, i));

        json_writer_add_text(json, NULL, sentence);
    }
    json_writer_end(json);
    json_writer_begin_array(json, "note_fields");
    for (guint i = 0; i < self->notes->len; i++) {
        const MamutoNote *note = g_ptr_array_index(self->notes, i);

        json_writer_begin_object(json, NULL);
        json_writer_add_text(json, "kind", note_kinds[note->kind]);
        add_strings(json, "hosts", note->hosts);
        add_strings(json, "texts", note->texts);
        json_writer_add_uint(json, "count", note->count);
        json_writer_end(json);
    }
    json_writer_end(json);
}

/**
 * mamuto_timings_to_json:
 * @self: timings
 *
 * Returns: (transfer full): the timings as JSON in UTF-8, ending with a newline; README.md
 *   describes the fields
 */
char *
mamuto_timings_to_json(MamutoTimings *self)
{
    g_autofree char *created = NULL;
    JsonWriter *json;

    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), NULL);

    json = json_writer_new(TRUE);
    created = g_date_time_format_iso8601(self->created);
    json_writer_begin_object(json, NULL);
    json_writer_add_uint(json, "mamuto_comparison", FORMAT);
    json_writer_add_text(json, "created", created);
    json_writer_add_text(json, "function", self->function);
    if (self->job_name != NULL)
        json_writer_add_text(json, "job", self->job_name);
    json_writer_begin_object(json, "cluster");
    json_writer_add_uint(json, "hosts", self->n_hosts);
    json_writer_add_uint(json, "cores", self->n_cores);
    json_writer_end(json);
    json_writer_begin_array(json, "contenders");
    for (MamutoContender contender = 0; contender < MAMUTO_N_CONTENDERS; contender++)
        if (was_measured(self, contender))
            add_contender(json, self, contender);
    json_writer_end(json);
    add_verdict(json, self);
    add_notes(json, self);
    json_writer_end(json);
    return json_writer_finish(json);
}

/**
 * mamuto_timings_to_csv:
 * @self: timings
 *
 * Returns: (transfer full): a header line and a line for each measurement, as comma-separated
 *   values with decimal points in every locale
 */
char *
mamuto_timings_to_csv(MamutoTimings *self)
{
    GString *text = g_string_new("contender,rows,runs,median_s,min_s,max_s,cores,efficiency");

    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), NULL);

    for (int kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
        g_string_append_printf(text, ",%s_s", mamuto_span_kind_to_string(kind));
    g_string_append_c(text, '\n');
    for (guint i = 0; i < self->measurements->len; i++) {
        const MamutoMeasurement *one = &g_array_index(self->measurements, MamutoMeasurement, i);
        const double times[] = {one->median, one->min, one->max};
        char number[G_ASCII_DTOSTR_BUF_SIZE];

        g_string_append_printf(text, "%s,%" G_GINT64_FORMAT ",%u",
                               mamuto_contender_to_string(one->contender), one->rows,
                               one->n_repetitions);
        for (guint k = 0; k < G_N_ELEMENTS(times); k++)
            g_string_append_printf(text, ",%s",
                                   g_ascii_formatd(number, sizeof number, "%.9g", times[k]));
        g_string_append_printf(text, ",%u", one->cores);
        g_ascii_formatd(number, sizeof number, "%.6g", mamuto_measurement_get_efficiency(one));
        g_string_append_printf(text, ",%s", number);
        for (int kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++) {
            g_ascii_formatd(number, sizeof number, "%.9g", one->core_seconds[kind]);
            g_string_append_printf(text, ",%s", number);
        }
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

/**
 * mamuto_timings_save:
 * @self: timings
 * @path: (type filename): the file to write: comma-separated values if the name ends in .csv, else
 *   JSON
 * @error: return location for a #GError
 *
 * Returns: %FALSE with an error that names the file; an existing file is then unchanged
 */
gboolean
mamuto_timings_save(MamutoTimings *self, const char *path, GError **error)
{
    g_autofree char *text = NULL;

    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), FALSE);
    g_return_val_if_fail(path != NULL, FALSE);

    text =
        g_str_has_suffix(path, ".csv") ? mamuto_timings_to_csv(self) : mamuto_timings_to_json(self);
    return output_file_save(path, text, strlen(text), error);
}

/* ---- reading ---- */

static gboolean
read_measurement(MamutoTimings *self, MamutoContender contender, const JsonNode *object,
                 GError **error)
{
    JsonNode seconds = json_get(object, "seconds");
    MamutoMeasurement one = {.contender = contender};
    double rows, repetitions, cores;

    if (self->measurements->len >= TIMINGS_MAX_MEASUREMENTS) {
        json_set_error(object, MAMUTO_ERROR_INVALID_FILE, error,
                       _("is one more than the %d allowed"), TIMINGS_MAX_MEASUREMENTS);
        return FALSE;
    }
    if (!json_read_number(object, "rows", LARGEST, &rows, error) ||
        !json_read_number(object, "runs", G_MAXINT, &repetitions, error) ||
        !json_read_number(object, "cores", G_MAXINT, &cores, error) ||
        !json_read_number(object, "median_s", LARGEST, &one.median, error) ||
        !json_read_number(object, "min_s", LARGEST, &one.min, error) ||
        !json_read_number(object, "max_s", LARGEST, &one.max, error))
        return FALSE;
    for (int kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
        if (!json_read_number(&seconds, mamuto_span_kind_to_string(kind), LARGEST,
                              &one.core_seconds[kind], error))
            return FALSE;
    one.rows = (gint64)rows;
    one.n_repetitions = (guint)repetitions;
    one.cores = (guint)cores;
    mamuto_timings_add(self, &one);
    return TRUE;
}

static gboolean
read_contender(MamutoTimings *self, const JsonNode *object, GError **error)
{
    const char *name = json_get_text(object, "name");
    JsonNode measured = json_get(object, "measured"), item = {0};
    MamutoContender contender = 0;

    while (contender < MAMUTO_N_CONTENDERS &&
           g_strcmp0(mamuto_contender_to_string(contender), name) != 0)
        contender++;
    if (contender == MAMUTO_N_CONTENDERS) {
        g_autofree char *shown =
            name != NULL ? quote_start(name, strlen(name), QUOTE_SHOWN_CHARS) : NULL;

        json_set_error(object, MAMUTO_ERROR_INVALID_FILE, error,
                       _("is not a contender of a comparison (“%s”)"), shown != NULL ? shown : "");
        return FALSE;
    }
    while (json_next(&measured, &item))
        if (!read_measurement(self, contender, &item, error))
            return FALSE;
    return TRUE;
}

static void
read_strings(MamutoNote *note, const JsonNode *fields)
{
    JsonNode hosts = json_get(fields, "hosts"), texts = json_get(fields, "texts");
    JsonNode host = {0}, text = {0};

    while (json_next(&hosts, &host))
        mamuto_note_add(note, cJSON_GetStringValue(host.value), NULL);
    while (json_next(&texts, &text))
        mamuto_note_add(note, NULL, cJSON_GetStringValue(text.value));
}

/* Reads a note, which a file contains twice: as @sentence and as @fields. In a file of an earlier
 * version, @fields is empty; the kind of the note is then found by comparing @sentence with the
 * sentence of each kind. If the kind cannot be found, or if @fields has an unknown kind of a later
 * version, returns a note of the kind MAMUTO_NOTE_TEXT with @sentence. */
static MamutoNote *
read_note(const char *sentence, const JsonNode *fields)
{
    const char *kind = json_get_text(fields, "kind");
    const cJSON *count = json_get(fields, "count").value;
    MamutoNote *note;

    for (guint i = MAMUTO_NOTE_BUDGET_OVER; i < G_N_ELEMENTS(note_kinds); i++) {
        gboolean counted = cJSON_IsNumber(count) && count->valuedouble > 0;

        if (g_strcmp0(kind, note_kinds[i]) != 0)
            continue;
        note = mamuto_note_new(i, NULL, NULL, counted ? (guint64)MIN(count->valuedouble, 1e15) : 0);
        read_strings(note, fields);
        return note;
    }
    for (guint i = MAMUTO_NOTE_BUDGET_OVER; kind == NULL && i < G_N_ELEMENTS(note_kinds); i++) {
        g_autoptr(MamutoNote) plain = mamuto_note_new(i, NULL, NULL, 0);
        g_autofree char *words = mamuto_note_format(plain);

        if (strcmp(words, sentence) == 0)
            return g_steal_pointer(&plain);
    }
    return mamuto_note_new(MAMUTO_NOTE_TEXT, NULL, sentence, 0);
}

static void
read_notes(MamutoTimings *self, const JsonNode *root)
{
    JsonNode sentences = json_get(root, "notes"), fields = json_get(root, "note_fields");
    JsonNode sentence = {0}, field = {0};

    while (json_next(&sentences, &sentence)) {
        gboolean has_fields = json_next(&fields, &field);
        const JsonNode none = {0};

        if (cJSON_IsString(sentence.value) && self->notes->len < TIMINGS_MAX_MEASUREMENTS) {
            g_autoptr(MamutoNote) note =
                read_note(sentence.value->valuestring, has_fields ? &field : &none);

            mamuto_timings_add_note(self, note);
        }
    }
}

static gboolean
read_head(MamutoTimings *self, const JsonNode *root, GError **error)
{
    JsonNode cluster = json_get(root, "cluster");
    g_autoptr(GDateTime) date = NULL;
    double format, hosts, cores;
    const char *function;

    if (!json_read_number(root, "mamuto_comparison", LARGEST, &format, error))
        return FALSE;
    if ((int)MIN(format, G_MAXINT) != FORMAT) {
        json_set_error(root, MAMUTO_ERROR_UNSUPPORTED, error,
                       _("the file was written by another version of Mamuto (format %d)"),
                       (int)MIN(format, G_MAXINT));
        return FALSE;
    }
    if (!json_read_text(root, "function", &function, error) ||
        !(date = json_read_date(root, "created", error)) ||
        !json_read_number(&cluster, "hosts", G_MAXINT, &hosts, error) ||
        !json_read_number(&cluster, "cores", G_MAXINT, &cores, error))
        return FALSE;
    self->function = g_strdup(function);
    mamuto_timings_set_job_name(self, json_get_text(root, "job"));
    self->n_hosts = (guint)hosts;
    self->n_cores = (guint)cores;
    g_date_time_unref(self->created);
    self->created = g_steal_pointer(&date);
    return TRUE;
}

static MamutoTimings *
read_json(const char *text, const char *file, GError **error)
{
    g_autoptr(MamutoTimings) self = g_object_new(MAMUTO_TYPE_TIMINGS, NULL);
    JsonNode root, contenders, contender = {0};
    cJSON *tree = json_parse(text, file, &root, error);
    gboolean ok = tree != NULL && read_head(self, &root, error);

    contenders = json_get(&root, "contenders");
    while (ok && json_next(&contenders, &contender))
        ok = read_contender(self, &contender, error);
    if (ok)
        read_notes(self, &root);
    cJSON_Delete(tree);
    return ok ? g_steal_pointer(&self) : NULL;
}

/**
 * mamuto_timings_new_from_json:
 * @json: text returned by mamuto_timings_to_json()
 * @error: %MAMUTO_ERROR_INVALID_FILE, or %MAMUTO_ERROR_UNSUPPORTED if the text has an unknown
 *   format version
 *
 * Returns: (transfer full): the timings
 */
MamutoTimings *
mamuto_timings_new_from_json(const char *json, GError **error)
{
    g_return_val_if_fail(json != NULL, NULL);
    return read_json(json, NULL, error);
}

/**
 * mamuto_timings_new_from_file:
 * @path: (type filename): a JSON file
 * @error: as for mamuto_timings_new_from_json(), or an error of reading the file
 *
 * Returns: (transfer full): the timings
 */
MamutoTimings *
mamuto_timings_new_from_file(const char *path, GError **error)
{
    g_autofree char *json = NULL;

    g_return_val_if_fail(path != NULL, NULL);

    json = small_file_read(path, MAX_FILE, NULL, error);
    return json != NULL ? read_json(json, path, error) : NULL;
}
