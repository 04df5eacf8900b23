/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Parses the values of single cells: numbers with a decimal comma, with groups of thousands or with
 * Fortran's exponents, complex numbers, bools, and words for missing values. */
#include <math.h>
#include <string.h>

#include "csv.h"

/* Cells of this length or longer are not parsed as numbers with commas, groups or a Fortran
 * exponent. The longest exact decimal expansion of a double is shorter. */
#define MAX_NUMBER 1100

gboolean
csv_parse_bool(const char *text, gsize length, gboolean *value)
{
    *value = length == 4 && (memcmp(text, "True", 4) == 0 || memcmp(text, "true", 4) == 0 ||
                             memcmp(text, "TRUE", 4) == 0);
    return *value ||
           (length == 5 && (memcmp(text, "False", 5) == 0 || memcmp(text, "false", 5) == 0 ||
                            memcmp(text, "FALSE", 5) == 0));
}

gboolean
csv_is_missing(const char *text, gsize length)
{
    static const char *const words[] = {"na", "n/a", "#n/a", "<na>", "null", "none", "--",
                                        "-",  "#na", "?",    ".",    "---",  "*"};

    for (guint i = 0; i < G_N_ELEMENTS(words) && length <= 4; i++)
        if (length == strlen(words[i]) && g_ascii_strncasecmp(text, words[i], length) == 0)
            return TRUE;
    return FALSE;
}

gboolean
csv_is_odd_number(const char *text, gsize length)
{
    gsize i = 0;

    while (i < length && strchr("+-.,$(", text[i]) != NULL)
        i++;
    return i < length && g_ascii_isdigit(text[i]);
}

/* Copies an integer part to @copy without the characters that group its digits. Returns the end of
 * the integer part. Returns NULL if it is not 1 to 3 digits, without a zero at the beginning, and
 * groups of 3 digits. Sets
 * @n_groups to the number of groups. */
static const char *
copy_groups(const char *p, const char *end, char thousands, char **copy, guint *n_groups)
{
    const char *start = p;
    guint n = 0;

    *n_groups = 0;
    for (; p < end && (g_ascii_isdigit(*p) || (thousands != '\0' && *p == thousands)); p++) {
        if (g_ascii_isdigit(*p)) {
            *(*copy)++ = *p;
            n++;
            continue;
        }
        if (*n_groups == 0 ? n < 1 || n > 3 || *start == '0' : n != 3)
            return NULL;
        ++*n_groups;
        n = 0;
    }
    return *n_groups > 0 && n != 3 ? NULL : p;
}

/* Parses a number whose decimal separator is @decimal, and whose digits may be grouped by
 * @thousands. Sets @n_groups to the number of groups. */
static gboolean
parse_styled(const char *text, gsize length, char decimal, char thousands, double *value,
             guint *n_groups)
{
    const char *p = text, *end = text + length;
    char buffer[MAX_NUMBER + 1];
    char *copy = buffer;

    *n_groups = 0;
    if (length == 0 || length >= MAX_NUMBER)
        return FALSE;
    if (*p == '+' || *p == '-')
        *copy++ = *p++;
    p = copy_groups(p, end, thousands, &copy, n_groups);
    if (p == NULL)
        return FALSE;
    for (; p < end; p++) {
        if (*p == '.' && decimal != '.')
            return FALSE;
        *copy++ = *p == decimal ? '.' : *p;
    }
    return number_parse_double(buffer, (gsize)(copy - buffer), value);
}

/* Parses a number such as 1.5D+00, as Fortran writes it. Without a point or a sign of the exponent,
 * as in 1D5, the text may be a name. */
static gboolean
parse_fortran(const char *text, gsize length, double *value)
{
    char copy[MAX_NUMBER + 1];
    gsize at = 0;

    if (length < 3 || length >= MAX_NUMBER)
        return FALSE;
    while (at < length && text[at] != 'D' && text[at] != 'd')
        at++;
    if (at + 1 >= length || (memchr(text, '.', at) == NULL && strchr("+-", text[at + 1]) == NULL))
        return FALSE;
    memcpy(copy, text, length);
    copy[at] = 'e';
    return number_parse_double(copy, length, value);
}

gboolean
csv_parse_number(const CsvLayout *layout, const char *text, gsize length, double *value)
{
    guint n_groups;

    if (layout->decimal == '.' && number_parse_double(text, length, value))
        return TRUE;
    if ((layout->decimal != '.' || layout->thousands != '\0') &&
        parse_styled(text, length, layout->decimal, layout->thousands, value, &n_groups))
        return TRUE;
    return parse_fortran(text, length, value);
}

CsvComma
csv_find_comma(const char *text, gsize length)
{
    gboolean decimal, grouped;
    guint n_groups, n_points;
    double value;

    if (length == 0 || memchr(text, ',', length) == NULL)
        return CSV_COMMA_NONE;
    decimal = parse_styled(text, length, ',', '.', &value, &n_points);
    grouped = parse_styled(text, length, '.', ',', &value, &n_groups) && n_groups > 0;
    if (decimal && grouped)
        return CSV_COMMA_DOUBTFUL;
    if (grouped)
        return CSV_COMMA_GROUPS;
    if (!decimal)
        return CSV_COMMA_NONE;
    return n_points > 0 ? CSV_COMMA_DECIMAL_AND_POINTS : CSV_COMMA_DECIMAL;
}

/* Returns the position of the sign between the real and the imaginary part, or 0. */
static gsize
find_middle(const char *text, gsize length)
{
    for (gsize i = length; i-- > 1;)
        if ((text[i] == '+' || text[i] == '-') && strchr("eE", text[i - 1]) == NULL)
            return text[i - 1] == '+' ? i - 1 : i;
    return 0;
}

gboolean
csv_parse_complex(const char *text, gsize length, double value[2])
{
    gsize middle;

    value[0] = value[1] = 0;
    if (length > 2 && text[0] == '(' && text[length - 1] == ')') {
        text++;
        length -= 2;
        csv_trim(&text, &length);
    }
    if (length < 2 || strchr("jJi", text[length - 1]) == NULL)
        return FALSE;
    middle = find_middle(text, length);
    /* Other languages than Python write the imaginary unit as i. A text such as "5i" may be a name,
     * so a real part is required. */
    if (text[length - 1] == 'i' && middle == 0)
        return FALSE;
    if (middle > 0 && !number_parse_double(text, middle, &value[0]))
        return FALSE;
    text += middle;
    length -= middle + 1;
    if (length > 1 && text[0] == '+' && text[1] == '-') { /* "+-2j", from old versions of numpy */
        text++;
        length--;
    }
    if (length == 1 && (*text == '+' || *text == '-')) {
        value[1] = *text == '+' ? 1 : -1;
        return TRUE;
    }
    return number_parse_double(text, length, &value[1]);
}

gboolean
csv_is_inexact_int(const char *text, gsize length, double value)
{
    char exact[MAX_NUMBER];
    gint64 number;

    if (fabs(value) < 0x1p53 || number_parse_int(text, length, &number) == NUMBER_NOT_AN_INT)
        return FALSE;
    if (isinf(value))
        return TRUE;
    if (length >= MAX_NUMBER) /* with that many zeros at the beginning */
        return FALSE;
    if (*text == '-' || *text == '+') {
        text++;
        length--;
    }
    while (length > 1 && *text == '0') {
        text++;
        length--;
    }
    g_ascii_formatd(exact, sizeof exact, "%.0f", fabs(value));
    return strlen(exact) != length || memcmp(exact, text, length) != 0;
}

/* Returns what a text that begins with a letter is. Most texts are no values, which is found out
 * without parsing them. */
static CsvValue
find_word(const CsvLayout *layout, const char *text, gsize length)
{
    double number, parts[2];
    gboolean truth;

    if (strchr("nNiItTfF", *text) == NULL)
        return CSV_VALUE_TEXT;
    if (text[length - 1] == 'j' && layout->decimal == '.' &&
        csv_parse_complex(text, length, parts)) /* infj, nan+1j */
        return CSV_VALUE_COMPLEX;
    if (length > strlen("infinity"))
        return CSV_VALUE_TEXT;
    if (csv_is_missing(text, length))
        return CSV_VALUE_MISSING;
    if (csv_parse_bool(text, length, &truth))
        return CSV_VALUE_BOOL;
    return number_parse_double(text, length, &number) ? CSV_VALUE_FLOAT : CSV_VALUE_TEXT;
}

CsvValue
csv_find_value(const CsvLayout *layout, const char *text, gsize length)
{
    double parts[2];
    gboolean truth;
    gint64 whole;

    csv_trim(&text, &length);
    if (length == 0)
        return CSV_VALUE_EMPTY;
    if ((guint8)*text >= 0x80 || g_ascii_isalpha(*text))
        return find_word(layout, text, length);
    if (number_parse_int(text, length, &whole) != NUMBER_NOT_AN_INT)
        return CSV_VALUE_INT;
    if (csv_parse_number(layout, text, length, &parts[0]))
        return CSV_VALUE_FLOAT;
    if (csv_is_missing(text, length))
        return CSV_VALUE_MISSING;
    if (csv_parse_bool(text, length, &truth))
        return CSV_VALUE_BOOL;
    if (layout->decimal == '.' && csv_parse_complex(text, length, parts))
        return CSV_VALUE_COMPLEX;
    return CSV_VALUE_TEXT;
}
