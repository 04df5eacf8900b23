/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The texts that an argument had before its user chose another source, so that nothing is lost when
 * the user returns to the first one. A file keeps its part and options when it is passed as a whole
 * instead of row by row. */
#pragma once

#include <mamuto.h>

/* The items of the combo row in which the user chooses the source of an argument, in their order.
 */
typedef enum { SOURCE_ROWS, SOURCE_WHOLE, SOURCE_VALUE, SOURCE_RANGE } RowSource;

/* Each text is (nullable). */
typedef struct {
    char *file; /* FILE[:PART][+KEY=VALUE…] */
    char *value;
    char *range;
} SourceTexts;

RowSource source_of_text(const char *text);
/* Returns (transfer full): @file as the text of an argument. @file: FILE[:PART][+KEY=VALUE…].
 * @whole: whether every call gets the whole array. */
char *source_write_file(const char *file, gboolean whole);
/* Returns (transfer full): @value as the text of an argument, whether it is valid or not. */
char *source_write_value(const char *value);
/* Returns (transfer full) (nullable): the text of the argument after the user has chosen another
 * source. @text: (nullable): the text until now. */
char *source_texts_switch(SourceTexts *self, const char *text, RowSource from, RowSource to);
void source_texts_clear(SourceTexts *self);
