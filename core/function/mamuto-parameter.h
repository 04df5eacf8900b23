/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The parameters of a function, as read from its source. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MamutoParameterKind:
 * @MAMUTO_PARAMETER_POSITIONAL: can be passed by position
 * @MAMUTO_PARAMETER_VAR_POSITIONAL: `*args`, which accepts any number of positional arguments
 * @MAMUTO_PARAMETER_KEYWORD_ONLY: cannot be passed by position, so it needs a default
 * @MAMUTO_PARAMETER_VAR_KEYWORD: `**kwargs`, which is always empty, because arguments are passed by
 *   position
 *
 * How arguments can be passed to a parameter.
 */
typedef enum {
    MAMUTO_PARAMETER_POSITIONAL,
    MAMUTO_PARAMETER_VAR_POSITIONAL,
    MAMUTO_PARAMETER_KEYWORD_ONLY,
    MAMUTO_PARAMETER_VAR_KEYWORD,
} MamutoParameterKind;

/**
 * MamutoParameter:
 * @name: the name of the parameter
 * @kind: the kind of the parameter
 * @default_text: (nullable): the source text of the default value; %NULL if the parameter has no
 *   default
 * @position_only: Python accepts the argument only by position. Mamuto accepts its name too, if the
 *   parameters before it have arguments
 *
 * One parameter of a function.
 */
typedef struct {
    char *name;
    MamutoParameterKind kind;
    char *default_text;
    gboolean position_only;
} MamutoParameter;

G_END_DECLS
