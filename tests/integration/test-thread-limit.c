/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of a system that cannot start another thread. The library must report this as an error, or
 * do the work in the thread that it has, and must work again later. GLib would end the program. */
#include <dlfcn.h>
#include <string.h>

#include "../unit/file-fixture.h"
#include "mapper-util.h"

enum { ROWS = 100, TABLE_ROWS = 400000 };

static const char *refused_name; /* no thread of this name can be started */
static guint n_refused;

/* Replaces the function of GLib for the library, which is linked into this program. */
GThread *
g_thread_try_new(const char *name, GThreadFunc func, gpointer data, GError **error)
{
    GThread *(*next)(const char *, GThreadFunc, gpointer, GError **) = NULL;

    if (g_strcmp0(name, refused_name) == 0) {
        n_refused++;
        g_set_error_literal(error, G_THREAD_ERROR, G_THREAD_ERROR_AGAIN, "no more threads");
        return NULL;
    }
    *(void **)&next = dlsym(RTLD_NEXT, "g_thread_try_new");
    return next(name, func, data, error);
}

static void
refuse(const char *name)
{
    refused_name = name;
    n_refused = 0;
}

static void
allow(void)
{
    g_assert_cmpuint(n_refused, >, 0);
    refused_name = NULL;
}

/* Doubles an array that the hosts keep, so that a thread hashes it. */
static void
run_kept(Map *map, MamutoMapper *mapper)
{
    g_autoptr(MamutoFunction) function = find_function("double");

    keep_argument(mapper, function, 0, count_up_in_memory(ROWS));
    map_run_function(map, mapper, function, 0, NULL, NULL, NULL);
}

static void
expect_doubles(Map *map)
{
    map_expect(map);
    for (int i = 0; i < ROWS; i++)
        g_assert_cmpfloat(map_doubles(map, ROWS)[i], ==, 2.0 * i);
}

/* The threads of hosts and of hashing are needed. The run ends with an error, and the next run
 * succeeds. */
static void
test_run_fails(gconstpointer name)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_auto(Map) failed = {0};
    g_auto(Map) later = {0};

    refuse(name);
    run_kept(&failed, mapper);
    allow();
    g_assert_error(failed.error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED);
    g_assert_nonnull(strstr(failed.error->message, "a thread cannot be started: no more threads"));
    run_kept(&later, mapper);
    expect_doubles(&later);
}

/* The source files are read in the calling thread. */
static void
test_mapper_works_itself(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_auto(Map) map = {0};

    refuse("mamuto-mapper");
    run_kept(&map, mapper);
    allow();
    expect_doubles(&map);
}

static void
on_checked(GObject *source, GAsyncResult *result, gpointer data)
{
    GError **error = data;

    g_assert_false(mamuto_check_run_finish(MAMUTO_CHECK(source), result, error));
}

static void
test_check_fails(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_from_string("localhost:2", &error);
    g_autoptr(MamutoCheck) check =
        mamuto_check_new(cluster, mamuto_cluster_get_host(cluster, 0), NULL);

    refuse("mamuto-check");
    mamuto_check_run_async(check, 1, NULL, on_checked, &error);
    while (error == NULL)
        g_main_context_iteration(NULL, TRUE);
    allow();
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, "a thread cannot be started: no more threads"));
}

/* A table is read with several threads if it is larger than 8 MiB. */
static void
test_table_is_read(void)
{
    FileFixture fixture;
    g_autoptr(GString) text = g_string_new("x\n");
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArgument) argument = NULL;
    const double *data;

    file_fixture_set_up(&fixture, "table.csv");
    for (int i = 0; i < TABLE_ROWS; i++)
        g_string_append_printf(text, "%d.50000000000000000\n", i);
    file_fixture_put(fixture.path, text->str);
    refuse("csv");
    argument = mamuto_argument_parse(fixture.path, NULL, &error);
    g_assert_no_error(error);
    if (g_get_num_processors() > 1)
        allow();
    data = mamuto_array_get_data(mamuto_argument_get_array(argument));
    for (int i = 0; i < TABLE_ROWS; i++)
        g_assert_cmpfloat(data[i], ==, i + 0.5);
    g_clear_pointer(&argument, mamuto_argument_unref);
    file_fixture_tear_down(&fixture, "table.csv");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/thread-limit/host", "mamuto-host", test_run_fails);
    g_test_add_data_func("/thread-limit/hash", "mamuto-hash", test_run_fails);
    g_test_add_func("/thread-limit/mapper", test_mapper_works_itself);
    g_test_add_func("/thread-limit/check", test_check_fails);
    g_test_add_func("/thread-limit/table", test_table_is_read);
    return g_test_run();
}
