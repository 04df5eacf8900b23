/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Makes an argument of a text in the grammar of argument-spec.h: loads its file, or makes the array
 * of its range or list. */
#include <glib/gi18n-lib.h>

#include "argument-spec.h"
#include "literal-array.h"
#include "mamuto-argument.h"
#include "mamuto-error.h"

/* How an array is loaded. */
typedef struct {
    GFileProgressCallback progress;
    gpointer progress_data;
    GCancellable *cancellable;
} Loading;

/* Whether @path can be read as a file. Pipes and devices are left to the code that opens them. */
static gboolean
is_file(const char *path, gconstpointer data)
{
    return g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_DIR);
}

static MamutoArgument *
load_file(const ArgumentSpec *spec, const Loading *loading, GError **error)
{
    g_autoptr(MamutoArray) array = mamuto_array_load_with_progress(
        spec->text, loading->progress, loading->progress_data, loading->cancellable, error);

    if (array == NULL)
        return NULL;
    if (spec->kind == ARGUMENT_WHOLE)
        return mamuto_argument_new_whole(array);
    if (mamuto_array_get_n_dims(array) > 0)
        return mamuto_argument_new_array(array);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                _("%s contains a single value and has no rows to map over; enter the value itself, "
                  "or pass the file to every call, as @%s"),
                spec->text, spec->text);
    return NULL;
}

static MamutoArray *
make_list(const char *json, GError **error)
{
    g_auto(Literal) literal = {0};

    g_return_val_if_fail(literal_parse(json, &literal, NULL), NULL);
    return literal_make_array(&literal, error);
}

static MamutoArray *
make_range(const ArgumentRange *range, GError **error)
{
    switch (range->kind) {
    case RANGE_LINEAR:
        return mamuto_array_new_range(range->from, range->to, range->count, error);
    case RANGE_LOGARITHMIC:
        return mamuto_array_new_geometric_range(range->from, range->to, range->count, error);
    default:
        return mamuto_array_new_integer_range(range->first, range->last, error);
    }
}

static MamutoArgument *
make_argument(const ArgumentSpec *spec, const char *text, const Loading *loading, GError **error)
{
    g_autoptr(MamutoArray) array = NULL;

    if (spec->kind == ARGUMENT_FILE || spec->kind == ARGUMENT_WHOLE)
        return load_file(spec, loading, error);
    if (spec->kind == ARGUMENT_VALUE)
        return mamuto_argument_new_value(spec->text, error);
    array = spec->kind == ARGUMENT_RANGE ? make_range(&spec->range, error)
                                         : make_list(spec->text, error);
    if (array != NULL)
        return mamuto_argument_new_array(array);
    g_prefix_error(error, "%s: ", text);
    return NULL;
}

static MamutoArgument *
parse(const char *text, const char *name, MamutoFunction *function, const Loading *loading,
      GError **error)
{
    const ArgumentContext context = {
        .is_file = is_file,
        .parameters = function != NULL ? mamuto_function_get_parameters(function) : NULL,
        .name = name,
    };
    g_autoptr(MamutoArgument) argument = NULL;
    g_auto(ArgumentSpec) spec = {0};

    if (!argument_spec_parse(text, &context, &spec, error))
        return NULL;
    argument = make_argument(&spec, text, loading, error);
    if (argument == NULL || spec.name == NULL)
        return g_steal_pointer(&argument);
    return mamuto_argument_with_name(argument, spec.name);
}

/**
 * mamuto_argument_parse:
 * @text: an argument in the form [NAME=]SPEC
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error that names the file or the argument and says what to write
 *
 * Makes an argument of a text. NAME is the parameter to which the argument is bound. SPEC is one of
 *
 * - `FILE[:PART][+KEY=VALUE…]`: one row of the file for each call, see mamuto_array_load();
 * - `@FILE[:PART][+KEY=VALUE…]`: the whole array for every call, see mamuto_argument_new_whole();
 * - `0:1:101`: evenly spaced numbers (from, to, how many; both ends are included), see
 *   mamuto_array_new_range();
 * - `log:1e-3:1e3:50`: the same on a logarithmic scale;
 * - `0..99`: integers, both ends are included;
 * - `each:[1, 2, 5]`: a list with one element for each call: numbers, booleans, texts, or lists of
 *   equal lengths;
 * - `=VALUE`: a value in JSON or in Python's notation, the same for every call: `=0.5`, `=[1,2,3]`,
 *   `='fast'`, `=True`, `=None`. After `NAME=`, the value alone: `sigma=0.1`;
 * - `=@FILE[:PART]`: the same as `@FILE[:PART]`.
 *
 * A file whose name is the whole text wins over every other reading, except that ranges and lists
 * are never files (`./0..99` is a file). A text that is the name of a file and also a value for
 * NAME is refused. Loading a large CSV file may take long. This function may be called from any
 * thread.
 *
 * Returns: (transfer full): the argument, or %NULL with %MAMUTO_ERROR_INVALID_ARGUMENT if @text
 *   cannot be read or could mean two things, or with an error of mamuto_array_load()
 */
MamutoArgument *
mamuto_argument_parse(const char *text, GCancellable *cancellable, GError **error)
{
    const Loading loading = {.cancellable = cancellable};

    g_return_val_if_fail(text != NULL, NULL);
    return parse(text, NULL, NULL, &loading, error);
}

/**
 * mamuto_argument_parse_with_progress:
 * @text: as for mamuto_argument_parse()
 * @progress: (nullable) (scope call) (closure progress_data): called while a file is read, see
 *   mamuto_array_load_with_progress()
 * @progress_data: passed to @progress
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error that names the file or the argument
 *
 * Like mamuto_argument_parse(), but reports the progress of loading. This function may be called in
 * any thread.
 *
 * Returns: (transfer full): the argument
 */
MamutoArgument *
mamuto_argument_parse_with_progress(const char *text, GFileProgressCallback progress,
                                    gpointer progress_data, GCancellable *cancellable,
                                    GError **error)
{
    const Loading loading = {progress, progress_data, cancellable};

    g_return_val_if_fail(text != NULL, NULL);
    return parse(text, NULL, NULL, &loading, error);
}

/**
 * mamuto_argument_parse_for_function:
 * @text: as for mamuto_argument_parse()
 * @function: (nullable): the function. If its parameters are known, a NAME that is none of them is
 *   refused, and so is a text that is both the name of a file and an argument for a parameter
 * @name: (nullable): the parameter to which the argument is bound, if @text is a SPEC without NAME
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error that names the file or the argument
 *
 * Like mamuto_argument_parse(), for a function whose parameters may be known. This function may be
 * called in any thread, but not while another thread inspects @function.
 *
 * Returns: (transfer full): the argument
 */
MamutoArgument *
mamuto_argument_parse_for_function(const char *text, MamutoFunction *function, const char *name,
                                   GCancellable *cancellable, GError **error)
{
    const Loading loading = {.cancellable = cancellable};

    g_return_val_if_fail(text != NULL, NULL);
    g_return_val_if_fail(function == NULL || MAMUTO_IS_FUNCTION(function), NULL);
    return parse(text, name, function, &loading, error);
}
