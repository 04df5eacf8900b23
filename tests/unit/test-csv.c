/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of CSV tables: recognizing separators and headers, loading some columns, and error
 * messages. The test "numpy" in tests/integration compares loaded tables with Python and pandas. */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv-util.h"
#include "file-fixture.h"
#include "mamuto-array.h"
#include "mamuto-error.h"

static char *folder;
static char *table;

static void
write_table(const char *text, gssize size)
{
    g_assert_true(g_file_set_contents(table, text, size, NULL));
}

static MamutoArray *
load(const char *columns, GError **error)
{
    g_autofree char *spec =
        columns != NULL ? g_strdup_printf("%s:%s", table, columns) : g_strdup(table);

    return mamuto_array_load(spec, NULL, error);
}

static void
test_layouts(void)
{
    static const CsvCase cases[] = {
        {"1,2\n3,4\n", "", "<i8 2x2: 1 2 3 4"},
        {"x,y\n1,2\n3,4", "", "<i8 2x2: 1 2 3 4"},
        {"x;y\r\n1;2\r\n3;4\r\n", "", "<i8 2x2: 1 2 3 4"},
        {"\xef\xbb\xbfx\ty\n1\t2\n", "", "<i8 1x2: 1 2"},
        {"  x   y\n  1   2  \n 30  40\t\r\n", "", "<i8 2x2: 1 2 30 40"},
        {"# made by hand\n# x y\n1 2\n3 4\n", ":y", "<i8 2: 2 4"},
        {"#\n\n# \n\nx,y\n\n1,2\n\r\n  \n3,4\n\n", "", "<i8 2x2: 1 2 3 4"},
        {"1, 2, 3\n4, 5, 6\n", "", "<i8 2x3: 1 2 3 4 5 6"},
        {"x\n1\n2\n", "", "<i8 2: 1 2"},
        {"1\n2\n", "", "<i8 2: 1 2"},
        {"7", "", "<i8 1: 7"},
        {"x,y\n", ":y,x", "<f8 0x2:"},
        {"x\n", ":x", "<f8 0:"},
        {"\"x\",\"y\"\n\"1\",\"2\"\n", ":x", "<i8 1: 1"},
        {",x\n0,5\n1,6\n", ":x", "<i8 2: 5 6"},
        {",x\n0,5\n1,6\n", ":0", "<i8 2: 0 1"},
        {"a;b\n1;2,5x\n", ":0", "<i8 1: 1"},
        {"\"a\nb\",\"c\"\"d\"\n1,2\n", ":c\"d", "<i8 1: 2"},
        {"\"a,b\",c\n1,2\n", ":\"a,b\",c", "<i8 1x2: 1 2"},
        {"x,y,z\n1,2,3\n", ":z,x", "<i8 1x2: 3 1"},
        {"x,y,z\n1,2,3\n", ":2,0", "<i8 1x2: 3 1"},
        {"2,1\n5,6\n", ":1", "<i8 2: 1 6"},
        {"x:y,z\n1,2\n", ":x:y", "<i8 1: 1"},
        {"a b,c\n1,2\n", ":a b", "<i8 1: 1"},
    };

    check_csv_cases(table, cases, G_N_ELEMENTS(cases));
}

static void
test_kinds(void)
{
    static const CsvCase cases[] = {
        {"1,2.5\n3,4\n", "", "<f8 2x2: 1.0 2.5 3.0 4.0"},
        {"x,y\n1,2.5\n3,4\n", ":x", "<i8 2: 1 3"},
        {"x\n1\n-2e3\n", "", "<f8 2: 1.0 -2000.0"},
        {"x,y\n1,\n,4\n", "", "<f8 2x2: 1.0 nan nan 4.0"},
        {"x,y\n1,\n,\n", ":y", "<f8 2: nan nan"},
        {"x\nnan\n-inf\nInfinity\n1\n", "", "<f8 4: nan -inf inf 1.0"},
        {"x\n9223372036854775807\n-9223372036854775808\n", "",
         "<i8 2: 9223372036854775807 -9223372036854775808"},
        {"x\n9223372036854775808\n1\n", "", "<u8 2: 9223372036854775808 1"},
        {"x\n18446744073709551615\n0\n", "", "<u8 2: 18446744073709551615 0"},
        {"x\n18446744073709551616\n0\n", "", "<f8 2: 1.8446744073709552e+19 0.0"},
        {"x\n9223372036854775808\n-1\n", "", "<f8 2: 9.223372036854776e+18 -1.0"},
        {"x\n-1\n9223372036854775808\n", "", "<f8 2: -1.0 9.223372036854776e+18"},
        {"x\n-0\n-0.0\n", "", "<f8 2: -0.0 -0.0"},
        {"x\n+1\n0010\n", "", "<i8 2: 1 10"},
        {"a,b\nTrue,false\nFALSE,true\n", "", "|b1 2x2: True False False True"},
        {"True\nFalse\n", "", "|b1 2: True False"},
        {"word\nab\n\nwörter\n", ":word", "<U6 2: ab wörter"},
        {"a,b\nx,1\ny,2\nz,\n", ":a", "<U1 3: x y z"},
        {"a,b\nx,1\ny,2\nz,\n", ":b", "<f8 3: 1.0 2.0 nan"},
        {"a,b\nx,u\n,vw\n", ":a,b", "<U2 2x2: x u  vw"},
        {"a,b\n\"x\"\"y\",1\n\"u\nv\",2\n", ":a", "<U3 2: x\"y u\nv"},
        {"id,b\nA7,1\n12,2\n", ":id", "<U2 2: A7 12"},
        {"  1 ;\t2\n3; 4 \n", "", "<i8 2x2: 1 2 3 4"},
        {"\" 1 \",2\n", "", "<i8 1x2: 1 2"},
    };

    check_csv_cases(table, cases, G_N_ELEMENTS(cases));
}

/* Each error message must contain the strings in @says. If one line of the file is wrong, they
 * include the number of the line. */
static void
test_errors(void)
{
    static const struct {
        const char *text;
        const char *columns;
        int code;
        const char *says[4];
    } cases[] = {
        {"", NULL, MAMUTO_ERROR_INVALID_FILE, {"is empty"}},
        {"\n\n# nothing\n", NULL, MAMUTO_ERROR_INVALID_FILE, {"is empty"}},
        {"x,y\n1,2\n3,4,5\n", NULL, MAMUTO_ERROR_INVALID_FILE, {"line 3", "3 cells", "2 columns"}},
        {"x,y\n1,2\n\n3\n", NULL, MAMUTO_ERROR_INVALID_FILE, {"line 4", "1 cell,", "2 columns"}},
        {"# a\nx,y\n1,2\n3,4.5.6\n5,6\n",
         NULL,
         MAMUTO_ERROR_INVALID_FILE,
         {"line 4", "'y' (number 1)", "'4.5.6' is not a number"}},
        {"1,2\n3,oops\n5,6\n", "1", MAMUTO_ERROR_INVALID_FILE, {"line 2", "column 1", "'oops'"}},
        {"x,name\n1,Ann\n2,Bob\n", NULL, MAMUTO_ERROR_INVALID_FILE, {"line 2", "'name'", "'Ann'"}},
        {"x,y\n\"a\nb\",1\n\"c\",2\n\"d\n\n\",3x\n4,5\n5,6\n",
         "y",
         MAMUTO_ERROR_INVALID_FILE,
         {"line 5", "'3x'"}},
        {"x;y\n1;2,5\n2;7\n3;8\n",
         NULL,
         MAMUTO_ERROR_INVALID_FILE,
         {"line 2", "'2,5'", "+decimal=,"}},
        {"x,y\n1,\"2\n3,4\n", NULL, MAMUTO_ERROR_INVALID_FILE, {"line 2", "quote"}},
        {"x,y\n1,2\n3,\"4\"5\n", NULL, MAMUTO_ERROR_INVALID_FILE, {"line 3", "quote"}},
        {"x,y\n1,2\n", "z", MAMUTO_ERROR_INVALID_ARGUMENT, {"no column 'z'", "'x', 'y'"}},
        {"x,y\n1,2\n", "2", MAMUTO_ERROR_INVALID_ARGUMENT, {"no column '2'"}},
        {"1,2\n", "x", MAMUTO_ERROR_INVALID_ARGUMENT, {"no header", "0 to 1"}},
        {"x,x\n1,2\n", "x", MAMUTO_ERROR_INVALID_ARGUMENT, {"2 columns are called 'x'"}},
        {"x,y\n1,2\n", "x,0", MAMUTO_ERROR_INVALID_ARGUMENT, {"twice"}},
        {"x,y\n1,2\n", "", MAMUTO_ERROR_INVALID_ARGUMENT, {"list of columns"}},
        {"x,y\n1,2\n", "x,", MAMUTO_ERROR_INVALID_ARGUMENT, {"list of columns"}},
        {"1\r2\r3\r", NULL, MAMUTO_ERROR_INVALID_FILE, {"CR"}},
        {"\xff\xfe\x31", NULL, MAMUTO_ERROR_INVALID_FILE, {"UTF-16"}},
        {"word\nab\n\xff\xff\n", NULL, MAMUTO_ERROR_INVALID_FILE, {"line 3", "UTF-8"}},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        write_table(cases[i].text, -1);
        g_assert_null(load(cases[i].columns, &error));
        g_test_message("%s", error->message);
        g_assert_error(error, MAMUTO_ERROR, cases[i].code);
        for (int k = 0; k < 4 && cases[i].says[k] != NULL; k++)
            g_assert_nonnull(strstr(error->message, cases[i].says[k]));
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
        g_assert_true(g_str_has_prefix(error->message, table));
    }
    write_table("x,y\n1,\0\n", 8);
    g_assert_null(load(NULL, NULL));
}

static void
test_utf32(void)
{
    static const char *const texts[] = {"\xff\xfe\0\0x\0\0\0\n\0\0", "\0\0\xfe\xff\0\0\0x\0\0\0\n"};

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;

        write_table(texts[i], 12);
        g_assert_null(load(NULL, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
        g_assert_nonnull(strstr(error->message, "is in UTF-32"));
    }
}

/* The library splits this large table into blocks, which several threads parse. Some blocks
 * begin before, some inside and some after the characters of a line end. */
static void
test_large(void)
{
    const int n_rows = 700000;
    g_autoptr(GString) text = g_string_new("x,y,z\r\n");
    g_autoptr(MamutoArray) array = NULL;
    g_autoptr(MamutoArray) ints = NULL;
    g_autoptr(GError) error = NULL;
    const double *values;

    for (int i = 0; i < n_rows; i++)
        g_string_append_printf(text, "%d,%d.5,%d%s", i, i * 3, -i, i % 7 == 0 ? "\n\n" : "\r\n");
    write_table(text->str, (gssize)text->len);
    array = load(NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(mamuto_array_get_n_rows(array), ==, n_rows);
    values = mamuto_array_get_data(array);
    for (int i = 0; i < n_rows; i++)
        if (values[3 * i] != i || values[3 * i + 1] != i * 3 + 0.5 || values[3 * i + 2] != -i)
            g_error("row %d is wrong", i);
    ints = load("z", &error);
    g_assert_no_error(error);
    g_assert_cmpint(((gint64 *)mamuto_array_get_data(ints))[n_rows - 1], ==, 1 - n_rows);

    /* The error in the last line must have the right line number, although several threads parse
     * parts of the file. */
    g_string_append(text, "1,2,3\n4,5,six\n");
    write_table(text->str, (gssize)text->len);
    g_clear_object(&array);
    array = load(NULL, &error);
    g_assert_null(array);
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
    g_assert_nonnull(strstr(error->message, "line 800003"));
    g_assert_nonnull(strstr(error->message, "'six'"));
}

static void
test_cancel(void)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;

    write_table("1,2\n", -1);
    g_cancellable_cancel(cancellable);
    g_assert_null(mamuto_array_load(table, cancellable, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

typedef struct {
    goffset last, total;
    guint n;
    GCancellable *cancellable; /* (nullable): cancelled by on_progress() after half of the file */
} Progress;

static void
on_progress(goffset current, goffset total, gpointer data)
{
    Progress *progress = data;

    g_assert_cmpint(current, >, progress->last);
    g_assert_cmpint(current, <=, total);
    progress->last = current;
    progress->total = total;
    progress->n++;
    if (progress->cancellable && current > total / 2)
        g_cancellable_cancel(progress->cancellable);
}

/* The first rows contain only integers, and a later row contains 12.5. The library must then
 * read the whole table again as floating-point numbers. The reported progress must still
 * increase in each report. */
static void
test_progress(void)
{
    g_autoptr(GString) text = g_string_new("x,y\n");
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArray) array = NULL;
    Progress all = {0}, half = {.cancellable = cancellable};

    for (guint i = 0; i < 700000; i++)
        g_string_append(text, i < 500000 ? "123456,7\n" : "12.5,7\n");
    write_table(text->str, (gssize)text->len);
    array = mamuto_array_load_with_progress(table, on_progress, &all, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(mamuto_array_get_n_rows(array), ==, 700000);
    g_assert_cmpuint(all.n, >, 5);
    g_assert_cmpint(all.last, ==, all.total);
    g_assert_null(mamuto_array_load_with_progress(table, on_progress, &half, cancellable, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpint(half.last, <, half.total);
}

static void
test_names(void)
{
    g_autofree char *with_colon = g_build_filename(folder, "t.csv:x.TSV", NULL);
    g_autofree char *wrong_suffix = g_build_filename(folder, "array.csv", NULL);
    g_autofree char *unknown = g_build_filename(folder, "t.xyz", NULL);
    g_autofree char *with_part = g_strconcat(wrong_suffix, ":x", NULL);
    g_autoptr(MamutoArray) a = NULL;
    g_autoptr(MamutoArray) b = NULL;
    g_autoptr(GError) error = NULL;

    write_table("x,y\n1,2\n", -1);
    g_assert_true(g_file_set_contents(with_colon, "x\ty\tz\n5\t6\t7\n", -1, NULL));
    a = mamuto_array_load(with_colon, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(mamuto_array_get_shape(a, NULL)[1], ==, 3);
    g_assert_true(mamuto_array_save_npy(a, wrong_suffix, NULL));
    b = mamuto_array_load(wrong_suffix, NULL, &error);
    g_assert_no_error(error);
    g_assert_null(mamuto_array_load(with_part, NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    g_clear_error(&error);
    g_assert_null(mamuto_array_load("/nowhere/t.csv:x", NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
    g_clear_error(&error);
    g_assert_true(g_file_set_contents(unknown, "1", 1, NULL));
    g_assert_null(mamuto_array_load(unknown, NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED);
    g_clear_error(&error);
    g_assert_false(mamuto_array_save(a, unknown, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
}

static void
check_saved(const MamutoDtype *dtype, gpointer data, gsize size, guint n_dims, const gint64 *shape,
            const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArray) array =
        mamuto_array_new_for_memory(data, size, dtype, n_dims, shape, NULL, NULL, NULL, &error);
    g_autofree char *text = NULL;

    g_assert_no_error(error);
    mamuto_array_save(array, table, &error);
    g_assert_no_error(error);
    g_assert_true(g_file_get_contents(table, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, expected);
}

static void
test_save(void)
{
    double doubles[] = {1, 0.1, 1e16, 1e-5, 5e-324, -0.0};
    double nans[] = {NAN, INFINITY};
    float floats[] = {0.1f, 16777216, 3.4028235e38f};
    guint8 bools[] = {0, 1};
    gint8 ints[] = {-128, 127};
    double complexes[] = {1, 2, 0, -1.5};
    char words[] = "a,b\0c\"d#e\0\0\0\0\0\0\0";
    const MamutoDtype f8 = {'f', '<', 8}, f4 = {'f', '<', 4}, b1 = {'b', '|', 1};
    const MamutoDtype i1 = {'i', '|', 1}, c16 = {'c', '<', 16}, s4 = {'S', '|', 4};

    check_saved(&f8, doubles, sizeof doubles, 2, (gint64[]){3, 2},
                "value_0,value_1\n1.0,0.1\n1e+16,1e-05\n5e-324,-0.0\n");
    check_saved(&f8, doubles, sizeof doubles, 3, (gint64[]){1, 3, 2},
                "# mamuto: +shape=3x2\n"
                "value_0_0,value_0_1,value_1_0,value_1_1,value_2_0,value_2_1\n"
                "1.0,0.1,1e+16,1e-05,5e-324,-0.0\n");
    check_saved(&f8, doubles, 0, 1, (gint64[]){0},
                "# mamuto: +header=yes+separator=comma\nvalue\n");
    check_saved(&f8, nans, 16, 1, (gint64[]){2},
                "# mamuto: +header=yes+separator=comma\nvalue\nnan\ninf\n");
    check_saved(&f8, doubles, 8, 0, NULL, "value\n1.0\n");
    check_saved(&f4, floats, sizeof floats, 1, (gint64[]){3},
                "# mamuto: +kind=f4\nvalue\n0.1\n16777216.0\n3.4028235e+38\n");
    check_saved(&b1, bools, 2, 1, (gint64[]){2}, "value\nFalse\nTrue\n");
    check_saved(&i1, ints, 2, 1, (gint64[]){2}, "# mamuto: +kind=i1\nvalue\n-128\n127\n");
    check_saved(&c16, complexes, 32, 1, (gint64[]){2}, "value\n(1+2j)\n-1.5j\n");
    check_saved(&s4, words, 16, 1, (gint64[]){4},
                "# mamuto: +header=yes+separator=comma+text=0+kind=S4\n"
                "value\n\"a,b\"\n\"c\"\"d#\"\ne\n\"\"\n");
}

/* Writes a table of one column of texts with a hint. The first text has @longest characters. */
static void
write_texts(const char *hint, gsize longest, guint n)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_append_printf(text, "# mamuto: +header=yes+separator=comma+text=0%s\nvalue\n", hint);
    for (gsize i = 0; i < longest; i++)
        g_string_append_c(text, 'x');
    for (guint i = 1; i < n; i++)
        g_string_append_printf(text, "\nt%u", i);
    write_table(text->str, (gssize)text->len);
}

/* Texts of very differing lengths, too, become an array if the table tells its type. */
static void
test_kind_of_wide_texts(void)
{
    static const struct {
        const char *hint, *message;
    } wrong[] = {
        {"+kind=U69999", "row 0: 'xxxx"},
        {"+kind=S100", "is no value of the type S100 (+kind=S100)"},
        {"+kind=f4", "the cells are texts, and not of the type f4"},
        {"+shape=1", "write +kind="},
        {"+kind=U2000000000", "unknown option"},
        {"+kind=U500000000", "would need"},
    };
    static const char *const kinds[] = {"+kind=U70001", "+kind=>U70000", "+kind=S70002",
                                        "+kind=U70000+shape=1"};

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;

        write_texts(wrong[i].hint, 70000, 1000);
        g_assert_null(load(NULL, &error));
        if (i != 4) /* not a type at all */
            g_assert_nonnull(strstr(error->message, wrong[i].message));
    }
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autoptr(MamutoArray) array = NULL;
        g_autoptr(GError) error = NULL;
        g_autofree char *first = NULL, *last = NULL;

        write_texts(kinds[i], 70000, 1000);
        array = load(NULL, &error);
        g_assert_no_error(error);
        g_assert_false(mamuto_array_is_json(array));
        g_assert_cmpint(mamuto_array_get_n_dims(array), ==, i == 3 ? 2 : 1);
        first = mamuto_array_format_element(array, (const gint64[]){0, 0});
        last = mamuto_array_format_element(array, (const gint64[]){999, 0});
        g_assert_cmpuint(strlen(first), ==, 70000);
        g_assert_cmpstr(last, ==, "t999");
    }
}

/* Long texts are converted in parts, so that little memory is needed. */
static void
test_kind_of_long_text(void)
{
    g_autoptr(MamutoArray) array = NULL;
    g_autoptr(GError) error = NULL;
    MamutoDtype dtype;

    write_texts("+kind=S9000000", 9000000, 2);
    array = load(NULL, &error);
    g_assert_no_error(error);
    mamuto_array_get_dtype(array, &dtype);
    g_assert_cmpuint(dtype.itemsize, ==, 9000000);
    g_assert_cmpint(((const char *)mamuto_array_get_data(array))[8999999], ==, 'x');
    g_assert_cmpstr((const char *)mamuto_array_get_data(array) + 9000000, ==, "t1");
}

/* A cell that was changed is named, and not the first one. */
static void
test_kind_names_the_cell(void)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"# mamuto: +kind=i4\nvalue\n1\n\n\n2\nNA\n3\n", "row 2: 'nan' is no value of the type i4"},
        {"# mamuto: +kind=i4\nvalue\n1\n2.0\n2.5\n", "row 2: '2.5' is no value of the type i4"},
        {"# mamuto: +kind=i1\nvalue\n1\n1e300\n", "row 1: '1e+300' is no value of the type i1"},
        {"# mamuto: +kind=u1\nvalue\n1.0\n-2\n", "row 1: '-2.0' is no value of the type u1"},
        {"# mamuto: +kind=b1\nvalue\n1.0\n2\n", "row 1: '2.0' is no value of the type b1"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        write_table(cases[i].text, -1);
        g_assert_null(load(NULL, &error));
        g_assert_nonnull(strstr(error->message, cases[i].message));
    }
}

static void
test_cannot_save(void)
{
    const MamutoDtype f8 = {'f', '<', 8};
    g_autofree char *nowhere = g_build_filename(folder, "none", "a.csv", NULL);
    g_autoptr(MamutoArray) array = mamuto_array_new(&f8, 2, (gint64[]){3, 0}, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_false(mamuto_array_save(array, table, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED);
    g_clear_error(&error);
    g_clear_object(&array);
    array = mamuto_array_new(&f8, 1, (gint64[]){100000}, NULL);
    g_assert_false(mamuto_array_save(array, nowhere, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED);
    g_clear_error(&error);
    g_assert_false(mamuto_array_save_csv(array, "/dev/full", &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED);
}

/* Saving to a symbolic link must write into the file that the link refers to. The link and the
 * file's permissions must stay. */
static void
test_replace(void)
{
    const MamutoDtype f8 = {'f', '<', 8};
    g_autofree char *link = g_build_filename(folder, "link.csv", NULL);
    g_autoptr(MamutoArray) array = mamuto_array_new(&f8, 1, (gint64[]){1}, NULL);
    g_autofree char *text = NULL;
    struct stat st;

    write_table("1", 1);
    g_assert_cmpint(chmod(table, 0640), ==, 0);
    g_assert_cmpint(symlink("t.csv", link), ==, 0);
    g_assert_true(mamuto_array_save(array, link, NULL));
    g_assert_true(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
    g_assert_true(g_file_get_contents(table, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "value\n0.0\n");
    g_assert_cmpint(stat(table, &st), ==, 0);
    g_assert_cmpuint(st.st_mode & 07777, ==, 0640);
}

/* The cell of a row, and its JSON. One of them is much longer than all others. */
enum { N_WIDE = 60000, LONG_CELL = 100000 };
static char *
wide_cell(gint64 row, gboolean quoted, gboolean json)
{
    if (row == 45000)
        return g_strdup_printf("%s%0*d%s", json ? "\"" : "", LONG_CELL, 7, json ? "\"" : "");
    if (!quoted || row % 3 > 0)
        return g_strdup_printf(json ? "\"cell %d\"" : "cell %d", (int)row);
    return g_strdup(json ? "\"a, \\\"é\\\"\\u000a\"" : "\"a, \"\"é\"\"\n\"");
}

/* The column of texts is larger than the memory, if each cell has the width of the longest. */
static void
test_wide(void)
{
    for (int quoted = 0; quoted < 2; quoted++) {
        g_autoptr(GString) text = g_string_new("name,n\n");
        g_autoptr(MamutoArray) names = NULL, again = NULL, both = NULL;
        g_autoptr(GError) error = NULL;
        MamutoArray *loaded;

        for (gint64 row = 0; row < N_WIDE; row++) {
            g_autofree char *cell = wide_cell(row, quoted, FALSE);

            g_string_append_printf(text, "%s,t%d\n", cell, (int)row);
        }
        write_table(text->str, (gssize)text->len);
        loaded = names = load("name", &error);
        g_assert_no_error(error);
        for (int saved = 0; saved < 2; saved++) {
            g_assert_true(mamuto_array_is_json(loaded) && mamuto_array_is_text(loaded));
            g_assert_nonnull(mamuto_array_get_table(loaded));
            g_assert_cmpint(mamuto_array_get_n_rows(loaded), ==, N_WIDE);
            for (gint64 row = 0; row < N_WIDE; row++) {
                g_autofree char *found = mamuto_array_read_json(loaded, row, &error);
                g_autofree char *expected = wide_cell(row, quoted, TRUE);

                g_assert_cmpstr(found, ==, expected);
            }
            if (saved == 0) {
                g_assert_true(mamuto_array_save(names, table, &error));
                loaded = again = load(NULL, &error);
            }
            g_assert_no_error(error);
        }
        write_table(text->str, (gssize)text->len);
        both = load("name,n", &error);
        g_assert_null(both);
        g_assert_nonnull(strstr(error->message, "is longer than 65536 characters"));
    }
}

/* The beginning of a long text is shown, and no character of it is cut. */
static void
test_wide_shown(void)
{
    g_autoptr(GString) text = g_string_new("name\n");
    g_autoptr(MamutoArray) loaded = NULL;
    g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;

    for (gint64 row = 0; row < 1000; row++) {
        GString *cell = g_string_new(NULL);
        g_auto(GStrv) parts = NULL;
        g_autofree char *quoted = NULL;

        for (gint64 i = 0; i < row % 40; i++)
            g_string_append_c(cell, 'a');
        for (gint64 i = 0; i < (row == 999 ? 10000 : row < 40 ? 300 : 2); i++)
            g_string_append(cell, "\t\"\\ä😀\n\x01");
        parts = g_strsplit(cell->str, "\"", -1);
        quoted = g_strjoinv("\"\"", parts);
        g_string_append_printf(text, "\"%s\"\n", quoted);
        g_ptr_array_add(cells, g_string_free(cell, FALSE));
    }
    write_table(text->str, (gssize)text->len);
    loaded = load("name", &error);
    g_assert_no_error(error);
    g_assert_true(mamuto_array_is_json(loaded) && mamuto_array_is_text(loaded));
    for (gint64 row = 0; row < 1000; row++) {
        const char *cell = g_ptr_array_index(cells, row);
        g_autofree char *whole = mamuto_array_read_text(loaded, row, &error);
        g_autofree char *shown = mamuto_array_format_element(loaded, &row);

        g_assert_no_error(error);
        g_assert_cmpstr(whole, ==, cell);
        if (strlen(cell) < 200) {
            g_assert_cmpstr(shown, ==, cell);
            continue;
        }
        g_assert_true(g_utf8_validate(shown, -1, NULL) && g_str_has_suffix(shown, "…"));
        g_assert_true(strlen(shown) > 300 && strlen(shown) < 1010);
        g_assert_cmpmem(shown, strlen(shown) - strlen("…"), cell, strlen(shown) - strlen("…"));
    }
}

int
main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    table = g_build_filename(folder, "t.csv", NULL);
    g_test_add_func("/csv/layouts", test_layouts);
    g_test_add_func("/csv/kinds", test_kinds);
    g_test_add_func("/csv/errors", test_errors);
    g_test_add_func("/csv/utf-32", test_utf32);
    g_test_add_func("/csv/large", test_large);
    g_test_add_func("/csv/wide", test_wide);
    g_test_add_func("/csv/wide-shown", test_wide_shown);
    g_test_add_func("/csv/cancel", test_cancel);
    g_test_add_func("/csv/names", test_names);
    g_test_add_func("/csv/progress", test_progress);
    g_test_add_func("/csv/save", test_save);
    g_test_add_func("/csv/kind-of-wide-texts", test_kind_of_wide_texts);
    g_test_add_func("/csv/kind-of-long-text", test_kind_of_long_text);
    g_test_add_func("/csv/kind-names-the-cell", test_kind_names_the_cell);
    g_test_add_func("/csv/cannot-save", test_cannot_save);
    g_test_add_func("/csv/replace", test_replace);
    status = g_test_run();
    file_fixture_remove_folder(folder);
    g_free(folder);
    g_free(table);
    return status;
}
