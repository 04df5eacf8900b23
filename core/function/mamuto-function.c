/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * MamutoFunction: the source of a function, its parameters and the modules that are sent with
 * it. */
#include "mamuto-function.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bundle.h"
#include "function-private.h"
#include "hash.h"
#include "language.h"
#include "mamuto-error.h"
#include "quote.h"
#include "sent-files.h"

struct _MamutoFunction {
    GObject parent_instance;
    char *spec;
    char *shown; /* file or module as the user wrote it: the part of `spec` before the colon */
    char *name;
    const Language *language;
    Module module;
    GPtrArray *depends; /* elements are Module */
    GPtrArray *files;   /* elements: absolute paths (char *) */
    Signature *signature;
};

G_DEFINE_FINAL_TYPE(MamutoFunction, mamuto_function, G_TYPE_OBJECT)

static void
module_free(Module *module)
{
    module_clear(module);
    g_free(module);
}

static void
mamuto_function_finalize(GObject *object)
{
    MamutoFunction *self = MAMUTO_FUNCTION(object);

    g_free(self->spec);
    g_free(self->shown);
    g_free(self->name);
    module_clear(&self->module);
    g_ptr_array_unref(self->depends);
    g_ptr_array_unref(self->files);
    g_clear_pointer(&self->signature, signature_free);
    G_OBJECT_CLASS(mamuto_function_parent_class)->finalize(object);
}

static void
mamuto_function_class_init(MamutoFunctionClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_function_finalize;
}

static void
mamuto_function_init(MamutoFunction *self)
{
    self->depends = g_ptr_array_new_with_free_func((GDestroyNotify)module_free);
    self->files = g_ptr_array_new_with_free_func(g_free);
}

static gboolean
fail_spec(const char *spec, GError **error, const char *why)
{
    g_autofree char *shown = quote_start(spec, strlen(spec), QUOTE_SHOWN_NAME);

    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                _("function “%s”: %s; expected FILE.py:NAME or package.module:NAME"), shown, why);
    return FALSE;
}

/* Returns whether @name is the name of a function, or of a static method such as "A.f". */
static gboolean
is_name(const char *name)
{
    g_auto(GStrv) parts = g_strsplit(name, ".", -1);

    for (char **part = parts; *part; part++)
        if (!module_is_identifier(*part))
            return FALSE;
    return parts[0] != NULL;
}

static gboolean
parse_spec(MamutoFunction *self, GError **error)
{
    const char *colon = strrchr(self->spec, ':');

    if (!g_utf8_validate(self->spec, -1, NULL))
        return fail_spec(self->spec, error, _("is not UTF-8 text"));
    if (!colon)
        return fail_spec(self->spec, error, _("does not say which function"));
    if (colon == self->spec)
        return fail_spec(self->spec, error, _("does not say which file or module"));
    self->shown = g_strndup(self->spec, colon - self->spec);
    self->name = g_strdup(colon + 1);
    if (!*self->name)
        return fail_spec(self->spec, error, _("does not say which function"));
    if (!is_name(self->name))
        return fail_spec(self->spec, error, _("the text after the colon is not a function's name"));
    self->language = language_of_place(self->shown);
    if (strchr(self->shown, '/') && !language_is_source(self->shown))
        return fail_spec(self->spec, error, _("is a path, but not of a .py file"));
    return self->language->find_source(self->shown, &self->module, error);
}

/**
 * mamuto_function_new:
 * @spec: `model.py:like`, `dir/model.py:like` or `package.module:f`; the function may be a static
 *   method or class method, `model.py:Class.f`
 * @error: return location for an error
 *
 * Creates a function from its spec. Hosts import a file by its name without `.py`. If the folder of
 * the file is a package (it has an `__init__.py`), hosts import the file as a submodule, and the
 * whole top-level package is sent: `dir/pkg/model.py:f` is imported as `pkg.model:f`. A dotted name
 * is searched in the current folder. If it is not found, hosts import their installed version of
 * the module.
 *
 * The path of the file is resolved by this call, so the current folder may change later. The file
 * is not read yet.
 *
 * Returns: (transfer full): the function, or %NULL with %MAMUTO_ERROR_FUNCTION
 */
MamutoFunction *
mamuto_function_new(const char *spec, GError **error)
{
    g_autoptr(MamutoFunction) self = g_object_new(MAMUTO_TYPE_FUNCTION, NULL);

    g_return_val_if_fail(spec != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);
    self->spec = g_strdup(spec);
    return parse_spec(self, error) ? g_steal_pointer(&self) : NULL;
}

/**
 * mamuto_function_get_spec:
 * @self: a function
 *
 * Returns: the spec passed to mamuto_function_new()
 */
const char *
mamuto_function_get_spec(MamutoFunction *self)
{
    g_return_val_if_fail(MAMUTO_IS_FUNCTION(self), NULL);
    return self->spec;
}

/**
 * mamuto_function_get_language:
 * @self: a function
 *
 * Returns: the language of the function, in lower case: "python"
 */
const char *
mamuto_function_get_language(MamutoFunction *self)
{
    g_return_val_if_fail(MAMUTO_IS_FUNCTION(self), NULL);
    return self->language->name;
}

/**
 * mamuto_function_get_module:
 * @self: a function
 *
 * Returns: the dotted name of the module that hosts import
 */
const char *
mamuto_function_get_module(MamutoFunction *self)
{
    g_return_val_if_fail(MAMUTO_IS_FUNCTION(self), NULL);
    return self->module.name;
}

/**
 * mamuto_function_get_name:
 * @self: a function
 *
 * Returns: the name of the function in its module
 */
const char *
mamuto_function_get_name(MamutoFunction *self)
{
    g_return_val_if_fail(MAMUTO_IS_FUNCTION(self), NULL);
    return self->name;
}

/**
 * mamuto_function_get_path:
 * @self: a function
 *
 * Returns: (nullable) (type filename): the absolute path of the file that contains the function, or
 *   %NULL if the file is not on this computer
 */
const char *
mamuto_function_get_path(MamutoFunction *self)
{
    g_return_val_if_fail(MAMUTO_IS_FUNCTION(self), NULL);
    return self->module.path;
}

static const Module *
find_depend(MamutoFunction *self, const char *top)
{
    for (guint i = 0; i < self->depends->len; i++) {
        const Module *module = g_ptr_array_index(self->depends, i);

        if (strcmp(module->top, top) == 0)
            return module;
    }
    return NULL;
}

/**
 * mamuto_function_add_depend:
 * @self: a function
 * @module: a module or package: `helpers`, `helpers.py`, `pkg` or a path
 * @error: return location for an error
 *
 * Adds a module that is sent with the function, so that the function can import it by name. The
 * module is searched first in the folder of the function's file or, if the file is part of a
 * package, in the folder of the top-level package; then in the current folder. For a submodule the
 * whole package is sent. A module that is already sent is not added again.
 *
 * Returns: %FALSE with %MAMUTO_ERROR_FUNCTION if the module is not on this computer, or if another
 *   module of the same name is already sent
 */
gboolean
mamuto_function_add_depend(MamutoFunction *self, const char *module, GError **error)
{
    g_auto(Module) found = {0};
    const Module *other;

    g_return_val_if_fail(MAMUTO_IS_FUNCTION(self), FALSE);
    g_return_val_if_fail(module != NULL, FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);
    if (!self->language->find_module(module, self->module.root, &found, error))
        return FALSE;
    other = self->module.unit && strcmp(self->module.top, found.top) == 0
                ? &self->module
                : find_depend(self, found.top);
    if (!other) {
        g_ptr_array_add(self->depends, g_memdup2(&found, sizeof found));
        memset(&found, 0, sizeof found);
        return TRUE;
    }
    if (strcmp(other->unit, found.unit) == 0)
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                _("“%s”: %s and %s cannot be sent together, because both are imported as “%s”"),
                module, other->unit, found.unit, found.top);
    return FALSE;
}

/**
 * mamuto_function_get_depends:
 * @self: a function
 *
 * Returns: (transfer full) (array zero-terminated=1): the names of the modules and packages added
 *   by mamuto_function_add_depend(), in the order of the calls
 */
char **
mamuto_function_get_depends(MamutoFunction *self)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();

    g_return_val_if_fail(MAMUTO_IS_FUNCTION(self), NULL);
    for (guint i = 0; i < self->depends->len; i++)
        g_strv_builder_add(names, ((const Module *)g_ptr_array_index(self->depends, i))->top);
    return g_strv_builder_end(names);
}

/**
 * mamuto_function_add_file:
 * @self: a function
 * @path: (type filename): a data file or a folder; a relative path is searched in the folder of the
 *   function and in the current folder
 * @error: return location for an error
 *
 * Adds a data file, or a folder with everything in it, that is sent with the function. @path must
 * be in the folder of the function: the folder of its file or, if this file is part of a package,
 * the folder that contains the top-level package. On each host, the path of the data relative to
 * the function's file (`__file__`) is the same as on this computer. On this computer, the function
 * reads the original file. A path that was added before is not added again.
 *
 * The content is read at the start of a run. If the content has changed, it is sent again, and the
 * hosts import the function again.
 *
 * Returns: %FALSE with %MAMUTO_ERROR_FUNCTION if the file is missing or cannot be sent, or if both
 *   folders contain different files of this name
 */
gboolean
mamuto_function_add_file(MamutoFunction *self, const char *path, GError **error)
{
    g_autofree char *found = NULL;

    g_return_val_if_fail(MAMUTO_IS_FUNCTION(self), FALSE);
    g_return_val_if_fail(path != NULL, FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);
    if (!self->module.unit) {
        g_autofree char *shown = g_filename_display_name(path);

        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                    _("%s: cannot be sent: the function's module is not on this computer"), shown);
        return FALSE;
    }
    found = sent_files_find(self->module.root, path, error);
    if (!found)
        return FALSE;
    if (!g_ptr_array_find_with_equal_func(self->files, found, g_str_equal, NULL))
        g_ptr_array_add(self->files, g_steal_pointer(&found));
    return TRUE;
}

/**
 * mamuto_function_get_files:
 * @self: a function
 *
 * Returns: (transfer full) (array zero-terminated=1) (element-type filename): the absolute paths of
 *   the files and folders added by mamuto_function_add_file(), in the order of the calls
 */
char **
mamuto_function_get_files(MamutoFunction *self)
{
    g_autoptr(GStrvBuilder) files = g_strv_builder_new();

    g_return_val_if_fail(MAMUTO_IS_FUNCTION(self), NULL);
    for (guint i = 0; i < self->files->len; i++)
        g_strv_builder_add(files, g_ptr_array_index(self->files, i));
    return g_strv_builder_end(files);
}

/**
 * mamuto_function_propose_depends:
 * @self: a function
 * @python: (nullable): as in mamuto_function_inspect()
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Finds modules and packages that hosts probably lack. These are the modules in the folder of the
 * function's file that are not sent yet, but are imported by this file, by a module that is sent,
 * or by another proposed module. Imports anywhere in the source are considered. Files that cannot
 * be read are skipped. Blocks.
 *
 * Returns: (transfer full) (array zero-terminated=1): names for mamuto_function_add_depend(), or
 *   %NULL with %MAMUTO_ERROR_PYTHON or %G_IO_ERROR_CANCELLED
 */
char **
mamuto_function_propose_depends(MamutoFunction *self, const char *python, GCancellable *cancellable,
                                GError **error)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    g_autoptr(GPtrArray) paths = g_ptr_array_new();
    g_auto(GStrv) imports = NULL;

    g_return_val_if_fail(MAMUTO_IS_FUNCTION(self), NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);
    if (!self->module.path)
        return g_strv_builder_end(names);
    g_ptr_array_add(paths, self->module.unit);
    for (guint i = 0; i < self->depends->len; i++)
        g_ptr_array_add(paths, ((const Module *)g_ptr_array_index(self->depends, i))->unit);
    g_ptr_array_add(paths, NULL);
    imports = self->language->list_imports(self->module.root, (const char *const *)paths->pdata,
                                           python, cancellable, error);
    if (!imports)
        return NULL;
    for (char **name = imports; *name; name++)
        if (strcmp(*name, self->module.top) != 0 && !find_depend(self, *name))
            g_strv_builder_add(names, *name);
    return g_strv_builder_end(names);
}

/**
 * mamuto_function_inspect:
 * @self: a function
 * @python: (nullable): a Python 3.8 or newer on this computer; resolved as by mamuto_python_find()
 * @cancellable: (nullable): cancels the call
 * @error: return location for an error
 *
 * Reads the parameters from the source, without running it. If the source is not on this computer
 * or does not define the function by a single `def` or `lambda`, the parameters stay unknown and no
 * error is set. Blocks while Python runs (about 50 ms). Any thread, but not concurrently for the
 * same function.
 *
 * Returns: %FALSE with %MAMUTO_ERROR_FUNCTION, %MAMUTO_ERROR_PYTHON or %G_IO_ERROR_CANCELLED.
 *   %MAMUTO_ERROR_FUNCTION means a syntax error, a missing function, or a function that cannot be
 *   mapped
 */
gboolean
mamuto_function_inspect(MamutoFunction *self, const char *python, GCancellable *cancellable,
                        GError **error)
{
    Signature *signature;

    g_return_val_if_fail(MAMUTO_IS_FUNCTION(self), FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);
    if (!self->module.path)
        return TRUE;
    signature = self->language->read_signature(self->module.path, self->shown, self->name, python,
                                               cancellable, error);
    if (!signature)
        return FALSE;
    g_clear_pointer(&self->signature, signature_free);
    self->signature = signature;
    return TRUE;
}

/**
 * mamuto_function_get_parameters:
 * @self: a function
 *
 * If the function has a decorator, these are the parameters in the `def` statement. The decorator
 * may change the parameters. Therefore mamuto_function_check_n_arguments() accepts any number of
 * arguments for a decorated function.
 *
 * Returns: (transfer none) (nullable) (element-type MamutoParameter): the parameters, or %NULL if
 *   the function was not inspected or the parameters cannot be determined without running the
 *   file
 */
GPtrArray *
mamuto_function_get_parameters(MamutoFunction *self)
{
    g_return_val_if_fail(MAMUTO_IS_FUNCTION(self), NULL);
    return self->signature ? self->signature->parameters : NULL;
}

/**
 * mamuto_function_get_docstring:
 * @self: a function
 *
 * Returns: (nullable): the docstring without indentation; %NULL if the function has none or was not
 *   inspected
 */
const char *
mamuto_function_get_docstring(MamutoFunction *self)
{
    g_return_val_if_fail(MAMUTO_IS_FUNCTION(self), NULL);
    return self->signature ? self->signature->docstring : NULL;
}

/**
 * mamuto_function_format_signature:
 * @self: a function
 *
 * Returns: (transfer full): the name and the parameters in Python's syntax, for example "like(p,
 *   data, s=0.1)", or "like(…)" if the parameters are unknown
 */
char *
mamuto_function_format_signature(MamutoFunction *self)
{
    g_return_val_if_fail(MAMUTO_IS_FUNCTION(self), NULL);
    return self->signature && self->signature->parameters
               ? signature_describe(self->signature, self->name)
               : g_strconcat(self->name, "(…)", NULL);
}

/**
 * mamuto_function_check_n_arguments:
 * @self: a function
 * @n: the number of arguments
 * @error: return location for an error
 *
 * Returns: %TRUE if the function accepts @n positional arguments, or if its parameters are unknown;
 *   otherwise %FALSE with %MAMUTO_ERROR_INVALID_ARGUMENT, whose message contains the signature
 */
gboolean
mamuto_function_check_n_arguments(MamutoFunction *self, guint n, GError **error)
{
    g_return_val_if_fail(MAMUTO_IS_FUNCTION(self), FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);
    return !self->signature || signature_check_n_arguments(self->signature, self->name, n, error);
}

gboolean
function_bind(MamutoFunction *self, guint n_positional, const char *const *names, guint n_names,
              guint *order, guint *n_by_position, GError **error)
{
    const Signature *signature = self != NULL ? self->signature : NULL;

    return signature_bind(signature, self != NULL ? self->name : "", n_positional, names, n_names,
                          order, n_by_position, error);
}

/**
 * mamuto_function_check_call:
 * @self: a function
 * @n_positional: number of arguments without a name
 * @names: (nullable) (array zero-terminated=1): the names of the other arguments
 * @error: return location for an error
 *
 * Returns: %TRUE if the function accepts these arguments, or if its parameters are unknown;
 *   otherwise %FALSE with %MAMUTO_ERROR_INVALID_ARGUMENT: the function has no parameter of a name,
 * a parameter is given twice, or a parameter without a default is not given
 */
gboolean
mamuto_function_check_call(MamutoFunction *self, guint n_positional, const char *const *names,
                           GError **error)
{
    guint n_names = names != NULL ? g_strv_length((char **)names) : 0, n_by_position;
    g_autofree guint *order = NULL;

    g_return_val_if_fail(MAMUTO_IS_FUNCTION(self), FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);
    order = g_new(guint, n_positional + n_names + 1);
    return function_bind(self, n_positional, names, n_names, order, &n_by_position, error);
}

/**
 * mamuto_function_list:
 * @path: (type filename): a Python file
 * @python: (nullable): as in mamuto_function_inspect()
 * @error: return location for an error
 *
 * Lists the functions in a file. Blocks; any thread.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names of the functions at the top level
 *   of the file, in the order of their definition, or %NULL with %MAMUTO_ERROR_FUNCTION or
 *   %MAMUTO_ERROR_PYTHON
 */
char **
mamuto_function_list(const char *path, const char *python, GError **error)
{
    g_return_val_if_fail(path != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);
    return language_of_place(path)->list_functions(path, python, error);
}

const Language *
function_get_language(MamutoFunction *self)
{
    return self->language;
}

FunctionSources *
function_list_sources(MamutoFunction *self)
{
    FunctionSources *sources = g_new0(FunctionSources, 1);
    g_autoptr(GStrvBuilder) units = g_strv_builder_new();

    if (self->module.unit)
        g_strv_builder_add(units, self->module.unit);
    for (guint i = 0; i < self->depends->len; i++)
        g_strv_builder_add(units, ((const Module *)g_ptr_array_index(self->depends, i))->unit);
    sources->root = g_strdup(self->module.unit ? self->module.root : NULL);
    sources->units = g_strv_builder_end(units);
    sources->files = mamuto_function_get_files(self);
    return sources;
}

GBytes *
function_read_units(const Language *language, const char *const *units, SourceStamp *stamp,
                    GCancellable *cancellable, char **hash, GError **error)
{
    g_autoptr(Bundle) bundle = bundle_new(language->stays_here, stamp, cancellable);
    GBytes *bytes;

    for (; *units; units++) {
        g_autofree char *name = g_path_get_basename(*units);

        if (!bundle_add(bundle, *units, name, error))
            return NULL;
    }
    bytes = bundle_build(bundle, error);
    if (bytes && hash)
        *hash = hash_bytes(bytes);
    return bytes;
}

/**
 * mamuto_function_bundle:
 * @self: a function
 * @hash: (out) (optional): return location for the SHA-256 digest of the bundle, in hexadecimal
 *   digits
 * @error: return location for an error
 *
 * Packs the source files that are sent to hosts into a bundle. These are the function's own file or
 * top-level package, and the added modules. The format is described in bundle.h. Each call reads
 * the files again. If the content of the files is the same, the bundle has the same bytes. If no
 * file is sent, the bundle is empty but valid. Blocks. Any thread, but not concurrently for the
 * same function.
 *
 * Returns: (transfer full): the bundle, or %NULL with %MAMUTO_ERROR_FUNCTION if a file cannot be
 *   read or the bundle exceeds 10,000 files or 256 MiB
 */
GBytes *
mamuto_function_bundle(MamutoFunction *self, char **hash, GError **error)
{
    g_autoptr(FunctionSources) sources = NULL;

    g_return_val_if_fail(MAMUTO_IS_FUNCTION(self), NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);
    sources = function_list_sources(self);
    return function_read_units(self->language, (const char *const *)sources->units, NULL, NULL,
                               hash, error);
}
