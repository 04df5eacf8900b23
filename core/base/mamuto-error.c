/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The error domain MAMUTO_ERROR and the additional fields of its errors. Host and stage are fields
 * and are not part of the message, because each program shows them in its own way. */
#include "mamuto-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "error-private.h"

typedef struct {
    char *host; /* (nullable) */
    MamutoStage stage;
    MamutoAdvice advice;
    gsize n_advice;    /* length of the advice at the end of the message, or 0 */
    char *command;     /* (nullable) */
    char *traceback;   /* (nullable) */
    GPtrArray *causes; /* (nullable): the errors that caused this error, as GError */
} MamutoErrorPrivate;

static void
mamuto_error_private_init(MamutoErrorPrivate *self)
{
}

static void
mamuto_error_private_copy(const MamutoErrorPrivate *from, MamutoErrorPrivate *to)
{
    to->host = g_strdup(from->host);
    to->stage = from->stage;
    to->advice = from->advice;
    to->n_advice = from->n_advice;
    to->command = g_strdup(from->command);
    to->traceback = g_strdup(from->traceback);
    if (from->causes == NULL)
        return;
    to->causes = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);
    for (guint i = 0; i < from->causes->len; i++)
        g_ptr_array_add(to->causes, g_error_copy(g_ptr_array_index(from->causes, i)));
}

static void
mamuto_error_private_clear(MamutoErrorPrivate *self)
{
    g_free(self->host);
    g_free(self->command);
    g_free(self->traceback);
    g_clear_pointer(&self->causes, g_ptr_array_unref);
}

/**
 * mamuto_error_quark:
 *
 * The error domain of #MamutoError. Can be called from any thread.
 *
 * Returns: the quark
 */
G_DEFINE_EXTENDED_ERROR(MamutoError, mamuto_error)

/* Returns the additional fields of @error. Returns NULL if the error has another domain, because
 * such an error has no fields. */
static MamutoErrorPrivate *
find_fields(const GError *error)
{
    return error->domain == MAMUTO_ERROR ? mamuto_error_get_private(error) : NULL;
}

void
error_set_host(GError *error, const char *host)
{
    MamutoErrorPrivate *self = find_fields(error);

    if (self != NULL && self->host == NULL)
        self->host = g_strdup(host);
}

void
error_set_stage(GError *error, MamutoStage stage)
{
    MamutoErrorPrivate *self = find_fields(error);

    if (self != NULL && self->stage == MAMUTO_STAGE_NONE)
        self->stage = stage;
}

void
error_set_advice(GError *error, MamutoAdvice advice, const char *command)
{
    MamutoErrorPrivate *self = find_fields(error);

    if (self == NULL || self->advice != MAMUTO_ADVICE_NONE)
        return;
    self->advice = advice;
    self->command = g_strdup(command);
}

void
error_append_advice(GError *error, MamutoAdvice advice, const char *text)
{
    MamutoErrorPrivate *self = find_fields(error);
    g_autofree char *message = error->message;

    error->message = g_strconcat(message, text, NULL);
    if (self == NULL || self->advice != MAMUTO_ADVICE_NONE)
        return;
    self->advice = advice;
    self->n_advice = strlen(text);
}

void
error_set_traceback(GError *error, const char *traceback)
{
    MamutoErrorPrivate *self = find_fields(error);

    if (self == NULL)
        return;
    g_free(self->traceback);
    self->traceback = g_strdup(traceback);
}

void
error_add_cause(GError *error, const GError *cause)
{
    MamutoErrorPrivate *self = find_fields(error);

    if (self == NULL)
        return;
    if (self->causes == NULL)
        self->causes = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);
    g_ptr_array_add(self->causes, g_error_copy(cause));
}

/**
 * mamuto_error_get_host:
 * @error: an error of any domain
 *
 * Can be called from any thread.
 *
 * Returns: (transfer none) (nullable): the name of the host where the error occurred, the same name
 *   as in the cluster
 */
const char *
mamuto_error_get_host(const GError *error)
{
    const MamutoErrorPrivate *self = find_fields(error);

    return self != NULL ? self->host : NULL;
}

/**
 * mamuto_error_get_stage:
 * @error: an error of any domain
 *
 * Can be called from any thread.
 *
 * Returns: the stage in which the error occurred, or %MAMUTO_STAGE_NONE
 */
MamutoStage
mamuto_error_get_stage(const GError *error)
{
    const MamutoErrorPrivate *self = find_fields(error);

    return self != NULL ? self->stage : MAMUTO_STAGE_NONE;
}

/**
 * mamuto_error_get_advice:
 * @error: an error of any domain
 *
 * Can be called from any thread.
 *
 * Returns: the recommended action, or %MAMUTO_ADVICE_NONE if none is known. The message may
 *   already contain the advice; see mamuto_error_get_fact()
 */
MamutoAdvice
mamuto_error_get_advice(const GError *error)
{
    const MamutoErrorPrivate *self = find_fields(error);

    return self != NULL ? self->advice : MAMUTO_ADVICE_NONE;
}

/**
 * mamuto_error_get_fact:
 * @error: an error of any domain
 *
 * For programs that give the advice of mamuto_error_get_advice() in their own words. Can be called
 * from any thread.
 *
 * Returns: (transfer full): the message, without the advice at its end
 */
char *
mamuto_error_get_fact(const GError *error)
{
    const MamutoErrorPrivate *self = find_fields(error);
    gsize length = strlen(error->message);

    return g_strndup(error->message, length - MIN(self != NULL ? self->n_advice : 0, length));
}

/**
 * mamuto_error_get_command:
 * @error: an error of any domain
 *
 * Can be called from any thread.
 *
 * Returns: (transfer none) (nullable): the shell command that the advice recommends
 */
const char *
mamuto_error_get_command(const GError *error)
{
    const MamutoErrorPrivate *self = find_fields(error);

    return self != NULL ? self->command : NULL;
}

/**
 * mamuto_error_get_traceback:
 * @error: an error of any domain
 *
 * The traceback was sent by a host: it is valid UTF-8 but may contain control characters. Can be
 * called from any thread.
 *
 * Returns: (transfer none) (nullable): the traceback of the exception in the function, in several
 *   lines
 */
const char *
mamuto_error_get_traceback(const GError *error)
{
    const MamutoErrorPrivate *self = find_fields(error);

    return self != NULL ? self->traceback : NULL;
}

/**
 * mamuto_error_get_n_causes:
 * @error: an error of any domain
 *
 * Can be called from any thread.
 *
 * Returns: the number of errors that caused @error. If every host was lost, there is one cause per
 *   host
 */
guint
mamuto_error_get_n_causes(const GError *error)
{
    const MamutoErrorPrivate *self = find_fields(error);

    return self != NULL && self->causes != NULL ? self->causes->len : 0;
}

/**
 * mamuto_error_get_cause:
 * @error: an error of any domain
 * @index: index of the cause, less than mamuto_error_get_n_causes()
 *
 * Can be called from any thread.
 *
 * Returns: (transfer none): the cause, which has its own host, stage, advice and causes
 */
const GError *
mamuto_error_get_cause(const GError *error, guint index)
{
    g_return_val_if_fail(index < mamuto_error_get_n_causes(error), NULL);
    return g_ptr_array_index(find_fields(error)->causes, index);
}

static void
append_advice(GString *text, const MamutoErrorPrivate *self)
{
    switch (self->advice) {
    case MAMUTO_ADVICE_NONE:
    case MAMUTO_ADVICE_SAVE_JSON_LINES:
    case MAMUTO_ADVICE_SET_DECIMAL:
    case MAMUTO_ADVICE_SET_HEADER:
    case MAMUTO_ADVICE_CHOOSE_COLUMNS:
        break; /* the message contains the advice */
    case MAMUTO_ADVICE_ADD_HOST_KEY:
        g_string_append_printf(text, _("; connect once with \"%s\" to check and add the key"),
                               self->command);
        break;
    case MAMUTO_ADVICE_REMOVE_HOST_KEY:
        g_string_append_printf(text, _(". If you expected the change, remove the old key with: %s"),
                               self->command);
        break;
    case MAMUTO_ADVICE_TRY_LOGIN:
        g_string_append_printf(text, _(". Check with \"%s\""), self->command);
        break;
    case MAMUTO_ADVICE_SET_PYTHON:
        g_string_append(text, _("; set another Python with `python` in the cluster file"));
        break;
    case MAMUTO_ADVICE_INSTALL_NUMPY:
        g_string_append(text, _("; install numpy on the host, or set `python` in the cluster file "
                                "to a Python that has numpy"));
        break;
    case MAMUTO_ADVICE_SEND_MODULE:
        g_string_append(text, _("; if it is one of your own modules, add it to `depends`, "
                                "otherwise install it on this host"));
        break;
    case MAMUTO_ADVICE_CHECK_LOAD:
        g_string_append(text, _("; check the load of the host"));
        break;
    }
}

static void
append_indented(GString *text, const char *lines, const char *indent)
{
    g_auto(GStrv) split = g_strsplit(lines, "\n", -1);

    for (char **line = split; *line != NULL; line++)
        g_string_append_printf(text, "\n%s%s", indent, *line);
}

static void
append_error(GString *text, const GError *error, gboolean with_host, gboolean with_traceback)
{
    const MamutoErrorPrivate *self = find_fields(error);
    guint n_causes = mamuto_error_get_n_causes(error);

    if (with_host && self != NULL && self->host != NULL)
        g_string_append_printf(text, "%s: ", self->host);
    g_string_append(text, error->message);
    if (self == NULL)
        return;
    append_advice(text, self);
    if (with_traceback && self->traceback != NULL)
        append_indented(text, self->traceback, "");
    for (guint i = 0; i < n_causes; i++) {
        g_autoptr(GString) cause = g_string_new(NULL);

        /* All hosts usually fail with the same traceback, so only the first cause is shown with a
         * traceback. */
        append_error(cause, g_ptr_array_index(self->causes, i), TRUE, i == 0);
        if (n_causes == 1) {
            g_string_append_printf(text, ": %s", cause->str);
        } else {
            g_auto(GStrv) parts = g_strsplit(cause->str, "\n", 2);

            g_string_append_printf(text, "\n  %s", parts[0]);
            if (parts[1] != NULL)
                append_indented(text, parts[1], "    ");
        }
    }
}

char *
error_format_without_host(const GError *error, gboolean with_traceback)
{
    GString *text = g_string_new(NULL);

    append_error(text, error, FALSE, with_traceback);
    return g_string_free(text, FALSE);
}

/**
 * mamuto_error_format:
 * @error: an error of any domain
 *
 * Formats an error with all its fields, for programs that print errors as text. The text may
 * contain control characters sent by hosts, so escape it with mamuto_text_escape() before printing
 * it to a terminal. Can be called from any thread.
 *
 * Returns: (transfer full): "HOST: MESSAGE; ADVICE", then the traceback and the causes on separate
 *   lines; for an error of another domain, only its message
 */
char *
mamuto_error_format(const GError *error)
{
    GString *text = g_string_new(NULL);

    append_error(text, error, TRUE, TRUE);
    return g_string_free(text, FALSE);
}
