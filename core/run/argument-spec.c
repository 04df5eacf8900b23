/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See argument-spec.h. This file decides between the readings of a text. argument-range.c parses
 * ranges, literal.c values. */
#include "argument-spec.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "literal.h"
#include "mamuto-error.h"
#include "mamuto-file-kind.h"
#include "mamuto-parameter.h"
#include "quote.h"

#define EACH ARGUMENT_EACH_PREFIX
/* Largest number of characters of a text in an error message. */
#define SHOWN_CHARS 60

void
argument_spec_clear(ArgumentSpec *spec)
{
    g_clear_pointer(&spec->name, g_free);
    g_clear_pointer(&spec->text, g_free);
}

gboolean
argument_spec_is_range(const char *text)
{
    return g_str_has_prefix(text, EACH "[") || argument_range_matches(text);
}

char *
argument_spec_quote(const char *name, const char *spec)
{
    const char *value = name != NULL && *spec == '=' ? spec + 1 : spec;
    g_autofree char *word = quote_word(value);

    return name != NULL ? g_strconcat(name, "=", word, NULL) : g_steal_pointer(&word);
}

/* ---- errors ---- */

/* Sets an error that shows @text and up to two SPECs to write instead, as words of a shell. */
static gboolean
refuse(GError **error, const char *text, const char *problem, const char *name, const char *first,
       const char *second)
{
    g_autofree char *whole =
        g_strconcat(name != NULL ? name : "", name != NULL ? "=" : "", text, NULL);
    g_autofree char *shown = quote_start(whole, strlen(whole), SHOWN_CHARS);
    g_autofree char *one = first != NULL ? argument_spec_quote(name, first) : NULL;
    g_autofree char *two = second != NULL ? argument_spec_quote(name, second) : NULL;

    if (two != NULL)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    /* Translators: an argument, a problem, and two ways to write the argument */
                    _("%s: %s; write %s or %s"), shown, problem, one, two);
    else if (one != NULL)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    /* Translators: an argument, a problem, and a way to write the argument */
                    _("%s: %s; write %s"), shown, problem, one);
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT, "%s: %s", shown, problem);
    return FALSE;
}

static gboolean
refuse_fault(GError **error, const char *text, const LiteralFault *fault, const char *name)
{
    const char *one = fault->instead[0], *two = fault->instead[1];
    g_autofree char *first = one != NULL ? g_strconcat("=", one, NULL) : NULL;
    g_autofree char *second = two != NULL ? g_strconcat("=", two, NULL) : NULL;

    return refuse(error, text, fault->problem, name, first, second);
}

/* ---- names of files and parameters ---- */

gsize
argument_spec_find_file(const char *text, const ArgumentContext *context)
{
    gsize length = strlen(text);

    if (length == 0 || context->is_file(text, context->data))
        return length;
    for (gsize n = strcspn(text, ":+"); n < length; n += 1 + strcspn(text + n + 1, ":+")) {
        g_autofree char *path = g_strndup(text, n);

        if (n > 0 && context->is_file(path, context->data))
            return n;
    }
    return 0;
}

gboolean
argument_spec_is_named_like_file(const char *text)
{
    gsize length = strlen(text);

    for (gsize n = strcspn(text, ":+");; n += 1 + strcspn(text + n + 1, ":+")) {
        g_autofree char *path = g_strndup(text, n);

        if (mamuto_file_kind_from_name(path) & MAMUTO_FILE_ARRAY)
            return TRUE;
        if (n >= length)
            return FALSE;
    }
}

gsize
argument_spec_name_length(const char *text)
{
    const char *p = text;

    if (!g_utf8_validate(text, -1, NULL))
        return 0;
    for (; *p != '\0' && *p != '='; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        if (c != '_' && !g_unichar_isalpha(c) &&
            (p == text || (!g_unichar_isalnum(c) && !g_unichar_ismark(c))))
            return 0;
    }
    return *p == '=' ? (gsize)(p - text) : 0;
}

/* Whether an argument can be passed by @name. TRUE if the parameters are unknown. */
static gboolean
has_parameter(GPtrArray *parameters, const char *name)
{
    for (guint i = 0; parameters != NULL && i < parameters->len; i++) {
        const MamutoParameter *parameter = g_ptr_array_index(parameters, i);

        if (parameter->kind == MAMUTO_PARAMETER_VAR_KEYWORD ||
            (parameter->kind != MAMUTO_PARAMETER_VAR_POSITIONAL &&
             strcmp(parameter->name, name) == 0))
            return TRUE;
    }
    return parameters == NULL;
}

static char *
list_parameters(GPtrArray *parameters)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < parameters->len; i++) {
        const MamutoParameter *parameter = g_ptr_array_index(parameters, i);

        if (parameter->kind != MAMUTO_PARAMETER_VAR_POSITIONAL)
            g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", parameter->name);
    }
    return g_string_free(list, FALSE);
}

static gboolean
refuse_name(const char *text, const char *name, GPtrArray *parameters, GError **error)
{
    g_autofree char *shown = quote_start(text, strlen(text), SHOWN_CHARS);
    g_autofree char *list = list_parameters(parameters);

    if (*list == '\0')
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%s: the function has no parameter %s, and there is no file of this name"),
                    shown, name);
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%s: the function has no parameter %s, and there is no file of this name; "
                      "its parameters are %s"),
                    shown, name, list);
    return FALSE;
}

/* Refuses NAME=SPEC if there is also a file with this name. */
static gboolean
refuse_file_or_name(const char *text, const char *name, const char *spec, GError **error)
{
    g_autofree char *file = g_strconcat("./", text, NULL);
    g_autofree char *file_word = quote_word(file);
    g_autofree char *shown = quote_start(text, strlen(text), SHOWN_CHARS);
    g_autofree char *other = NULL;
    g_autofree char *other_word = NULL;
    g_auto(Literal) literal = {0};

    if (*spec == '=')
        other = g_strdup(spec + 1);
    else if (literal_parse(spec, &literal, NULL))
        other = g_strconcat("=", spec, NULL);
    else if (*spec == '@')
        other = g_strconcat("@./", spec + 1, NULL);
    else
        other = g_strconcat("./", spec, NULL);
    other_word = quote_word(other);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                _("%s: there is a file of this name, and the function has a parameter %s; write %s "
                  "for the file or %s=%s for the parameter"),
                shown, name, file_word, name, other_word);
    return FALSE;
}

/* Sets @name (transfer full) if @text is NAME=SPEC, or to NULL if it is a SPEC. */
static gboolean
split_name(const char *text, const ArgumentContext *context, char **name, GError **error)
{
    gsize length = argument_spec_name_length(text);
    g_autofree char *raw = NULL;
    g_autofree char *found = NULL;
    gboolean fits;

    *name = NULL;
    if (length == 0)
        return TRUE;
    raw = g_strndup(text, length);
    found = g_utf8_normalize(raw, -1, G_NORMALIZE_NFKC); /* as Python does */
    fits = has_parameter(context->parameters, found);
    if (argument_spec_find_file(text, context) > 0 &&
        !(fits && argument_spec_is_range(text + length + 1)))
        return context->parameters == NULL || !fits ||
               refuse_file_or_name(text, found, text + length + 1, error);
    if (!fits)
        return refuse_name(text, found, context->parameters, error);
    *name = g_steal_pointer(&found);
    return TRUE;
}

/* ---- SPEC ---- */

static void
set_file(ArgumentSpec *spec, ArgumentKind kind, const char *text, const ArgumentContext *context)
{
    spec->kind = kind;
    spec->text = g_strdup(text);
    spec->file_length = argument_spec_find_file(text, context);
}

static gboolean
parse_whole(const char *text, const char *file, const ArgumentContext *context, ArgumentSpec *spec,
            GError **error)
{
    g_autofree char *instead = NULL;

    if (*file == '\0')
        return refuse(error, text, _("the file is missing"), spec->name, "@FILE", NULL);
    if (argument_spec_is_range(file)) {
        instead = g_strconcat("@./", file, NULL);
        return refuse(error, text, _("this is a range, and only a file can be passed as a whole"),
                      spec->name, instead, NULL);
    }
    set_file(spec, ARGUMENT_WHOLE, file, context);
    return TRUE;
}

static gboolean
parse_value(const char *text, const char *value, ArgumentSpec *spec, GError **error)
{
    g_auto(Literal) literal = {0};
    g_auto(LiteralFault) fault = {0};

    if (!literal_parse(value, &literal, &fault))
        return refuse_fault(error, text, &fault, spec->name);
    spec->kind = ARGUMENT_VALUE;
    spec->text = literal.plain ? g_strdup(value) : g_steal_pointer(&literal.json);
    return TRUE;
}

static gboolean
parse_range(const char *text, ArgumentSpec *spec, GError **error)
{
    g_autofree char *problem = NULL;
    g_autofree char *instead = NULL;

    spec->kind = ARGUMENT_RANGE;
    if (argument_range_parse(text, &spec->range, &problem, &instead))
        return TRUE;
    return refuse(error, text, problem, spec->name, instead, NULL);
}

/* Writes the elements of @inside, which commas or else spaces separate, as a list to map over. If
 * one of the elements is not a value, all elements become texts, because a list has elements of one
 * kind. Returns: (transfer full) (nullable): the list, or %NULL if @inside has no elements, or
 * contains brackets or quotes. */
static char *
propose_list(const char *inside)
{
    g_auto(GStrv) elements = g_strsplit_set(inside, strchr(inside, ',') != NULL ? "," : " ", -1);
    g_autoptr(GString) list = g_string_new(EACH "[");
    gboolean are_texts = FALSE;

    if (strpbrk(inside, "[](){}\"'") != NULL)
        return NULL;
    for (char **element = elements; *element != NULL; element++) {
        g_auto(Literal) literal = {0};

        g_strstrip(*element);
        are_texts |= **element != '\0' && !literal_parse(*element, &literal, NULL);
    }
    for (char **element = elements; *element != NULL; element++) {
        if (**element == '\0')
            continue;
        if (list->str[list->len - 1] != '[')
            g_string_append_c(list, ',');
        if (are_texts)
            quote_append_json(list, *element);
        else
            g_string_append(list, *element);
    }
    if (g_str_has_suffix(list->str, "["))
        return NULL;
    g_string_append_c(list, ']');
    return g_string_free(g_steal_pointer(&list), FALSE);
}

static gboolean
parse_each(const char *text, ArgumentSpec *spec, GError **error)
{
    g_auto(Literal) literal = {0};
    g_auto(LiteralFault) fault = {0};
    const char *list = text + strlen(EACH);

    if (!literal_parse(list, &literal, &fault)) {
        gsize length = strlen(list);
        g_autofree char *inside =
            g_strndup(list + 1, length - (g_str_has_suffix(list, "]") ? 2 : 1));
        g_autofree char *instead = propose_list(inside);

        return refuse(error, text, fault.problem, spec->name, instead, NULL);
    }
    spec->kind = ARGUMENT_EACH;
    spec->text = g_steal_pointer(&literal.json);
    return TRUE;
}

/* Refuses a text that is neither the name of a file nor, after NAME=, a value. */
static gboolean
refuse_spec(const char *text, const ArgumentSpec *spec, GError **error)
{
    g_auto(Literal) literal = {0};
    g_auto(LiteralFault) fault = {0};
    g_autofree char *range = argument_range_guess(text);
    g_autofree char *value = NULL;

    if (g_str_has_prefix(text, EACH)) {
        value = propose_list(text + strlen(EACH));
        return refuse(error, text, _("a list has brackets"), spec->name, value, NULL);
    }
    if (range != NULL)
        return refuse(error, text, _("a range has two ends and the number of its numbers"),
                      spec->name, range, NULL);
    if (literal_parse(text, &literal, &fault)) {
        value = g_strconcat("=", text, NULL);
        return refuse(error, text, _("there is no file of this name, and a value begins with “=”"),
                      NULL, value, NULL);
    }
    /* A path, such as one of a job file, is not meant to be a text. */
    if (spec->name == NULL && g_path_is_absolute(text))
        return refuse(error, text, _("there is no file of this name"), NULL, NULL, NULL);
    if (spec->name != NULL && !fault.is_word)
        return refuse_fault(error, text, &fault, spec->name);
    value = fault.problem;
    /* Translators: %s is a sentence without a capital letter: "a text needs quotes" */
    fault.problem = g_strdup_printf(_("there is no file of this name, and %s"), value);
    return refuse_fault(error, text, &fault, spec->name);
}

static gboolean
refuse_file_or_value(const char *text, const char *value, const char *name, GError **error)
{
    g_autofree char *file = g_strconcat("./", text, NULL);

    return refuse(error, text, _("there is a file of this name, and it is also a value"), name,
                  file, value);
}

static gboolean
parse_spec(const char *text, const ArgumentContext *context, ArgumentSpec *spec, GError **error)
{
    g_auto(Literal) literal = {0};
    gboolean is_file;

    if (g_str_has_prefix(text, EACH "["))
        return parse_each(text, spec, error);
    if (argument_range_matches(text))
        return parse_range(text, spec, error);
    is_file = argument_spec_find_file(text, context) > 0;
    if (*text == '=' && is_file) {
        g_autofree char *value = g_strconcat(spec->name != NULL ? "== " : "= ", text + 1, NULL);

        return refuse_file_or_value(text, value, spec->name, error);
    }
    if (*text == '=' && text[1] == '@')
        return parse_whole(text, text + 2, context, spec, error);
    if (*text == '=')
        return parse_value(text, text + 1, spec, error);
    if (spec->name != NULL && literal_parse(text, &literal, NULL)) {
        g_autofree char *value = g_strconcat("==", text, NULL);

        return is_file ? refuse_file_or_value(text, value, spec->name, error)
                       : parse_value(text, text, spec, error);
    }
    if (*text == '@' && !is_file)
        return parse_whole(text, text + 1, context, spec, error);
    if (!is_file && !argument_spec_is_named_like_file(text))
        return refuse_spec(text, spec, error);
    set_file(spec, ARGUMENT_FILE, text, context);
    return TRUE;
}

gboolean
argument_spec_parse(const char *text, const ArgumentContext *context, ArgumentSpec *spec,
                    GError **error)
{
    const char *rest = text;
    gboolean ok;

    *spec = (ArgumentSpec){.name = g_strdup(context->name)};
    if (context->name == NULL) {
        if (!split_name(text, context, &spec->name, error))
            return FALSE;
        if (spec->name != NULL)
            rest = text + argument_spec_name_length(text) + 1;
    }
    ok = parse_spec(rest, context, spec, error);
    if (!ok)
        argument_spec_clear(spec);
    return ok;
}
