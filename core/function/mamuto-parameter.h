/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The parameters of a function, as read from its source. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MamutoParameterKind:
 * @MAMUTO_PARAMETER_POSITIONAL: can be passed by position
 * @MAMUTO_PARAMETER_VAR_POSITIONAL: `*args`: accepts any number of positional arguments
 * @MAMUTO_PARAMETER_KEYWORD_ONLY: cannot be passed by position, so it needs a default
 * @MAMUTO_PARAMETER_VAR_KEYWORD: `**kwargs`: never filled, because arguments are passed by position
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
 * @name: its name
 * @kind: its kind
 * @default_text: (nullable): the source text of its default value; %NULL if it has none
 *
 * One parameter of a function.
 */
typedef struct {
    char *name;
    MamutoParameterKind kind;
    char *default_text;
} MamutoParameter;

G_END_DECLS
