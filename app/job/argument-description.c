/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See argument-description.h. */
#include "argument-description.h"

#include <glib/gi18n.h>

#include "file-spec.h"
#include "source-texts.h"

/* (transfer full): the file, range or value of the argument. */
static char *
describe_source(const char *text, RowSource source)
{
    g_auto(GStrv) parts = NULL;
    g_auto(FileSpec) spec = {0};
    g_autofree char *base = NULL;

    mamuto_argument_split(text, &parts);
    if (source == SOURCE_RANGE) /* may contain texts with a "/" or a colon */
        return g_strdup(text);
    if (source == SOURCE_VALUE || !file_spec_parse(&spec, parts[0]))
        return g_strstrip(g_strdup(parts[0]));
    base = g_filename_display_basename(spec.file);
    return spec.part ? g_strconcat(base, ":", spec.part, NULL) : g_steal_pointer(&base);
}

char *
argument_description_make(MamutoJobDocument *document, guint position)
{
    MamutoInput *input = mamuto_job_document_get_input(document, position);
    const MamutoParameter *parameter = mamuto_job_document_get_parameter(document, position);
    const char *text = mamuto_input_get_text(input);
    g_autofree char *what = mamuto_input_describe(input);
    g_autofree char *source = NULL;

    if (mamuto_input_get_state(input) == MAMUTO_INPUT_EMPTY)
        return parameter && parameter->default_text
                   ? g_strdup_printf(_("Default: %s"), parameter->default_text)
                   : g_strdup("");
    if (source_of_text(text) == SOURCE_VALUE && what)
        return g_steal_pointer(&what);
    source = describe_source(text, source_of_text(text));
    if (mamuto_input_get_percent(input) >= 0)
        /* Translators: "table.csv · reading, 43 %" */
        return g_strdup_printf(_("%s · reading, %d %%"), source, mamuto_input_get_percent(input));
    if (mamuto_input_get_state(input) == MAMUTO_INPUT_LOADING)
        return g_strdup_printf(_("%s · loading…"), source);
    return what ? g_strconcat(source, " · ", what, NULL) : g_steal_pointer(&source);
}
