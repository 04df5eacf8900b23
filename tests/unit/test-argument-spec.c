/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the grammar of arguments. Which files exist is a list of names. */
#include <math.h>
#include <string.h>

#include "argument-spec.h"
#include "mamuto-error.h"
#include "mamuto-parameter.h"

static const char *const files[] = {
    "p.npy",     "T=300.npy", "T=0..9",  "T=7",       "5",     "0..99",   "@odd.npy", "t.csv", "=3",
    "dir/a.npy", "a+b.csv",   "a:b.npy", "T=300.csv", "plain", "U=1.npy", "each:[1]", NULL};

static gboolean
is_file(const char *path, gconstpointer data)
{
    return g_strv_contains(data, g_str_has_prefix(path, "./") ? path + 2 : path);
}

static void
add(GPtrArray *parameters, const char *name, MamutoParameterKind kind)
{
    MamutoParameter *parameter = g_new0(MamutoParameter, 1);

    parameter->name = (char *)name;
    parameter->kind = kind;
    g_ptr_array_add(parameters, parameter);
}

/* f(x, T, *rest, sigma) */
static GPtrArray *
make_parameters(void)
{
    GPtrArray *parameters = g_ptr_array_new_with_free_func(g_free);

    add(parameters, "x", MAMUTO_PARAMETER_POSITIONAL);
    add(parameters, "T", MAMUTO_PARAMETER_POSITIONAL);
    add(parameters, "rest", MAMUTO_PARAMETER_VAR_POSITIONAL);
    add(parameters, "sigma", MAMUTO_PARAMETER_KEYWORD_ONLY);
    return parameters;
}

static gboolean
parse(const char *text, gboolean known, ArgumentSpec *spec, GError **error)
{
    g_autoptr(GPtrArray) parameters = known ? make_parameters() : NULL;
    const ArgumentContext context = {.is_file = is_file, .data = files, .parameters = parameters};

    return argument_spec_parse(text, &context, spec, error);
}

static void
test_files_and_values(void)
{
    static const struct {
        const char *text, *name;
        ArgumentKind kind;
        const char *spec;
        gsize file_length;
    } cases[] = {
        {"p.npy", NULL, ARGUMENT_FILE, "p.npy", 5},
        {"./p.npy", NULL, ARGUMENT_FILE, "./p.npy", 7},
        {"none.npy", NULL, ARGUMENT_FILE, "none.npy", 0},
        {"dir/none.npz:a", NULL, ARGUMENT_FILE, "dir/none.npz:a", 0},
        {"t.csv:x,y", NULL, ARGUMENT_FILE, "t.csv:x,y", 5},
        {"t.csv:x,y+header=no+decimal=,", NULL, ARGUMENT_FILE, "t.csv:x,y+header=no+decimal=,", 5},
        {"t.csv+header=no", NULL, ARGUMENT_FILE, "t.csv+header=no", 5},
        {"a+b.csv+header=no", NULL, ARGUMENT_FILE, "a+b.csv+header=no", 7},
        {"a:b.npy", NULL, ARGUMENT_FILE, "a:b.npy", 7},
        {"plain", NULL, ARGUMENT_FILE, "plain", 5},
        {"5", NULL, ARGUMENT_FILE, "5", 1},
        {"x=p.npy", "x", ARGUMENT_FILE, "p.npy", 5},
        {"sigma=t.csv:x+header=no", "sigma", ARGUMENT_FILE, "t.csv:x+header=no", 5},
        {"T=./300.npy", "T", ARGUMENT_FILE, "./300.npy", 0},
        {"./T=300.npy", NULL, ARGUMENT_FILE, "./T=300.npy", 11},
        {"U=1.npy", NULL, ARGUMENT_FILE, "U=1.npy", 7},
        {"@odd.npy", NULL, ARGUMENT_FILE, "@odd.npy", 8},
        {"./0..99", NULL, ARGUMENT_FILE, "./0..99", 7},
        {"./each:[1]", NULL, ARGUMENT_FILE, "./each:[1]", 10},
        {"@p.npy", NULL, ARGUMENT_WHOLE, "p.npy", 5},
        {"@none.npy", NULL, ARGUMENT_WHOLE, "none.npy", 0},
        {"@t.csv:x+header=no", NULL, ARGUMENT_WHOLE, "t.csv:x+header=no", 5},
        {"=@t.csv:x", NULL, ARGUMENT_WHOLE, "t.csv:x", 5},
        {"sigma=@p.npy", "sigma", ARGUMENT_WHOLE, "p.npy", 5},
        {"sigma==@p.npy", "sigma", ARGUMENT_WHOLE, "p.npy", 5},
        {"@@odd.npy", NULL, ARGUMENT_WHOLE, "@odd.npy", 8},
        {"=0.5", NULL, ARGUMENT_VALUE, "0.5", 0},
        {"=[1, 2,3]", NULL, ARGUMENT_VALUE, "[1, 2,3]", 0},
        {"= 3", NULL, ARGUMENT_VALUE, " 3", 0},
        {"=True", NULL, ARGUMENT_VALUE, "true", 0},
        {"='fast'", NULL, ARGUMENT_VALUE, "\"fast\"", 0},
        {"sigma=0.1", "sigma", ARGUMENT_VALUE, "0.1", 0},
        {"sigma=-5", "sigma", ARGUMENT_VALUE, "-5", 0},
        {"sigma=None", "sigma", ARGUMENT_VALUE, "null", 0},
        {"sigma='fast'", "sigma", ARGUMENT_VALUE, "\"fast\"", 0},
        {"sigma=\"p.npy\"", "sigma", ARGUMENT_VALUE, "\"p.npy\"", 0},
        {"sigma={'a': [1, .5, 1_000]}", "sigma", ARGUMENT_VALUE, "{\"a\": [1, 0.5, 1000]}", 0},
        {"sigma=nan", "sigma", ARGUMENT_VALUE, "NaN", 0},
        {"sigma=-inf", "sigma", ARGUMENT_VALUE, "-Infinity", 0},
        {"sigma==5", "sigma", ARGUMENT_VALUE, "5", 0},
        {"x=./5", "x", ARGUMENT_FILE, "./5", 3},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(ArgumentSpec) spec = {0};
        gboolean ok = parse(cases[i].text, TRUE, &spec, &error);

        g_test_message("%s", cases[i].text);
        g_assert_no_error(error);
        g_assert_true(ok);
        g_assert_cmpstr(spec.name, ==, cases[i].name);
        g_assert_cmpint(spec.kind, ==, cases[i].kind);
        g_assert_cmpstr(spec.text, ==, cases[i].spec);
        g_assert_cmpuint(spec.file_length, ==, cases[i].file_length);
    }
}

static void
test_ranges(void)
{
    static const struct {
        const char *text;
        RangeKind kind;
        double from, to;
        gint64 count;
    } cases[] = {
        {"0:1:101", RANGE_LINEAR, 0, 1, 101},
        {"1:0:101", RANGE_LINEAR, 1, 0, 101},
        {"-1.5e-3:.5:2", RANGE_LINEAR, -1.5e-3, .5, 2},
        {"2:2:1", RANGE_LINEAR, 2, 2, 1},
        {"sigma=0:1:101", RANGE_LINEAR, 0, 1, 101},
        {"log:1e-3:1e3:50", RANGE_LOGARITHMIC, 1e-3, 1e3, 50},
        {"log:1e3:1e-3:50", RANGE_LOGARITHMIC, 1e3, 1e-3, 50},
        {"0..99", RANGE_INTEGERS, 0, 99, 100},
        {"-5..-5", RANGE_INTEGERS, -5, -5, 1},
        {"T=0..9", RANGE_INTEGERS, 0, 9, 10},
        {"0..99999999", RANGE_INTEGERS, 0, 99999999, 100000000},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(ArgumentSpec) spec = {0};
        gboolean ok = parse(cases[i].text, TRUE, &spec, &error);
        gboolean whole = spec.range.kind == RANGE_INTEGERS;

        g_test_message("%s", cases[i].text);
        g_assert_no_error(error);
        g_assert_true(ok);
        g_assert_cmpint(spec.kind, ==, ARGUMENT_RANGE);
        g_assert_cmpint(spec.range.kind, ==, cases[i].kind);
        g_assert_cmpfloat(whole ? (double)spec.range.first : spec.range.from, ==, cases[i].from);
        g_assert_cmpfloat(whole ? (double)spec.range.last : spec.range.to, ==, cases[i].to);
        g_assert_cmpint(spec.range.count, ==, cases[i].count);
    }
}

static void
test_unknown_parameters(void)
{
    g_auto(ArgumentSpec) file = {0};
    g_auto(ArgumentSpec) named = {0};
    g_auto(ArgumentSpec) accent = {0};

    g_assert_true(parse("T=300.npy", FALSE, &file, NULL));
    g_assert_cmpstr(file.name, ==, NULL);
    g_assert_cmpstr(file.text, ==, "T=300.npy");
    g_assert_true(parse("any=300", FALSE, &named, NULL));
    g_assert_cmpstr(named.name, ==, "any");
    /* Python normalizes names: "ﬁ" (one character) is "fi". */
    g_assert_true(parse("ﬁ_é2=300", FALSE, &accent, NULL));
    g_assert_cmpstr(accent.name, ==, "fi_é2");
}

static void
test_bound(void)
{
    const ArgumentContext context = {.is_file = is_file, .data = files, .name = "k"};
    g_auto(ArgumentSpec) spec = {0};
    g_auto(ArgumentSpec) value = {0};

    g_assert_true(argument_spec_parse("T=300.npy", &context, &spec, NULL));
    g_assert_cmpstr(spec.name, ==, "k");
    g_assert_cmpstr(spec.text, ==, "T=300.npy");
    g_assert_true(argument_spec_parse("=0.5", &context, &value, NULL));
    g_assert_cmpint(value.kind, ==, ARGUMENT_VALUE);
    g_assert_cmpstr(value.text, ==, "0.5");
}

/* A path without a file is not taken for a text. */
static void
test_path(void)
{
    g_autoptr(GError) error = NULL;
    g_auto(ArgumentSpec) spec = {0};

    g_assert_false(parse("/no/0..2", TRUE, &spec, &error));
    g_assert_cmpstr(error->message, ==, "/no/0..2: there is no file of this name");
}

/* Each error shows the text and what to write instead. */
static void
test_refused(void)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"T=300.npy", "write './T=300.npy' for the file or T=./300.npy for the parameter"},
        {"T=300.csv:x", "write './T=300.csv:x' for the file or T=./300.csv:x for the parameter"},
        {"T=7", "write './T=7' for the file or T='=7' for the parameter"},
        {"x=5", "there is a file of this name, and it is also a value; write x=./5 or x='=5'"},
        {"=3", "write './=3' or '= 3'"},
        {"tau=300", "the function has no parameter tau, and there is no file of this name; its "
                    "parameters are x, T, sigma"},
        {"rest=300", "the function has no parameter rest"},
        {"0,5", "write '=0.5' or '=[0, 5]'"},
        {"=0,5", "write '=0.5' or '=[0, 5]'"},
        {"sigma=0,5", "sigma=0.5 or sigma='[0, 5]'"},
        {"sigma=-0,5", "sigma=-0.5 or sigma='[-0, 5]'"},
        {"sigma=1,2,3", "write sigma='[1, 2, 3]'"},
        {"sigma=fast", "fast: there is no file of this name, and a text needs quotes; write "
                       "sigma='\"fast\"'"},
        {"fast", "write '=\"fast\"'"},
        {"=fast", "a text needs quotes; write '=\"fast\"'"},
        {"sigma=TRUE", "write sigma=True or sigma='\"TRUE\"'"},
        {"sigma=(1, 2)", "a tuple cannot be passed, but a list can; write sigma='[1, 2]'"},
        {"sigma=01", "a number does not begin with 0 before other digits; write sigma=1 or "
                     "sigma='\"01\"'"},
        {"=01", "write '=1' or '=\"01\"'"},
        {"sigma=2+3j", "a complex number"},
        {"sigma=b'ab'", "bytes cannot be passed, but a text can, which the function encodes; write "
                        "sigma='\"ab\"'"},
        {"=b\"ab\"", "bytes cannot be passed"},
        {"sigma={1: 2}", "the keys of a dict must be texts"},
        {"sigma=[1, 2", "the closing bracket is missing"},
        {"sigma='a", "the closing quote is missing"},
        {"sigma='a\\d'", "unknown escape"},
        {"sigma=", "sigma=: the value is missing"},
        {"=", "the value is missing"},
        {"0.5", "there is no file of this name, and a value begins with “=”; write '=0.5'"},
        {"0:10", "a range has two ends and the number of its numbers; write 0..10"},
        {"x=0.5:10", "write x=0.5:10:101"},
        {"each:1,2", "a list has brackets; write 'each:[1,2]'"},
        {"each:0.5 2", "a list has brackets; write 'each:[0.5,2]'"},
        {"each:a, b", "a list has brackets; write 'each:[\"a\",\"b\"]'"},
        {"each:1,a", "a list has brackets; write 'each:[\"1\",\"a\"]'"},
        {"each:[a,b]", "; write 'each:[\"a\",\"b\"]'"},
        {"each:[1,", "the closing bracket is missing; write 'each:[1]'"},
        {"@", "the file is missing; write @FILE"},
        {"@0..99", "write @./0..99"},
        {"0:1:0", "at least one number"},
        {"0:1:-5", "at least one number"},
        {"0:1:1", "write 'each:[0]'"},
        {"0:1:0.01", "write 0:1:101"},
        {"0:1:1e6", "1e6 is not a whole number; write 0:1:1000000"},
        {"0:1:99999999999999999999", "not a whole number"},
        {"0:1:9999999999999999", "too long"},
        {"0:nan:5", "nan is not a finite number"},
        {"0:inf:5", "inf is not a finite number"},
        {"0:1e999:5", "1e999 is not a finite number"},
        {"-1e308:1e308:5", "too far apart"},
        {"0,5:1:5", "the decimal separator is a point"},
        {"log:0:1:5", "must be greater than 0"},
        {"log:-1:1:5", "must be greater than 0"},
        {"99..0", "the last number is less than the first one; write 0..99"},
        {"0.5..2", "must be integers"},
        {"0..99999999999999999999", "integers of at most 64 bits"},
        {"-9223372036854775807..9223372036854775807", "too far apart"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(ArgumentSpec) spec = {0};
        gboolean ok = parse(cases[i].text, TRUE, &spec, &error);

        g_test_message("%s: %s", cases[i].text, error != NULL ? error->message : "accepted");
        g_assert_false(ok);
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
        g_assert_nonnull(strstr(error->message, cases[i].expected));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/argument-spec/files-and-values", test_files_and_values);
    g_test_add_func("/argument-spec/ranges", test_ranges);
    g_test_add_func("/argument-spec/unknown-parameters", test_unknown_parameters);
    g_test_add_func("/argument-spec/bound", test_bound);
    g_test_add_func("/argument-spec/path", test_path);
    g_test_add_func("/argument-spec/refused", test_refused);
    return g_test_run();
}
