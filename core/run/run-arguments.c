/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Combines the arguments that are kept on the hosts with the arguments that are passed for one run,
 * and checks them before any data is sent. Checks at the end of the run that the files of the
 * arguments were neither modified nor damaged. */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "array-lines.h"
#include "function-private.h"
#include "mamuto-error.h"
#include "run.h"

void
run_arguments_free(RunArgument *arguments, guint n)
{
    for (guint i = 0; i < n; i++)
        if (arguments[i].argument != NULL)
            mamuto_argument_unref(arguments[i].argument);
    g_free(arguments);
}

/* Returns (transfer full): a word for an argument in a message. */
static char *
describe(const RunArgument *argument)
{
    const char *name = mamuto_argument_get_name(argument->argument);

    return name != NULL ? g_strdup_printf(_("argument “%s”"), name)
                        : g_strdup_printf(_("argument %u"), argument->number + 1);
}

/* Checks an array that is mapped over. @of: (nullable): the first such argument. */
static gboolean
check_rows(const RunArgument *argument, const RunArgument *of, GError **error)
{
    MamutoArray *array = mamuto_argument_get_array(argument->argument);
    g_autofree char *name = NULL, *other = NULL;
    gint64 n, expected;

    if (mamuto_array_get_n_dims(array) == 0) {
        name = describe(argument);
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    /* Translators: %s is "argument 2" or "argument “x”" */
                    _("%s is an array without axes and has no rows; give it as a single value"),
                    name);
        return FALSE;
    }
    n = mamuto_array_get_n_rows(array);
    expected = of != NULL ? mamuto_array_get_n_rows(mamuto_argument_get_array(of->argument)) : n;
    if (n == expected)
        return TRUE;
    name = describe(argument);
    other = describe(of);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LENGTH,
                /* Translators: %s is "argument 2" or "argument “x”" */
                _("%s has %'" PRId64 " rows, but %s has %'" PRId64
                  "; arrays that are mapped over must have the same length"),
                name, n, other, expected);
    return FALSE;
}

gboolean
run_argument_is_mapped(const RunArgument *argument)
{
    return mamuto_argument_get_array(argument->argument) != NULL &&
           !mamuto_argument_is_whole(argument->argument);
}

/* Sets @n_rows to the common length of all arrays that are mapped over. @may_differ: they may have
 * different lengths. */
static gboolean
find_rows(const RunArgument *arguments, guint n, gboolean may_differ, gint64 *n_rows,
          GError **error)
{
    const RunArgument *first = NULL;
    gboolean has_array = FALSE;

    for (guint i = 0; i < n; i++) {
        has_array |= mamuto_argument_get_array(arguments[i].argument) != NULL;
        if (!run_argument_is_mapped(&arguments[i]))
            continue;
        if (!check_rows(&arguments[i], may_differ ? NULL : first, error))
            return FALSE;
        if (first == NULL)
            first = &arguments[i];
    }
    if (first != NULL) {
        *n_rows = mamuto_array_get_n_rows(mamuto_argument_get_array(first->argument));
        return TRUE;
    }
    g_set_error_literal(
        error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
        has_array
            ? _("none of the arguments is mapped over: every call would get the same whole arrays")
            : _("none of the arguments is an array: there are no rows to map over"));
    return FALSE;
}

/* The arguments of a call while they are collected. */
typedef struct {
    GArray *positional; /* elements: RunArgument; `argument` is NULL where none is given */
    GArray *named;      /* elements: RunArgument */
    GPtrArray *names;   /* of `named` */
} Collected;

/* Adds the arguments of a list. @are_kept: the hosts keep them between runs. They are used only
 * where the call has no argument of the same position or name. */
static void
collect(Collected *self, GPtrArray *arguments, gboolean are_kept)
{
    guint n_given = self->named->len, position = 0, at_name;

    for (guint i = 0; i < arguments->len; i++) {
        MamutoArgument *argument = g_ptr_array_index(arguments, i);
        const char *name = argument != NULL ? mamuto_argument_get_name(argument) : NULL;
        RunArgument added = {.argument = argument, .kept = are_kept, .rank = i};
        RunArgument *at;

        if (name != NULL) {
            if (are_kept &&
                g_ptr_array_find_with_equal_func(self->names, name, g_str_equal, &at_name) &&
                at_name < n_given)
                continue;
            added.rank += are_kept ? G_MAXUINT / 2 : 0;
            g_array_append_val(self->named, added);
            g_ptr_array_add(self->names, (char *)name);
            continue;
        }
        added.number = position++;
        if (added.number == self->positional->len) {
            g_array_append_val(self->positional, added);
            continue;
        }
        at = &g_array_index(self->positional, RunArgument, added.number);
        if (at->argument == NULL)
            *at = added;
    }
}

static gboolean
check_collected(const Collected *self, GError **error)
{
    guint n = self->positional->len + self->named->len;

    if (n > RUN_MAX_ARGUMENTS) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%u arguments are too many; a call may have at most %d"), n,
                    RUN_MAX_ARGUMENTS);
        return FALSE;
    }
    for (guint i = 0; i < self->positional->len; i++)
        if (g_array_index(self->positional, RunArgument, i).argument == NULL) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                        _("argument %u is missing: it is neither given nor kept on the hosts"),
                        i + 1);
            return FALSE;
        }
    for (guint i = 0; i < self->names->len; i++) {
        const char *name = g_ptr_array_index(self->names, i);

        if (*name == '\0' || strlen(name) > RUN_MAX_NAME) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                        _("the name of an argument must have 1 to %d bytes"), RUN_MAX_NAME);
            return FALSE;
        }
    }
    return TRUE;
}

/* Returns the arguments in the order in which they are passed to @function. */
static RunArgument *
bind(const Collected *self, MamutoFunction *function, GError **error)
{
    guint n = self->positional->len + self->named->len, n_by_position;
    g_autofree guint *order = g_new(guint, n + 1);
    RunArgument *arguments;

    if (!function_bind(function, self->positional->len, (const char *const *)self->names->pdata,
                       self->named->len, order, &n_by_position, error))
        return NULL;
    arguments = g_new0(RunArgument, n + 1);
    for (guint i = 0; i < n; i++) {
        gboolean named = order[i] >= self->positional->len;

        arguments[i] =
            named ? g_array_index(self->named, RunArgument, order[i] - self->positional->len)
                  : g_array_index(self->positional, RunArgument, order[i]);
        arguments[i].by_name = i >= n_by_position;
        arguments[i].kept |= mamuto_argument_is_whole(arguments[i].argument);
        mamuto_argument_ref(arguments[i].argument);
    }
    return arguments;
}

/* In a grid, hosts keep lines of JSON, because a chunk can have the same line many times. */
static gboolean
prepare_json(RunArgument *arguments, guint n, gboolean in_grid, GError **error)
{
    for (guint i = 0; i < n; i++) {
        MamutoArray *array = mamuto_argument_get_array(arguments[i].argument);

        if (array == NULL || !mamuto_array_is_json(array))
            continue;
        arguments[i].kept |= in_grid;
        if (array_lines_get_index(array, error) != NULL) /* unknown if it is a result */
            continue;
        run_argument_name_in(error, arguments[i].argument, arguments[i].number);
        return FALSE;
    }
    return TRUE;
}

static void
collected_clear(Collected *self)
{
    g_array_unref(self->positional);
    g_array_unref(self->named);
    g_ptr_array_unref(self->names);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Collected, collected_clear)

RunArgument *
run_arguments_gather(MamutoFunction *function, GPtrArray *kept, GPtrArray *given, RunGrid *grid,
                     guint *n, gint64 *n_rows, GError **error)
{
    gboolean fits;
    g_auto(Collected) collected = {.positional = g_array_new(FALSE, TRUE, sizeof(RunArgument)),
                                   .named = g_array_new(FALSE, TRUE, sizeof(RunArgument)),
                                   .names = g_ptr_array_new()};
    RunArgument *arguments;

    collect(&collected, given, FALSE);
    if (kept != NULL)
        collect(&collected, kept, TRUE);
    *n = collected.positional->len + collected.named->len;
    if (!check_collected(&collected, error))
        return NULL;
    arguments = bind(&collected, function, error);
    if (arguments == NULL)
        return NULL;
    fits = prepare_json(arguments, *n, grid != NULL, error) &&
           find_rows(arguments, *n, grid != NULL, n_rows, error) &&
           (grid == NULL || run_arguments_make_grid(arguments, *n, grid, n_rows, error));
    if (!fits)
        run_arguments_free(arguments, *n);
    return fits ? arguments : NULL;
}

gsize
run_arguments_row_bytes(const RunArgument *arguments, guint n)
{
    gsize bytes = 0;

    for (guint i = 0; i < n; i++) {
        MamutoArray *array = mamuto_argument_get_array(arguments[i].argument);

        if (array == NULL || (arguments[i].kept && arguments[i].repeats == 0))
            continue;
        bytes += mamuto_array_get_row_size(array);
        if (mamuto_array_is_json(array)) /* the mean size of a row and its offset */
            bytes += sizeof(guint64) + mamuto_array_get_n_bytes(array) /
                                           (guint64)MAX(mamuto_array_get_n_rows(array), 1);
    }
    return bytes;
}

void
run_argument_name_in(GError **error, MamutoArgument *argument, guint number)
{
    const char *name = mamuto_argument_get_name(argument);
    g_autofree char *message = NULL;

    if (error == NULL || *error == NULL)
        return;
    message = (*error)->message;
    (*error)->message = name != NULL ? g_strdup_printf(_("argument “%s”: %s"), name, message)
                                     : g_strdup_printf(_("argument %u: %s"), number + 1, message);
}

gboolean
run_arguments_check_unchanged(const RunArgument *arguments, guint n, GError **error)
{
    for (guint i = 0; i < n; i++) {
        MamutoArray *array = mamuto_argument_get_array(arguments[i].argument);
        g_autoptr(GError) why = NULL;

        if (array == NULL || mamuto_array_check_unchanged(array, &why))
            continue;
        g_propagate_error(error, run_reason_of_input(why));
        run_argument_name_in(error, arguments[i].argument, arguments[i].number);
        return FALSE;
    }
    return TRUE;
}

gboolean
run_arguments_check_content(const RunArgument *arguments, guint n, gboolean wait,
                            GCancellable *cancellable, GError **error)
{
    for (guint i = 0; i < n; i++) {
        MamutoArray *array = mamuto_argument_get_array(arguments[i].argument);
        g_autoptr(GError) why = NULL;

        if (array == NULL || mamuto_array_check_content(array, wait, cancellable, &why))
            continue;
        g_propagate_error(error, run_reason_of_input(why));
        run_argument_name_in(error, arguments[i].argument, i);
        return FALSE;
    }
    return TRUE;
}
