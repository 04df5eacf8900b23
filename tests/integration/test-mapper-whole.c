/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Maps functions that get whole arrays, with real agents and real Python. The same tests run on
 * this computer and over ssh, see mapper-util.h. */
#include <glib/gstdio.h>
#include <string.h>

#include "mapper-util.h"

/* The arrays have 4 × 6 elements, which are 0, 1, 2, … in C order. */
enum { IN_FILE, FORTRAN_FILE, SWAPPED_FILE, SHARED, MEMORY, REVERSED, EVERY_SECOND, N_PLACES };

static MamutoArray *
save_and_load(gboolean fortran, gboolean swapped)
{
    g_autofree char *folder = g_dir_make_tmp("mamuto-whole-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "a.npy", NULL);
    g_autofree char *code =
        g_strdup_printf("import numpy as np; a = np.arange(24.).reshape(4, 6).astype('%sf8'); "
                        "np.save('%s', np.asfortranarray(a) if %d else a)",
                        swapped ? ">" : "<", path, fortran);
    const char *argv[] = {"/usr/bin/python3", "-c", code, NULL};
    g_autoptr(GError) error = NULL;
    MamutoArray *array;
    int status;

    g_spawn_sync(NULL, (char **)argv, NULL, 0, NULL, NULL, NULL, NULL, &status, &error);
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, 0);
    array = mamuto_array_load(path, NULL, &error);
    g_assert_no_error(error);
    g_unlink(path);
    g_rmdir(folder);
    return array;
}

static MamutoArgument *
make_whole(guint place)
{
    const MamutoDtype dtype = {'f', '<', 8};
    const gint64 shape[] = {4, 6};
    const gint64 strides[] = {place == REVERSED ? -48 : 96, place == REVERSED ? -8 : 16};
    g_autoptr(MamutoArray) array = NULL;
    g_autoptr(GError) error = NULL;
    double *data;

    if (place <= SWAPPED_FILE) {
        array = save_and_load(place == FORTRAN_FILE, place == SWAPPED_FILE);
        return mamuto_argument_new_whole(array);
    }
    if (place == SHARED) {
        array = mamuto_array_new(&dtype, 2, shape, &error);
        for (int i = 0; i < 24; i++)
            ((double *)mamuto_array_get_data(array))[i] = i;
        return mamuto_argument_new_whole(array);
    }
    data = g_new0(double, 48);
    for (int i = 0; i < 24; i++)
        data[place == MEMORY ? i : place == REVERSED ? 23 - i : 2 * i] = i;
    array = mamuto_array_new_for_memory(data, 48 * sizeof *data, &dtype, 2, shape,
                                        place == MEMORY ? NULL : strides, g_free, data, &error);
    g_assert_no_error(error);
    return mamuto_argument_new_whole(array);
}

/* Every host gets the elements in the order of the user's array, with its byte order, and as it
 * lies in memory. */
static void
test_places(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    const double sum = 4600; /* the sum of (i + 1) · i for i < 24 */

    for (guint place = 0; place < N_PLACES; place++)
        for (int batch = 0; batch < 2; batch++) {
            g_auto(Map) map = {0};
            const double *out;

            map_run(&map, mapper, batch ? "add_weighted_batch" : "add_weighted",
                    batch ? MAMUTO_MAP_BATCH : 0, NULL, count_up(300, 0), make_whole(place), NULL);
            map_expect(&map);
            out = mamuto_array_get_data(mamuto_result_get_array(map.result));
            for (int i = 0; i < 300; i++) {
                g_assert_cmpfloat(out[4 * i], ==, i + sum);
                g_assert_cmpfloat(out[4 * i + 1], ==, place == FORTRAN_FILE ? 2 : 1);
                g_assert_cmpfloat(out[4 * i + 2], ==, place == SWAPPED_FILE);
                g_assert_cmpfloat(out[4 * i + 3], ==, 2);
            }
        }
}

/* Arrays without axes, without elements, and ranges. */
static void
test_odd_arrays(void)
{
    const MamutoDtype dtype = {'f', '<', 8};
    g_autoptr(MamutoMapper) mapper = new_mapper();
    const gint64 empty[] = {3, 0};
    const double sums[] = {2.5, 0, 50.5, 5000050000.0};

    for (int kind = 0; kind < 4; kind++) {
        g_autoptr(MamutoArray) array = NULL;
        g_auto(Map) map = {0};
        const double *out;

        if (kind < 2)
            array = mamuto_array_new(&dtype, kind == 0 ? 0 : 2, empty, NULL);
        else if (kind == 2)
            array = mamuto_array_new_range(0, 1, 101, NULL);
        else
            array = mamuto_array_new_integer_range(1, 100000, NULL);
        if (kind == 0)
            *(double *)mamuto_array_get_data(array) = 2.5;
        map_run(&map, mapper, "add_sum", 0, NULL, count_up(50, 0), mamuto_argument_new_whole(array),
                NULL);
        map_expect(&map);
        out = map_doubles(&map, 50);
        for (int i = 0; i < 50; i++)
            g_assert_cmpfloat_with_epsilon(out[i], i + sums[kind], 1e-6);
    }
}

/* A range as rows: its elements are computed when they are sent. */
static void
test_ranges(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_autoptr(MamutoArray) range = mamuto_array_new_range(0, 20000, 20001, NULL);
    g_autoptr(MamutoArray) whole = mamuto_array_new_integer_range(1, 3, NULL);
    g_auto(Map) map = {0};
    const double *out;

    map_run(&map, mapper, "add_sum", 0, NULL, mamuto_argument_new_array(range),
            mamuto_argument_new_whole(whole), NULL);
    map_expect(&map);
    out = map_doubles(&map, 20001);
    for (int i = 0; i < 20001; i++)
        g_assert_cmpfloat(out[i], ==, i + 6);
}

enum { MAX_HOSTS = 8 };

/* Adds the number of bytes that each host has received. */
static void
count_bytes(MamutoRun *run, guint64 bytes[MAX_HOSTS], guint *n_hosts)
{
    GListModel *hosts = mamuto_run_get_hosts(run);

    *n_hosts = g_list_model_get_n_items(hosts);
    g_assert_cmpuint(*n_hosts, <=, MAX_HOSTS);
    for (guint i = 0; i < *n_hosts; i++) {
        g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, i);

        bytes[i] += mamuto_host_status_get_bytes_sent(host);
    }
}

/* A sampler calls the function for a few parameters again and again, and every call needs all
 * observed data. A host receives them once. */
static void
test_sent_once(void)
{
    enum { CALLS = 1000, THETAS = 64, ROWS = 100000 };
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_autoptr(MamutoFunction) function = find_function("loglike");
    g_autoptr(MamutoArgument) rows = count_up_in_memory(3 * ROWS);
    const gint64 shape[] = {ROWS, 3};
    const MamutoDtype dtype = {'f', '<', 8};
    g_autoptr(GError) error = NULL;
    /* in memory without a descriptor, so that also the host on this computer receives bytes */
    g_autoptr(MamutoArray) data =
        mamuto_array_new_for_memory(mamuto_array_get_data(mamuto_argument_get_array(rows)),
                                    (gsize)ROWS * 24, &dtype, 2, shape, NULL, NULL, NULL, &error);
    guint64 bytes[MAX_HOSTS] = {0}, total = 0;
    guint n_hosts = 0;

    g_assert_no_error(error);
    for (int k = 0; k < CALLS; k++) {
        g_auto(Map) map = {0};

        map_run_function(&map, mapper, function, 0, NULL, count_up(THETAS, 0),
                         mamuto_argument_new_whole(data), NULL);
        map_expect(&map);
        if (k == 0) {
            double expected = 0, theta = 5;

            for (int i = 3 * ROWS - 300; i < 3 * ROWS; i++)
                expected -= 0.5 * (i - theta) * (i - theta);
            g_assert_cmpfloat_with_epsilon(map_doubles(&map, THETAS)[5] / expected, 1, 1e-12);
        }
        count_bytes(map.run, bytes, &n_hosts);
    }
    /* a host that connects late may receive nothing */
    for (guint i = 0; i < n_hosts; i++) {
        g_test_message("host %u: %" G_GUINT64_FORMAT " bytes", i, bytes[i]);
        g_assert_cmpuint(bytes[i], <, 2 * (guint64)ROWS * 24);
        total += bytes[i];
    }
    g_assert_cmpuint(total, >=, (guint64)ROWS * 24);
}

/* A host keeps a limited number of arrays. The oldest ones are sent again when they are needed. */
static void
test_many_arrays(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();

    for (int round = 0; round < 2; round++)
        for (int k = 0; k < 70; k++) {
            g_autoptr(MamutoArray) array = mamuto_array_new_integer_range(k, k + 1, NULL);
            g_auto(Map) map = {0};

            map_run(&map, mapper, "add_sum", 0, NULL, count_up(5, 0),
                    mamuto_argument_new_whole(array), NULL);
            map_expect(&map);
            g_assert_cmpfloat(map_doubles(&map, 5)[4], ==, 4 + 2 * k + 1);
        }
}

/* A whole array can be one of the arguments that are kept for all runs. */
static void
test_kept(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_autoptr(MamutoFunction) function = find_function("add_sum");

    keep_argument(mapper, function, 1, make_whole(MEMORY));
    for (int k = 1; k < 4; k++) {
        g_auto(Map) map = {0};

        map_run_function(&map, mapper, function, 0, NULL, count_up(100 * k, 0), NULL);
        map_expect(&map);
        g_assert_cmpfloat(map_doubles(&map, 100 * k)[99], ==, 99 + 276);
    }
}

/* A call that writes into the array fails, and says how to write. The other rows are computed. */
static void
test_writing(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};
    const MamutoRowFailure *failure;

    map_run(&map, mapper, "spoils_whole", MAMUTO_MAP_CONTINUE, NULL, count_up(100, 0),
            make_whole(IN_FILE), NULL);
    map_expect(&map);
    g_assert_cmpint(mamuto_result_get_n_failed(map.result), ==, 1);
    failure = g_ptr_array_index(mamuto_result_get_failures(map.result), 0);
    g_assert_cmpint(failure->row, ==, 3);
    g_assert_nonnull(strstr(failure->cause, "read-only"));
    g_assert_nonnull(strstr(failure->cause, "data = data.copy()"));
}

static void
test_isolation(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();

    for (guint place = 0; place < N_PLACES; place++) {
        g_auto(Map) map = {0};

        map_run(&map, mapper, "dies_with_whole", MAMUTO_MAP_CONTINUE, NULL, count_up(100, 0),
                make_whole(place), NULL);
        map_expect(&map);
        g_assert_cmpint(mamuto_result_get_n_failed(map.result), ==, 1);
        for (int i = 0; i < 100; i++)
            if (i != 17)
                g_assert_cmpfloat(map_doubles(&map, 100)[i], ==, i + 276);
    }
}

/* Adds how many chunks the hosts have lost. */
static guint
count_lost(MamutoRun *run)
{
    GListModel *hosts = mamuto_run_get_hosts(run);
    guint n_lost = 0;

    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, i);

        n_lost += mamuto_host_status_get_n_lost(host);
    }
    return n_lost;
}

/* A host that joins during the run, here because its agent was killed, gets the array too. The mark
 * is directly in /tmp, because hosts that are reached over ssh have no other folder of this test;
 * each of them has its own mark. */
static void
test_late_host(void)
{
    enum { SIZE = 300000, ROWS = 20000 };
    g_autofree char *id = g_uuid_string_random();
    g_autofree char *mark = g_strdup_printf("/tmp/mamuto-whole-%s", id);
    g_autofree char *json = g_strdup_printf("\"%s\"", mark);
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_autoptr(MamutoArgument) data = count_up_in_memory(SIZE);
    guint64 bytes[MAX_HOSTS] = {0}, total = 0;
    guint n_hosts = 0;
    g_auto(Map) map = {0};
    const double *out;

    map_run(&map, mapper, "add_sum_after_restart", 0, NULL, count_up(ROWS, 0),
            mamuto_argument_new_whole(mamuto_argument_get_array(data)), value(json), NULL);
    g_remove(mark); /* of the host on this computer */
    map_expect(&map);
    out = map_doubles(&map, ROWS);
    for (int i = 0; i < ROWS; i++)
        g_assert_cmpfloat(out[i], ==, i + 0.5 * SIZE * (SIZE - 1.0));
    g_assert_cmpuint(count_lost(map.run), >, 0); /* an agent was killed */
    count_bytes(map.run, bytes, &n_hosts);
    for (guint i = 0; i < n_hosts; i++)
        total += bytes[i];
    g_test_message("%" G_GUINT64_FORMAT " bytes", total);
    if (n_hosts == 1)
        g_assert_cmpuint(total, >=, (guint64)2 * SIZE * sizeof(double));
}

static void
test_no_rows(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};

    map_run(&map, mapper, "add_sum", 0, NULL, value("1"), make_whole(SHARED), NULL);
    g_assert_error(map.error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    g_assert_nonnull(strstr(map.error->message, "mapped over"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mapper-whole/places", test_places);
    g_test_add_func("/mapper-whole/odd-arrays", test_odd_arrays);
    g_test_add_func("/mapper-whole/ranges", test_ranges);
    g_test_add_func("/mapper-whole/sent-once", test_sent_once);
    g_test_add_func("/mapper-whole/many-arrays", test_many_arrays);
    g_test_add_func("/mapper-whole/kept", test_kept);
    g_test_add_func("/mapper-whole/writing", test_writing);
    g_test_add_func("/mapper-whole/isolation", test_isolation);
    g_test_add_func("/mapper-whole/late-host", test_late_host);
    g_test_add_func("/mapper-whole/no-rows", test_no_rows);
    return g_test_run();
}
