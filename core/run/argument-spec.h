/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The grammar in which an argument is written on the command line and in job files: [NAME=]SPEC.
 * NAME is a parameter of the function. SPEC is one of:
 *
 *     FILE[:PART][+KEY=VALUE…]   a row of the file for each call, see mamuto_array_load()
 *     @FILE[:PART][+KEY=VALUE…]  the whole array for every call
 *     0:1:101                    evenly spaced numbers: from, to, how many; the ends are included
 *     log:1e-3:1e3:50            the same on a logarithmic scale
 *     0..99                      integers, the ends are included
 *     each:[1, 2, 5]             a list, one element for each call
 *     =VALUE                     JSON or a Python literal, the same for every call; after NAME=,
 *                                VALUE alone
 *     =@FILE[:PART]              the same as @FILE
 *
 * The file of that name wins over every other reading, except that a range is never a file. If a
 * value or a parameter fits as well as a file, the text is refused, because the wrong choice would
 * give wrong results without an error. */
#pragma once

#include <glib.h>

#include "argument-range.h"

G_BEGIN_DECLS

typedef enum {
    ARGUMENT_FILE,
    ARGUMENT_WHOLE,
    ARGUMENT_RANGE,
    ARGUMENT_EACH,
    ARGUMENT_VALUE,
} ArgumentKind;

typedef struct {
    char *name; /* (nullable): the parameter */
    ArgumentKind kind;
    char *text; /* file: FILE[:PART][+KEY=VALUE…]; value or list: JSON; range: NULL */
    /* file: the length of FILE in `text`; 0 if there is no such file */
    gsize file_length;
    ArgumentRange range;
} ArgumentSpec;

/* What the text means depends on this. */
typedef struct {
    /* Whether there is a file of this name. */
    gboolean (*is_file)(const char *path, gconstpointer data);
    gconstpointer data;
    GPtrArray *parameters; /* (nullable) (element-type MamutoParameter): NULL if unknown */
    /* (nullable): the text is the SPEC for this parameter, as after NAME= */
    const char *name;
} ArgumentContext;

/* Parses @text. On an error, returns FALSE with MAMUTO_ERROR_INVALID_ARGUMENT, which says what to
 * write, as quoted for a shell. Reads no file. */
gboolean argument_spec_parse(const char *text, const ArgumentContext *context, ArgumentSpec *spec,
                             GError **error);
void argument_spec_clear(ArgumentSpec *spec);

/* What begins a list of which each call gets one element. */
#define ARGUMENT_EACH_PREFIX "each:"

/* Whether @text is read as a range or list, whatever files exist. */
gboolean argument_spec_is_range(const char *text);
/* Returns the length of FILE in FILE[:PART][+KEY=VALUE…], or 0 if there is no such file. */
gsize argument_spec_find_file(const char *text, const ArgumentContext *context);
/* Whether FILE, in FILE[:PART][+KEY=VALUE…], is named like a file with an array. */
gboolean argument_spec_is_named_like_file(const char *text);
/* Returns the length of NAME in NAME=SPEC, or 0 if @text does not begin with an identifier and
 * "=". */
gsize argument_spec_name_length(const char *text);
/* Returns (transfer full): NAME=SPEC as one word of a shell. @name: (nullable). @spec: a SPEC
 * without NAME. */
char *argument_spec_quote(const char *name, const char *spec);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ArgumentSpec, argument_spec_clear)

G_END_DECLS
