/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Finds the files of modules. Checks which files exist, but does not read them. */
#include "module.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "mamuto-error.h"

void
module_clear(Module *self)
{
    g_clear_pointer(&self->name, g_free);
    g_clear_pointer(&self->path, g_free);
    g_clear_pointer(&self->root, g_free);
    g_clear_pointer(&self->top, g_free);
    g_clear_pointer(&self->unit, g_free);
}

gboolean
module_is_identifier(const char *text)
{
    if (!g_utf8_validate(text, -1, NULL) ||
        !(*text == '_' || g_unichar_isalpha(g_utf8_get_char(text))))
        return FALSE;
    for (; *text; text = g_utf8_next_char(text))
        if (*text != '_' && !g_unichar_isalnum(g_utf8_get_char(text)))
            return FALSE;
    return TRUE;
}

static gboolean
is_file(const char *path)
{
    return g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

static gboolean
is_folder(const char *path)
{
    return g_file_test(path, G_FILE_TEST_IS_DIR);
}

static gboolean
is_package(const char *folder)
{
    g_autofree char *init = g_build_filename(folder, "__init__.py", NULL);

    return is_file(init);
}

/* Sets name, root, top and unit of @module. @path: a file or a package. @leaf: the name of the
 * module in its folder, or "" for __init__.py. The dotted name is built from @leaf and the names of
 * all packages that contain the file. */
static void
climb(Module *module, const char *path, const char *leaf)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *unit = g_strdup(path);
    g_autofree char *name = g_strdup(leaf);

    while (is_package(folder)) {
        g_autofree char *base = g_path_get_basename(folder);
        g_autofree char *part = NULL;

        if (!module_is_identifier(base))
            break;
        part = name;
        name = *part ? g_strconcat(base, ".", part, NULL) : g_strdup(base);
        g_free(unit);
        unit = folder;
        folder = g_path_get_dirname(unit);
    }
    module->top = g_strndup(name, strcspn(name, "."));
    module->name = g_steal_pointer(&name);
    module->root = g_steal_pointer(&folder);
    module->unit = g_steal_pointer(&unit);
}

gboolean
module_from_file(const char *path, Module *module, GError **error)
{
    g_autofree char *full = g_canonicalize_filename(path, NULL);
    g_autofree char *base = g_path_get_basename(full);

    if (!is_file(full)) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION, _("%s: there is no such file"),
                    path);
        return FALSE;
    }
    if (!g_str_has_suffix(base, ".py") || !g_utf8_validate(base, -1, NULL) ||
        strlen(base) <= strlen(".py") || strchr(base, '.') != strrchr(base, '.')) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                    _("%s: cannot be imported under this name; a module's file is called NAME.py, "
                      "without other dots"),
                    path);
        return FALSE;
    }
    base[strlen(base) - strlen(".py")] = '\0';
    climb(module, full, strcmp(base, "__init__") == 0 ? "" : base);
    module->path = g_steal_pointer(&full);
    if (!*module->name) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                    _("%s: the name of its folder is not a valid module name"), path);
        module_clear(module);
        return FALSE;
    }
    return TRUE;
}

/* Returns the source of the module @part in @folder (transfer full) (nullable): the __init__.py of
 * a package, or a file. */
static char *
find_part(const char *folder, const char *part)
{
    g_autofree char *package = g_build_filename(folder, part, "__init__.py", NULL);
    g_autofree char *file = g_strdup_printf("%s/%s.py", folder, part);

    return is_file(package) ? g_steal_pointer(&package)
           : is_file(file)  ? g_steal_pointer(&file)
                            : NULL;
}

gboolean
module_from_name(const char *name, const char *folder, Module *module, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(name, ".", -1);
    g_autofree char *root = g_canonicalize_filename(folder ? folder : ".", NULL);
    g_autofree char *at = g_strdup(root);
    g_autofree char *path = NULL;
    g_autofree char *top = NULL;

    for (char **part = parts; *part; part++)
        if (!module_is_identifier(*part)) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                        _("“%s” is not a module's name; write FILE.py or package.module"), name);
            return FALSE;
        }
    top = find_part(root, parts[0]);
    for (char **part = parts; *part; part++) {
        g_autofree char *above = at;

        g_free(path);
        path = find_part(above, *part);
        at = g_build_filename(above, *part, NULL);
    }
    g_free(at);
    at = g_build_filename(root, parts[0], NULL);
    /* Fails for a submodule that does not exist, and for "a.b" if "a" is a file, because only
     * packages contain submodules. */
    if (top && (!path || (parts[1] && !is_package(at)))) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION, _("%s: has no module “%s”"), top,
                    name);
        return FALSE;
    }
    module->name = g_strdup(name);
    module->top = g_strdup(parts[0]);
    if (path) {
        module->unit = g_strdup(parts[1] || is_package(at) ? at : path);
        module->path = g_steal_pointer(&path);
        module->root = g_steal_pointer(&root);
    }
    return TRUE;
}

/* Returns the path of the file or folder @text in @folder (transfer full) (nullable). */
static char *
find_in(const char *folder, const char *text)
{
    g_autofree char *file = g_strconcat(text, g_str_has_suffix(text, ".py") ? "" : ".py", NULL);
    g_autofree char *path = g_canonicalize_filename(text, folder);
    g_autofree char *with_suffix = g_canonicalize_filename(file, folder);

    if (is_package(path))
        return g_steal_pointer(&path);
    if (is_file(with_suffix))
        return g_steal_pointer(&with_suffix);
    return is_folder(path) ? g_steal_pointer(&path) : NULL;
}

gboolean
module_find(const char *text, const char *folder, Module *module, GError **error)
{
    g_autofree char *here = g_get_current_dir();
    g_autofree char *path = NULL;
    g_autofree char *base = NULL;

    if (*text && folder)
        path = find_in(folder, text);
    if (*text && !path)
        path = find_in(here, text);
    if (!path) {
        if (folder && strcmp(folder, here) != 0)
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                        _("“%s”: there is no such module or package in %s or %s; modules that are "
                          "installed on the hosts need not be listed"),
                        text, folder, here);
        else
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                        _("“%s”: there is no such module or package in %s; modules that are "
                          "installed on the hosts need not be listed"),
                        text, here);
        return FALSE;
    }
    if (!is_folder(path))
        return module_from_file(path, module, error);
    base = g_path_get_basename(path);
    if (!module_is_identifier(base)) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                    _("%s: is not a package, because its name is not a valid module name"), path);
        return FALSE;
    }
    climb(module, path, base);
    module->path = g_build_filename(path, "__init__.py", NULL);
    return TRUE;
}
