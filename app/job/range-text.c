/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See range-text.h. Each field is checked first, so that a problem can be shown at its field. The
 * library then has the last word on the whole range. */
#include "range-text.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "../app-text.h"

#define LIST "each:["

gboolean
range_text_has_field(MamutoSource kind, RangeField field)
{
    switch (field) {
    case RANGE_LIST:
        return kind == MAMUTO_SOURCE_LIST;
    case RANGE_COUNT:
        return kind == MAMUTO_SOURCE_LINEAR || kind == MAMUTO_SOURCE_LOGARITHMIC;
    default:
        return kind != MAMUTO_SOURCE_LIST;
    }
}

void
range_text_clear(RangeText *self)
{
    g_clear_pointer(&self->text, g_free);
    g_clear_object(&self->array);
    g_clear_pointer(&self->problem, g_free);
    for (RangeField field = 0; field < N_RANGE_FIELDS; field++)
        g_clear_pointer(&self->remarks[field], g_free);
}

/* Replaces the decimal comma of many languages by a point. Returns FALSE if the comma may as well
 * separate thousands. */
static gboolean
replace_comma(char *number)
{
    char *comma = strchr(number, ',');
    gsize n;

    if (!comma)
        return TRUE;
    n = strspn(comma + 1, "0123456789");
    if (strchr(comma + 1, ',') || strchr(number, '.') ||
        (n == 3 && comma[4] == '\0' && *number != '0' && strncmp(number, "-0", 2) != 0))
        return FALSE;
    *comma = '.';
    return TRUE;
}

/* Whether the library reads @number as a number of a range. */
static gboolean
is_number(const char *number)
{
    g_autofree char *range = g_strdup_printf("%s:0:2", number);
    g_auto(GStrv) parts = NULL;

    return mamuto_argument_split(range, &parts) == MAMUTO_SOURCE_LINEAR;
}

/* (transfer none) (nullable): what is wrong with a number. Replaces a decimal comma. */
static const char *
check_number(char *number, gboolean positive)
{
    if (!replace_comma(number))
        return _("write the decimal separator as a point");
    if (!is_number(number))
        return _("not a number");
    if (!isfinite(g_ascii_strtod(number, NULL)))
        return _("not a finite number");
    if (positive && !(g_ascii_strtod(number, NULL) > 0))
        return _("must be greater than 0");
    return NULL;
}

/* (transfer none) (nullable): what is wrong with an integer. */
static const char *
check_integer(const char *number, gint64 least)
{
    gint64 value;
    g_autoptr(GError) error = NULL;

    if (g_ascii_string_to_signed(number, 10, G_MININT64, G_MAXINT64, &value, &error))
        return value >= least ? NULL : _("must be at least 1");
    return g_error_matches(error, G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_OUT_OF_BOUNDS)
               ? _("too large")
               : _("not a whole number");
}

static const char *
check_field(MamutoSource kind, RangeField field, char *text)
{
    if (field == RANGE_COUNT)
        return check_integer(text, 1);
    if (kind == MAMUTO_SOURCE_INTEGERS)
        return check_integer(text, G_MININT64);
    return check_number(text, kind == MAMUTO_SOURCE_LOGARITHMIC);
}

/* (transfer full) (nullable): what is wrong with the elements of a list. */
static char *
check_list(const char *elements)
{
    g_autofree char *list = g_strdup_printf("[%s]", elements);
    g_autofree char *text = g_strdup_printf(LIST "%s]", elements);
    g_auto(GStrv) instead = NULL;
    g_autofree char *problem = mamuto_argument_explain_value(list, &instead);
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArgument) argument = NULL;

    if (problem) {
        /* explain a list of one word, such as a text without quotes, by this word */
        g_auto(GStrv) instead_of_one = NULL;
        g_autofree char *problem_of_one =
            strchr(elements, ',') ? NULL : mamuto_argument_explain_value(elements, &instead_of_one);

        return problem_of_one ? app_text_propose(problem_of_one, instead_of_one)
                              : g_steal_pointer(&problem);
    }
    argument = mamuto_argument_parse(text, NULL, &error);
    if (argument)
        return NULL;
    /* the library puts the text before the problem */
    return g_strdup(g_str_has_prefix(error->message, text) &&
                            g_str_has_prefix(error->message + strlen(text), ": ")
                        ? error->message + strlen(text) + 2
                        : error->message);
}

static char *
join_fields(MamutoSource kind, char *const *fields)
{
    switch (kind) {
    case MAMUTO_SOURCE_LINEAR:
        return g_strdup_printf("%s:%s:%s", fields[RANGE_FROM], fields[RANGE_TO],
                               fields[RANGE_COUNT]);
    case MAMUTO_SOURCE_LOGARITHMIC:
        return g_strdup_printf("log:%s:%s:%s", fields[RANGE_FROM], fields[RANGE_TO],
                               fields[RANGE_COUNT]);
    case MAMUTO_SOURCE_INTEGERS:
        return g_strdup_printf("%s..%s", fields[RANGE_FROM], fields[RANGE_TO]);
    default:
        return g_strdup_printf(LIST "%s]", fields[RANGE_LIST]);
    }
}

/* Explains why the library refuses numbers that are valid one by one. */
static void
explain_whole(RangeText *self, MamutoSource kind, char *const *fields)
{
    double from = g_ascii_strtod(fields[RANGE_FROM], NULL);
    double to = g_ascii_strtod(fields[RANGE_TO], NULL);

    if (kind == MAMUTO_SOURCE_INTEGERS && to < from)
        self->remarks[RANGE_TO] = g_strdup(_("less than the first number"));
    else if (kind == MAMUTO_SOURCE_INTEGERS || !isfinite(to - from))
        self->remarks[RANGE_TO] = g_strdup(_("too far from the first number"));
    else if (g_ascii_strtoll(fields[RANGE_COUNT], NULL, 10) == 1)
        self->remarks[RANGE_COUNT] = g_strdup(_("at least 2, because both ends are included"));
    else
        self->remarks[RANGE_COUNT] = g_strdup(_("too large"));
}

static const char *
name_field(RangeField field)
{
    return field == RANGE_FROM ? C_("range", "From")
           : field == RANGE_TO ? C_("range", "To")
                               : _("Number of Values");
}

/* Sets the problem of the whole range to that of its first wrong field. @missing: a field is
 * empty. */
static void
set_problem(RangeText *self, gboolean missing)
{
    for (RangeField field = 0; field < N_RANGE_FIELDS && !self->problem; field++)
        if (self->remarks[field] && field == RANGE_LIST)
            self->problem = g_strdup(self->remarks[field]);
        else if (self->remarks[field])
            /* Translators: the name of a field, and what is wrong with it: "To: not a number" */
            self->problem = g_strdup_printf(_("%s: %s"), name_field(field), self->remarks[field]);
    if (!self->problem && missing)
        self->problem = g_strdup(_("Fill in the fields of the range"));
}

void
range_text_make(RangeText *self, MamutoSource kind, const char *const *fields)
{
    char *own[N_RANGE_FIELDS] = {NULL};
    gboolean missing = FALSE;
    g_autofree char *text = NULL;
    g_autoptr(MamutoArgument) argument = NULL;

    *self = (RangeText){0};
    for (RangeField field = 0; field < N_RANGE_FIELDS; field++) {
        if (!range_text_has_field(kind, field))
            continue;
        own[field] = g_strstrip(g_strdup(fields[field]));
        missing |= *own[field] == '\0';
        if (*own[field] != '\0')
            self->remarks[field] = field == RANGE_LIST
                                       ? check_list(own[field])
                                       : g_strdup(check_field(kind, field, own[field]));
    }
    set_problem(self, missing);
    if (!self->problem) {
        text = join_fields(kind, own);
        argument = mamuto_argument_parse(text, NULL, NULL);
        if (argument) {
            self->array = g_object_ref(mamuto_argument_get_array(argument));
            self->text = g_steal_pointer(&text);
        } else {
            explain_whole(self, kind, own);
            set_problem(self, FALSE);
        }
    }
    for (RangeField field = 0; field < N_RANGE_FIELDS; field++)
        g_free(own[field]);
}
