/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See file-spec.h. */
#include "file-spec.h"

/* Only a table has options. In other files, a text such as "+a=b" belongs to the part. */
static void
join_part(FileSpec *self)
{
    g_autofree char *part = self->part;
    g_autofree char *options = self->options;

    self->part = g_strconcat(part ? part : "", options ? "+" : NULL, options, NULL);
    self->options = NULL;
}

gboolean
file_spec_parse(FileSpec *self, const char *text)
{
    gboolean whole;

    *self = (FileSpec){0};
    if (!text || !*text || *text == '=')
        return FALSE;
    whole = *text == '@';
    self->prefix = g_strdup(whole ? "@" : "");
    self->file = mamuto_array_split_spec(text + whole, &self->part, &self->options);
    if (self->part &&
        mamuto_file_kind_from_name(self->file) & (MAMUTO_FILE_NPZ | MAMUTO_FILE_JSON_LINES))
        join_part(self);
    return TRUE;
}

char *
file_spec_format_array(const FileSpec *self)
{
    GString *text = g_string_new(self->file);

    if (self->part)
        g_string_append_printf(text, ":%s", self->part);
    if (self->options)
        g_string_append_printf(text, "+%s", self->options);
    return g_string_free(text, FALSE);
}

char *
file_spec_format(const FileSpec *self)
{
    g_autofree char *array = file_spec_format_array(self);

    return g_strconcat(self->prefix, array, NULL);
}

void
file_spec_clear(FileSpec *self)
{
    g_clear_pointer(&self->prefix, g_free);
    g_clear_pointer(&self->file, g_free);
    g_clear_pointer(&self->part, g_free);
    g_clear_pointer(&self->options, g_free);
}
