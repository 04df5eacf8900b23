/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See source-texts.h. */
#include "source-texts.h"

RowSource
source_of_text(const char *text)
{
    g_auto(GStrv) parts = NULL;

    switch (mamuto_argument_split(text, &parts)) {
    case MAMUTO_SOURCE_ROWS:
        return SOURCE_ROWS;
    case MAMUTO_SOURCE_WHOLE:
        return SOURCE_WHOLE;
    case MAMUTO_SOURCE_VALUE:
        return SOURCE_VALUE;
    default:
        return SOURCE_RANGE;
    }
}

char *
source_write_file(const char *file, gboolean whole)
{
    if (whole)
        return g_strconcat("@", file, NULL);
    /* without "./", a file such as "0..9" would be read as a range */
    return g_strconcat(source_of_text(file) == SOURCE_ROWS ? "" : "./", file, NULL);
}

char *
source_write_value(const char *value)
{
    /* "=@" would begin the name of a file */
    return g_strconcat(*value == '@' ? "= " : "=", value, NULL);
}

/* Returns the place for texts of @source. */
static char **
find_place(SourceTexts *self, RowSource source)
{
    switch (source) {
    case SOURCE_VALUE:
        return &self->value;
    case SOURCE_RANGE:
        return &self->range;
    default:
        return &self->file;
    }
}

char *
source_texts_switch(SourceTexts *self, const char *text, RowSource from, RowSource to)
{
    char **before = find_place(self, from), **after = find_place(self, to);

    g_clear_pointer(before, g_free);
    if (before == &self->file && text) {
        g_auto(GStrv) parts = NULL;

        mamuto_argument_split(text, &parts);
        *before = g_strdup(parts[0]);
    } else {
        *before = g_strdup(text);
    }
    if (after == &self->file && *after)
        return source_write_file(*after, to == SOURCE_WHOLE);
    return g_strdup(*after);
}

void
source_texts_clear(SourceTexts *self)
{
    g_clear_pointer(&self->file, g_free);
    g_clear_pointer(&self->value, g_free);
    g_clear_pointer(&self->range, g_free);
}
