/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See job-lengths.h. */
#include "job-lengths.h"

#include <glib/gi18n.h>

#include "app-text.h"

static gint64
get_n_rows(MamutoJobDocument *self, guint position)
{
    return mamuto_input_get_n_rows(mamuto_job_document_get_input(self, position));
}

static gboolean
is_grid(MamutoJobDocument *self)
{
    return (mamuto_job_get_flags(mamuto_job_document_get_job(self)) & MAMUTO_MAP_GRID) != 0;
}

/* Returns the position of the argument that differs from all others; -1 if there is none. */
static int
find_odd(MamutoJobDocument *self)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();

    for (guint i = 0; i < mamuto_job_document_get_n_inputs(self); i++)
        g_ptr_array_add(arguments,
                        mamuto_input_get_argument(mamuto_job_document_get_input(self, i)));
    return mamuto_argument_find_odd_length(arguments);
}

/* Returns the position of the argument whose number of rows that of the argument at @position is
 * compared with; -1 if there is none. It is the first one that is loaded and mapped over, unless
 * this one differs from all others. */
static int
find_reference(MamutoJobDocument *self, guint position)
{
    int odd = find_odd(self);
    guint n = odd == (int)position ? mamuto_job_document_get_n_inputs(self) : position;

    for (guint i = 0; i < n; i++)
        if ((int)i != odd && get_n_rows(self, i) >= 0)
            return (int)i;
    return -1;
}

char *
job_lengths_check(MamutoJobDocument *self, guint position)
{
    gint64 n = get_n_rows(self, position);
    int other = find_reference(self, position);
    const char *name;
    g_autofree char *number = NULL;
    g_autofree char *rows = NULL;
    g_autofree char *count = NULL;
    gint64 difference;

    if (n < 0 || other < 0 || is_grid(self))
        return NULL;
    difference = n - get_n_rows(self, (guint)other);
    if (difference == 0)
        return NULL;
    name = mamuto_job_get_argument_name(mamuto_job_document_get_job(self), (guint)other);
    number = g_strdup_printf(_("argument %d"), other + 1);
    rows = app_text_rows(n);
    count = app_text_count(ABS(difference));
    if (difference < 0)
        /* Translators: "999 rows, 1 fewer than x"; x is the name of an argument */
        return g_strdup_printf(_("%s, %s fewer than %s"), rows, count, name ? name : number);
    /* Translators: "1,001 rows, 1 more than x"; x is the name of an argument */
    return g_strdup_printf(_("%s, %s more than %s"), rows, count, name ? name : number);
}

gboolean
job_lengths_is_mapped(MamutoJobDocument *self, guint position)
{
    MamutoInput *input = mamuto_job_document_get_input(self, position);
    const char *text = mamuto_input_get_text(input);
    g_auto(GStrv) parts = NULL;
    MamutoSource source;

    if (!text || mamuto_input_get_state(input) == MAMUTO_INPUT_FAILED)
        return FALSE;
    if (mamuto_input_get_state(input) == MAMUTO_INPUT_READY)
        return get_n_rows(self, position) >= 0;
    source = mamuto_argument_split(text, &parts);
    return source != MAMUTO_SOURCE_WHOLE && source != MAMUTO_SOURCE_VALUE;
}

guint
job_lengths_count_mapped(MamutoJobDocument *self)
{
    guint n = 0;

    for (guint i = 0; i < mamuto_job_document_get_n_inputs(self); i++)
        n += job_lengths_is_mapped(self, i);
    return n;
}

gint64
job_lengths_count_calls(MamutoJobDocument *self, gboolean grid)
{
    gint64 calls = -1;
    gboolean too_many = FALSE;

    for (guint i = 0; i < mamuto_job_document_get_n_inputs(self); i++) {
        gint64 n = get_n_rows(self, i);

        if (!job_lengths_is_mapped(self, i))
            continue;
        if (n < 0 || (!grid && calls >= 0 && n != calls))
            return -1;
        if (grid && n == 0) /* no combinations, however many rows the others have */
            return 0;
        if (!grid || calls < 0)
            calls = n;
        else if (__builtin_mul_overflow(calls, n, &calls))
            too_many = TRUE;
        if (too_many)
            calls = 1; /* a later argument may still have no rows */
    }
    return too_many ? G_MAXINT64 : calls;
}

MamutoProblem *
job_lengths_check_grid(MamutoJobDocument *self)
{
    if (!is_grid(self))
        return NULL;
    if (job_lengths_count_calls(self, TRUE) < G_MAXINT64)
        return NULL;
    return mamuto_problem_new(MAMUTO_FIELD_ARGUMENT, 0,
                              _("The arguments have more combinations than can be counted"));
}

/* Whether the argument is a file, whose whole array can be passed. */
static gboolean
may_be_whole(MamutoJobDocument *self, guint position)
{
    MamutoInput *input = mamuto_job_document_get_input(self, position);
    g_auto(GStrv) parts = NULL;

    return get_n_rows(self, position) >= 0 &&
           mamuto_argument_split(mamuto_input_get_text(input), &parts) == MAMUTO_SOURCE_ROWS;
}

GArray *
job_lengths_list_whole(MamutoJobDocument *self)
{
    GArray *positions = g_array_new(FALSE, FALSE, sizeof(guint));
    int odd = find_odd(self);
    guint n_mapped = 0;
    gint64 n = -1;
    gboolean differ = FALSE;

    for (guint i = 0; i < mamuto_job_document_get_n_inputs(self); i++) {
        gint64 rows = get_n_rows(self, i);

        if (rows < 0)
            continue;
        differ |= n >= 0 && rows != n;
        n = rows;
        n_mapped++;
    }
    if (!differ || is_grid(self) || (odd < 0 && n_mapped != 2))
        return positions;
    /* of two arguments either may be meant; the one that differs from the first one comes first, as
     * the message stands there */
    for (guint i = mamuto_job_document_get_n_inputs(self); i-- > 0;)
        if ((odd < 0 || odd == (int)i) && may_be_whole(self, i))
            g_array_append_val(positions, i);
    return positions;
}
