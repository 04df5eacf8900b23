/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One argument of a run. Immutable and reference counted. */
#include "mamuto-argument.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "literal.h"
#include "mamuto-error.h"
#include "quote.h"

/* Maximum length of a JSON value in bytes. A value must fit into the metadata of one message to a
 * host. Larger data must be passed as an array. */
#define MAX_JSON (1u << 20)

struct _MamutoArgument {
    gatomicrefcount ref_count;
    MamutoArray *array;
    gboolean whole; /* `array` is passed to every call, and not mapped over */
    char *json;
    char *name; /* (nullable) */
};

G_DEFINE_BOXED_TYPE(MamutoArgument, mamuto_argument, mamuto_argument_ref, mamuto_argument_unref)

static MamutoArgument *
argument_new(MamutoArray *array, gboolean whole, const char *json, const char *name)
{
    MamutoArgument *self = g_new0(MamutoArgument, 1);

    g_atomic_ref_count_init(&self->ref_count);
    self->array = array != NULL ? g_object_ref(array) : NULL;
    self->whole = whole;
    self->json = g_strdup(json);
    self->name = g_strdup(name);
    return self;
}

/**
 * mamuto_argument_new_array:
 * @array: an array with at least one axis; the function is mapped over the first axis
 *
 * Returns: (transfer full): an argument that holds a reference to @array. This function may be
 *   called in any thread.
 */
MamutoArgument *
mamuto_argument_new_array(MamutoArray *array)
{
    g_return_val_if_fail(MAMUTO_IS_ARRAY(array), NULL);
    return argument_new(array, FALSE, NULL, NULL);
}

/**
 * mamuto_argument_new_whole:
 * @array: an array of any shape, which may also have no axes
 *
 * Creates an argument that passes the whole array to every call. A host receives the array once,
 * also for later runs with the same content, and keeps one copy in memory for all its cores. This
 * function may be called from any thread.
 *
 * If the array consists of JSON values (see mamuto_array_is_json()), each call gets a list of the
 * values, which is its own copy.
 *
 * The function must not write into another array, because all its calls share it: the array is
 * read-only there, and writing raises ValueError. A plain loop would show the changes of a call to
 * the next call. Here the next call may be on another host, so the results would depend on where
 * each row is computed. A function that needs to write makes a copy.
 *
 * Returns: (transfer full): an argument that holds a reference to @array
 */
MamutoArgument *
mamuto_argument_new_whole(MamutoArray *array)
{
    g_return_val_if_fail(MAMUTO_IS_ARRAY(array), NULL);
    return argument_new(array, TRUE, NULL, NULL);
}

/**
 * mamuto_argument_new_value:
 * @json: one JSON value in UTF-8; as in Python's json, NaN, Infinity and -Infinity are numbers
 * @error: %MAMUTO_ERROR_INVALID_ARGUMENT if @json is not valid or is longer than 1 MiB
 *
 * Returns: (transfer full): an argument whose value is passed to every call of the Python function.
 *   This function may be called from any thread.
 */
MamutoArgument *
mamuto_argument_new_value(const char *json, GError **error)
{
    g_return_val_if_fail(json != NULL, NULL);

    if (strlen(json) > MAX_JSON) {
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
            _("a single value may take at most %u bytes of JSON; this one takes %zu: give it "
              "as an array file"),
            MAX_JSON, strlen(json));
        return NULL;
    }
    if (!literal_is_json(json)) {
        g_autofree char *shown = quote_start(json, strlen(json), 60);

        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("=%s is not valid JSON; write for example =0.5, =[1,2,3] or ='\"text\"'"),
                    shown);
        return NULL;
    }
    return argument_new(NULL, FALSE, json, NULL);
}

/**
 * mamuto_argument_with_name:
 * @self: an argument
 * @name: (nullable): the name of the parameter to which the argument is bound; %NULL: the argument
 *   is bound by its position
 *
 * Creates an argument with the same content and another name. A run checks the name against the
 * parameters of its function. @name must be UTF-8; it is normalized as Python normalizes names
 * (NFKC). This function may be called from any thread.
 *
 * Returns: (transfer full): the new argument
 */
MamutoArgument *
mamuto_argument_with_name(MamutoArgument *self, const char *name)
{
    g_autofree char *normalized = NULL;

    g_return_val_if_fail(self != NULL, NULL);
    g_return_val_if_fail(name == NULL || g_utf8_validate(name, -1, NULL), NULL);

    if (name != NULL)
        normalized = g_utf8_normalize(name, -1, G_NORMALIZE_NFKC);
    return argument_new(self->array, self->whole, self->json, normalized);
}

/**
 * mamuto_argument_ref:
 * @self: an argument
 *
 * Returns: (transfer full): @self
 */
MamutoArgument *
mamuto_argument_ref(MamutoArgument *self)
{
    g_return_val_if_fail(self != NULL, NULL);
    g_atomic_ref_count_inc(&self->ref_count);
    return self;
}

/**
 * mamuto_argument_unref:
 * @self: (transfer full) (nullable): an argument. %NULL is ignored, because lists of arguments may
 *   contain %NULL and use this function to free their elements.
 */
void
mamuto_argument_unref(MamutoArgument *self)
{
    if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
        return;
    g_clear_object(&self->array);
    g_free(self->json);
    g_free(self->name);
    g_free(self);
}

/**
 * mamuto_argument_get_array:
 * @self: an argument
 *
 * Returns: (transfer none) (nullable): the array; %NULL for a single value
 */
MamutoArray *
mamuto_argument_get_array(MamutoArgument *self)
{
    g_return_val_if_fail(self != NULL, NULL);
    return self->array;
}

/**
 * mamuto_argument_is_whole:
 * @self: an argument
 *
 * Returns: whether the argument is an array that every call gets as a whole; %FALSE for an array
 *   whose rows are mapped over, and for a single value
 */
gboolean
mamuto_argument_is_whole(MamutoArgument *self)
{
    g_return_val_if_fail(self != NULL, FALSE);
    return self->whole;
}

/**
 * mamuto_argument_get_name:
 * @self: an argument
 *
 * Returns: (transfer none) (nullable): the name of the parameter to which the argument is bound;
 *   %NULL if it is bound by its position
 */
const char *
mamuto_argument_get_name(MamutoArgument *self)
{
    g_return_val_if_fail(self != NULL, NULL);
    return self->name;
}

/**
 * mamuto_argument_get_json:
 * @self: an argument
 *
 * Returns: (transfer none) (nullable): the single value as JSON; %NULL for an array
 */
const char *
mamuto_argument_get_json(MamutoArgument *self)
{
    g_return_val_if_fail(self != NULL, NULL);
    return self->json;
}
