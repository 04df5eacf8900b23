/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See literal-array.h. The list is read twice: first to find its shape and its element type, then
 * to fill the array. */
#include "literal-array.h"

#include <cjson/cJSON.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "mamuto-error.h"
#include "number.h"

#define NATIVE_ORDER (G_BYTE_ORDER == G_LITTLE_ENDIAN ? '<' : '>')
/* Largest integer such that all integers up to it are exact as doubles. */
#define EXACT_MAX (G_GINT64_CONSTANT(1) << 53)

typedef enum { FAMILY_NONE, FAMILY_BOOL, FAMILY_NUMBER, FAMILY_TEXT } Family;

typedef struct {
    const Literal *literal;
    guint at; /* index of the next part */
    gint64 shape[MAMUTO_ARRAY_MAX_DIMS];
    guint n_dims; /* known after the first element has been read */
    gboolean shape_known;
    Family family;
    gboolean any_float, any_unsigned, any_negative;
    gboolean any_inexact; /* an integer that is not exact as a double */
    glong width;          /* characters of the longest text */
    GError **error;
} Survey;

static gboolean
fail(Survey *self, const char *problem)
{
    g_set_error_literal(self->error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT, problem);
    return FALSE;
}

static const LiteralPart *
next(Survey *self)
{
    return &g_array_index(self->literal->parts, LiteralPart, self->at++);
}

/* Returns (transfer full): the text of a part; NULL if it contains a NUL, which numpy removes at
 * the end of a text. */
static char *
dup_text(const Literal *literal, const LiteralPart *part)
{
    g_autofree char *json = g_strndup(literal->json + part->start, part->length);
    cJSON *value = strstr(json, "\\u0000") == NULL ? cJSON_Parse(json) : NULL;
    char *text = g_strdup(cJSON_GetStringValue(value));

    cJSON_Delete(value);
    return text;
}

static Family
family_of(LiteralKind kind)
{
    switch (kind) {
    case LITERAL_TRUE:
    case LITERAL_FALSE:
        return FAMILY_BOOL;
    case LITERAL_INT:
    case LITERAL_FLOAT:
        return FAMILY_NUMBER;
    case LITERAL_TEXT:
        return FAMILY_TEXT;
    default:
        return FAMILY_NONE;
    }
}

static gboolean
survey_int(Survey *self, const char *text, gsize length)
{
    gint64 value;

    switch (number_parse_int(text, length, &value)) {
    case NUMBER_INT:
        self->any_negative |= value < 0;
        self->any_inexact |= value > EXACT_MAX || value < -EXACT_MAX;
        return TRUE;
    case NUMBER_UINT:
        self->any_unsigned = self->any_inexact = TRUE;
        return TRUE;
    default:
        return fail(self, _("an integer in the list does not fit into 64 bits"));
    }
}

static gboolean
survey_element(Survey *self, const LiteralPart *part)
{
    Family family = family_of(part->kind);
    g_autofree char *text = NULL;

    if (family == FAMILY_NONE)
        return fail(self, _("the list may contain numbers, booleans, texts or lists of these"));
    if (self->family != FAMILY_NONE && family != self->family)
        return fail(self, _("the elements of the list are of different kinds"));
    self->family = family;
    if (part->kind == LITERAL_INT)
        return survey_int(self, self->literal->json + part->start, part->length);
    self->any_float |= part->kind == LITERAL_FLOAT;
    if (family != FAMILY_TEXT)
        return TRUE;
    text = dup_text(self->literal, part);
    if (text == NULL)
        return fail(self, _("a text in the list contains a NUL character"));
    self->width = MAX(self->width, g_utf8_strlen(text, -1));
    return TRUE;
}

static gboolean
survey_list(Survey *self, guint depth)
{
    gint64 n = 0;

    if (depth == MAMUTO_ARRAY_MAX_DIMS)
        return fail(self, _("lists are nested too deeply"));
    for (const LiteralPart *part = next(self); part->kind != LITERAL_END; part = next(self), n++) {
        gboolean is_list = part->kind == LITERAL_BEGIN_LIST;

        if (self->shape_known && is_list != (depth + 1 < self->n_dims))
            return fail(self, _("the lists in the list have different lengths"));
        if (is_list ? !survey_list(self, depth + 1) : !survey_element(self, part))
            return FALSE;
        if (!is_list && !self->shape_known) {
            self->n_dims = depth + 1;
            self->shape_known = TRUE;
        }
    }
    if (n == 0)
        return fail(self, _("the list is empty"));
    if (self->shape[depth] == 0)
        self->shape[depth] = n;
    return self->shape[depth] == n || fail(self, _("the lists in the list have different lengths"));
}

static gboolean
choose_dtype(Survey *self, MamutoDtype *dtype)
{
    *dtype = (MamutoDtype){'i', NATIVE_ORDER, 8};
    if (self->family == FAMILY_BOOL) {
        *dtype = (MamutoDtype){'b', '|', 1};
    } else if (self->family == FAMILY_TEXT) {
        *dtype = (MamutoDtype){'U', NATIVE_ORDER, 4 * (guint32)MAX(self->width, 1)};
    } else if (self->any_float) {
        dtype->kind = 'f';
        if (self->any_inexact)
            return fail(self, _("an integer in the list is not exact as a floating point number; "
                                "write it with a point"));
    } else if (self->any_unsigned) {
        dtype->kind = 'u';
        if (self->any_negative)
            return fail(self, _("no integer type has both the largest and the negative numbers of "
                                "the list"));
    }
    return TRUE;
}

static void
put_text(const Literal *literal, const LiteralPart *part, const MamutoDtype *dtype, char *dest)
{
    g_autofree char *text = dup_text(literal, part);
    glong length;
    g_autofree gunichar *wide = g_utf8_to_ucs4_fast(text, -1, &length);

    memset(dest, 0, dtype->itemsize);
    memcpy(dest, wide, (gsize)length * sizeof *wide);
}

static void
put_number(const Literal *literal, const LiteralPart *part, const MamutoDtype *dtype, char *dest)
{
    g_autofree char *text = g_strndup(literal->json + part->start, part->length);
    gint64 integer = 0;
    double number;

    if (dtype->kind == 'f') {
        number_parse_double(text, part->length, &number);
        memcpy(dest, &number, sizeof number);
    } else {
        number_parse_int(text, part->length, &integer);
        memcpy(dest, &integer, sizeof integer);
    }
}

static void
fill(const Literal *literal, const MamutoDtype *dtype, char *dest)
{
    for (guint i = 0; i < literal->parts->len; i++) {
        const LiteralPart *part = &g_array_index(literal->parts, LiteralPart, i);

        switch (family_of(part->kind)) {
        case FAMILY_NONE:
            continue;
        case FAMILY_BOOL:
            *dest = part->kind == LITERAL_TRUE;
            break;
        case FAMILY_TEXT:
            put_text(literal, part, dtype, dest);
            break;
        case FAMILY_NUMBER:
            put_number(literal, part, dtype, dest);
            break;
        }
        dest += dtype->itemsize;
    }
}

MamutoArray *
literal_make_array(const Literal *literal, GError **error)
{
    Survey survey = {.literal = literal, .error = error};
    MamutoArray *array;
    MamutoDtype dtype;

    if (next(&survey)->kind != LITERAL_BEGIN_LIST) {
        fail(&survey, _("this is not a list"));
        return NULL;
    }
    if (!survey_list(&survey, 0) || !choose_dtype(&survey, &dtype))
        return NULL;
    array = mamuto_array_new(&dtype, survey.n_dims, survey.shape, error);
    if (array != NULL)
        fill(literal, &dtype, mamuto_array_get_data(array));
    return array;
}
