/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Parses the output of inspect.py, which describes the parameters of a function or a reason why
 * they are unknown. */
#include "signature.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ask-python.h"
#include "mamuto-error.h"
#include "quote.h"

static void
parameter_free(MamutoParameter *self)
{
    g_free(self->name);
    g_free(self->default_text);
    g_free(self);
}

void
signature_free(Signature *self)
{
    g_clear_pointer(&self->parameters, g_ptr_array_unref);
    g_free(self->docstring);
    g_free(self);
}

/* Returns the field number @at and increments @at. Returns "" after the last field, so that
 * incomplete output of inspect.py cannot cause an access out of bounds. */
static const char *
next(GPtrArray *fields, guint *at)
{
    return *at < fields->len ? g_ptr_array_index(fields, (*at)++) : "";
}

static MamutoParameter *
take_parameter(GPtrArray *fields, guint *at)
{
    MamutoParameter *self = g_new0(MamutoParameter, 1);
    const char *kind = next(fields, at);
    gboolean has_default;
    const char *text;

    self->kind = strcmp(kind, "var-positional") == 0 ? MAMUTO_PARAMETER_VAR_POSITIONAL
                 : strcmp(kind, "keyword-only") == 0 ? MAMUTO_PARAMETER_KEYWORD_ONLY
                 : strcmp(kind, "var-keyword") == 0  ? MAMUTO_PARAMETER_VAR_KEYWORD
                                                     : MAMUTO_PARAMETER_POSITIONAL;
    self->position_only = strcmp(kind, "position-only") == 0;
    self->name = g_strdup(next(fields, at));
    has_default = strcmp(next(fields, at), "yes") == 0;
    text = next(fields, at);
    self->default_text = has_default ? g_strdup(text) : NULL;
    return self;
}

static void
fail_syntax(GPtrArray *fields, guint *at, const char *shown, GError **error)
{
    const char *line = next(fields, at);
    const char *message = next(fields, at);
    const char *text = next(fields, at);
    g_autofree char *clean = quote_text(text);

    if (*text)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION, "%s:%s: %s: “%s”", shown, line,
                    message, clean);
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION, "%s:%s: %s", shown, line, message);
}

static void
fail_missing(GPtrArray *fields, guint at, const char *shown, const char *name, GError **error)
{
    g_autoptr(GString) list = g_string_new(NULL);

    while (at < fields->len) {
        if (strcmp(next(fields, &at), "function") != 0)
            continue;
        g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", next(fields, &at));
        if (list->len > 500 && at < fields->len) {
            g_string_append(list, ", …");
            break;
        }
    }
    if (list->len > 0)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                    _("%s: defines no function “%s”; it defines %s"), shown, name, list->str);
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                    _("%s: defines no function “%s”, nor any other"), shown, name);
}

static Signature *
take_signature(GPtrArray *fields, gboolean binding)
{
    Signature *self = g_new0(Signature, 1);

    self->binding = binding;
    self->parameters = g_ptr_array_new_with_free_func((GDestroyNotify)parameter_free);
    for (guint at = 1; at < fields->len;) {
        const char *word = next(fields, &at);

        if (strcmp(word, "parameter") == 0) {
            g_ptr_array_add(self->parameters, take_parameter(fields, &at));
        } else if (strcmp(word, "docstring") == 0) {
            const char *text = next(fields, &at);

            g_free(self->docstring);
            self->docstring = *text ? g_strdup(text) : NULL;
        }
    }
    return self;
}

Signature *
signature_read(const char *path, const char *shown, const char *name, const char *python,
               GCancellable *cancellable, GError **error)
{
    const char *args[] = {"function", name, NULL};
    g_autoptr(GPtrArray) fields = ask_python(python, path, args, cancellable, error);
    const char *word;
    guint at = 0;

    if (!fields)
        return NULL;
    word = next(fields, &at);
    if (strcmp(word, "syntax-error") == 0) {
        fail_syntax(fields, &at, shown, error);
        return NULL;
    }
    if (strcmp(word, "missing") == 0) {
        fail_missing(fields, at, shown, name, error);
        return NULL;
    }
    if (strcmp(word, "async") == 0) {
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
            _("%s:%s: %s() is an async function, which cannot be mapped; use a plain “def”"), shown,
            next(fields, &at), name);
        return NULL;
    }
    if (strcmp(word, "generator") == 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                    _("%s:%s: %s() has a “yield”: a call returns a generator, which cannot be "
                      "stored in an array; use “return”"),
                    shown, next(fields, &at), name);
        return NULL;
    }
    if (strcmp(word, "class") == 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                    _("%s:%s: “%s” is a class, whose objects cannot be stored in an array; write a "
                      "function that calls it"),
                    shown, next(fields, &at), name);
        return NULL;
    }
    if (strcmp(word, "unknown") == 0)
        return g_new0(Signature, 1);
    return take_signature(fields, strcmp(word, "plain") == 0);
}

static gboolean
is_position_only(const Signature *self, guint i)
{
    return i < self->parameters->len &&
           ((const MamutoParameter *)g_ptr_array_index(self->parameters, i))->position_only;
}

char *
signature_describe(const Signature *self, const char *name)
{
    static const char *const stars[] = {"", "*", "", "**"};
    g_autoptr(GString) out = g_string_new(name);
    gboolean starred = FALSE;

    g_string_append_c(out, '(');
    for (guint i = 0; i < self->parameters->len; i++) {
        const MamutoParameter *parameter = g_ptr_array_index(self->parameters, i);

        g_string_append(out, i > 0 ? ", " : "");
        if (parameter->kind == MAMUTO_PARAMETER_KEYWORD_ONLY && !starred)
            g_string_append(out, "*, ");
        starred |= parameter->kind == MAMUTO_PARAMETER_VAR_POSITIONAL ||
                   parameter->kind == MAMUTO_PARAMETER_KEYWORD_ONLY;
        g_string_append_printf(out, "%s%s", stars[parameter->kind], parameter->name);
        if (parameter->default_text)
            g_string_append_printf(out, "=%s", parameter->default_text);
        if (parameter->position_only && !is_position_only(self, i + 1))
            g_string_append(out, ", /");
    }
    g_string_append_c(out, ')');
    return g_string_free(g_steal_pointer(&out), FALSE);
}

gboolean
signature_check_n_arguments(const Signature *self, const char *name, guint n, GError **error)
{
    guint most = 0, least = 0;
    gboolean open = FALSE;
    g_autofree char *text = NULL;

    if (!self->parameters || !self->binding)
        return TRUE;
    for (guint i = 0; i < self->parameters->len; i++) {
        const MamutoParameter *parameter = g_ptr_array_index(self->parameters, i);

        open |= parameter->kind == MAMUTO_PARAMETER_VAR_POSITIONAL;
        if (parameter->kind != MAMUTO_PARAMETER_POSITIONAL)
            continue;
        most++;
        least += parameter->default_text == NULL;
    }
    if (n >= least && (open || n <= most))
        return TRUE;
    text = signature_describe(self, name);
    if (open)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    g_dngettext(GETTEXT_PACKAGE, "%s takes at least %u argument, %u given",
                                "%s takes at least %u arguments, %u given", least),
                    text, least, n);
    else if (least == most)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    g_dngettext(GETTEXT_PACKAGE, "%s takes %u argument, %u given",
                                "%s takes %u arguments, %u given", least),
                    text, least, n);
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%s takes %u to %u arguments, %u given"), text, least, most, n);
    return FALSE;
}

char **
signature_list_functions(const char *path, const char *python, GError **error)
{
    const char *args[] = {"list", NULL};
    g_autoptr(GPtrArray) fields = ask_python(python, path, args, NULL, error);
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();

    if (!fields)
        return NULL;
    for (guint at = 0; at < fields->len;) {
        const char *word = next(fields, &at);

        if (strcmp(word, "syntax-error") == 0) {
            fail_syntax(fields, &at, path, error);
            return NULL;
        }
        if (strcmp(word, "function") == 0)
            g_strv_builder_add(names, next(fields, &at));
    }
    return g_strv_builder_end(names);
}
