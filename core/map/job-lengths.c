/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Checks that the arrays of a job that are mapped over have the same length. If they differ, the
 * error says which file can be passed as a whole instead. */
#include <glib/gi18n-lib.h>

#include "integer.h"
#include "job-private.h"
#include "mamuto-error.h"

/* Returns (transfer full): the argument as the user wrote it. The paths of a job file are relative
 * to its folder. */
static char *
show_text(MamutoJob *self, const JobArgument *argument)
{
    return self->folder
               ? job_value_make_relative(argument->text, argument->by_name, 2, self->folder)
               : g_strdup(argument->text);
}

/* Returns (transfer full): "data.npy" for data=sub/data.npy:x, or a range as it was written. */
static char *
show_source(const JobArgument *argument)
{
    g_autofree char *file = job_value_find_file(argument->text, argument->by_name);

    return file ? g_filename_display_basename(file) : g_strdup(argument->text);
}

/* Returns (transfer full) (nullable): how to write that every call gets the whole array of the
 * argument, as a word of a shell; NULL for ranges. */
static char *
propose_whole(MamutoJob *self, guint position)
{
    const JobArgument *argument = g_ptr_array_index(self->arguments, position);
    g_autofree char *file = job_value_find_file(argument->text, argument->by_name);
    gboolean has_name = argument->name && job_is_parameter_name(argument->name);
    g_autofree char *text = NULL;
    g_autofree char *whole = NULL;

    if (!file)
        return NULL;
    text = show_text(self, argument);
    whole = g_strconcat("@", text, NULL);
    return argument_spec_quote(has_name ? argument->name : NULL, whole);
}

/* An argument that is mapped over, in an error message. */
typedef struct {
    char *source;
    char *rows;
    char *whole; /* (nullable): how to pass the argument as a whole */
} Told;

static void
told_init(Told *told, MamutoJob *self, GPtrArray *arguments, guint position)
{
    MamutoArray *array = mamuto_argument_get_array(g_ptr_array_index(arguments, position));

    told->source = show_source(g_ptr_array_index(self->arguments, position));
    told->rows = integer_format(mamuto_array_get_n_rows(array));
    told->whole = propose_whole(self, position);
}

static void
told_clear(Told *told)
{
    g_free(told->source);
    g_free(told->rows);
    g_free(told->whole);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Told, told_clear)

/* @is_odd: the argument at @position differs from all others, so that it is probably meant to be
 * passed as a whole. @only_two: no other arguments are mapped over, so that either may be meant. */
static gboolean
refuse_lengths(MamutoJob *self, GPtrArray *arguments, guint position, guint other, gboolean is_odd,
               gboolean only_two, GError **error)
{
    g_auto(Told) one = {0};
    g_auto(Told) two = {0};

    told_init(&one, self, arguments, position);
    told_init(&two, self, arguments, other);
    if (only_two && one.whole && two.whole)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LENGTH,
                    /* Translators: "data.npy has 1,000 rows, p.npy 64; to give all of data.npy to
                     * every call, write data=@data.npy, or theta=@p.npy for all of p.npy" */
                    _("%s has %s rows, %s %s; to give all of %s to every call, write %s, or %s for "
                      "all of %s"),
                    one.source, one.rows, two.source, two.rows, one.source, one.whole, two.whole,
                    two.source);
    else if ((only_two || is_odd) && one.whole)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LENGTH,
                    /* Translators: "data.npy has 1,000 rows, p.npy 64; to give all of data.npy to
                     * every call, write data=@data.npy" */
                    _("%s has %s rows, %s %s; to give all of %s to every call, write %s"),
                    one.source, one.rows, two.source, two.rows, one.source, one.whole);
    else if (only_two && two.whole)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LENGTH,
                    _("%s has %s rows, %s %s; all arguments that are mapped over must have the "
                      "same number of rows, except for all their combinations (--grid); to give "
                      "all of %s to every call, write %s"),
                    one.source, one.rows, two.source, two.rows, two.source, two.whole);
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LENGTH,
                    _("%s has %s rows, %s %s; all arguments that are mapped over must have the "
                      "same number of rows, except for all their combinations (--grid)"),
                    one.source, one.rows, two.source, two.rows);
    return FALSE;
}

gboolean
job_check_lengths(MamutoJob *self, GPtrArray *arguments, GError **error)
{
    gint64 n_first = -1;
    guint first = 0, n_mapped = 0, last = 0;
    int odd, differs = -1;

    for (guint i = 0; i < arguments->len && !(self->flags & MAMUTO_MAP_GRID); i++) {
        MamutoArgument *argument = g_ptr_array_index(arguments, i);
        MamutoArray *array = argument ? mamuto_argument_get_array(argument) : NULL;
        gint64 n;

        if (!array || mamuto_argument_is_whole(argument) || mamuto_array_get_n_dims(array) == 0)
            continue;
        n = mamuto_array_get_n_rows(array);
        if (n_first < 0) {
            n_first = n;
            first = i;
        } else if (n != n_first && differs < 0) {
            differs = (int)i;
        }
        last = i;
        n_mapped++;
    }
    if (differs < 0)
        return TRUE;
    odd = mamuto_argument_find_odd_length(arguments);
    if (odd < 0)
        return refuse_lengths(self, arguments, (guint)differs, first, FALSE, n_mapped == 2, error);
    return refuse_lengths(self, arguments, (guint)odd, odd == (int)first ? last : first, TRUE,
                          FALSE, error);
}
