/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Timings as JSON, both ways, and as a table of comma-separated values. A file is not believed:
 * what is no finite number of a sensible size is an error. */
#include <cjson/cJSON.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "mamuto-error.h"
#include "small-file.h"
#include "timings-private.h"

#define FORMAT 1
/* More than any time or number of rows that can have been measured. */
#define LARGEST 1e15
/* A whole comparison takes a few kilobytes. */
#define MAX_FILE (4 << 20)

/* cJSON writes numbers by the locale. */
static void
add_number(cJSON *object, const char *name, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    cJSON_AddRawToObject(object, name, g_ascii_formatd(text, sizeof text, "%.9g", value));
}

static void
add_count(cJSON *object, const char *name, gint64 count)
{
    char text[32];

    g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT, count);
    cJSON_AddRawToObject(object, name, text);
}

static cJSON *
measurement_to_json(const MamutoMeasurement *one)
{
    cJSON *object = cJSON_CreateObject(), *seconds;

    add_count(object, "rows", one->rows);
    add_count(object, "runs", one->n_runs);
    add_number(object, "median_s", one->median);
    add_number(object, "min_s", one->min);
    add_number(object, "max_s", one->max);
    add_count(object, "cores", one->cores);
    add_number(object, "efficiency", mamuto_measurement_get_efficiency(one));
    seconds = cJSON_AddObjectToObject(object, "seconds");
    for (int kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
        add_number(seconds, mamuto_span_kind_to_string(kind), one->core_seconds[kind]);
    return object;
}

static void
add_contender(cJSON *list, MamutoTimings *self, MamutoContender contender)
{
    cJSON *object = cJSON_CreateObject(), *measured, *line;
    CostModel model;

    cJSON_AddStringToObject(object, "name", mamuto_contender_to_string(contender));
    measured = cJSON_AddArrayToObject(object, "measured");
    for (guint i = 0; i < self->measurements->len; i++) {
        const MamutoMeasurement *one = &g_array_index(self->measurements, MamutoMeasurement, i);

        if (one->contender == contender)
            cJSON_AddItemToArray(measured, measurement_to_json(one));
    }
    if (cJSON_GetArraySize(measured) == 0) {
        cJSON_Delete(object);
        return;
    }
    if (timings_fit(self, contender, &model)) {
        line = cJSON_AddObjectToObject(object, "predicted");
        add_number(line, "start_s", model.a);
        add_number(line, "row_s", model.b);
    } else {
        cJSON_AddNullToObject(object, "predicted");
    }
    cJSON_AddItemToArray(list, object);
}

static void
add_verdict(cJSON *root, MamutoTimings *self)
{
    static const char *const crossings[] = {
        [MAMUTO_CROSSING_NEVER] = "never",
        [MAMUTO_CROSSING_ALWAYS] = "always",
        [MAMUTO_CROSSING_MEASURED] = "measured",
        [MAMUTO_CROSSING_PREDICTED] = "predicted",
    };
    g_autofree char *summary = NULL;
    MamutoVerdict verdict;
    cJSON *object;

    if (!mamuto_timings_get_verdict(self, &verdict)) {
        cJSON_AddNullToObject(root, "verdict");
        return;
    }
    summary = timings_summarise(&verdict);
    object = cJSON_AddObjectToObject(root, "verdict");
    cJSON_AddStringToObject(object, "contender", mamuto_contender_to_string(verdict.contender));
    cJSON_AddStringToObject(object, "break_even", crossings[verdict.crossing]);
    if (verdict.crossing >= MAMUTO_CROSSING_MEASURED)
        add_number(object, "break_even_rows", verdict.crossing_rows);
    else
        cJSON_AddNullToObject(object, "break_even_rows");
    add_count(object, "rows", verdict.large_rows);
    add_number(object, "times_as_fast", verdict.large_rival / verdict.large_contender);
    if (verdict.has_cold)
        add_number(object, "cold_start_s", verdict.cold_extra);
    else
        cJSON_AddNullToObject(object, "cold_start_s");
    cJSON_AddStringToObject(object, "summary", summary);
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

/* Sentences for people, and beside them the same as fields. */
static void
add_notes(cJSON *root, MamutoTimings *self)
{
    cJSON *sentences = cJSON_AddArrayToObject(root, "notes");
    cJSON *fields = cJSON_AddArrayToObject(root, "note_fields");

    for (guint i = 0; i < self->notes->len; i++) {
        const MamutoNote *note = g_ptr_array_index(self->notes, i);
        g_autofree char *sentence = mamuto_note_format(note);
        cJSON *one = cJSON_CreateObject();

        cJSON_AddItemToArray(sentences, cJSON_CreateString(sentence));
        cJSON_AddItemToArray(fields, one);
        cJSON_AddStringToObject(one, "kind", note_kinds[note->kind]);
        cJSON_AddItemToObject(one, "hosts",
                              cJSON_CreateStringArray((const char *const *)note->hosts,
                                                      (int)g_strv_length(note->hosts)));
        cJSON_AddItemToObject(one, "texts",
                              cJSON_CreateStringArray((const char *const *)note->texts,
                                                      (int)g_strv_length(note->texts)));
        add_count(one, "count", (gint64)note->count);
    }
}

/**
 * mamuto_timings_to_json:
 * @self: timings
 *
 * Returns: (transfer full): the timings as JSON, UTF-8, ended by a newline; README.md describes it
 */
char *
mamuto_timings_to_json(MamutoTimings *self)
{
    g_autofree char *created = NULL, *function = NULL;
    cJSON *root, *cluster, *list;
    char *text, *json;

    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), NULL);

    root = cJSON_CreateObject();
    created = g_date_time_format_iso8601(self->created);
    function = g_utf8_make_valid(self->function, -1);
    add_count(root, "mamuto_comparison", FORMAT);
    cJSON_AddStringToObject(root, "created", created);
    cJSON_AddStringToObject(root, "function", function);
    if (self->job_name != NULL)
        cJSON_AddStringToObject(root, "job", self->job_name);
    cluster = cJSON_AddObjectToObject(root, "cluster");
    add_count(cluster, "hosts", self->n_hosts);
    add_count(cluster, "cores", self->n_cores);
    list = cJSON_AddArrayToObject(root, "contenders");
    for (MamutoContender contender = 0; contender < MAMUTO_N_CONTENDERS; contender++)
        add_contender(list, self, contender);
    add_verdict(root, self);
    add_notes(root, self);
    text = cJSON_Print(root);
    cJSON_Delete(root);
    json = g_strconcat(text, "\n", NULL);
    cJSON_free(text);
    return json;
}

/**
 * mamuto_timings_to_csv:
 * @self: timings
 *
 * Returns: (transfer full): a header and a line for each measurement, separated by commas, numbers
 *   with a point in every locale
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
                               mamuto_contender_to_string(one->contender), one->rows, one->n_runs);
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
 * @path: (type filename): where to; a name that ends in .csv gets comma-separated values, any other
 *   JSON
 * @error: return location for a #GError
 *
 * Returns: %FALSE on an error, which names the file; an old file of that name is then untouched
 */
gboolean
mamuto_timings_save(MamutoTimings *self, const char *path, GError **error)
{
    g_autofree char *text = NULL;

    g_return_val_if_fail(MAMUTO_IS_TIMINGS(self), FALSE);
    g_return_val_if_fail(path != NULL, FALSE);

    text =
        g_str_has_suffix(path, ".csv") ? mamuto_timings_to_csv(self) : mamuto_timings_to_json(self);
    return g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0666, error);
}

/* ---- reading ---- */

static gboolean
read_number(const cJSON *object, const char *name, double most, double *value, GError **error)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble) || item->valuedouble < 0 ||
        item->valuedouble > most) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("“%s” is missing, or is not a number from 0 to %.0e"), name, most);
        return FALSE;
    }
    *value = item->valuedouble;
    return TRUE;
}

static gboolean
read_measurement(MamutoTimings *self, MamutoContender contender, const cJSON *object,
                 GError **error)
{
    const cJSON *seconds = cJSON_GetObjectItemCaseSensitive(object, "seconds");
    MamutoMeasurement one = {.contender = contender};
    double rows, runs, cores;

    if (!read_number(object, "rows", LARGEST, &rows, error) ||
        !read_number(object, "runs", G_MAXINT, &runs, error) ||
        !read_number(object, "cores", G_MAXINT, &cores, error) ||
        !read_number(object, "median_s", LARGEST, &one.median, error) ||
        !read_number(object, "min_s", LARGEST, &one.min, error) ||
        !read_number(object, "max_s", LARGEST, &one.max, error))
        return FALSE;
    for (int kind = 0; kind < MAMUTO_N_SPAN_KINDS; kind++)
        if (!read_number(seconds, mamuto_span_kind_to_string(kind), LARGEST,
                         &one.core_seconds[kind], error))
            return FALSE;
    one.rows = (gint64)rows;
    one.n_runs = (guint)runs;
    one.cores = (guint)cores;
    if (self->measurements->len >= TIMINGS_MAX_MEASUREMENTS) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("there are more than %d measurements"), TIMINGS_MAX_MEASUREMENTS);
        return FALSE;
    }
    mamuto_timings_add(self, &one);
    return TRUE;
}

static gboolean
read_contender(MamutoTimings *self, const cJSON *object, GError **error)
{
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "name"));
    const cJSON *measured = cJSON_GetObjectItemCaseSensitive(object, "measured"), *item;
    MamutoContender contender = 0;

    while (contender < MAMUTO_N_CONTENDERS &&
           g_strcmp0(mamuto_contender_to_string(contender), name) != 0)
        contender++;
    if (contender == MAMUTO_N_CONTENDERS) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("“%s” is no contender of a comparison"), name != NULL ? name : "");
        return FALSE;
    }
    cJSON_ArrayForEach (item, measured) {
        if (!read_measurement(self, contender, item, error))
            return FALSE;
    }
    return TRUE;
}

static void
read_strings(MamutoNote *note, const cJSON *hosts, const cJSON *texts)
{
    const cJSON *item;

    cJSON_ArrayForEach (item, hosts)
        mamuto_note_add(note, cJSON_GetStringValue(item), NULL);
    cJSON_ArrayForEach (item, texts)
        mamuto_note_add(note, NULL, cJSON_GetStringValue(item));
}

/* A kind of a later version is shown by its sentence. */
static MamutoNote *
read_note(const cJSON *sentence, const cJSON *fields)
{
    const char *kind = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(fields, "kind"));
    const cJSON *count = cJSON_GetObjectItemCaseSensitive(fields, "count");
    MamutoNote *note;

    for (guint i = MAMUTO_NOTE_BUDGET_OVER; i < G_N_ELEMENTS(note_kinds); i++) {
        gboolean counted = cJSON_IsNumber(count) && count->valuedouble > 0;

        if (g_strcmp0(kind, note_kinds[i]) != 0)
            continue;
        note = mamuto_note_new(i, NULL, NULL, counted ? (guint64)MIN(count->valuedouble, 1e15) : 0);
        read_strings(note, cJSON_GetObjectItemCaseSensitive(fields, "hosts"),
                     cJSON_GetObjectItemCaseSensitive(fields, "texts"));
        return note;
    }
    /* Files of earlier versions have nothing but sentences. */
    for (guint i = MAMUTO_NOTE_BUDGET_OVER; kind == NULL && i < G_N_ELEMENTS(note_kinds); i++) {
        g_autoptr(MamutoNote) plain = mamuto_note_new(i, NULL, NULL, 0);
        g_autofree char *words = mamuto_note_format(plain);

        if (strcmp(words, sentence->valuestring) == 0)
            return g_steal_pointer(&plain);
    }
    return mamuto_note_new(MAMUTO_NOTE_TEXT, NULL, sentence->valuestring, 0);
}

static void
read_notes(MamutoTimings *self, const cJSON *root)
{
    const cJSON *fields = cJSON_GetObjectItemCaseSensitive(root, "note_fields");
    const cJSON *sentence, *field = fields != NULL ? fields->child : NULL;

    cJSON_ArrayForEach (sentence, cJSON_GetObjectItemCaseSensitive(root, "notes")) {
        if (cJSON_IsString(sentence) && self->notes->len < TIMINGS_MAX_MEASUREMENTS) {
            g_autoptr(MamutoNote) note = read_note(sentence, field);

            mamuto_timings_add_note(self, note);
        }
        field = field != NULL ? field->next : NULL;
    }
}

static gboolean
read_root(MamutoTimings *self, const cJSON *root, GError **error)
{
    const cJSON *cluster = cJSON_GetObjectItemCaseSensitive(root, "cluster"), *item;
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "function"));
    const char *created = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "created"));
    g_autoptr(GDateTime) date =
        created != NULL ? g_date_time_new_from_iso8601(created, NULL) : NULL;
    double format, hosts, cores;

    if (!read_number(root, "mamuto_comparison", LARGEST, &format, error))
        return FALSE;
    if ((int)MIN(format, G_MAXINT) != FORMAT) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                    _("it is of another version of Mamuto (format %g)"), format);
        return FALSE;
    }
    if (text == NULL || date == NULL) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE,
                    _("“function” or “created” is missing"));
        return FALSE;
    }
    if (!read_number(cluster, "hosts", G_MAXINT, &hosts, error) ||
        !read_number(cluster, "cores", G_MAXINT, &cores, error))
        return FALSE;
    self->function = g_strdup(text);
    mamuto_timings_set_job_name(
        self, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "job")));
    self->n_hosts = (guint)hosts;
    self->n_cores = (guint)cores;
    g_date_time_unref(self->created);
    self->created = g_steal_pointer(&date);
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(root, "contenders")) {
        if (!read_contender(self, item, error))
            return FALSE;
    }
    read_notes(self, root);
    return TRUE;
}

/**
 * mamuto_timings_new_from_json:
 * @json: what mamuto_timings_to_json() gave
 * @error: %MAMUTO_ERROR_INVALID_FILE, or %MAMUTO_ERROR_UNSUPPORTED for another version's
 *
 * Returns: (transfer full): the timings
 */
MamutoTimings *
mamuto_timings_new_from_json(const char *json, GError **error)
{
    g_autoptr(MamutoTimings) self = NULL;
    cJSON *root;
    gboolean well;

    g_return_val_if_fail(json != NULL, NULL);

    root = g_utf8_validate(json, -1, NULL) ? cJSON_Parse(json) : NULL;
    if (root == NULL) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE, _("it is not JSON"));
        return NULL;
    }
    self = g_object_new(MAMUTO_TYPE_TIMINGS, NULL);
    well = read_root(self, root, error);
    cJSON_Delete(root);
    return well ? g_steal_pointer(&self) : NULL;
}

/**
 * mamuto_timings_new_from_file:
 * @path: (type filename): a JSON file
 * @error: as of mamuto_timings_new_from_json(), also if it cannot be read
 *
 * Returns: (transfer full): the timings
 */
MamutoTimings *
mamuto_timings_new_from_file(const char *path, GError **error)
{
    g_autofree char *json = NULL;
    MamutoTimings *self;

    g_return_val_if_fail(path != NULL, NULL);

    json = small_file_read(path, MAX_FILE, error);
    if (json == NULL)
        return NULL;
    self = mamuto_timings_new_from_json(json, error);
    if (self == NULL)
        g_prefix_error(error, "%s: ", path);
    return self;
}
