/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The table of languages. The file name suffix in a function's spec ("model.py:f") selects the
 * language. */
#include "language.h"

#include <string.h>

static const Language *const languages[] = {&language_python};

const Language *
language_get_default(void)
{
    return languages[0];
}

static const Language *
find_by_suffix(const char *path)
{
    for (gsize i = 0; i < G_N_ELEMENTS(languages); i++)
        if (g_str_has_suffix(path, languages[i]->suffix) &&
            strlen(path) > strlen(languages[i]->suffix))
            return languages[i];
    return NULL;
}

const Language *
language_of_place(const char *place)
{
    const Language *found = find_by_suffix(place);

    return found != NULL ? found : language_get_default();
}

gboolean
language_is_source(const char *path)
{
    return find_by_suffix(path) != NULL;
}
