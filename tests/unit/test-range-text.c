/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the texts that the window makes of the fields of a range, of what it says about wrong
 * fields, and of the texts that an argument keeps while its source changes. */
#include <string.h>

#include "../../app/job/range-text.h"
#include "../../app/job/source-texts.h"

#define LINEAR MAMUTO_SOURCE_LINEAR
#define LOGARITHMIC MAMUTO_SOURCE_LOGARITHMIC
#define INTEGERS MAMUTO_SOURCE_INTEGERS
#define LIST MAMUTO_SOURCE_LIST

/* @field: the first field that is wrong; N_RANGE_FIELDS if none is. @expected: the text of the
 * range, or what is said about the field. */
static const struct {
    MamutoSource kind;
    const char *fields[N_RANGE_FIELDS];
    RangeField field;
    const char *expected;
} cases[] = {
    {LINEAR, {"0", "1", "101", "x"}, N_RANGE_FIELDS, "0:1:101"},
    {LINEAR, {" 1e-3 ", "-.5", "2", ""}, N_RANGE_FIELDS, "1e-3:-.5:2"},
    {LINEAR, {"0,5", "-1,25", "3", ""}, N_RANGE_FIELDS, "0.5:-1.25:3"},
    {LINEAR, {"0,125", "-0,125", "3", ""}, N_RANGE_FIELDS, "0.125:-0.125:3"},
    {LINEAR, {"1,5e3", "7", "3", ""}, N_RANGE_FIELDS, "1.5e3:7:3"},
    {LINEAR, {"4", "4", "1", ""}, N_RANGE_FIELDS, "4:4:1"},
    {LINEAR, {"1,234", "7", "3", ""}, RANGE_FROM, "write the decimal separator as a point"},
    {LINEAR, {"1,234,567", "7", "3", ""}, RANGE_FROM, "write the decimal separator as a point"},
    {LINEAR, {"1.234,5", "7", "3", ""}, RANGE_FROM, "write the decimal separator as a point"},
    {LINEAR, {"a", "7", "3", ""}, RANGE_FROM, "not a number"},
    {LINEAR, {"log:1", "7", "3", ""}, RANGE_FROM, "not a number"},
    {LINEAR, {"1:2", "7", "3", ""}, RANGE_FROM, "not a number"},
    {LINEAR, {"0x10", "7", "3", ""}, RANGE_FROM, "not a number"},
    {LINEAR, {"1 2", "7", "3", ""}, RANGE_FROM, "not a number"},
    {LINEAR, {"1", "nan", "3", ""}, RANGE_TO, "not a finite number"},
    {LINEAR, {"1", "1e999", "3", ""}, RANGE_TO, "not a finite number"},
    {LINEAR, {"-1e308", "1e308", "3", ""}, RANGE_TO, "too far from the first number"},
    {LINEAR, {"0", "1", "1", ""}, RANGE_COUNT, "at least 2, because both ends are included"},
    {LINEAR, {"0", "1", "0", ""}, RANGE_COUNT, "must be at least 1"},
    {LINEAR, {"0", "1", "-3", ""}, RANGE_COUNT, "must be at least 1"},
    {LINEAR, {"0", "1", "1e6", ""}, RANGE_COUNT, "not a whole number"},
    {LINEAR, {"0", "1", "1.000", ""}, RANGE_COUNT, "not a whole number"},
    {LINEAR, {"0", "1", "9999999999999999", ""}, RANGE_COUNT, "too large"},
    {LINEAR, {"0", "1", "99999999999999999999", ""}, RANGE_COUNT, "too large"},
    {LOGARITHMIC, {"1e-3", "1e3", "7", ""}, N_RANGE_FIELDS, "log:1e-3:1e3:7"},
    {LOGARITHMIC, {"0", "1", "7", ""}, RANGE_FROM, "must be greater than 0"},
    {LOGARITHMIC, {"1", "-1", "7", ""}, RANGE_TO, "must be greater than 0"},
    {INTEGERS, {"-2", "99", "x", "x"}, N_RANGE_FIELDS, "-2..99"},
    {INTEGERS, {"5", "5", "", ""}, N_RANGE_FIELDS, "5..5"},
    {INTEGERS, {"9", "0", "", ""}, RANGE_TO, "less than the first number"},
    {INTEGERS, {"0.5", "3", "", ""}, RANGE_FROM, "not a whole number"},
    {INTEGERS, {"0", "9223372036854775807", "", ""}, RANGE_TO, "too far from the first number"},
    {INTEGERS, {"0", "9223372036854775808", "", ""}, RANGE_TO, "too large"},
    {LIST, {"", "", "", "1, 2, 5"}, N_RANGE_FIELDS, "each:[1, 2, 5]"},
    {LIST, {"", "", "", "'a', \"b]\""}, N_RANGE_FIELDS, "each:['a', \"b]\"]"},
    {LIST, {"", "", "", "[1, 2], [3, 4]"}, N_RANGE_FIELDS, "each:[[1, 2], [3, 4]]"},
    {LIST, {"", "", "", "fast"}, RANGE_LIST, "a text needs quotes; write \"fast\""},
    {LIST, {"", "", "", "1, 'a'"}, RANGE_LIST, "the elements of the list are of different kinds"},
    {LIST, {"", "", "", "[1], [2, 3]"}, RANGE_LIST, "the lists in the list have different lengths"},
    {LIST, {"", "", "", "1], [2"}, RANGE_LIST, NULL},
    {LIST, {"", "", "", "1] + x"}, RANGE_LIST, NULL},
};

static void
test_ranges(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(RangeText) range = {0};

        g_test_message("%s|%s|%s|%s", cases[i].fields[0], cases[i].fields[1], cases[i].fields[2],
                       cases[i].fields[3]);
        range_text_make(&range, cases[i].kind, cases[i].fields);
        g_assert_true((range.text == NULL) == (range.problem != NULL));
        for (RangeField field = 0; field < N_RANGE_FIELDS && field < cases[i].field; field++)
            g_assert_null(range.remarks[field]);
        if (cases[i].field == N_RANGE_FIELDS) {
            g_auto(GStrv) parts = NULL;

            g_assert_cmpstr(range.text, ==, cases[i].expected);
            g_assert_cmpint(mamuto_argument_split(range.text, &parts), ==, cases[i].kind);
            continue;
        }
        g_assert_null(range.text);
        g_assert_nonnull(range.remarks[cases[i].field]);
        if (cases[i].expected)
            g_assert_cmpstr(range.remarks[cases[i].field], ==, cases[i].expected);
        g_assert_nonnull(strstr(range.problem, range.remarks[cases[i].field]));
    }
}

/* An empty field is not wrong, but the range is not complete. */
static void
test_empty(void)
{
    const char *const fields[N_RANGE_FIELDS] = {"0", "", "5", " "};

    for (MamutoSource kind = LINEAR; kind <= LIST; kind++) {
        g_auto(RangeText) range = {0};

        range_text_make(&range, kind, fields);
        g_assert_null(range.text);
        g_assert_cmpstr(range.problem, ==,
                        kind == LOGARITHMIC ? "From: must be greater than 0"
                                            : "Fill in the fields of the range");
    }
}

static void
check_switch(SourceTexts *texts, char **text, RowSource from, RowSource to, const char *expected)
{
    char *next = source_texts_switch(texts, *text, from, to);

    g_free(*text);
    *text = next;
    g_assert_cmpstr(next, ==, expected);
    if (next)
        g_assert_cmpint(source_of_text(next), ==, to);
}

static void
test_sources(void)
{
    SourceTexts texts = {0};
    char *text = g_strdup("/d/t.csv:x,y+header=no");

    check_switch(&texts, &text, SOURCE_ROWS, SOURCE_WHOLE, "@/d/t.csv:x,y+header=no");
    check_switch(&texts, &text, SOURCE_WHOLE, SOURCE_VALUE, NULL);
    text = source_write_value("0.5");
    check_switch(&texts, &text, SOURCE_VALUE, SOURCE_RANGE, NULL);
    text = g_strdup("0:1:5");
    check_switch(&texts, &text, SOURCE_RANGE, SOURCE_ROWS, "/d/t.csv:x,y+header=no");
    check_switch(&texts, &text, SOURCE_ROWS, SOURCE_VALUE, "=0.5");
    check_switch(&texts, &text, SOURCE_VALUE, SOURCE_WHOLE, "@/d/t.csv:x,y+header=no");
    check_switch(&texts, &text, SOURCE_WHOLE, SOURCE_RANGE, "0:1:5");
    g_free(text);
    source_texts_clear(&texts);
}

/* A text that the user writes as a value stays one, and a file stays a file. */
static void
test_written(void)
{
    static const char *const values[] = {"@p.npy", "=5",  "0:1:5", "each:[1]",
                                         "p.npy",  "[1,", "'a'"};
    static const char *const files[] = {"p.npy", "0..9", "=5", "@p.npy", "each:[1]", "/d/0:1:5"};

    for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autofree char *text = source_write_value(values[i]);

        g_assert_cmpint(source_of_text(text), ==, SOURCE_VALUE);
    }
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *rows = source_write_file(files[i], FALSE);
        g_autofree char *whole = source_write_file(files[i], TRUE);

        g_assert_cmpint(source_of_text(rows), ==, SOURCE_ROWS);
        g_assert_cmpint(source_of_text(whole), ==, SOURCE_WHOLE);
        g_assert_true(g_str_has_suffix(rows, files[i]) && g_str_has_suffix(whole, files[i]));
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/range-text/ranges", test_ranges);
    g_test_add_func("/range-text/empty", test_empty);
    g_test_add_func("/range-text/sources", test_sources);
    g_test_add_func("/range-text/written", test_written);
    return g_test_run();
}
