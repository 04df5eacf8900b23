/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Maps functions with arguments that have names, with real agents and real Python. The same tests
 * run on this computer and over ssh, see mapper-util.h. */
#include <string.h>

#include "mapper-util.h"

static MamutoArgument *
named(MamutoArgument *argument, const char *name)
{
    MamutoArgument *with_name = mamuto_argument_with_name(argument, name);

    mamuto_argument_unref(argument);
    return with_name;
}

static MamutoArgument *
whole(gint64 last)
{
    g_autoptr(MamutoArray) array = mamuto_array_new_integer_range(1, last, NULL);

    return mamuto_argument_new_whole(array);
}

/* @inspect: whether the parameters of the function are known. */
static MamutoFunction *
make(const char *name, gboolean inspect)
{
    MamutoFunction *function = find_function(name);

    if (inspect)
        g_assert_true(mamuto_function_inspect(function, "/usr/bin/python3", NULL, NULL));
    return function;
}

static void
expect(Map *map, gint64 n, double step, double rest)
{
    const double *out;

    map_expect(map);
    out = map_doubles(map, n);
    for (int i = 0; i < n; i++)
        g_assert_cmpfloat(out[i], ==, step * i + rest);
}

/* The parameters are weighs(x, a=10, b=20, *, c, d=40), with the weights 1, 2, 3, 5 and 7. */
static void
test_bound(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();

    for (int known = 0; known < 2; known++) {
        g_autoptr(MamutoFunction) function = make("weighs", known);
        g_auto(Map) c = {0}, skips = {0}, rows = {0}, wholes = {0}, all = {0}, first = {0};

        map_run_function(&c, mapper, function, 0, NULL, count_up(500, 0), named(value("1"), "c"),
                         NULL);
        expect(&c, 500, 1, 20 + 60 + 5 + 280);
        map_run_function(&skips, mapper, function, 0, NULL, named(value("0"), "c"),
                         named(value("1"), "b"), count_up(500, 0), NULL);
        expect(&skips, 500, 1, 20 + 3 + 280);
        map_run_function(&rows, mapper, function, 0, NULL, count_up(500, 0),
                         named(count_up_in_memory(500), "d"), named(count_up(500, 0), "c"), NULL);
        expect(&rows, 500, 1 + 7 + 5, 20 + 60);
        map_run_function(&wholes, mapper, function, 0, NULL, count_up(500, 0), named(whole(4), "c"),
                         named(whole(3), "a"), NULL);
        expect(&wholes, 500, 1, 12 + 60 + 50 + 280);
        map_run_function(&all, mapper, function, 0, NULL, count_up(500, 0), value("1"),
                         named(value("1"), "d"), named(value("1"), "c"), named(value("1"), "b"),
                         NULL);
        expect(&all, 500, 1, 2 + 3 + 5 + 7);
        map_run_function(&first, mapper, function, 0, NULL, named(count_up(500, 0), "x"),
                         named(value("0"), "c"), NULL);
        expect(&first, 500, 1, 20 + 60 + 280);
    }
}

static void
test_batch(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_autoptr(MamutoFunction) function = make("weighs_batch", TRUE);
    g_auto(Map) map = {0};

    map_run_function(&map, mapper, function, MAMUTO_MAP_BATCH, NULL, count_up(500, 0),
                     named(count_up(500, 0), "d"), named(value("2"), "c"), NULL);
    expect(&map, 500, 8, 20 + 60 + 10);
}

static void
test_any_name(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_autoptr(MamutoFunction) function = make("counts_names", TRUE);
    g_auto(Map) map = {0};

    map_run_function(&map, mapper, function, 0, NULL, named(value("7"), "\xc3\xa4"),
                     count_up(100, 0), named(count_up(100, 0), "y"), NULL);
    expect(&map, 100, 2, 207);
}

/* The parameters of a partial object are unknown here, so that names are passed as they are. */
static void
test_unknown(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_autoptr(MamutoFunction) function = make("shifts", TRUE);
    g_auto(Map) map = {0}, wrong = {0};

    map_run_function(&map, mapper, function, 0, NULL, count_up(100, 0), named(value("1"), "a"),
                     NULL);
    expect(&map, 100, 1, 2 + 60 + 280);
    map_run_function(&wrong, mapper, function, 0, NULL, count_up(100, 0), named(value("1"), "z"),
                     NULL);
    g_assert_error(wrong.error, MAMUTO_ERROR, MAMUTO_ERROR_ROW);
    g_assert_nonnull(strstr(wrong.error->message, "'z'"));
}

/* The arguments that hosts keep may have names, too. A run can replace them. */
static void
test_kept(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_autoptr(MamutoFunction) function = make("weighs", TRUE);
    g_autoptr(GPtrArray) kept =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_argument_unref);

    g_ptr_array_add(kept, named(count_up(300, 0), "c"));
    g_ptr_array_add(kept, NULL);
    g_ptr_array_add(kept, value("0"));
    g_assert_true(mamuto_mapper_add_remote_arguments(mapper, function, kept, NULL));
    for (int k = 0; k < 2; k++) {
        g_auto(Map) map = {0}, replaced = {0}, both = {0};

        map_run_function(&map, mapper, function, 0, NULL, count_up(300, 0), NULL);
        expect(&map, 300, 6, 60 + 280);
        map_run_function(&replaced, mapper, function, 0, NULL, named(value("1"), "c"),
                         count_up(300, 0), value("1"), NULL);
        expect(&replaced, 300, 1, 2 + 60 + 5 + 280);
        map_run_function(&both, mapper, function, 0, NULL, count_up(300, 0), named(value("1"), "a"),
                         NULL);
        g_assert_error(both.error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    }
}

/* What the function does not accept is refused before anything is sent. */
static void
test_refused(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper();
    g_autoptr(MamutoFunction) function = make("weighs", TRUE);
    g_auto(Map) unknown = {0}, twice = {0}, missing = {0}, lengths = {0}, empty = {0};

    map_run_function(&unknown, mapper, function, 0, NULL, count_up(3, 0), named(value("1"), "e"),
                     NULL);
    g_assert_nonnull(strstr(unknown.error->message, "has no parameter “e”"));
    map_run_function(&twice, mapper, function, 0, NULL, count_up(3, 0), value("2"),
                     named(value("1"), "c"), named(value("1"), "a"), NULL);
    g_assert_nonnull(strstr(twice.error->message, "“a” is given by position and by name"));
    map_run_function(&missing, mapper, function, 0, NULL, count_up(3, 0), NULL);
    g_assert_nonnull(strstr(missing.error->message, "no argument is given for the parameter “c”"));
    map_run_function(&lengths, mapper, function, 0, NULL, count_up(3, 0),
                     named(count_up(4, 0), "c"), NULL);
    g_assert_error(lengths.error, MAMUTO_ERROR, MAMUTO_ERROR_LENGTH);
    g_assert_nonnull(
        strstr(lengths.error->message, "argument “c” has 4 rows, but argument 1 has 3"));
    map_run_function(&empty, mapper, function, 0, NULL, count_up(3, 0), named(value("1"), ""),
                     NULL);
    g_assert_error(empty.error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mapper-names/bound", test_bound);
    g_test_add_func("/mapper-names/batch", test_batch);
    g_test_add_func("/mapper-names/any-name", test_any_name);
    g_test_add_func("/mapper-names/unknown", test_unknown);
    g_test_add_func("/mapper-names/kept", test_kept);
    g_test_add_func("/mapper-names/refused", test_refused);
    return g_test_run();
}
