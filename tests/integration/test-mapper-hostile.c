/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of hosts that send invalid data. The run must end with an error that names the fault. The
 * run must not store a wrong row, crash or hang. The agent is hostile-agent.py, which also has
 * modes without faults. */
#include <glib/gstdio.h>
#include <string.h>

#include "mapper-util.h"

static void
run_with(Map *map, MamutoMapper *mapper, const char *mode, MamutoMapFlags flags)
{
    g_setenv("MAMUTO_HOSTILE", mode, TRUE);
    map_run(map, mapper, "double", flags, NULL, count_up(500, 0), NULL);
}

static void
run(Map *map, MamutoMapper *mapper, const char *mode)
{
    run_with(map, mapper, mode, MAMUTO_MAP_CONTINUE);
}

static void
run_json(Map *map, MamutoMapper *mapper, const char *mode)
{
    run_with(map, mapper, mode, MAMUTO_MAP_CONTINUE | MAMUTO_MAP_JSON);
}

static void
expect_refused(const Map *map)
{
    g_assert_error(map->error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL);
    g_assert_cmpstr(mamuto_error_get_host(map->error), ==, "localhost");
}

static void
test_refused(gconstpointer mode)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_auto(Map) map = {0};

    run(&map, mapper, mode);
    expect_refused(&map);
}

/* ---- agents that fail right after READY ---- */

enum { EARLY = 20 };

static void
on_early_done(GObject *source, GAsyncResult *result, gpointer data)
{
    GError **error = data;
    g_autoptr(MamutoResult) computed =
        mamuto_mapper_remap_finish(MAMUTO_MAPPER(source), result, error);

    g_assert_null(computed);
}

static gboolean
on_early_deadline(gpointer data)
{
    g_error("a run with an agent that fails after READY does not end");
    return G_SOURCE_REMOVE;
}

/* The agent fails directly after it sends READY. The library may receive the failure together with
 * READY or later. In both cases, the run must end with the error @code. Each mapper tries for
 * 15 s to start its agent again. To save time, several mappers run at the same time. */
static void
run_early(const char *mode, int code)
{
    guint deadline = g_timeout_add_seconds(120, on_early_deadline, NULL);
    MamutoMapper *mappers[EARLY];
    GError *errors[EARLY] = {NULL};

    g_setenv("MAMUTO_HOSTILE", mode, TRUE);
    for (guint i = 0; i < EARLY; i++) {
        g_autoptr(MamutoFunction) function = find_function("double");
        g_autoptr(GPtrArray) arguments =
            g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);

        g_ptr_array_add(arguments, count_up(500, 0));
        mappers[i] = new_mapper_on("localhost:2");
        mamuto_mapper_remap_async(mappers[i], function, arguments, 0, NULL, NULL, on_early_done,
                                  &errors[i]);
    }
    for (guint i = 0; i < EARLY; i++) {
        while (errors[i] == NULL)
            g_main_context_iteration(NULL, TRUE);
        g_assert_error(errors[i], MAMUTO_ERROR, code);
        g_assert_cmpstr(mamuto_error_get_host(errors[i]), ==, "localhost");
        g_clear_error(&errors[i]);
        g_object_unref(mappers[i]);
    }
    g_source_remove(deadline);
}

static void
test_ends_early(void)
{
    run_early("ends-early", MAMUTO_ERROR_LOST);
}

static void
test_garbage_early(void)
{
    run_early("garbage-early", MAMUTO_ERROR_PROTOCOL);
}

/* The agent sends correct results. In one mode its clock is invalid, which must not change the
 * results. */
static void
test_good(gconstpointer mode)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_auto(Map) map = {0};
    const double *out;

    run(&map, mapper, mode);
    map_expect(&map);
    out = map_doubles(&map, 500);
    for (int i = 0; i < 500; i++)
        g_assert_cmpfloat(out[i], ==, 2.0 * i);
}

static void
test_json_refused(gconstpointer mode)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_auto(Map) map = {0};

    run_json(&map, mapper, mode);
    expect_refused(&map);
}

static void
test_json_good(gconstpointer mode)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_auto(Map) map = {0};
    MamutoArray *array;

    run_json(&map, mapper, mode);
    map_expect(&map);
    array = mamuto_result_get_array(map.result);
    g_assert_true(mamuto_array_is_json(array));
    g_assert_cmpint(mamuto_array_get_n_rows(array), ==, 500);
    for (gint64 i = 0; i < 500; i++) {
        g_autofree char *text = mamuto_array_format_element(array, &i);
        g_autofree char *expected = g_strdup_printf("{\"i\": %d}", (int)i);

        g_assert_cmpstr(text, ==, expected);
    }
}

static void
test_text_good(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_auto(Map) map = {0};
    MamutoArray *array;

    run(&map, mapper, "text-good");
    map_expect(&map);
    array = mamuto_result_get_array(map.result);
    g_assert_false(mamuto_array_is_json(array));
    for (gint64 i = 0; i < 500; i++) {
        g_autofree char *text = mamuto_array_format_element(array, &i);
        g_autofree char *expected = g_strdup_printf("row \"%d\"", (int)i);

        g_assert_cmpstr(text, ==, expected);
    }
}

static void
test_bytes_good(gconstpointer mode)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_auto(Map) map = {0};
    MamutoArray *array;
    MamutoDtype dtype;
    const char *data;

    run(&map, mapper, mode);
    map_expect(&map);
    array = mamuto_result_get_array(map.result);
    mamuto_array_get_dtype(array, &dtype);
    g_assert_cmpint(dtype.kind, ==, 'S');
    data = mamuto_array_get_data(array);
    for (int i = 0; i < 500; i++) {
        char expected[16] = "\0\xff";

        g_snprintf(expected + 2, sizeof expected - 2, "%d", i);
        g_assert_cmpmem(data + i * (int)dtype.itemsize, dtype.itemsize, expected, dtype.itemsize);
    }
}

/* A failed row ends the run, although the agent does not list the row. */
static void
test_unlisted(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:1");
    g_auto(Map) map = {0};

    run_with(&map, mapper, "unlisted", 0);
    g_assert_error(map.error, MAMUTO_ERROR, MAMUTO_ERROR_ROW);
    g_assert_nonnull(strstr(map.error->message, "failed: the host did not say why"));
    g_assert_cmpstr(mamuto_error_get_host(map.error), ==, "localhost");
}

/* A .npy file of wide texts is refused. In memory, the text needs only its own length. */
static void
test_wide_text(void)
{
    g_autofree char *folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "out.npy", NULL);

    for (int on_disk = 0; on_disk < 2; on_disk++) {
        g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
        g_auto(Map) map = {0};

        g_setenv("MAMUTO_HOSTILE", "wide-text", TRUE);
        map_run(&map, mapper, "double", MAMUTO_MAP_CONTINUE, on_disk ? path : NULL,
                count_up(500, 0), NULL);
        if (on_disk) {
            g_assert_error(map.error, MAMUTO_ERROR, MAMUTO_ERROR_RESULT);
            g_assert_cmpstr(mamuto_error_get_host(map.error), ==, "localhost");
            g_assert_nonnull(strstr(map.error->message, "200000"));
        } else {
            map_expect(&map);
            g_assert_true(mamuto_array_is_json(mamuto_result_get_array(map.result)));
            g_assert_cmpuint(mamuto_array_get_n_bytes(mamuto_result_get_array(map.result)), <,
                             10000);
        }
    }
    g_rmdir(folder);
}

static void
expect_plain(const char *text)
{
    for (const char *p = text; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        g_assert_true(c == '\n' || c == '\t' || (c >= ' ' && c < 0x7f));
    }
}

/* Text from a host is escaped wherever it is used: in failed rows, their causes, facts, and
 * exports. */
static void
test_disguise(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_autofree char *folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "failed.csv", NULL), *table = NULL;
    g_autoptr(MamutoHostStatus) host = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(Map) map = {0};
    GPtrArray *failures;

    run(&map, mapper, "disguise");
    map_expect(&map);
    failures = mamuto_result_get_failures(map.result);
    g_assert_cmpuint(failures->len, ==, 500);
    for (guint i = 0; i < failures->len; i++) {
        const MamutoRowFailure *failure = g_ptr_array_index(failures, i);

        g_assert_cmpstr(failure->cause, ==, "=a\\u202eb\\x9b\\x1b[2J");
        g_assert_cmpstr(failure->traceback, ==, "=t\n\\u202e\\x1b\\x9bx");
    }
    host = g_list_model_get_item(mamuto_run_get_hosts(map.run), 0);
    expect_plain(mamuto_host_status_get_machine(host));
    g_assert_cmpstr(mamuto_host_status_get_version(host, "numpy"), ==, "1");
    g_assert_true(mamuto_result_save_failures(map.result, path, &error));
    g_assert_no_error(error);
    g_assert_true(g_file_get_contents(path, &table, NULL, NULL));
    expect_plain(table);
    g_assert_null(strstr(table, ",\"="));
    g_assert_cmpint(g_remove(path), ==, 0);
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

static void
cancel_at_log(MamutoRun *run, guint host, int slot, guint stream, const char *text, gpointer data)
{
    g_cancellable_cancel(data);
}

static void
connect_log(MamutoRun *run, gpointer data)
{
    if (g_signal_handler_find(run, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, cancel_at_log, NULL) == 0)
        g_signal_connect(run, "log", G_CALLBACK(cancel_at_log), data);
}

static gint64
get_memory(void)
{
    g_autofree char *text = NULL;
    const char *at;

    g_assert_true(g_file_get_contents("/proc/self/status", &text, NULL, NULL));
    at = strstr(text, "VmHWM:");
    g_assert_nonnull(at);
    return g_ascii_strtoll(at + strlen("VmHWM:"), NULL, 10) / 1024;
}

/* An agent that sends frames without pause cannot keep the run and the session from ending. */
static void
test_flood(void)
{
    MamutoMapper *mapper = new_mapper_on("localhost:2");
    g_auto(Map) map = {.updated = connect_log};

    map.data = map.cancellable = g_cancellable_new();
    run(&map, mapper, "flood");
    g_assert_error(map.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    mamuto_mapper_close(mapper);
    g_object_unref(mapper);
}

/* An agent announces a result of 1 TiB and sends its parts without end. The library must not keep
 * the parts, and the run can be cancelled. */
static void
test_endless(void)
{
    MamutoMapper *mapper = new_mapper_on("localhost:1");
    g_auto(Map) map = {.updated = connect_log};
    gint64 before = get_memory();

    map.data = map.cancellable = g_cancellable_new();
    run(&map, mapper, "endless");
    g_assert_error(map.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    mamuto_mapper_close(mapper);
    g_object_unref(mapper);
    g_assert_cmpint(get_memory() - before, <, 64);
}

static void
test_no_numpy(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_auto(Map) map = {0};

    run(&map, mapper, "no-numpy");
    g_assert_error(map.error, MAMUTO_ERROR, MAMUTO_ERROR_NUMPY);
    g_assert_cmpstr(map.error->message, ==, "Python has no numpy");
    g_assert_cmpstr(mamuto_error_get_host(map.error), ==, "localhost");
}

/* ---- whole arrays, names and lines of JSON ---- */

static MamutoArgument *
make_whole(gint64 n)
{
    g_autoptr(MamutoArgument) rows = count_up_in_memory(n);

    return mamuto_argument_new_whole(mamuto_argument_get_array(rows));
}

/* The agent checks what it receives: a whole array once, before the run. */
static void
test_whole(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");

    g_setenv("MAMUTO_HOSTILE", "whole", TRUE);
    for (int k = 0; k < 3; k++) {
        g_auto(Map) map = {0};

        map_run(&map, mapper, "double", 0, NULL, count_up(500, 0), make_whole(1000), NULL);
        map_expect(&map);
        g_assert_cmpfloat(map_doubles(&map, 500)[499], ==, 998);
    }
}

/* The agent says that it has lost a whole array. This run ends with an error, and the next one
 * sends the array again. */
static void
test_whole_forgets(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_auto(Map) first = {0}, second = {0};

    g_setenv("MAMUTO_HOSTILE", "whole-forgets", TRUE);
    map_run(&first, mapper, "double", 0, NULL, count_up(500, 0), make_whole(1000), NULL);
    g_assert_error(first.error, MAMUTO_ERROR, MAMUTO_ERROR_AGENT);
    g_assert_nonnull(strstr(first.error->message, "the array is lost"));
    map_run(&second, mapper, "double", 0, NULL, count_up(500, 0), make_whole(1000), NULL);
    map_expect(&second);
    g_assert_cmpfloat(map_doubles(&second, 500)[499], ==, 998);
}

static void
test_name(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_autoptr(MamutoArgument) seven = value("7"), list = value("[1]");
    g_auto(Map) map = {0};

    g_setenv("MAMUTO_HOSTILE", "name", TRUE);
    map_run(&map, mapper, "double", 0, NULL, mamuto_argument_with_name(seven, "sigma"),
            count_up(500, 0), mamuto_argument_with_name(list, "k"), NULL);
    map_expect(&map);
    g_assert_cmpfloat(map_doubles(&map, 500)[499], ==, 998);
}

/* The agent says that lines of JSON cannot be passed, and names arguments and rows that do not
 * exist. */
static void
test_bad_argument(void)
{
    static const char *const causes[] = {
        NULL,  "0 500 bad", "1 0 bad", "x",  "0 -1 bad", "0 99999999999999999999 bad",
        "0 5", "",          " 1 1 x",  NULL,
    };
    g_autofree char *folder = g_dir_make_tmp("mamuto-hostile-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "r.jsonl", NULL);
    g_autoptr(GString) text = g_string_new("\n\n");
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_autoptr(MamutoArray) array = NULL;
    g_autofree char *line_of_3 = NULL, *line_of_499 = NULL;
    GPtrArray *failures;
    g_auto(Map) map = {0};

    for (int i = 0; i < 500; i++)
        g_string_append_printf(text, i == 100 ? "%d\n \n" : "%d\n", i);
    g_assert_true(g_file_set_contents(path, text->str, -1, NULL));
    array = mamuto_array_load(path, NULL, NULL);
    g_assert_nonnull(array);
    line_of_3 = g_strdup_printf("%s, line 6: bad", path);
    line_of_499 = g_strdup_printf("%s, line 503: last", path);
    g_setenv("MAMUTO_HOSTILE", "bad-argument", TRUE);
    map_run(&map, mapper, "double", MAMUTO_MAP_CONTINUE, NULL, mamuto_argument_new_array(array),
            NULL);
    map_expect(&map);
    g_assert_cmpint(mamuto_result_get_n_failed(map.result), ==, G_N_ELEMENTS(causes));
    failures = mamuto_result_get_failures(map.result);
    for (guint i = 0; i < G_N_ELEMENTS(causes); i++) {
        const MamutoRowFailure *failure = g_ptr_array_index(failures, i);

        g_assert_cmpint(failure->row, ==, i);
        g_assert_cmpstr(failure->cause, ==,
                        causes[i] != NULL ? causes[i]
                        : i == 0          ? line_of_3
                                          : line_of_499);
    }
    g_remove(path);
    g_rmdir(folder);
}

/* Returns how many bytes of rows the library sends before it gets a result. @whole_size: size in
 * MiB of a whole array beside them. */
static guint64
measure_in_flight(guint whole_size)
{
    const MamutoDtype dtype = {'f', '<', 8};
    const gint64 shape[] = {64, 32768}; /* rows of 256 KiB */
    g_autofree char *folder = g_dir_make_tmp("mamuto-hostile-XXXXXX", NULL);
    g_autofree char *mode = g_build_filename(folder, "mode", NULL);
    g_autofree char *log = g_build_filename(folder, "log", NULL);
    g_autofree char *setting = g_strconcat("@", folder, NULL), *text = NULL;
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_autofree double *data = g_new0(double, 64 * 32768);
    g_autoptr(MamutoArray) rows =
        mamuto_array_new_for_memory(data, 64 * 32768 * 8, &dtype, 2, shape, NULL, NULL, NULL, NULL);
    g_auto(GStrv) lines = NULL;
    guint64 most = 0;
    g_auto(Map) map = {0};

    g_assert_true(g_file_set_contents(mode, "credit", -1, NULL));
    g_setenv("MAMUTO_HOSTILE", setting, TRUE);
    map_run(&map, mapper, "double", 0, NULL, mamuto_argument_new_array(rows),
            whole_size > 0 ? make_whole(whole_size * 131072) : NULL, NULL);
    map_expect(&map);
    g_assert_true(g_file_get_contents(log, &text, NULL, NULL));
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        const char *number = strstr(*line, "in flight ");

        if (number != NULL)
            most = MAX(most, g_ascii_strtoull(number + strlen("in flight "), NULL, 10));
    }
    g_remove(mode);
    g_remove(log);
    g_rmdir(folder);
    return most;
}

/* A whole array takes memory of the host, so that fewer rows are sent ahead. */
static void
test_credit(void)
{
    guint64 alone = measure_in_flight(0), beside = measure_in_flight(60);

    g_test_message("%" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT " bytes", alone, beside);
    g_assert_cmpuint(alone, >, 2 << 20);
    g_assert_cmpuint(beside, >, 0);
    g_assert_cmpuint(beside, <=, 1 << 20);
}

int
main(int argc, char **argv)
{
    static const char *const refused[] = {
        "no-greeting",
        "unknown-chunk",
        "unknown-attempt",
        "other-rows",
        "short",
        "object-dtype",
        "marks",
        "suspect",
        "more-suspects",
        "row-outside",
        "log",
        "garbage",
        "huge",
        "twice",
        "cores",
        "no-bytes",
        "part-first",
        "more-parts",
        "wrong-length",
        "gap",
        "overlap",
        "too-much",
        "empty-part",
        "part-of-other",
        "large-in-large",
        "odd-outside",
        "odd-unmarked",
        "odd-long",
        "lost-other-attempt",
        "recall-unasked",
        "recall-over",
        "recall-below",
        "recall-more",
        "recall-and-result",
        "recall-bits",
    };

    /* answers that an agent may give if it is asked for rows that have not begun */
    static const char *const recalled[] = {"recall-rest",  "recall-fewer", "recall-twice",
                                           "recall-whole", "recall-none",  "recall-late"};

    static const char *const refused_texts[] = {"text-number",   "text-null", "text-nul",
                                                "text-cut",      "text-utf8", "text-two",
                                                "text-decrease", "text-shape"};
    static const char *const refused_bytes[] = {
        "bytes-nul",   "bytes-first", "bytes-decrease", "bytes-beyond", "bytes-less",
        "bytes-large", "bytes-few",   "bytes-count",    "bytes-shape",  "bytes-odd"};
    static const char *const refused_json[] = {
        "json-invalid", "json-empty", "json-two",       "json-utf8",      "json-control",
        "json-line",    "json-cut",   "json-surrogate", "json-first",     "json-decrease",
        "json-beyond",  "json-less",  "json-large",     "json-more",      "json-few",
        "json-shape",   "json-odd",   "json-array",     "json-parts-few",
    };

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(refused_json); i++) {
        g_autofree char *path = g_strconcat("/mapper/hostile/", refused_json[i], NULL);

        g_test_add_data_func(path, refused_json[i], test_json_refused);
    }
    g_test_add_data_func("/mapper/hostile/json-good", "json-good", test_json_good);
    g_test_add_data_func("/mapper/hostile/json-parts", "json-parts", test_json_good);
    g_test_add_data_func("/mapper/hostile/json-unasked", "json-unasked", test_refused);
    g_test_add_func("/mapper/hostile/text-good", test_text_good);
    for (guint i = 0; i < G_N_ELEMENTS(refused_texts); i++) {
        g_autofree char *path = g_strconcat("/mapper/hostile/", refused_texts[i], NULL);

        g_test_add_data_func(path, refused_texts[i], test_refused);
    }
    g_test_add_data_func("/mapper/hostile/bytes-good", "bytes-good", test_bytes_good);
    g_test_add_data_func("/mapper/hostile/bytes-parts", "bytes-parts", test_bytes_good);
    g_test_add_data_func("/mapper/hostile/bytes-unasked", "bytes-unasked", test_json_refused);
    for (guint i = 0; i < G_N_ELEMENTS(refused_bytes); i++) {
        g_autofree char *path = g_strconcat("/mapper/hostile/", refused_bytes[i], NULL);

        g_test_add_data_func(path, refused_bytes[i], test_refused);
    }
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *path = g_strconcat("/mapper/hostile/", refused[i], NULL);

        g_test_add_data_func(path, refused[i], test_refused);
    }
    for (guint i = 0; i < G_N_ELEMENTS(recalled); i++) {
        g_autofree char *path = g_strconcat("/mapper/hostile/", recalled[i], NULL);

        g_test_add_data_func(path, recalled[i], test_good);
    }
    g_test_add_data_func("/mapper/hostile/good", "good", test_good);
    g_test_add_data_func("/mapper/hostile/parts", "parts", test_good);
    g_test_add_data_func("/mapper/hostile/one-row", "one-row", test_good);
    g_test_add_func("/mapper/hostile/endless", test_endless);
    g_test_add_data_func("/mapper/hostile/clock", "clock", test_good);
    g_test_add_func("/mapper/hostile/unlisted", test_unlisted);
    g_test_add_func("/mapper/hostile/no-numpy", test_no_numpy);
    g_test_add_func("/mapper/hostile/flood", test_flood);
    g_test_add_func("/mapper/hostile/disguise", test_disguise);
    g_test_add_func("/mapper/hostile/whole", test_whole);
    g_test_add_func("/mapper/hostile/whole-forgets", test_whole_forgets);
    g_test_add_func("/mapper/hostile/name", test_name);
    g_test_add_func("/mapper/hostile/bad-argument", test_bad_argument);
    g_test_add_func("/mapper/hostile/credit", test_credit);
    g_test_add_func("/mapper/hostile/wide-text", test_wide_text);
    g_test_add_func("/mapper/hostile/ends-early", test_ends_early);
    g_test_add_func("/mapper/hostile/garbage-early", test_garbage_early);
    return g_test_run();
}
