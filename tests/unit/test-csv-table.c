/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of tables whose layout is not obvious: which row is a header, decimal commas, comments,
 * missing values, complex numbers. Each table must be read as what it is or refused with the line,
 * and no row may be lost without a word. */
#include <glib/gstdio.h>
#include <string.h>

#include "csv-util.h"
#include "file-fixture.h"
#include "mamuto-array.h"
#include "mamuto-error.h"

static char *folder;
static char *path;

/* Without a sign of a header, the first row is data. */
static void
test_no_header(void)
{
    static const CsvCase cases[] = {
        {"a.txt\nb.txt\nc.txt\n", "", "<U5 3: a.txt b.txt c.txt"},
        {"Ann,Rome\nBob,Paris\n", "", "<U5 2x2: Ann Rome Bob Paris"},
        {"s0,NA\ns1,1\n", ":1", "<f8 2: nan 1.0"},
        {"s0,NA\ns1,1\n", ":0", "<U2 2: s0 s1"},
        {"--,1\n2,3\n4,5\n", "", "<f8 3x2: nan 1.0 2.0 3.0 4.0 5.0"},
        {"?,1\n2,3\n", "", "<f8 2x2: nan 1.0 2.0 3.0"},
        {"null,1\n2,3\n", "", "<f8 2x2: nan 1.0 2.0 3.0"},
        {"alice,n/a\nbob,25\n", ":1", "<f8 2: nan 25.0"},
        {"1.5D+00 2\n3 4\n", "", "<f8 2x2: 1.5 2.0 3.0 4.0"},
        {"1.5d-1\n2.D3\n", "", "<f8 2: 0.15 2000.0"},
        {"1_000,2\n3,4\n", "", "line 1, column 0 & '1_000' & +header=yes"},
        {"12:30,2\n3,4\n", "", "line 1, column 0 & '12:30'"},
        {"0x10\n3\n4\n", "", "line 1, column 0 & '0x10'"},
        {"$5\n3\n4\n", "", "line 1, column 0 & '$5'"},
        {"x\n", "", "<U1 1: x"},
        {"****** 2\n3 4\n", "", "line 1, column 0: '******' is not a number"},
        {"\"Ann Lee\"\nBob\n", "", "<U7 2: Ann Lee Bob"},
        {"\"x\" \"n\"\n\"1\" 5 \"a\"\n\"2\" 6 \"b\"\n", "+header=no",
         "line 2: 3 cells & 2 columns"},
        {"year,2019\n", "", "line 1, column 0 & holds text"},
        {"a,b\n1,2\n", "+header=no", "line 1, column 0 & 'a' & not a number"},
        {"Ann,Rome\nBob,Paris\n", "+header=yes", "<U5 1x2: Bob Paris"},
        {"1,2\n3,4\n", "+header=yes", "<i8 1x2: 3 4"},
        {"1,2\n3,4\n", ":2+header=yes", "<i8 1: 4"},
    };

    check_csv_cases(path, cases, G_N_ELEMENTS(cases));
}

/* One sign of a header in any column makes the first row a header for all columns. */
static void
test_header(void)
{
    static const CsvCase cases[] = {
        {"name,city\nAnn,Rome\n", ":city", "<U4 1: Rome"},
        {"country,2019,2020\nFR,1.5,2.5\nDE,3.5,4.5\n", ":1,2", "<f8 2x2: 1.5 2.5 3.5 4.5"},
        {"country,2019,2020\nFR,1.5,2.5\nDE,3.5,4.5\n", ":2020", "<f8 2: 2.5 4.5"},
        {"country,2019,2020\nFR,1.5,2.5\nDE,3.5,4.5\n", ":0", "<U2 2: FR DE"},
        {"item,2000\nbook,5\npen,7\n", ":1", "line 1 & 'item' & +header=yes & +header=no"},
        {"item,2000\nbook,5\npen,7\n", ":1+header=no", "<i8 3: 2000 5 7"},
        {"item,2000\nbook,5\npen,7\n", ":2000", "<i8 2: 5 7"},
        {",2019,2020\nFR,1.5,2.5\nDE,3.5,4.5\n", ":1", "<f8 2: 1.5 3.5"},
        {",2019,2020\nFR,1.5,2.5\nDE,3.5,4.5\n", ":0", "<U2 2: FR DE"},
        {",0,1\nFR,1.5,2.5\nDE,3.5,4.5\n", ":2", "<f8 2: 2.5 4.5"},
        {",5\nFR,1.5\nDE,3.5\n", ":1", "line 1 & +header=yes"},
        {"2019,2020\n1.5,2.5\n", "", "line 1 & '2019' & +header=yes & +header=no"},
        {"2019,2020\n1.5,2.5\n", "+header=no", "<f8 2x2: 2019.0 2020.0 1.5 2.5"},
        {"0,1,2\n1.5,2.5,3.5\n", ":0", "line 1 & '0' & +header=yes & +header=no"},
        {"0,1,2\n1.5,2,3.5\n", ":0", "<f8 2: 0.0 1.5"},
        {"0,1\n0.1,0.9\n", "", "<f8 2x2: 0.0 1.0 0.1 0.9"},
        {"born,2001\nbook,1999\npen,2007\n", ":1", "<i8 3: 2001 1999 2007"},
        {",0,1\n0,2.5,3.5\n", "", "<f8 1x3: 0.0 2.5 3.5"},
        {",0,1\n0,2.5,3.5\n1,4.5,5.5\n", ":2", "<f8 2: 3.5 5.5"},
        {",name\n0,Ann\n1,Bob\n", ":1", "<U3 2: Ann Bob"},
        {",5\n7,6\n", ":1", "<i8 2: 5 6"},
        {"\"2019\",\"2020\"\n1.5,2\n", "", "<f8 1x2: 1.5 2.0"},
        {"\"2019\",\"2020\"\n1.5,2\n", ":\"2020\"", "<i8 1: 2"},
        {"\"name\",\"2019\"\n\"Ann\",5\n", ":1", "<i8 1: 5"},
        {"\"name\"\nAnn\nBob\n", "", "<U3 2: Ann Bob"},
        {"\"Ann\"\n\"Bob\"\n", "", "<U3 2: Ann Bob"},
        {"\"1,5\",\"2\"\n\"3,5\",\"4\"\n", ":1", "<i8 2: 2 4"},
        {"s,v\ns0,1\ns1,2\n", ":0", "<U2 2: s0 s1"},
        {"s,v\ns0,1\ns1,2\n", ":1", "<i8 2: 1 2"},
        {"x\n1\noops\n3\n", "", "line 3 & 'oops'"},
        {"name,score\nAnn,\nBob,\nZed,5\n", ":0", "<U3 3: Ann Bob Zed"},
        {"name,score\nAnn,\nBob,\nZed,5\n", ":1", "<f8 3: nan nan 5.0"},
    };

    check_csv_cases(path, cases, G_N_ELEMENTS(cases));
}

/* The only number of a column is far below the rows from which the layout is detected. */
static void
test_late_number(void)
{
    for (int n = 200; n <= 200000; n *= 1000) {
        g_autoptr(GString) text = g_string_new("name,score\n");
        g_autoptr(GError) error = NULL;
        g_autoptr(MamutoArray) array = NULL;

        for (int i = 0; i < n; i++)
            g_string_append(text, "Ann,\n");
        g_string_append(text, "Zed,5\n");
        array = load_csv(path, text->str, ":1", &error);
        if (n == 200) {
            g_assert_no_error(error);
            g_assert_cmpint(mamuto_array_get_n_rows(array), ==, n + 1);
            continue;
        }
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
        g_assert_nonnull(strstr(error->message, "line 1, column 1: 'score'"));
        g_assert_nonnull(strstr(error->message, "+header=yes"));
        g_clear_error(&error);
        array = load_csv(path, text->str, ":1+header=yes", &error);
        g_assert_no_error(error);
        g_assert_cmpint(mamuto_array_get_n_rows(array), ==, n + 1);
    }
}

/* Spreadsheets write a first line that names the separator. It is never a row. */
static void
test_separator_line(void)
{
    static const CsvCase cases[] = {
        {"sep=;\r\nx;y\r\n1;2\r\n3;4\r\n", ":y", "<i8 2: 2 4"},
        {"sep=;\n1,5;2,5\n3,5;4,5\n", "", "<f8 2x2: 1.5 2.5 3.5 4.5"},
        {"SEP=,\n1,2\n", "", "<i8 1x2: 1 2"},
        {"\xef\xbb\xbfsep=|\n1|2\n", "", "<i8 1x2: 1 2"},
        {"\"sep=;\"\n1;2\n", "", "<i8 1x2: 1 2"},
        {"sep=\t\r\n1\t2\r\n", "", "<i8 1x2: 1 2"},
        {"sep=;\na,b\nc,d\n", "", "<U3 2: a,b c,d"},
        {"sep=;\n1;2\n", "+separator=comma", "<U3 1: 1;2"},
        {"sep=;\n# a comment\n1;2\n", "", "<i8 1x2: 1 2"},
        {"sep=;\n", "", "is empty"},
        {"sep=;", "", "is empty"},
        {"sep=;\n1;2\n3;4;5\n", "", "line 3: 3 cells"},
        {"sep=;\nx;y\n1;2\n3;z\n", "", "line 4, column 'y' & 'z'"},
        {"sep=:\n1:2\n", "", "line 1 names a separator"},
        {"sep=\n1\n", "", "line 1 names a separator"},
        {"sep=abc\nsep=de\n", "", "<U7 2: sep=abc sep=de"},
        {"sep=a\nsep=b\n", "", "<U5 2: sep=a sep=b"},
        {"x\nsep=,\ny\n", "+separator=none", "<U5 3: x sep=, y"},
    };

    check_csv_cases(path, cases, G_N_ELEMENTS(cases));
}

static void
test_commas(void)
{
    static const CsvCase cases[] = {
        {"1,5 2,5\n3,5 4,5\n", "", "<f8 2x2: 1.5 2.5 3.5 4.5"},
        {"1,5;2,5\n3,5;4,5\n", "", "<f8 2x2: 1.5 2.5 3.5 4.5"},
        {"a;b\n1;2,5\n-3;+4,5e-1\n", "", "<f8 2x2: 1.0 2.5 -3.0 0.45"},
        {"a;b\n1;2,5\n-3;4,5\n", ":a", "<i8 2: 1 -3"},
        {"1,5\t2,5\n", "", "<f8 1x2: 1.5 2.5"},
        {"1,5|2,5\n3,5|4,5\n", "", "<f8 2x2: 1.5 2.5 3.5 4.5"},
        {"x|y\n1|2\n", "", "<i8 1x2: 1 2"},
        {"a|b,1\nc|d,2\n", ":1", "<i8 2: 1 2"},
        {"\"1,5\",\"2,5\"\n\"3,5\",\"4,5\"\n", "", "<f8 2x2: 1.5 2.5 3.5 4.5"},
        {"1, 2, 3\n4, 5, 6\n", "", "<i8 2x3: 1 2 3 4 5 6"},
        {"1,5\n2,5\n", "", "<i8 2x2: 1 5 2 5"},
        {"1,5\n2,5\n", "+decimal=,", "<f8 2: 1.5 2.5"},
        {"1;2,5\n2;7\n3;8\n", "", "line 1, column 1: '2,5' is not a number & +decimal=,"},
        {"1;2,5\n2;7\n3;8\n", "+decimal=,", "<f8 3x2: 1.0 2.5 2.0 7.0 3.0 8.0"},
        {"1,234;5,678\n2,345;6,789\n", "", "'1,234' & +decimal=, & +decimal=."},
        {"1,234;5,678\n2,345;6,789\n", "+decimal=,", "<f8 2x2: 1.234 5.678 2.345 6.789"},
        {"1,234;5,678\n2,345;6,789\n", "+decimal=.", "<f8 2x2: 1234.0 5678.0 2345.0 6789.0"},
        {"1,234;5,67\n2,345;6,78\n", "", "<f8 2x2: 1.234 5.67 2.345 6.78"},
        {"1.234,5;2,25\n3,5;4,5\n", "", "<f8 2x2: 1234.5 2.25 3.5 4.5"},
        {"1,5;1.5\n2,5;2.5\n", "", "line 1, column 1: '1.5' is not a number"},
        {"0,125;0,250\n-0,333;0,001\n", "", "<f8 2x2: 0.125 0.25 -0.333 0.001"},
        {"x\n\"2,334.01\"\n\"1,000.00\"\n5\n", "", "<f8 3: 2334.01 1000.0 5.0"},
        {"1,5;1.5\n2,5;2.5\n", ":1", "line 1, column 1: '1.5' is not a number & decimal comma"},
        {"1,5;1.5\n2,5;2.5\n", "+decimal=,", "line 1, column 1: '1.5' is not a number"},
        {"x;y\n1;2,334.01\n2;12.5\n", "", "<f8 2x2: 1.0 2334.01 2.0 12.5"},
        {"x;y\n1;2,334.01\n2;12,5\n", "", "line 2, column 'y' & '2,334.01' & +decimal=."},
        {"x;y\n1;2,33.01\n2;12.5\n3;1\n", "", "line 2, column 'y' & '2,33.01' is not a number"},
        {"a,b\n1,2\n", "+separator=none+text=0+header=no", "<U3 2: a,b 1,2"},
        {"sample 1\nsample 2\n", "+separator=none", "<U8 2: sample 1 sample 2"},
        {"a;b,1\nc;d,2\n", "+separator=comma", "line 1, column 0 & holds text"},
    };

    check_csv_cases(path, cases, G_N_ELEMENTS(cases));
}

static void
test_lines(void)
{
    static const CsvCase cases[] = {
        {"1 2\n3 4\n# end\n", "", "<i8 2x2: 1 2 3 4"},
        {"1 2\n3 4\n# end", "", "<i8 2x2: 1 2 3 4"},
        {"x,y\n# metres, seconds\n1,2\n#3,4\n5,6\n", "", "<i8 2x2: 1 2 5 6"},
        {"% made by Octave\n% x y\n1 2\n3 4\n", ":y", "<i8 2: 2 4"},
        {"x,y\n%\n1,2\n", "", "<i8 1x2: 1 2"},
        {"#x,y\n1,2\n", ":x", "<i8 1: 1"},
        {"1 a\n2 b\n", ":0", "<i8 2: 1 2"},
        {"1 a\n2 b\n", ":1", "<U1 2: a b"},
        {"1 a\n2 b\n", "", "line 1, column 1 & holds text"},
        {"\"x\" \"n\"\n1 \"a\"\n2 \"b\"\n", ":x", "<i8 2: 1 2"},
        {"\"x\" \"n\"\n1 \"a\"\n2 \"b\"\n", ":n", "<U1 2: a b"},
        {"\"x\" \"n\"\n\"1\" 5 \"a\"\n\"2\" 6 \"b\"\n", ":x", "<i8 2: 5 6"},
        {"\"x\" \"n\"\n\"1\" 5 \"a\"\n\"2\" 6 \"b\"\n", ":n", "<U1 2: a b"},
        {"\"x\"\n\"r1\" 5\n\"r2\" 6\n", ":x", "<i8 2: 5 6"},
        {"a,b\n1,2,\n3,4,\n", ":a", "line 2: 3 cells & 2 columns"},
        {"a,b\n1,2,3\n5,4,6\n", ":a", "line 2: 3 cells & 2 columns"},
        {"#ff0000,1\n#00ff00,2\n", ":0", "<U7 2: #ff0000 #00ff00"},
        {"#ff0000,1\n#00ff00,2\n", ":1", "<i8 2: 1 2"},
        {"colour,x\n#ff0000,1\n#00ff00,2\n", ":colour", "<U7 2: #ff0000 #00ff00"},
        {"#ff0000\n#00ff00\n", "", "<U7 2: #ff0000 #00ff00"},
        {"red,1\n#ff0000,2\nblue,3\n", ":1", "line 2: may be a comment or a row"},
        {"#ff0000,2\nred,1\nblue,3\n", ":1", "line 1: may be a comment or a row"},
        {"red,1\n# ff0000,2\nblue,3\n", ":1", "<i8 2: 1 3"},
        {"red,1\n\"#ff0000\",2\nblue,3\n", ":0", "<U7 3: red #ff0000 blue"},
        {"red\n#ff0000\nblue\n", "", "line 2: may be a comment or a row"},
        {"ab\n \ncd\n", "", "line 2: consists of blanks"},
        {"ab\n\" \"\ncd\n", "", "<U2 3: ab   cd"},
        {"1\n \n2\n", "", "<i8 2: 1 2"},
        {"# nothing\n#\n", "", "is empty"},
    };

    check_csv_cases(path, cases, G_N_ELEMENTS(cases));
}

/* The comments before the data are longer than the part of the file that is read first. */
static void
test_long_comments(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArray) array = NULL;

    for (int i = 0; i < 30000; i++)
        g_string_append_printf(text, "# line %d\n", i);
    g_string_append(text, "name,x\nAnn,1\n# end\nBob,2\n");
    array = load_csv(path, text->str, ":x", &error);
    g_assert_no_error(error);
    g_assert_cmpint(mamuto_array_get_n_rows(array), ==, 2);
    g_assert_cmpuint(mamuto_array_get_table(array)->header_line, ==, 30001);
    g_assert_cmpuint(mamuto_array_get_table(array)->n_comments, ==, 30001);
}

static void
test_values(void)
{
    static const CsvCase cases[] = {
        {" (1.5e+00+2.0e+00j) (3.0e+00-4.0e+00j)\n (0.0e+00+0.0e+00j) (1.0e+00+-5.0e-01j)\n", "",
         "<c16 2x2: (1.5+2j) (3-4j) 0j (1-0.5j)"},
        {"value\n(1+2j)\n-1.5j\n3\n", "", "<c16 3: (1+2j) -1.5j (3+0j)"},
        {"z\n1+2i\n3-4i\n", "", "<c16 2: (1+2j) (3-4j)"},
        {"z\n1+2j\n\nNA\n", "", "<c16 2: (1+2j) (nan+0j)"},
        {"x\n9007199254740993\nNA\n", "", "line 2 & '9007199254740993' & lose digits"},
        {"x,y\n9007199254740993,1\n,2\n", ":x", "'9007199254740993' would lose digits"},
        {"x,y\n9007199254740993,1\n,2\n", ":x+text=x", "<U16 2: 9007199254740993 "},
        {"x,y\n9007199254740993,1.5\n4,2\n", "", "'9007199254740993' would lose digits"},
        {"x,y\n9007199254740993,1.5\n4,2\n", ":x", "<i8 2: 9007199254740993 4"},
        {"x\n9007199254740992\n\"\"\n", "", "<f8 2: 9007199254740992.0 nan"},
        {"x\n9007199254740993\nnan\n", "", "line 2 & lose digits"},
        {"x\n9007199254740993\n0.5\n", "", "<f8 2: 9007199254740992.0 0.5"},
        {"x\n1e300\n123456789012345678901234567890\n", "", "<f8 2: 1e+300 1.2345678901234568e+29"},
        {"x,y\n1,NA\n2,NA\n3,NA\n4,5\n", ":y", "<f8 4: nan nan nan 5.0"},
        {"x,y\n1,NA\n2,NA\n3,NA\n4,5\n", "", "<f8 4x2: 1.0 nan 2.0 nan 3.0 nan 4.0 5.0"},
        {"x,y\n1,NA\n2,NA\n", ":y", "<f8 2: nan nan"},
        {"x,y\nFR,NA\nNA,FR\n", "", "<U2 3x2: x y FR NA NA FR"},
        {"x,y\n1\v,\f2\n3,4\n", "", "<i8 2x2: 1 2 3 4"},
        {"x\n1\n\f\n2\n", "", "<i8 2: 1 2"},
        {"x,y\n1,a\vb\n3,c\n", ":y", "<U3 2: a\vb c"},
        {"x,y\n1,1\v2\n3,4\n5,6\n", "", "line 2, column 'y' & '1\\x0b2' is not a number"},
        {"id\n007\n010\n", ":id", "<i8 2: 7 10"},
        {"id\n007\n010\n", ":id+text=id", "<U3 2: 007 010"},
        {"id,x\n007,1\n010,2\n", "+text=0,x", "<U3 2x2: 007 1 010 2"},
        {"id,x\n007,1\n010,2\n", "+text=id", "some of the columns are read as text"},
        {"id,x\n007,1\n010,2\n", "+text=z", "no column 'z'"},
        {"1d5\n2d7\n", "", "<U3 2: 1d5 2d7"},
    };

    check_csv_cases(path, cases, G_N_ELEMENTS(cases));
}

/* Several threads read this table. The lines that they skip and the missing values must be counted
 * in all parts of it. */
static void
test_large(void)
{
    const int n_rows = 700000;
    g_autoptr(GString) text = g_string_new("x;y\n");
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArray) array = NULL;
    const MamutoTable *table;
    const double *values;

    for (int i = 0; i < n_rows; i++) {
        if (i % 1000 == 999)
            g_string_append(text, "# x;y\n");
        if (i % 1000 == 500)
            g_string_append_printf(text, "%d;%s\n", i, i % 3000 == 500 ? "NA" : "--");
        else
            g_string_append_printf(text, "%d;%d,25\n", i, i);
    }
    array = load_csv(path, text->str, "", &error);
    g_assert_no_error(error);
    g_assert_cmpint(mamuto_array_get_n_rows(array), ==, n_rows);
    values = mamuto_array_get_data(array);
    for (int i = 0; i < n_rows; i++)
        if (values[2 * i] != i || (i % 1000 == 500 ? values[2 * i + 1] == values[2 * i + 1]
                                                   : values[2 * i + 1] != i + 0.25))
            g_error("row %d is wrong", i);
    table = mamuto_array_get_table(array);
    g_assert_cmpuint(table->n_comments, ==, 700);
    g_assert_cmpuint(table->n_missing, ==, 700);
    g_assert_cmpstr(table->missing[0], ==, "--");
    g_assert_cmpstr(table->missing[1], ==, "NA");
    g_assert_null(table->missing[2]);

    g_string_append(text, "7;8.5\n");
    g_clear_object(&array);
    array = load_csv(path, text->str, "", &error);
    g_assert_null(array);
    g_assert_nonnull(strstr(error->message, "line 700702, column 'y' (number 1): '8.5'"));
}

/* Splitting a text into file, part and options. */
static void
test_specs(void)
{
    static const struct {
        const char *spec, *file, *part, *options;
    } cases[] = {
        {"t.csv", "t.csv", NULL, NULL},
        {"t.csv:x", "t.csv", "x", NULL},
        {"t.csv:x,y+header=no+decimal=,", "t.csv", "x,y", "header=no+decimal=,"},
        {"t.csv+decimal=,+header=no", "t.csv", NULL, "decimal=,+header=no"},
        {"t.csv:a+b", "t.csv", "a+b", NULL},
        {"t.csv:\"a+b=c\",\"d\"\"+e=f\"+text=\"a+b=c\"", "t.csv", "\"a+b=c\",\"d\"\"+e=f\"",
         "text=\"a+b=c\""},
        {"t.csv+header=no:x", "t.csv", NULL, "header=no:x"},
        {"a+b.csv:x", "a+b.csv", "x", NULL},
        {"a+b.csv+header=no", "a+b.csv", NULL, "header=no"},
        {"t.csv+header=yes.csv", "t.csv+header=yes.csv", NULL, NULL},
        {"t.csv+header=yes.csv:y", "t.csv", NULL, "header=yes.csv:y"},
        {"none.csv+header=no", "none.csv+header=no", NULL, NULL},
        {"a+c.csv", "a+c.csv", NULL, NULL},
    };
    static const char *const files[] = {"t.csv", "a", "a+b.csv", "t.csv+header=yes.csv"};

    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *file = g_build_filename(folder, files[i], NULL);

        g_assert_true(g_file_set_contents(file, "x,y\n1,2\n", -1, NULL));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *spec = g_build_filename(folder, cases[i].spec, NULL);
        g_autofree char *expected = g_build_filename(folder, cases[i].file, NULL);
        g_autofree char *part = NULL;
        g_autofree char *options = NULL;
        g_autofree char *file = mamuto_array_split_spec(spec, &part, &options);

        g_assert_cmpstr(file, ==, expected);
        g_assert_cmpstr(part, ==, cases[i].part);
        g_assert_cmpstr(options, ==, cases[i].options);
    }
    for (gsize i = 1; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *file = g_build_filename(folder, files[i], NULL);

        g_assert_cmpint(g_unlink(file), ==, 0);
    }
}

static void
test_options(void)
{
    static const char *const same[] = {
        "",
        "+header=yes",
        "+header=no+decimal=,",
        "+decimal=.+separator=tab",
        "+text=x,y",
        "+text=\"a+b=c\",\"d,\"",
        "+separator=comma",
        "+separator=none",
    };
    static const CsvCase wrong[] = {
        {"1\n", "+header=maybe", "+header=maybe & yes, no or auto"},
        {"1\n", "+decimal=;", "+decimal=; & '.', ','"},
        {"1\n", "+separator=x", "+separator=x & semicolon"},
        {"1\n", "+colour=red",
         "+colour=red & +header=, +decimal=, +separator=, +text=, +kind= and +shape="},
        {"1\n", "+header=no+colour=red", "+colour=red"},
        {"1\n", "+text=", "is not a list of columns"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(same); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(MamutoTableOptions) options = NULL;
        g_autofree char *text = NULL;

        options = *same[i] == '\0' ? mamuto_table_options_new()
                                   : mamuto_table_options_parse(same[i] + 1, &error);
        g_assert_no_error(error);
        text = mamuto_table_options_format(options);
        g_assert_cmpstr(text, ==, same[i]);
    }
    check_csv_cases(path, wrong, G_N_ELEMENTS(wrong));
}

/* What the program says about a table. */
static void
test_descriptions(void)
{
    static const CsvCase cases[] = {
        {"1,2\n", "", NULL},
        {"x,y\n1,2\n", "", "line 1 was read as header: 'x', 'y'"},
        {"x,y\n1,2\n", ":x", NULL},
        {"x,y\n1,2\n", ":0", "line 1 was read as header: 'x', 'y'"},
        {"x,y\n1,2\n", "+header=yes", NULL},
        {"# by hand\n\n# x y\n1 2\n", "", "line 3 was read as header: 'x', 'y'"},
        {"# by hand\n\nx,y\n1,2\n", "", "line 3 was read as header: 'x', 'y'"},
        {"Ann,Rome\nBob,Paris\n", "",
         "line 1 was read as data: 'Ann', 'Rome' (if it is a header, write +header=yes)"},
        {"Ann,5\nBob,6\n", ":1", NULL},
        {"1,5;2\n2,5;3\n", "", "1,5 was read as 1.5 (decimal comma)"},
        {"1,000.5;2\n2,5;3\n", ":1+decimal=.", NULL},
        {"1,000.5;2\n2,000.5;3\n", "", "1,234.5 was read as 1234.5"},
        {"1,NA\n--,NA\n", "", "3 cells are missing: '--', 'NA'"},
        {"sep=;\nx;y\n1;2\n", "",
         "line 1 names the separator ';'; line 2 was read as header: 'x', 'y'"},
        {"sep=;\n1;2\n", "+separator=semicolon", NULL},
        {"sep=\t\n1\t2\n", "", "line 1 names the separator tab"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(MamutoArray) array = load_csv(path, cases[i].text, cases[i].part, &error);
        g_autofree char *said = NULL;

        g_assert_no_error(error);
        said = mamuto_table_describe(mamuto_array_get_table(array));
        g_assert_cmpstr(said, ==, cases[i].expected);
    }
}

static void
test_inspect(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoTable) table = NULL;
    g_autoptr(MamutoTable) copy = NULL;
    static const MamutoColumnKind kinds[] = {
        MAMUTO_COLUMN_INT,  MAMUTO_COLUMN_FLOAT,   MAMUTO_COLUMN_FLOAT, MAMUTO_COLUMN_BOOL,
        MAMUTO_COLUMN_TEXT, MAMUTO_COLUMN_COMPLEX, MAMUTO_COLUMN_EMPTY};

    g_assert_true(g_file_set_contents(path,
                                      "# a\n\ni;f;m;b;t;c;e\n# units\n"
                                      "1;2.5;3;True;u;1j;\n"
                                      "4;5.5;NA;False;v;2j;\n",
                                      -1, NULL));
    table = mamuto_table_inspect(path, &error);
    g_assert_no_error(error);
    copy = mamuto_table_copy(table);
    g_assert_cmpstr(copy->file, ==, path);
    g_assert_cmpint(copy->separator, ==, ';');
    g_assert_cmpint(copy->decimal, ==, '.');
    g_assert_cmpint(copy->header, ==, MAMUTO_TABLE_HEADER_ROW);
    g_assert_cmpuint(copy->header_line, ==, 3);
    g_assert_cmpuint(copy->first_line, ==, 5);
    g_assert_cmpuint(copy->n_comments, ==, 2);
    g_assert_cmpuint(copy->n_columns, ==, 7);
    g_assert_cmpstr(copy->names[6], ==, "e");
    g_assert_cmpstr(copy->first[1], ==, "2.5");
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        g_assert_cmpint(copy->kinds[i], ==, kinds[i]);
}

/* Columns that are joined are found again, whatever their names contain. */
static void
test_columns(void)
{
    g_autoptr(GError) error = NULL;
    static const char *const names[] = {"b", "a,+x=1", "", "say \"hi\"", " c ", NULL};
    static const guint expected[] = {4, 1, 0, 3, 2};
    g_autofree char *joined = mamuto_table_join_columns(names);
    g_auto(GStrv) split = mamuto_table_split_columns(joined, &error);
    g_autoptr(MamutoArray) array = NULL;
    g_autoptr(MamutoTable) copy = NULL;

    g_assert_no_error(error);
    g_assert_cmpuint(g_strv_length(split), ==, 5);
    for (guint i = 0; i < 5; i++)
        g_assert_cmpstr(split[i], ==, names[i]);
    g_assert_null(mamuto_table_split_columns("a,,b", &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    g_clear_error(&error);
    array = load_csv(path, ",\"a,+x=1\",c2,\"say \"\"hi\"\"\",b\n1,2,3,4,5\n",
                     ":b,\"a,+x=1\",\"\",\"say \"\"hi\"\"\",2+header=yes", &error);
    g_assert_no_error(error);
    copy = mamuto_table_copy(mamuto_array_get_table(array));
    g_assert_cmpuint(copy->n_chosen, ==, 5);
    for (guint i = 0; i < 5; i++)
        g_assert_cmpuint(copy->chosen[i], ==, expected[i]);
}

/* The advice at the end of a message can be left out. */
static void
test_advice(void)
{
    static const struct {
        const char *text, *part, *fact;
        MamutoAdvice advice;
    } cases[] = {
        {"1,234\n5,678\n", "+separator=none", "'1,234' is not a number", MAMUTO_ADVICE_SET_DECIMAL},
        {"a,1\nb,2\n", "+header=no", "other columns numbers", MAMUTO_ADVICE_CHOOSE_COLUMNS},
        {"9007199254740993\n1\n\"\"\n", "+header=no", "of values require",
         MAMUTO_ADVICE_CHOOSE_COLUMNS},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *fact = NULL;

        g_assert_null(load_csv(path, cases[i].text, cases[i].part, &error));
        fact = mamuto_error_get_fact(error);
        g_assert_cmpint(mamuto_error_get_advice(error), ==, cases[i].advice);
        g_assert_true(g_str_has_prefix(error->message, fact));
        g_assert_true(g_str_has_prefix(fact, path));
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(fact, cases[i].fact));
        g_assert_true(strchr(error->message + strlen(fact), ';') != NULL);
    }
}

int
main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("mamuto-test-XXXXXX", NULL);
    path = g_build_filename(folder, "t.csv", NULL);
    g_test_add_func("/csv-table/no-header", test_no_header);
    g_test_add_func("/csv-table/header", test_header);
    g_test_add_func("/csv-table/late-number", test_late_number);
    g_test_add_func("/csv-table/commas", test_commas);
    g_test_add_func("/csv-table/separator-line", test_separator_line);
    g_test_add_func("/csv-table/lines", test_lines);
    g_test_add_func("/csv-table/long-comments", test_long_comments);
    g_test_add_func("/csv-table/values", test_values);
    g_test_add_func("/csv-table/large", test_large);
    g_test_add_func("/csv-table/specs", test_specs);
    g_test_add_func("/csv-table/options", test_options);
    g_test_add_func("/csv-table/descriptions", test_descriptions);
    g_test_add_func("/csv-table/inspect", test_inspect);
    g_test_add_func("/csv-table/columns", test_columns);
    g_test_add_func("/csv-table/advice", test_advice);
    status = g_test_run();
    file_fixture_remove_folder(folder);
    g_free(folder);
    g_free(path);
    return status;
}
