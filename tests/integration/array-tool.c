/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads, saves and converts arrays, and parses numbers. The script test-numpy.py runs this program
 * and compares the program's output with numpy. */
#include <stdio.h>
#include <string.h>

#include "dtype-convert.h"
#include "mamuto-array.h"
#include "number.h"

/* Loads an array and saves it to @path. */
static gboolean
copy(const char *spec, const char *path, GError **error)
{
    g_autoptr(MamutoArray) array = mamuto_array_load(spec, NULL, error);

    return array != NULL && mamuto_array_save(array, path, error);
}

/* Reads pairs of element types "A B", one pair per line. For each pair, prints the common type
 * that numpy's rules choose, or "-" if no common type exists. */
static gboolean
promote(void)
{
    char a_descr[32], b_descr[32];

    while (scanf("%31s %31s", a_descr, b_descr) == 2) {
        char string[MAMUTO_DTYPE_STRING_MAX] = "-";
        MamutoDtype a, b, promoted;

        if (mamuto_dtype_parse(a_descr, &a, NULL) && mamuto_dtype_parse(b_descr, &b, NULL) &&
            mamuto_dtype_promote(&a, &b, &promoted))
            mamuto_dtype_to_string(&promoted, string);
        puts(string);
    }
    return TRUE;
}

/* Converts a one-dimensional array to the type @descr and saves it. */
static gboolean
convert(const char *spec, const char *descr, const char *path, GError **error)
{
    g_autoptr(MamutoArray) array = mamuto_array_load(spec, NULL, error);
    g_autoptr(MamutoArray) result = NULL;
    MamutoDtype from, to;

    if (array == NULL || !mamuto_dtype_parse(descr, &to, error))
        return FALSE;
    mamuto_array_get_dtype(array, &from);
    result = mamuto_array_new(&to, 1, mamuto_array_get_shape(array, NULL), error);
    if (result == NULL)
        return FALSE;
    mamuto_dtype_convert(&from, mamuto_array_get_data(array), &to, mamuto_array_get_data(result),
                         (gsize)mamuto_array_get_n_rows(array));
    return mamuto_array_save(result, path, error);
}

/* Reads one number per line. For each number, prints three columns: the bits of the number as a
 * double, in hexadecimal; the shortest decimal text of the double; the shortest decimal text of
 * the number as a float. Prints "bad" if a line is not a number. */
static gboolean
numbers(void)
{
    char line[4096];

    while (fgets(line, sizeof line, stdin) != NULL) {
        char text[NUMBER_TEXT_MAX], single[NUMBER_TEXT_MAX];
        guint64 bits;
        double value;

        if (!number_parse_double(line, strcspn(line, "\n"), &value)) {
            puts("bad");
            continue;
        }
        memcpy(&bits, &value, sizeof bits);
        number_format(value, 8, TRUE, text);
        number_format((double)(float)value, 4, TRUE, single);
        printf("%016" G_GINT64_MODIFIER "x %s %s\n", bits, text, single);
    }
    return TRUE;
}

/* Prints the shortest decimal text of each of the 65536 half-precision numbers. */
static gboolean
halves(void)
{
    for (guint32 half = 0; half <= G_MAXUINT16; half++) {
        char text[NUMBER_TEXT_MAX];

        number_format(half_to_double((guint16)half), 2, TRUE, text);
        puts(text);
    }
    return TRUE;
}

/* Loads an array @n times and prints the shortest loading time. */
static gboolean
time_load(const char *spec, const char *n, GError **error)
{
    gint64 best = G_MAXINT64;

    for (guint64 i = g_ascii_strtoull(n, NULL, 10); i > 0; i--) {
        gint64 start = g_get_monotonic_time();
        g_autoptr(MamutoArray) array = mamuto_array_load(spec, NULL, error);

        if (array == NULL)
            return FALSE;
        best = MIN(best, g_get_monotonic_time() - start);
    }
    printf("%" G_GINT64_FORMAT "\n", best);
    return TRUE;
}

/* Creates a range and saves it. */
static gboolean
range(const char *kind, const char *from, const char *to, const char *count, const char *path,
      GError **error)
{
    double first = g_ascii_strtod(from, NULL), last = g_ascii_strtod(to, NULL);
    gint64 n = g_ascii_strtoll(count, NULL, 10);
    g_autoptr(MamutoArray) array = NULL;

    if (g_str_equal(kind, "linear"))
        array = mamuto_array_new_range(first, last, n, error);
    else if (g_str_equal(kind, "geometric"))
        array = mamuto_array_new_geometric_range(first, last, n, error);
    else
        array = mamuto_array_new_integer_range(g_ascii_strtoll(from, NULL, 10),
                                               g_ascii_strtoll(to, NULL, 10), error);
    return array != NULL && mamuto_array_save(array, path, error);
}

/* Runs the command @args[0] with its arguments. Returns FALSE if it fails; @error is then not set
 * if the command or the number of its arguments is wrong. */
static gboolean
perform(char **args, GError **error)
{
    guint n = g_strv_length(args);
    const char *command = n > 0 ? args[0] : "";

    if (n == 3 && g_str_equal(command, "copy"))
        return copy(args[1], args[2], error);
    if (n == 1 && g_str_equal(command, "promote"))
        return promote();
    if (n == 4 && g_str_equal(command, "convert"))
        return convert(args[1], args[2], args[3], error);
    if (n == 1 && g_str_equal(command, "numbers"))
        return numbers();
    if (n == 1 && g_str_equal(command, "halves"))
        return halves();
    if (n == 3 && g_str_equal(command, "time"))
        return time_load(args[1], args[2], error);
    if (n == 6 && g_str_equal(command, "range"))
        return range(args[1], args[2], args[3], args[4], args[5], error);
    fprintf(stderr, "usage: array-tool copy|promote|convert|numbers|halves|time|range|batch …\n");
    return FALSE;
}

/* Runs one command per line of stdin, because starting a program takes longer than most commands.
 * Tabs separate the arguments. The answer to each line is "1" if the command succeeded or "0" and
 * the error's message, and a null byte. */
static gboolean
batch(void)
{
    char line[4096];

    while (fgets(line, sizeof line, stdin) != NULL) {
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) args = NULL;

        line[strcspn(line, "\n")] = '\0';
        args = g_strsplit(line, "\t", -1);
        if (perform(args, &error))
            putchar('1');
        else
            printf("0%s", error != NULL ? error->message : "");
        putchar('\0');
        fflush(stdout);
    }
    return TRUE;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    gboolean ok = argc == 2 && g_str_equal(argv[1], "batch") ? batch() : perform(argv + 1, &error);

    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    return ok ? 0 : 1;
}
