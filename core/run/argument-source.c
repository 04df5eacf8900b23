/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a program that edits arguments needs to know about their texts: the parts of a text, why a
 * text is not a value, and which of several arguments has another length than the others. */
#include <string.h>

#include "argument-spec.h"
#include "literal.h"
#include "mamuto-argument.h"

static gboolean
is_file(const char *path, gconstpointer data)
{
    return g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_DIR);
}

static char **
make_one(const char *part)
{
    const char *const parts[] = {part, NULL};

    return g_strdupv((char **)parts);
}

/* Returns (transfer full): the text between the brackets of each:[…]. */
static char **
split_list(const char *text)
{
    g_autofree char *inside = g_strdup(text + strlen(ARGUMENT_EACH_PREFIX "["));
    gsize length = strlen(g_strchomp(inside));

    if (length > 0 && inside[length - 1] == ']')
        inside[length - 1] = '\0';
    return make_one(g_strstrip(inside));
}

/**
 * mamuto_argument_split:
 * @text: a SPEC as for mamuto_argument_parse(), without NAME
 * @parts: (out) (transfer full) (array zero-terminated=1): the parts of @text as they are written:
 *   FILE[:PART][+KEY=VALUE…] for files; the value; from, to and the number of numbers for linear
 *   and logarithmic ranges; from and to for integers; the elements between the brackets of a list,
 *   as one part
 *
 * Splits the text of an argument into what a person can edit. The text need not be valid: its kind
 * is found, but its values are not checked. Reads no file, but looks whether there is a file of the
 * name. This function may be called from any thread.
 *
 * Returns: where the data of the argument come from
 */
MamutoSource
mamuto_argument_split(const char *text, char ***parts)
{
    static const MamutoSource sources[] = {
        [RANGE_LINEAR] = MAMUTO_SOURCE_LINEAR,
        [RANGE_LOGARITHMIC] = MAMUTO_SOURCE_LOGARITHMIC,
        [RANGE_INTEGERS] = MAMUTO_SOURCE_INTEGERS,
    };
    const ArgumentContext context = {.is_file = is_file};
    RangeKind kind;

    g_return_val_if_fail(text != NULL && parts != NULL, MAMUTO_SOURCE_ROWS);
    *parts = argument_range_split(text, &kind);
    if (*parts != NULL)
        return sources[kind];
    if (argument_spec_is_range(text)) {
        *parts = split_list(text);
        return MAMUTO_SOURCE_LIST;
    }
    if ((*text != '=' && *text != '@') || argument_spec_find_file(text, &context) > 0) {
        *parts = make_one(text);
        return MAMUTO_SOURCE_ROWS;
    }
    if (*text == '@' || text[1] == '@') {
        *parts = make_one(text + (*text == '@' ? 1 : 2));
        return MAMUTO_SOURCE_WHOLE;
    }
    *parts = make_one(text + 1);
    return MAMUTO_SOURCE_VALUE;
}

/**
 * mamuto_argument_explain_value:
 * @text: what a person has written as a value
 * @instead: (out) (transfer full) (array zero-terminated=1): up to two values that may be meant
 *
 * Explains why a text is not a value. A value is written in JSON or in Python's notation. This
 * function may be called from any thread.
 *
 * Returns: (transfer full) (nullable): the problem, such as "a text needs quotes"; %NULL if @text
 *   is a value
 */
char *
mamuto_argument_explain_value(const char *text, char ***instead)
{
    g_auto(Literal) literal = {0};
    g_auto(LiteralFault) fault = {0};
    const char *proposed[G_N_ELEMENTS(fault.instead) + 1] = {NULL};
    guint n = 0;

    g_return_val_if_fail(text != NULL && instead != NULL, NULL);
    if (!literal_parse(text, &literal, &fault))
        for (guint i = 0; i < G_N_ELEMENTS(fault.instead); i++)
            if (fault.instead[i] != NULL)
                proposed[n++] = fault.instead[i];
    *instead = g_strdupv((char **)proposed);
    return g_steal_pointer(&fault.problem);
}

/* Returns the number of rows that are mapped over; -1 if there are none. */
static gint64
count_mapped_rows(MamutoArgument *argument)
{
    MamutoArray *array = argument != NULL ? mamuto_argument_get_array(argument) : NULL;

    if (array == NULL || mamuto_argument_is_whole(argument) || mamuto_array_get_n_dims(array) == 0)
        return -1;
    return mamuto_array_get_n_rows(array);
}

/**
 * mamuto_argument_find_odd_length:
 * @arguments: (element-type MamutoArgument): arguments of a call; %NULL elements are ignored
 *
 * Finds the argument that is probably meant to be passed as a whole: all other arguments that are
 * mapped over, at least two, have the same number of rows, and only this one has another number.
 *
 * Returns: the position of the argument; -1 if there is none
 */
int
mamuto_argument_find_odd_length(GPtrArray *arguments)
{
    g_return_val_if_fail(arguments != NULL, -1);
    for (guint i = 0; i < arguments->len; i++) {
        gint64 n = count_mapped_rows(g_ptr_array_index(arguments, i)), common = -1;
        guint n_others = 0;
        gboolean agree = n >= 0;

        for (guint j = 0; j < arguments->len && agree; j++) {
            gint64 other = j == i ? -1 : count_mapped_rows(g_ptr_array_index(arguments, j));

            if (other < 0)
                continue;
            agree = other != n && (common < 0 || other == common);
            common = other;
            n_others++;
        }
        if (agree && n_others >= 2)
            return (int)i;
    }
    return -1;
}
