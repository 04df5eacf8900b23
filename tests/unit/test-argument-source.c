/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the parts into which the text of an argument is split for editing, of the explanation of
 * a text that is no value, and of the argument that differs from the others in its length. */
#include <glib/gstdio.h>

#include "mamuto-argument.h"

static void
check_split(const char *text, MamutoSource source, const char *expected)
{
    g_auto(GStrv) parts = NULL;
    g_autofree char *joined = NULL;

    g_assert_cmpint(mamuto_argument_split(text, &parts), ==, source);
    joined = g_strjoinv("|", parts);
    g_assert_cmpstr(joined, ==, expected);
}

static void
test_split(void)
{
    g_autofree char *folder = g_dir_make_tmp("mamuto-XXXXXX", NULL);
    g_autofree char *odd = g_build_filename(folder, "@odd.npy", NULL);
    g_autofree char *here = g_get_current_dir();

    check_split("p.npy", MAMUTO_SOURCE_ROWS, "p.npy");
    check_split("t.csv:x,y+header=no", MAMUTO_SOURCE_ROWS, "t.csv:x,y+header=no");
    check_split("", MAMUTO_SOURCE_ROWS, "");
    check_split("./0..99", MAMUTO_SOURCE_ROWS, "./0..99");
    check_split("@a.npz:b", MAMUTO_SOURCE_WHOLE, "a.npz:b");
    check_split("=@a.npz:b", MAMUTO_SOURCE_WHOLE, "a.npz:b");
    check_split("=0.5", MAMUTO_SOURCE_VALUE, "0.5");
    check_split("= '@a'", MAMUTO_SOURCE_VALUE, " '@a'");
    check_split("=[1,", MAMUTO_SOURCE_VALUE, "[1,");
    check_split("0:1:101", MAMUTO_SOURCE_LINEAR, "0|1|101");
    check_split("-1e-3:+.5:1e6", MAMUTO_SOURCE_LINEAR, "-1e-3|+.5|1e6");
    check_split("0,5:1:3", MAMUTO_SOURCE_LINEAR, "0,5|1|3");
    check_split("log:1e-3:1e3:50", MAMUTO_SOURCE_LOGARITHMIC, "1e-3|1e3|50");
    check_split("0..99999999999999999999", MAMUTO_SOURCE_INTEGERS, "0|99999999999999999999");
    check_split("each:[1, [2], 5]", MAMUTO_SOURCE_LIST, "1, [2], 5");
    check_split("each:[\"a]\", ']']  ", MAMUTO_SOURCE_LIST, "\"a]\", ']'");
    check_split("each:[1,", MAMUTO_SOURCE_LIST, "1,");
    check_split("each:[", MAMUTO_SOURCE_LIST, "");
    g_assert_true(g_file_set_contents(odd, "", 0, NULL));
    g_assert_cmpint(g_chdir(folder), ==, 0);
    check_split("@odd.npy", MAMUTO_SOURCE_ROWS, "@odd.npy"); /* a file of that name */
    g_assert_cmpint(g_chdir(here), ==, 0);
    g_unlink(odd);
    g_rmdir(folder);
}

static void
check_value(const char *text, const char *problem, const char *proposed)
{
    g_auto(GStrv) instead = NULL;
    g_autofree char *found = mamuto_argument_explain_value(text, &instead);
    g_autofree char *joined = g_strjoinv("|", instead);

    g_assert_cmpstr(found, ==, problem);
    g_assert_cmpstr(joined, ==, proposed);
}

static void
test_values(void)
{
    check_value("0.5", NULL, "");
    check_value("{'a': [1, None]}", NULL, "");
    check_value("fast", "a text needs quotes", "\"fast\"");
    check_value("0,5", "numbers have a decimal point, and a list has brackets", "0.5|[0, 5]");
    check_value("[1,", "the closing bracket is missing", "");
    check_value("", "the value is missing", "");
}

static MamutoArgument *
make(gint64 n)
{
    g_autoptr(MamutoArray) array = mamuto_array_new_integer_range(1, n, NULL);

    return mamuto_argument_new_array(array);
}

/* @lengths: ends with 0; -1 is a whole array, -2 a value, -3 no argument. */
static int
find_odd(const gint64 *lengths)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    int odd;

    for (; *lengths != 0; lengths++) {
        g_autoptr(MamutoArgument) seven = make(7);
        MamutoArgument *argument = *lengths > 0 ? make(*lengths)
                                   : *lengths == -1
                                       ? mamuto_argument_new_whole(mamuto_argument_get_array(seven))
                                   : *lengths == -2 ? mamuto_argument_new_value("5", NULL)
                                                    : NULL;

        g_ptr_array_add(arguments, argument);
    }
    odd = mamuto_argument_find_odd_length(arguments);
    for (guint i = 0; i < arguments->len; i++)
        if (g_ptr_array_index(arguments, i) != NULL)
            mamuto_argument_unref(g_ptr_array_index(arguments, i));
    return odd;
}

static void
test_odd_length(void)
{
    static const struct {
        gint64 lengths[8];
        int odd;
    } cases[] = {
        {{5, 5, 9}, 2},        {{9, 5, 5}, 0}, {{5, 9, 5, 5}, 1}, {{5, 9}, -1},
        {{5, -2, 9}, -1},      {{5, 5}, -1},   {{5, 5, 5}, -1},   {{5, 5, 9, 9}, -1},
        {{5, 7, 9}, -1},       {{9}, -1},      {{-1, -2}, -1},    {{-1, 5, -2, 9, -3, 5}, 3},
        {{5, 5, 5, 9, 8}, -1},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(find_odd(cases[i].lengths), ==, cases[i].odd);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/argument-source/split", test_split);
    g_test_add_func("/argument-source/values", test_values);
    g_test_add_func("/argument-source/odd-length", test_odd_length);
    return g_test_run();
}
