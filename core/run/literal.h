/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads a single value that a person wrote as JSON or as a Python literal, and converts it to JSON.
 * Accepted are numbers, texts, lists, dicts with texts as keys, booleans and None, in the notation
 * of either language: true or True, "a" or 'a', 0.5 or .5, NaN or nan. Values that JSON cannot
 * express, such as tuples and complex numbers, are refused. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
    LITERAL_NULL,
    LITERAL_FALSE,
    LITERAL_TRUE,
    LITERAL_INT,
    LITERAL_FLOAT, /* also NaN, Infinity and -Infinity */
    LITERAL_TEXT,
    LITERAL_BEGIN_LIST,
    LITERAL_BEGIN_DICT,
    LITERAL_END, /* end of a list or dict */
} LiteralKind;

/* One part of a value. The parts of a list follow its LITERAL_BEGIN_LIST. */
typedef struct {
    LiteralKind kind;
    gsize start, length; /* place of a number or text in Literal.json */
} LiteralPart;

typedef struct {
    char *json;     /* NaN, Infinity and -Infinity are numbers, as in Python's module json */
    GArray *parts;  /* elements: LiteralPart */
    gboolean plain; /* whether the text itself is JSON */
} Literal;

/* Why a text is not a value, and what to write instead. */
typedef struct {
    char *problem;
    gboolean is_word; /* the text has neither quotes nor brackets, and is no number */
    char *instead[2]; /* (nullable): values that the user may have meant, valid for this parser */
} LiteralFault;

/* Returns FALSE and sets @fault (nullable) if @text is not exactly one value. */
gboolean literal_parse(const char *text, Literal *literal, LiteralFault *fault);
void literal_clear(Literal *literal);
void literal_fault_clear(LiteralFault *fault);

/* Returns whether @text is one value. */
gboolean literal_is_value(const char *text);
/* Returns whether @text is one JSON value. NaN, Infinity and -Infinity count as numbers. */
gboolean literal_is_json(const char *text);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Literal, literal_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LiteralFault, literal_fault_clear)

G_END_DECLS
