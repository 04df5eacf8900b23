/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Maps real functions with real agents and real Python. The same tests run on this computer and
 * over ssh. An environment variable contains the hosts (see mapper-util.h). */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "mapper-util.h"

static void
test_like(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};
    const double *out;

    map_run(&map, mapper, "like", 0, NULL, count_up(5000, 3), count_up(5000, 3), NULL);
    map_expect(&map);
    out = map_doubles(&map, 5000);
    for (int i = 0; i < 5000; i++)
        g_assert_true(out[i] == 0);
    g_assert_cmpint(mamuto_run_get_rows_done(map.run), ==, 5000);
    g_assert_cmpint(mamuto_run_get_state(map.run), ==, MAMUTO_RUN_DONE);
}

/* Chunks are computed in any order, but each result must be stored at the index of its row. */
static void
test_order(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    const gint64 sizes[] = {1, 2, 1000, 100003, 100003, 3};

    for (guint k = 0; k < G_N_ELEMENTS(sizes); k++) {
        g_auto(Map) map = {0};
        const double *out;

        map_run(&map, mapper, "double", 0, NULL, count_up(sizes[k], 0), NULL);
        map_expect(&map);
        out = map_doubles(&map, sizes[k]);
        for (gint64 i = 0; i < sizes[k]; i++)
            g_assert_cmpfloat(out[i], ==, 2.0 * (double)i);
    }
}

static void
test_no_rows(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};

    map_run(&map, mapper, "double", 0, NULL, count_up(0, 0), NULL);
    map_expect(&map);
    g_assert_cmpint(mamuto_array_get_n_rows(mamuto_result_get_array(map.result)), ==, 0);
}

static void
test_array_results(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};
    const gint64 *shape;
    const double *out;
    guint n_dims;

    map_run(&map, mapper, "pair", 0, NULL, count_up_in_memory(2000), NULL);
    map_expect(&map);
    shape = mamuto_array_get_shape(mamuto_result_get_array(map.result), &n_dims);
    g_assert_cmpuint(n_dims, ==, 2);
    g_assert_cmpint(shape[1], ==, 2);
    out = map_doubles(&map, 2000);
    for (int i = 0; i < 2000; i++) {
        g_assert_cmpfloat(out[2 * i], ==, i);
        g_assert_cmpfloat(out[2 * i + 1], ==, -i);
    }
}

static void
test_promotion(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};
    const double *out;

    map_run(&map, mapper, "half_if_positive", 0, NULL, count_up(3000, 0), NULL);
    map_expect(&map);
    out = map_doubles(&map, 3000);
    for (int i = 0; i < 3000; i++)
        g_assert_cmpfloat(out[i], ==, i / 2.0);
}

static void
test_values(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};
    const double *out;

    map_run(&map, mapper, "add", 0, NULL, count_up(100, 0), value("0.5"), value("[1, 2, 3]"),
            value("\"four\""), NULL);
    map_expect(&map);
    out = map_doubles(&map, 100);
    for (int i = 0; i < 100; i++)
        g_assert_cmpfloat(out[i], ==, i + 10.5);
}

static void
test_lengths_differ(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};

    map_run(&map, mapper, "like", 0, NULL, count_up(10, 3), count_up(9, 3), NULL);
    g_assert_error(map.error, MAMUTO_ERROR, MAMUTO_ERROR_LENGTH);
    g_assert_nonnull(strstr(map.error->message, "argument 2 has 9 rows, but argument 1 has 10"));
}

static void
test_kept(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_autoptr(MamutoFunction) function = find_function("like");
    guint64 bytes[2];

    keep_argument(mapper, function, 1, count_up(20000, 3));
    for (int k = 0; k < 2; k++) {
        g_auto(Map) map = {0};
        GListModel *hosts;

        map_run_function(&map, mapper, function, 0, NULL, count_up(20000, 3), NULL);
        map_expect(&map);
        g_assert_true(map_doubles(&map, 20000)[19999] == 0);
        hosts = mamuto_run_get_hosts(map.run);
        bytes[k] = 0;
        for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
            g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, i);

            bytes[k] += mamuto_host_status_get_bytes_sent(host);
        }
    }
    /* The host has kept one half of the data, so the second call must not send this half again.
     * The check is skipped on this computer, where the link passes descriptors and sends no
     * data. */
    if (bytes[0] > 100000)
        g_assert_cmpuint(bytes[1], <, bytes[0] * 3 / 4);
}

static void
check_sevens(Map *map, gint64 n)
{
    g_autofree char *path =
        g_strdup_printf("%s/integration/functions.py", g_getenv("G_TEST_SRCDIR"));
    GPtrArray *failures = mamuto_result_get_failures(map->result);
    const double *out = map_doubles(map, n);

    g_assert_cmpint(mamuto_result_get_n_failed(map->result), ==, (n + 6) / 7);
    g_assert_cmpint(mamuto_result_get_n_missing(map->result), ==, 0);
    for (gint64 i = 0; i < n; i++) {
        gboolean seven = i % 7 == 0;

        g_assert_cmpint(mamuto_result_get_status(map->result, i), ==,
                        seven ? MAMUTO_ROW_FAILED : MAMUTO_ROW_OK);
        if (seven)
            g_assert_true(isnan(out[i]));
        else
            g_assert_cmpfloat(out[i], ==, (double)i);
    }
    for (guint i = 0; i < failures->len; i++) {
        const MamutoRowFailure *failure = g_ptr_array_index(failures, i);
        g_autofree char *cause =
            g_strdup_printf("ValueError: no sevens: %" G_GINT64_FORMAT, failure->row);

        g_assert_cmpstr(failure->cause, ==, cause);
        g_assert_nonnull(strstr(failure->traceback, "fails_on_sevens"));
        /* the path is that of the file on this computer, not that of the copy on the host */
        g_assert_nonnull(strstr(failure->traceback, path));
        g_assert_null(strstr(failure->traceback, "mamuto-modules-"));
    }
    g_assert_cmpuint(failures->len, ==, MIN((n + 6) / 7, MAMUTO_MAX_LISTED_FAILURES));
}

static void
test_failed_rows(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};

    map_run(&map, mapper, "fails_on_sevens", MAMUTO_MAP_CONTINUE, NULL, count_up(2000, 0), NULL);
    map_expect(&map);
    check_sevens(&map, 2000);
}

static void
test_stop_at_failed_row(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};

    map_run(&map, mapper, "fails_on_sevens", 0, NULL, count_up(2000, 0), NULL);
    g_assert_error(map.error, MAMUTO_ERROR, MAMUTO_ERROR_ROW);
    g_assert_nonnull(strstr(map.error->message, "ValueError: no sevens"));
    g_assert_cmpint(mamuto_run_get_state(map.run), ==, MAMUTO_RUN_FAILED);
}

static void
test_rows_that_kill(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};
    GPtrArray *failures;
    const double *out;

    map_run(&map, mapper, "ends_process", MAMUTO_MAP_CONTINUE, NULL, count_up(1000, 0), NULL);
    map_expect(&map);
    out = map_doubles(&map, 1000);
    for (int i = 0; i < 1000; i++)
        if (i == 17 || i == 42 || i == 77)
            g_assert_true(isnan(out[i]));
        else
            g_assert_cmpfloat(out[i], ==, i);
    failures = mamuto_result_get_failures(map.result);
    g_assert_cmpuint(failures->len, ==, 3);
    for (guint i = 0; i < 3; i++) {
        static const char *const causes[] = {"status 3", "signal 11", "signal 9"};
        const MamutoRowFailure *failure = g_ptr_array_index(failures, i);

        g_assert_nonnull(strstr(failure->cause, causes[i]));
    }
}

static void
test_stop_iteration(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};

    map_run(&map, mapper, "stops_iteration", MAMUTO_MAP_CONTINUE, NULL, count_up(50, 0), NULL);
    map_expect(&map);
    g_assert_cmpint(mamuto_result_get_n_failed(map.result), ==, 1);
    g_assert_cmpint(mamuto_result_get_status(map.result, 5), ==, MAMUTO_ROW_FAILED);
}

static void
test_prints(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};

    map_run(&map, mapper, "prints", 0, NULL, count_up(20, 0), NULL);
    map_expect(&map);
    for (int i = 0; i < 20; i++) {
        g_autofree char *line = g_strdup_printf("row %d\n", i);

        g_assert_nonnull(strstr(map.log->str, line));
    }
    g_assert_nonnull(strstr(map.log->str, "from below\n"));
}

/* The function writes into its row, which must be a copy. The next run must get the original array.
 */
static void
test_writes_into_rows(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    MamutoArgument *argument = count_up(3000, 2);

    for (int k = 0; k < 2; k++) {
        g_auto(Map) map = {0};
        const double *out;

        map_run(&map, mapper, "writes_into_its_row", 0, NULL, mamuto_argument_ref(argument), NULL);
        map_expect(&map);
        out = map_doubles(&map, 3000);
        for (int i = 0; i < 3000; i++)
            g_assert_cmpfloat(out[i], ==, 2 * i + 1);
    }
    mamuto_argument_unref(argument);
}

/* Returns the first failed row of a run that ended with MAMUTO_ERROR_ROW. Checks that the error
 * contains the row and the cause, and that the host belongs to the mapper. */
static const MamutoRowFailure *
expect_row_error(Map *map)
{
    GPtrArray *failures = mamuto_run_get_failures(map->run);
    const MamutoRowFailure *first = g_ptr_array_index(failures, 0);
    g_autofree char *row = g_strdup_printf("row %" G_GINT64_FORMAT " ", first->row);
    GListModel *hosts = mamuto_run_get_hosts(map->run);
    gboolean known = FALSE;

    g_assert_error(map->error, MAMUTO_ERROR, MAMUTO_ERROR_ROW);
    g_assert_nonnull(strstr(map->error->message, row));
    g_assert_nonnull(strstr(map->error->message, first->cause));
    for (guint i = 0; i < g_list_model_get_n_items(hosts); i++) {
        g_autoptr(MamutoHostStatus) host = g_list_model_get_item(hosts, i);

        known |= g_str_equal(mamuto_host_status_get_name(host), first->host);
    }
    g_assert_true(known);
    return first;
}

/* Rows of one chunk return different shapes. The error must name one of these rows. */
static void
test_odd_shape(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};
    const MamutoRowFailure *first;

    map_run(&map, mapper, "one_odd_shape", 0, NULL, count_up(1600, 0), NULL);
    first = expect_row_error(&map);
    g_assert_cmpint(first->row % 16, ==, 7);
    g_assert_cmpstr(first->cause, ==, "returned shape (3,), other rows shape (2,)");
    g_assert_cmpint(first->advice, ==, MAMUTO_ADVICE_SAVE_JSON_LINES);
    g_assert_cmpint(mamuto_error_get_advice(map.error), ==, MAMUTO_ADVICE_SAVE_JSON_LINES);
    g_assert_true(g_str_has_suffix(map.error->message,
                                   "; or write -o out.jsonl, which contains any JSON value"));
}

/* Two rows return different shapes. On two or more cores, the rows are in different chunks. */
static void
test_ragged(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};

    map_run(&map, mapper, "shape_of_row", 0, NULL, count_up(2, 0), NULL);
    g_assert_error(map.error, MAMUTO_ERROR, MAMUTO_ERROR_RESULT);
    for (int row = 0; row < 2; row++) {
        g_autofree char *name = g_strdup_printf("row %d ", row);
        g_autofree char *shape = g_strdup_printf("shape (%d,)", row + 2);

        g_assert_nonnull(strstr(map.error->message, name));
        g_assert_nonnull(strstr(map.error->message, shape));
    }
    g_assert_cmpuint(mamuto_run_get_failures(map.run)->len, ==, 0);
}

static void
test_batch(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};
    const double *out;

    map_run(&map, mapper, "batch_double", MAMUTO_MAP_BATCH, NULL, count_up(70000, 0), NULL);
    map_expect(&map);
    out = map_doubles(&map, 70000);
    for (int i = 0; i < 70000; i++)
        g_assert_cmpfloat(out[i], ==, 2.0 * i);
}

/* A batch function is called once for many rows. This function returns one result too few. All rows
 * of the chunk must fail, and the error must contain the expected and the actual number of results.
 */
static void
test_batch_too_short(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};
    const char *cause;
    int n_results = 0, n_rows = 0;

    map_run(&map, mapper, "batch_too_short", MAMUTO_MAP_BATCH, NULL, count_up(100, 0), NULL);
    cause = expect_row_error(&map)->cause;
    g_assert_cmpint(sscanf(cause,
                           "the batch function returned ndarray of shape (%d,) and dtype float64 "
                           "for %d rows; one result for each row is expected",
                           &n_results, &n_rows),
                    ==, 2);
    g_assert_true(g_str_has_suffix(cause, " rows; one result for each row is expected"));
    g_assert_cmpint(n_rows, >, 0);
    g_assert_cmpint(n_results, ==, n_rows - 1);
    g_assert_cmpint(mamuto_run_get_rows_failed(map.run) % n_rows, ==, 0);
}

static void
test_seed(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) first = {0};
    g_auto(Map) again = {0};
    g_auto(Map) other = {0};

    mamuto_mapper_set_seed(mapper, 42);
    map_run(&first, mapper, "random_numbers", MAMUTO_MAP_SEED, NULL, count_up(300, 0), NULL);
    map_run(&again, mapper, "random_numbers", MAMUTO_MAP_SEED, NULL, count_up(300, 0), NULL);
    mamuto_mapper_set_seed(mapper, 43);
    map_run(&other, mapper, "random_numbers", MAMUTO_MAP_SEED, NULL, count_up(300, 0), NULL);
    map_expect(&first);
    map_expect(&again);
    map_expect(&other);
    g_assert_cmpmem(map_doubles(&first, 300), 600 * sizeof(double), map_doubles(&again, 300),
                    600 * sizeof(double));
    g_assert_true(map_doubles(&first, 300)[0] != map_doubles(&other, 300)[0]);
    g_assert_true(map_doubles(&first, 300)[0] != map_doubles(&first, 300)[2]);
}

static void
cancel_when_updated(MamutoRun *run, gpointer data)
{
    if (mamuto_run_get_state(run) == MAMUTO_RUN_RUNNING)
        g_cancellable_cancel(data);
}

/* A run with an endless function is cancelled. The next run must succeed. */
static void
test_cancel(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {.cancellable = g_cancellable_new()};
    g_auto(Map) next = {0};

    map.updated = cancel_when_updated;
    map.data = map.cancellable;
    map_run(&map, mapper, "hangs", 0, NULL, count_up(10, 0), NULL);
    g_assert_error(map.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpint(mamuto_run_get_state(map.run), ==, MAMUTO_RUN_CANCELLED);
    map_run(&next, mapper, "double", 0, NULL, count_up(10, 0), NULL);
    map_expect(&next);
    g_assert_cmpfloat(map_doubles(&next, 10)[9], ==, 18);
}

static void
test_output_file(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_autofree char *folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "out.npy", NULL);
    g_autoptr(MamutoArray) array = NULL;
    g_auto(Map) map = {0};
    g_auto(Map) failed = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = NULL;

    map_run(&map, mapper, "double", 0, path, count_up(100000, 0), NULL);
    map_expect(&map);
    array = mamuto_array_load_npy(path, &error);
    g_assert_no_error(error);
    g_assert_cmpint(mamuto_array_get_n_rows(array), ==, 100000);
    g_assert_cmpfloat(((double *)mamuto_array_get_data(array))[99999], ==, 199998);
    g_remove(path);

    /* The failed run must not leave a result file, but the computed rows must be available. */
    map_run(&failed, mapper, "fails_on_sevens", 0, path, count_up(1000, 0), NULL);
    g_assert_error(failed.error, MAMUTO_ERROR, MAMUTO_ERROR_ROW);
    dir = g_dir_open(folder, 0, NULL);
    g_assert_null(g_dir_read_name(dir));
    g_assert_nonnull(mamuto_run_get_result(failed.run));
    g_rmdir(folder);
}

/* Loads an array from a file and then cuts the file short. */
static MamutoArgument *
load_and_cut(const char *path)
{
    g_autoptr(MamutoArgument) argument = count_up(100000, 3);
    g_autoptr(MamutoArray) array = NULL;
    g_autoptr(GError) error = NULL;

    mamuto_array_save_npy(mamuto_argument_get_array(argument), path, &error);
    g_assert_no_error(error);
    array = mamuto_array_load_npy(path, &error);
    g_assert_no_error(error);
    g_assert_cmpint(truncate(path, 4096), ==, 0);
    g_remove(path);
    return mamuto_argument_new_array(array);
}

/* The error is the same on this computer and over ssh, for rows that are sent and for arrays that
 * the hosts keep. */
static void
test_input_cut_short(gconstpointer keep)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_autofree char *folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "x.npy", NULL);
    g_autoptr(MamutoFunction) function = find_function("like");
    g_auto(Map) map = {0};

    if (GPOINTER_TO_INT(keep)) {
        keep_argument(mapper, function, 1, load_and_cut(path));
        map_run_function(&map, mapper, function, 0, NULL, count_up(100000, 3), NULL);
    } else {
        map_run_function(&map, mapper, function, 0, NULL, count_up(100000, 3), load_and_cut(path),
                         NULL);
    }
    g_assert_error(map.error, MAMUTO_ERROR, MAMUTO_ERROR_LOST);
    g_assert_cmpstr(map.error->message, ==,
                    "argument 2: the file of the array was truncated while it was in use");
    g_assert_null(mamuto_error_get_host(map.error));
    g_rmdir(folder);
}

static void
test_no_such_function(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};
    g_autofree char *text = NULL;

    map_run(&map, mapper, "not_there", 0, NULL, count_up(10, 0), NULL);
    g_assert_error(map.error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION);
    /* with several hosts, only the causes of the error contain the name of the function */
    text = mamuto_error_format(map.error);
    g_assert_nonnull(strstr(text, "not_there"));
}

/* The agent is killed during a run. The run must fail, but the computed rows must be available. */
static void
test_agent_dies(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};
    g_auto(Map) next = {0};
    MamutoResult *partial;

    map_run(&map, mapper, "kills_its_agent", 0, NULL, count_up(5000, 0), NULL);
    g_assert_error(map.error, MAMUTO_ERROR, MAMUTO_ERROR_LOST);
    partial = mamuto_run_get_result(map.run);
    g_assert_nonnull(partial);
    g_assert_cmpint(mamuto_result_get_n_missing(partial), >, 0);
    g_assert_cmpint(mamuto_result_get_status(partial, 3000), ==, MAMUTO_ROW_MISSING);
    /* The mapper must connect again for the next run. */
    map_run(&next, mapper, "double", 0, NULL, count_up(1000, 0), NULL);
    map_expect(&next);
}

static void
test_spans(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_auto(Map) map = {0};
    guint64 first = 0;
    gint64 rows = 0;
    MamutoSpan span;
    guint kinds[MAMUTO_N_SPAN_KINDS] = {0};

    map_run(&map, mapper, "double", 0, NULL, count_up(50000, 0), NULL);
    map_expect(&map);
    while (mamuto_trace_read(mamuto_run_get_trace(map.run), &first, &span, 1) > 0) {
        g_assert_cmpint(span.begin, <=, span.end);
        g_assert_cmpint(span.begin, >=, mamuto_run_get_begin(map.run));
        kinds[span.kind]++;
        if (span.kind == MAMUTO_SPAN_COMPUTING)
            rows += span.rows;
    }
    g_assert_cmpint(rows, >=, 50000);
    g_assert_cmpuint(kinds[MAMUTO_SPAN_CONNECTING], >, 0);
    g_assert_cmpuint(kinds[MAMUTO_SPAN_PREPARING], >, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mapper/like", test_like);
    g_test_add_func("/mapper/order", test_order);
    g_test_add_func("/mapper/no-rows", test_no_rows);
    g_test_add_func("/mapper/array-results", test_array_results);
    g_test_add_func("/mapper/promotion", test_promotion);
    g_test_add_func("/mapper/values", test_values);
    g_test_add_func("/mapper/lengths-differ", test_lengths_differ);
    g_test_add_func("/mapper/kept", test_kept);
    g_test_add_func("/mapper/failed-rows", test_failed_rows);
    g_test_add_func("/mapper/stop-at-failed-row", test_stop_at_failed_row);
    g_test_add_func("/mapper/rows-that-kill", test_rows_that_kill);
    g_test_add_func("/mapper/stop-iteration", test_stop_iteration);
    g_test_add_func("/mapper/prints", test_prints);
    g_test_add_func("/mapper/writes-into-rows", test_writes_into_rows);
    g_test_add_func("/mapper/odd-shape", test_odd_shape);
    g_test_add_func("/mapper/ragged", test_ragged);
    g_test_add_func("/mapper/batch", test_batch);
    g_test_add_func("/mapper/batch-too-short", test_batch_too_short);
    g_test_add_func("/mapper/seed", test_seed);
    g_test_add_func("/mapper/cancel", test_cancel);
    g_test_add_func("/mapper/output-file", test_output_file);
    g_test_add_data_func("/mapper/input-cut-short", GINT_TO_POINTER(0), test_input_cut_short);
    g_test_add_data_func("/mapper/kept-input-cut-short", GINT_TO_POINTER(1), test_input_cut_short);
    g_test_add_func("/mapper/no-such-function", test_no_such_function);
    g_test_add_func("/mapper/agent-dies", test_agent_dies);
    g_test_add_func("/mapper/spans", test_spans);
    return g_test_run();
}
