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
    g_test_add_func("/mapper/hostile/wide-text", test_wide_text);
    g_test_add_func("/mapper/hostile/ends-early", test_ends_early);
    g_test_add_func("/mapper/hostile/garbage-early", test_garbage_early);
    return g_test_run();
}
