/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mapper-util.h. */
#include "mapper-util.h"

#define DEADLINE_S 120

MamutoMapper *
new_mapper_on(const char *hosts)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_from_string(hosts, &error);

    g_assert_no_error(error);
    mamuto_cluster_set_python(cluster, "/usr/bin/python3");
    return mamuto_mapper_new(cluster, NULL);
}

MamutoMapper *
new_mapper(void)
{
    const char *hosts = g_getenv("MAMUTO_TEST_HOSTS");

    return new_mapper_on(hosts != NULL ? hosts : "localhost:2");
}

MamutoArgument *
count_up(gint64 n, gint64 columns)
{
    const MamutoDtype dtype = {'f', '<', 8};
    const gint64 shape[] = {n, columns};
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArray) array = mamuto_array_new(&dtype, columns > 0 ? 2 : 1, shape, &error);
    double *data;

    g_assert_no_error(error);
    data = mamuto_array_get_data(array);
    for (gint64 i = 0; i < n * MAX(columns, 1); i++)
        data[i] = (double)i;
    return mamuto_argument_new_array(array);
}

MamutoArgument *
count_up_in_memory(gint64 n)
{
    const MamutoDtype dtype = {'f', '<', 8};
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArray) array = NULL;
    double *data = g_new(double, (gsize)n);

    for (gint64 i = 0; i < n; i++)
        data[i] = (double)i;
    array = mamuto_array_new_for_memory(data, (gsize)n * sizeof(double), &dtype, 1, &n, NULL,
                                        g_free, data, &error);
    g_assert_no_error(error);
    return mamuto_argument_new_array(array);
}

MamutoArgument *
value(const char *json)
{
    g_autoptr(GError) error = NULL;
    MamutoArgument *argument = mamuto_argument_new_value(json, &error);

    g_assert_no_error(error);
    return argument;
}

MamutoFunction *
find_function(const char *name)
{
    g_autofree char *spec =
        g_strdup_printf("%s/integration/functions.py:%s", g_getenv("G_TEST_SRCDIR"), name);
    g_autoptr(GError) error = NULL;
    MamutoFunction *function = mamuto_function_new(spec, &error);

    g_assert_no_error(error);
    return function;
}

void
keep_argument(MamutoMapper *mapper, MamutoFunction *function, guint i, MamutoArgument *argument)
{
    g_autoptr(GPtrArray) kept =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);
    g_autoptr(GError) error = NULL;

    g_ptr_array_set_size(kept, (int)i);
    g_ptr_array_add(kept, argument);
    g_assert_true(mamuto_mapper_add_remote_arguments(mapper, function, kept, &error));
    g_assert_no_error(error);
}

static void
on_done(GObject *source, GAsyncResult *result, gpointer data)
{
    Map *map = data;

    map->result = mamuto_mapper_remap_finish(MAMUTO_MAPPER(source), result, &map->error);
    map->done = TRUE;
}

static void
on_log(MamutoRun *run, guint host, int slot, guint stream, const char *text, gpointer data)
{
    Map *map = data;

    g_string_append(map->log, text);
}

static void
on_updated(MamutoRun *run, gpointer data)
{
    Map *map = data;

    if (map->updated != NULL)
        map->updated(run, map->data);
}

static gboolean
on_deadline(gpointer data)
{
    g_error("a remap took over %d s", DEADLINE_S);
    return G_SOURCE_REMOVE;
}

static void
map_run_arguments(Map *map, MamutoMapper *mapper, MamutoFunction *function, MamutoMapFlags flags,
                  const char *output, MamutoArgument *first, va_list rest)
{
    g_autoptr(GPtrArray) arguments =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);
    guint deadline = g_timeout_add_seconds(DEADLINE_S, on_deadline, NULL);

    for (MamutoArgument *argument = first; argument != NULL;
         argument = va_arg(rest, MamutoArgument *))
        g_ptr_array_add(arguments, argument);
    map->log = g_string_new(NULL);
    mamuto_mapper_remap_async(mapper, function, arguments, flags, output, map->cancellable, on_done,
                              map);
    map->run = mamuto_mapper_get_run(mapper);
    if (map->run != NULL) {
        g_object_ref(map->run);
        g_signal_connect(map->run, "log", G_CALLBACK(on_log), map);
        g_signal_connect(map->run, "updated", G_CALLBACK(on_updated), map);
    }
    while (!map->done)
        g_main_context_iteration(NULL, TRUE);
    if (map->run != NULL)
        g_signal_handlers_disconnect_by_data(map->run, map);
    g_source_remove(deadline);
}

void
map_run(Map *map, MamutoMapper *mapper, const char *name, MamutoMapFlags flags, const char *output,
        MamutoArgument *first, ...)
{
    g_autoptr(MamutoFunction) function = find_function(name);
    va_list rest;

    va_start(rest, first);
    map_run_arguments(map, mapper, function, flags, output, first, rest);
    va_end(rest);
}

void
map_run_function(Map *map, MamutoMapper *mapper, MamutoFunction *function, MamutoMapFlags flags,
                 const char *output, MamutoArgument *first, ...)
{
    va_list rest;

    va_start(rest, first);
    map_run_arguments(map, mapper, function, flags, output, first, rest);
    va_end(rest);
}

void
map_expect(Map *map)
{
    g_assert_no_error(map->error);
    g_assert_nonnull(map->result);
}

void
map_clear(Map *map)
{
    g_clear_object(&map->result);
    g_clear_object(&map->run);
    g_clear_object(&map->cancellable);
    g_clear_error(&map->error);
    if (map->log != NULL)
        g_string_free(map->log, TRUE);
    *map = (Map){0};
}

const double *
map_doubles(Map *map, gint64 n)
{
    MamutoArray *array = mamuto_result_get_array(map->result);
    MamutoDtype dtype;
    guint n_dims;

    mamuto_array_get_dtype(array, &dtype);
    g_assert_cmpint(dtype.kind, ==, 'f');
    g_assert_cmpint(dtype.itemsize, ==, 8);
    g_assert_cmpint(mamuto_array_get_shape(array, &n_dims)[0], ==, n);
    return mamuto_array_get_data(array);
}

void
control_host(const char *what, const char *host)
{
    g_autofree char *command =
        g_strdup_printf("%s %s %s", g_getenv("MAMUTO_TEST_CONTROL"), what, host);
    g_autoptr(GError) error = NULL;
    int status = 0;

    g_spawn_command_line_sync(command, NULL, NULL, &status, &error);
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, 0);
}
