/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See row-check.h. */
#include "row-check.h"

#include <glib/gi18n.h>

#include "../app-error.h"
#include "../app-text.h"

/* Greatest number of elements that are shown of an argument. If the argument has more elements, the
 * number of the remaining elements is shown after them. */
#define MAX_ELEMENTS 16
#define MAX_TEXT 400

/* ---- as text ---- */

static void
append_row(GString *text, MamutoArray *array, gint64 row)
{
    guint n_dims;
    const gint64 *shape = mamuto_array_get_shape(array, &n_dims);
    g_autofree gint64 *index = g_new0(gint64, MAX(n_dims, 1));
    gint64 n = 1;

    index[0] = row;
    for (guint i = 1; i < n_dims; i++)
        n *= shape[i];
    if (n_dims > 1)
        g_string_append_c(text, '[');
    for (gint64 i = 0; i < MIN(n, MAX_ELEMENTS); i++) {
        gint64 rest = i;
        g_autofree char *element = NULL;

        for (guint d = n_dims - 1; d > 0; d--) {
            index[d] = rest % shape[d];
            rest /= shape[d];
        }
        element = mamuto_array_format_element(array, index);
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", element);
    }
    if (n > MAX_ELEMENTS) {
        g_autofree char *more = app_text_count(n - MAX_ELEMENTS);

        /* Translators: end of a list: the number of elements that are not shown */
        g_string_append_printf(
            text, ngettext(", … %s more", ", … %s more", (gulong)(n - MAX_ELEMENTS)), more);
    }
    if (n_dims > 1)
        g_string_append_c(text, ']');
}

/* Appends @json. If it is longer than MAX_TEXT characters, "…" replaces the rest. */
static void
append_json(GString *text, const char *json)
{
    if (g_utf8_strlen(json, -1) <= MAX_TEXT) {
        g_string_append(text, json);
        return;
    }
    g_string_append_len(text, json, g_utf8_offset_to_pointer(json, MAX_TEXT) - json);
    g_string_append(text, "…");
}

/* Returns the row of the argument at @position with which the function was called for row @row of
 * the result. Rows of a grid are numbered in C order: the last argument changes fastest. */
static gint64
find_row(MamutoRunRecord *record, guint position, gint64 row)
{
    GPtrArray *arguments = mamuto_run_record_get_arguments(record);

    if (!(mamuto_job_get_flags(mamuto_run_record_get_job(record)) & MAMUTO_MAP_GRID))
        return row;
    for (guint i = arguments->len - 1; i > position; i--) {
        MamutoArgument *argument = g_ptr_array_index(arguments, i);
        MamutoArray *array = argument ? mamuto_argument_get_array(argument) : NULL;

        if (array && !mamuto_argument_is_whole(argument))
            row /= MAX(mamuto_array_get_n_rows(array), 1);
    }
    return row % MAX(mamuto_array_get_n_rows(
                         mamuto_argument_get_array(g_ptr_array_index(arguments, position))),
                     1);
}

static void
append_argument(GString *text, MamutoRunRecord *record, guint position, MamutoArgument *argument,
                gint64 row)
{
    const char *name = mamuto_job_get_argument_name(mamuto_run_record_get_job(record), position);
    MamutoArray *array = mamuto_argument_get_array(argument);

    if (text->len > 0)
        g_string_append_c(text, '\n');
    if (name)
        g_string_append_printf(text, "%s = ", name);
    else
        g_string_append_printf(text, "%u: ", position + 1);
    if (array && mamuto_argument_is_whole(argument)) {
        g_autofree char *what = app_text_describe_array(array);

        g_string_append(text, what);
    } else if (array && find_row(record, position, row) < mamuto_array_get_n_rows(array)) {
        append_row(text, array, find_row(record, position, row));
    } else if (!array) {
        append_json(text, mamuto_argument_get_json(argument));
    }
}

char *
row_check_format_arguments(MamutoRunRecord *record, gint64 row)
{
    GPtrArray *arguments = mamuto_run_record_get_arguments(record);
    GString *text;

    if (!arguments)
        return NULL;
    text = g_string_new(NULL);
    for (guint i = 0; i < arguments->len; i++)
        if (g_ptr_array_index(arguments, i)) /* else the function uses its default value */
            append_argument(text, record, i, g_ptr_array_index(arguments, i), row);
    return g_string_free(text, FALSE);
}

/* ---- on this computer ---- */

static MamutoArray *
cut_row(MamutoArray *array, gint64 row, GError **error)
{
    MamutoDtype dtype;
    guint n_dims;
    const gint64 *shape = mamuto_array_get_shape(array, &n_dims);
    g_autofree gint64 *one = g_memdup2(shape, sizeof *shape * n_dims);
    g_autoptr(MamutoArray) cut = NULL;

    one[0] = 1;
    mamuto_array_get_dtype(array, &dtype);
    cut = mamuto_array_new(&dtype, n_dims, one, error);
    if (!cut || !mamuto_array_read_rows(array, row, row + 1, mamuto_array_get_data(cut), error))
        return NULL;
    return g_steal_pointer(&cut);
}

static GPtrArray *
cut_arguments(MamutoRunRecord *record, gint64 row, GError **error)
{
    GPtrArray *all = mamuto_run_record_get_arguments(record);
    g_autoptr(GPtrArray) cut =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);

    for (guint i = 0; all && i < all->len; i++) {
        MamutoArgument *argument = g_ptr_array_index(all, i);
        MamutoArray *array = argument ? mamuto_argument_get_array(argument) : NULL;
        g_autoptr(MamutoArray) one = NULL;
        g_autoptr(MamutoArgument) row_only = NULL;

        if (!argument) /* the function uses its default value */
            continue;
        if (!array || mamuto_argument_is_whole(argument)) {
            g_ptr_array_add(cut, mamuto_argument_ref(argument));
            continue;
        }
        one = cut_row(array, find_row(record, i, row), error);
        if (!one)
            return NULL;
        row_only = mamuto_argument_new_array(one);
        g_ptr_array_add(cut,
                        mamuto_argument_with_name(row_only, mamuto_argument_get_name(argument)));
    }
    return g_steal_pointer(&cut);
}

/* Creates a cluster whose only host is this computer. If this computer was a host of the run, the
 * Python is the one that the run used on this computer. */
static MamutoCluster *
make_cluster(MamutoRunRecord *record)
{
    MamutoCluster *from = mamuto_run_record_get_cluster(record);
    MamutoCluster *cluster = mamuto_cluster_new();
    g_autoptr(MamutoHost) host = mamuto_host_new("localhost", 1, NULL);

    for (guint i = 0; i < mamuto_cluster_get_n_hosts(from); i++) {
        MamutoHost *other = mamuto_cluster_get_host(from, i);

        if (!mamuto_host_is_local(other))
            continue;
        mamuto_cluster_set_python(cluster, mamuto_cluster_get_python(from));
        mamuto_host_set_python(host, mamuto_host_get_python(other));
        break;
    }
    mamuto_cluster_add(cluster, host);
    return cluster;
}

static char *
tell_result(MamutoResult *result)
{
    GPtrArray *failures = mamuto_result_get_failures(result);
    GString *text;

    if (failures->len > 0) {
        const MamutoRowFailure *failure = g_ptr_array_index(failures, 0);

        g_autofree char *cause = app_error_cause(failure->cause, failure->advice);

        return g_strdup_printf("%s\n%s\n%s", _("The row fails on this computer, too:"), cause,
                               failure->traceback);
    }
    text = g_string_new(_("The row succeeds on this computer. Result:"));
    g_string_append_c(text, '\n');
    append_row(text, mamuto_result_get_array(result), 0);
    return g_string_free(text, FALSE);
}

static void
on_remapped(GObject *source, GAsyncResult *async_result, gpointer data)
{
    g_autoptr(GTask) task = G_TASK(data);
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoResult) result =
        mamuto_mapper_remap_finish(MAMUTO_MAPPER(source), async_result, &error);

    mamuto_mapper_close_async(MAMUTO_MAPPER(source), NULL, NULL);
    if (result)
        g_task_return_pointer(task, tell_result(result), g_free);
    else
        g_task_return_error(task, g_steal_pointer(&error));
}

void
row_check_run_async(MamutoRunRecord *record, gint64 row, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(record, cancellable, callback, user_data);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) arguments = cut_arguments(record, row, &error);
    g_autoptr(MamutoFunction) function =
        arguments ? mamuto_job_make_function(mamuto_run_record_get_job(record), &error) : NULL;
    g_autoptr(MamutoCluster) cluster = make_cluster(record);
    g_autoptr(MamutoMapper) mapper = NULL;
    MamutoJob *job = mamuto_run_record_get_job(record);

    if (function) {
        mapper = mamuto_mapper_new(cluster, NULL);
        if (!mamuto_mapper_add_function(mapper, function, &error))
            g_clear_object(&mapper);
    }
    if (!mapper) {
        g_task_return_error(task, g_steal_pointer(&error));
        return;
    }
    mamuto_mapper_set_row_timeout(mapper, mamuto_job_get_row_timeout(job));
    mamuto_mapper_set_start_timeout(mapper, mamuto_job_get_start_timeout(job));
    mamuto_mapper_remap_async(mapper, function, arguments,
                              mamuto_job_get_flags(job) | MAMUTO_MAP_CONTINUE, NULL, cancellable,
                              on_remapped, g_steal_pointer(&task));
}

char *
row_check_run_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}
