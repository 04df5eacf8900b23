/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Explains why a text is not a value, and proposes what to write instead. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "literal-private.h"
#include "quote.h"

void
literal_fault_clear(LiteralFault *fault)
{
    g_clear_pointer(&fault->problem, g_free);
    for (guint i = 0; i < G_N_ELEMENTS(fault->instead); i++)
        g_clear_pointer(&fault->instead[i], g_free);
}

/* Proposes @value if it is a value. @value is (transfer full). */
static void
propose(LiteralFault *fault, char *value)
{
    guint at = fault->instead[0] != NULL ? 1 : 0;
    g_auto(Literal) literal = {0};

    if (fault->instead[at] == NULL && literal_parse(value, &literal, NULL))
        fault->instead[at] = value;
    else
        g_free(value);
}

static void
propose_text(LiteralFault *fault, const char *text)
{
    GString *quoted = g_string_new(NULL);

    quote_append_json(quoted, text);
    propose(fault, g_string_free(quoted, FALSE));
}

/* Whether @text consists of numbers with commas between them: a decimal comma, digits grouped by
 * commas, or a list without brackets. */
static gboolean
is_numbers_with_commas(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);

    if (parts[0] == NULL || parts[1] == NULL)
        return FALSE;
    for (char **part = parts; *part != NULL; part++) {
        const char *number = g_strstrip(*part);

        number += *number == '-' || *number == '+';
        if (!g_ascii_isdigit(*number) || number[strspn(number, "0123456789.eE+-")] != '\0')
            return FALSE;
    }
    return TRUE;
}

static void
explain_commas(const char *text, LiteralFault *fault)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);
    g_autofree char *list = NULL;

    fault->problem = g_strdup(_("numbers have a decimal point, and a list has brackets"));
    for (char **part = parts; *part != NULL; part++)
        g_strstrip(*part);
    if (g_strv_length(parts) == 2)
        propose(fault, g_strjoinv(".", parts));
    list = g_strjoinv(", ", parts);
    propose(fault, g_strdup_printf("[%s]", list));
}

static void
explain_zeros(const char *text, LiteralFault *fault)
{
    const char *digits = text;
    char sign[2] = {*text == '-' ? '-' : '\0', '\0'};

    fault->problem = g_strdup(_("a number does not begin with 0 before other digits"));
    digits += strspn(digits, " +-");
    digits += strspn(digits, "0");
    if (!g_ascii_isdigit(*digits))
        digits--;
    if (strpbrk(text, "[{,") != NULL)
        return;
    propose(fault, g_strconcat(sign, digits, NULL));
    propose_text(fault, text);
}

static void
explain_tuple(const char *text, LiteralFault *fault)
{
    gsize length = strlen(text);

    fault->problem = g_strdup(_("a tuple cannot be passed, but a list can"));
    if (length > 1 && *text == '(' && text[length - 1] == ')') {
        g_autofree char *inside = g_strndup(text + 1, length - 2);

        propose(fault, g_strdup_printf("[%s]", inside));
    }
}

static void
explain_complex(LiteralFault *fault)
{
    fault->problem = g_strdup(_("a complex number cannot be passed; pass its two parts"));
}

/* Explains a text that neither begins with a quote nor has brackets. */
static void
explain_word(const char *text, LiteralFault *fault)
{
    static const char *const words[][2] = {
        {"true", "True"}, {"false", "False"}, {"none", "None"}, {"nan", "nan"}, {"inf", "inf"},
    };
    g_autofree char *lower = g_utf8_strdown(text, -1);

    fault->is_word = TRUE;
    fault->problem = g_strdup(_("a text needs quotes"));
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(lower, words[i][0]) == 0)
            propose(fault, g_strdup(words[i][1]));
    propose_text(fault, text);
}

/* Explains bytes in Python's notation, such as b'ab'. */
static void
explain_bytes(const char *text, LiteralFault *fault)
{
    gsize length = strlen(text);

    fault->problem =
        g_strdup(_("bytes cannot be passed, but a text can, which the function encodes"));
    if (length > 2 && text[length - 1] == text[1]) {
        g_autofree char *inside = g_strndup(text + 2, length - 3);

        propose_text(fault, inside);
    }
}

static void
explain_syntax(const char *text, LiteralFault *fault)
{
    gsize length = strlen(text);

    if (!g_utf8_validate(text, -1, NULL))
        fault->problem = g_strdup(_("the value is not valid UTF-8"));
    else if (g_ascii_isdigit(*text) && text[length - 1] == 'j' &&
             strspn(text, "0123456789.eE+-j") == length)
        explain_complex(fault);
    else if ((*text == 'b' || *text == 'B') && (text[1] == '\'' || text[1] == '"'))
        explain_bytes(text, fault);
    else if (*text != '\'' && *text != '"' && strpbrk(text, "[]{}()\\") == NULL)
        explain_word(text, fault);
    else
        fault->problem = g_strdup(_("this is neither JSON nor a value in Python's notation"));
}

void
literal_explain(const char *text, LiteralTrouble trouble, LiteralFault *fault)
{
    *fault = (LiteralFault){0};
    if (is_numbers_with_commas(text)) {
        explain_commas(text, fault);
        return;
    }
    switch (trouble) {
    case LITERAL_ZEROS:
        explain_zeros(text, fault);
        return;
    case LITERAL_TUPLE:
        explain_tuple(text, fault);
        return;
    case LITERAL_EMPTY:
        fault->problem = g_strdup(_("the value is missing"));
        return;
    case LITERAL_COMPLEX:
        explain_complex(fault);
        return;
    case LITERAL_KEY:
        fault->problem = g_strdup(_("the keys of a dict must be texts with quotes"));
        return;
    case LITERAL_ESCAPE:
        fault->problem = g_strdup(_("unknown escape; a backslash in a text is written as \\\\"));
        return;
    case LITERAL_OPEN_TEXT:
        fault->problem = g_strdup(_("the closing quote is missing"));
        return;
    case LITERAL_OPEN_LIST:
        fault->problem = g_strdup(_("the closing bracket is missing"));
        return;
    case LITERAL_DEPTH:
        fault->problem = g_strdup(_("lists are nested too deeply"));
        return;
    default:
        explain_syntax(text, fault);
    }
}
