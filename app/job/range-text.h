/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Makes the text of a range, such as 0:1:101, of the fields of its editor, or says which field is
 * wrong and why. */
#pragma once

#include <mamuto.h>

typedef enum { RANGE_FROM, RANGE_TO, RANGE_COUNT, RANGE_LIST, N_RANGE_FIELDS } RangeField;

typedef struct {
    char *text; /* (nullable): the text for mamuto_argument_parse(); NULL if it is not valid */
    MamutoArray *array; /* (nullable): the array of `text`, whose elements are computed when read */
    char *problem;      /* (nullable): a sentence with the first problem; NULL if `text` is not */
    /* (nullable): what is wrong with each field; NULL also if a field is only empty */
    char *remarks[N_RANGE_FIELDS];
} RangeText;

/* Whether a range of this kind has the field. @kind: MAMUTO_SOURCE_LINEAR or a later one. */
gboolean range_text_has_field(MamutoSource kind, RangeField field);
/* Sets all fields of @self. @fields: what the user has written in the N_RANGE_FIELDS fields. */
void range_text_make(RangeText *self, MamutoSource kind, const char *const *fields);
void range_text_clear(RangeText *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RangeText, range_text_clear)
