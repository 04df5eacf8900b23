/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Hosts that send what they must not: the run ends with an error that says so; never a wrong row, a
 * crash or a hang. MAMUTO_AGENT is hostile-agent.py, which can behave, too. */
#include <string.h>

#include "mapper-util.h"

static void
run(Map *map, MamutoMapper *mapper, const char *mode)
{
    g_setenv("MAMUTO_HOSTILE", mode, TRUE);
    map_run(map, mapper, "double", MAMUTO_MAP_CONTINUE, NULL, count_up(500, 0), NULL);
}

static void
test_refused(gconstpointer mode)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_auto(Map) map = {0};

    run(&map, mapper, mode);
    g_assert_error(map.error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL);
    g_assert_cmpstr(mamuto_error_get_host(map.error), ==, "localhost");
}

/* It behaves; or its clock alone is mad, which spoils no result. */
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
test_no_numpy(void)
{
    g_autoptr(MamutoMapper) mapper = new_mapper_on("localhost:2");
    g_auto(Map) map = {0};

    run(&map, mapper, "no-numpy");
    g_assert_error(map.error, MAMUTO_ERROR, MAMUTO_ERROR_NUMPY);
    g_assert_cmpstr(map.error->message, ==, "Python has no numpy");
    g_assert_cmpstr(mamuto_error_get_host(map.error), ==, "localhost");
    g_assert_cmpint(mamuto_error_get_stage(map.error), ==, MAMUTO_STAGE_NUMPY);
}

int
main(int argc, char **argv)
{
    static const char *const refused[] = {
        "no-greeting",  "unknown-chunk", "unknown-attempt", "other-rows", "short",
        "object-dtype", "marks",         "row-outside",     "log",        "garbage",
        "huge",         "twice",
    };

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *path = g_strconcat("/mapper/hostile/", refused[i], NULL);

        g_test_add_data_func(path, refused[i], test_refused);
    }
    g_test_add_data_func("/mapper/hostile/good", "good", test_good);
    g_test_add_data_func("/mapper/hostile/clock", "clock", test_good);
    g_test_add_func("/mapper/hostile/no-numpy", test_no_numpy);
    return g_test_run();
}
