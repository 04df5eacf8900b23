/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Binds the arguments of a call to the parameters of the function, as Python does. Arguments with a
 * name are passed by position where possible, because a call with positions is faster. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "mamuto-error.h"
#include "signature.h"

#define UNFILLED G_MAXUINT

/* A call in the course of binding. Arguments are numbered: first those without a name. */
typedef struct {
    const Signature *signature;
    const char *function;
    guint n_positional;
    const char *const *names;
    guint n_names;
    guint *filled; /* for each parameter: the number of its argument, or UNFILLED */
} Call;

static MamutoParameter *
get_parameter(const Call *call, guint i)
{
    return g_ptr_array_index(call->signature->parameters, i);
}

static gboolean
fail(const Call *call, GError **error, const char *format, const char *name)
{
    g_autofree char *text = signature_describe(call->signature, call->function);

    /* the format is one of the translated texts below */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT, format, text, name);
#pragma GCC diagnostic pop
    return FALSE;
}

static gboolean
fill_positions(const Call *call, GError **error)
{
    guint n = 0, most = 0;
    gboolean open = FALSE;

    for (guint i = 0; i < call->signature->parameters->len; i++) {
        MamutoParameterKind kind = get_parameter(call, i)->kind;

        open |= kind == MAMUTO_PARAMETER_VAR_POSITIONAL;
        if (kind != MAMUTO_PARAMETER_POSITIONAL)
            continue;
        most++;
        if (n < call->n_positional)
            call->filled[i] = n++;
    }
    if (open || call->n_positional <= most)
        return TRUE;
    g_autofree char *text = signature_describe(call->signature, call->function);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                g_dngettext(GETTEXT_PACKAGE,
                            "%s takes at most %u argument without a name, %u given",
                            "%s takes at most %u arguments without a name, %u given", most),
                text, most, call->n_positional);
    return FALSE;
}

static gboolean
fill_name(const Call *call, guint number, GError **error)
{
    const char *name = call->names[number];
    gboolean open = FALSE;

    for (guint i = 0; i < call->signature->parameters->len; i++) {
        const MamutoParameter *parameter = get_parameter(call, i);

        open |= parameter->kind == MAMUTO_PARAMETER_VAR_KEYWORD;
        if ((parameter->kind != MAMUTO_PARAMETER_POSITIONAL &&
             parameter->kind != MAMUTO_PARAMETER_KEYWORD_ONLY) ||
            strcmp(parameter->name, name) != 0)
            continue;
        if (call->filled[i] != UNFILLED)
            return fail(call, error, _("%s: the parameter “%s” is given by position and by name"),
                        name);
        call->filled[i] = call->n_positional + number;
        return TRUE;
    }
    return open || fail(call, error, _("%s has no parameter “%s”"), name);
}

static gboolean
check_missing(const Call *call, GError **error)
{
    for (guint i = 0; i < call->signature->parameters->len; i++) {
        const MamutoParameter *parameter = get_parameter(call, i);

        if ((parameter->kind == MAMUTO_PARAMETER_POSITIONAL ||
             parameter->kind == MAMUTO_PARAMETER_KEYWORD_ONLY) &&
            parameter->default_text == NULL && call->filled[i] == UNFILLED)
            return fail(call, error, _("%s: no argument is given for the parameter “%s”"),
                        parameter->name);
    }
    return TRUE;
}

/* Fails if an argument must be passed by position, but a parameter before it has none. */
static gboolean
check_gaps(const Call *call, GError **error)
{
    const MamutoParameter *skipped = NULL;

    for (guint i = 0; i < call->signature->parameters->len; i++) {
        const MamutoParameter *parameter = get_parameter(call, i);

        if (!parameter->position_only)
            break;
        if (call->filled[i] == UNFILLED && skipped == NULL)
            skipped = parameter;
        if (call->filled[i] != UNFILLED && skipped != NULL) {
            g_autofree char *text = signature_describe(call->signature, call->function);

            g_set_error(
                error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                _("%s: “%s” is passed by position, so “%s” before it needs an argument too"), text,
                parameter->name, skipped->name);
            return FALSE;
        }
    }
    return TRUE;
}

/* Sets @order to the order in which the arguments are passed, and returns how many of them are
 * passed by position. */
static guint
make_order(const Call *call, guint *order)
{
    guint n = call->n_positional + call->n_names, k = 0, n_by_position;
    g_autofree gboolean *passed = g_new0(gboolean, MAX(n, 1));
    gboolean gap = FALSE;

    for (guint i = 0; i < call->signature->parameters->len && !gap; i++) {
        if (get_parameter(call, i)->kind != MAMUTO_PARAMETER_POSITIONAL)
            continue;
        gap = call->filled[i] == UNFILLED;
        if (!gap) {
            order[k++] = call->filled[i];
            passed[call->filled[i]] = TRUE;
        }
    }
    for (guint i = 0; i < call->n_positional; i++)
        if (!passed[i])
            order[k++] = i; /* for *args */
    n_by_position = k;
    for (guint i = call->n_positional; i < n; i++)
        if (!passed[i])
            order[k++] = i;
    return n_by_position;
}

static gboolean
check_unique(const char *const *names, guint n_names, GError **error)
{
    for (guint i = 0; i < n_names; i++)
        for (guint j = 0; j < i; j++)
            if (strcmp(names[i], names[j]) == 0) {
                g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                            _("the argument “%s” is given twice"), names[i]);
                return FALSE;
            }
    return TRUE;
}

gboolean
signature_bind(const Signature *self, const char *function, guint n_positional,
               const char *const *names, guint n_names, guint *order, guint *n_by_position,
               GError **error)
{
    gboolean known = self != NULL && self->parameters != NULL && self->binding;
    g_autofree guint *filled = g_new(guint, known ? self->parameters->len + 1 : 1);
    const Call call = {self, function, n_positional, names, n_names, filled};

    if (!check_unique(names, n_names, error))
        return FALSE;
    if (!known) {
        for (guint i = 0; i < n_positional + n_names; i++)
            order[i] = i;
        *n_by_position = n_positional;
        return TRUE;
    }
    if (n_names == 0 && !signature_check_n_arguments(self, function, n_positional, error))
        return FALSE;
    for (guint i = 0; i < self->parameters->len; i++)
        filled[i] = UNFILLED;
    if (!fill_positions(&call, error))
        return FALSE;
    for (guint i = 0; i < n_names; i++)
        if (!fill_name(&call, i, error))
            return FALSE;
    if (!check_missing(&call, error) || !check_gaps(&call, error))
        return FALSE;
    *n_by_position = make_order(&call, order);
    return TRUE;
}
