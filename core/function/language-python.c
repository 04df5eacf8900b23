/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The entry for Python in the table of languages (language.h). Modules are found by the rules of
 * "import". The script inspect.py analyses the source. */
#include "language.h"

#include <string.h>

#include "ask-python.h"

static gboolean
find_source(const char *place, Module *module, GError **error)
{
    return g_str_has_suffix(place, language_python.suffix)
               ? module_from_file(place, module, error)
               : module_from_name(place, NULL, module, error);
}

/* Returns whether @base is the name of compiled code. Compiled code is not sent to hosts, because
 * each host compiles the source with its own Python. */
static gboolean
stays_here(const char *base)
{
    return g_str_has_suffix(base, ".pyc") || strcmp(base, "__pycache__") == 0;
}

/* Runs inspect.py, which prints pairs of fields: the keyword "import" and the name of a module. */
static char **
list_imports(const char *folder, const char *const *paths, const char *interpreter,
             GCancellable *cancellable, GError **error)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    g_autoptr(GPtrArray) args = g_ptr_array_new();
    g_autoptr(GPtrArray) fields = NULL;

    g_ptr_array_add(args, (gpointer) "imports");
    g_ptr_array_add(args, (gpointer)folder);
    for (; *paths != NULL; paths++)
        g_ptr_array_add(args, (gpointer)*paths);
    g_ptr_array_add(args, NULL);
    fields = ask_python(interpreter, NULL, (const char *const *)args->pdata, cancellable, error);
    if (!fields)
        return NULL;
    for (guint i = 0; i + 1 < fields->len; i += 2)
        g_strv_builder_add(names, g_ptr_array_index(fields, i + 1));
    return g_strv_builder_end(names);
}

const Language language_python = {
    .name = "python",
    .suffix = ".py",
    .package = "numpy",
    .probe_module = "math",
    .probe_name = "sqrt",
    .find_source = find_source,
    .find_module = module_find,
    .stays_here = stays_here,
    .read_signature = signature_read,
    .list_functions = signature_list_functions,
    .list_imports = list_imports,
};
