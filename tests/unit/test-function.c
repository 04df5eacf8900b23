/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the user's Python function: finding its file and module name, reading its parameters
 * without running the code, and selecting the modules that hosts need. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mamuto-error.h"
#include "mamuto-function.h"
#include "mamuto-python.h"

/* @folder: a temporary folder, which is the current folder during a test. @before: the current
 * folder before the test. */
typedef struct {
    char *folder;
    char *before;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    g_autofree char *made = g_dir_make_tmp("function-XXXXXX", NULL);

    fixture->before = g_get_current_dir();
    g_assert_cmpint(g_chdir(made), ==, 0);
    /* g_get_current_dir() returns a path without symbolic links, unlike g_dir_make_tmp(). */
    fixture->folder = g_get_current_dir();
}

static void
remove_all(const char *path)
{
    g_autoptr(GDir) dir = NULL;
    const char *name;

    if (!g_file_test(path, G_FILE_TEST_IS_SYMLINK) && (dir = g_dir_open(path, 0, NULL)))
        while ((name = g_dir_read_name(dir))) {
            g_autofree char *inner = g_build_filename(path, name, NULL);

            remove_all(inner);
        }
    g_remove(path);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint(g_chdir(fixture->before), ==, 0);
    remove_all(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->before);
}

/* Writes a file and creates its parent folders. */
static void
put(const char *path, const char *text)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autoptr(GError) error = NULL;

    g_mkdir_with_parents(folder, 0755);
    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
}

static MamutoFunction *
make(const char *spec)
{
    g_autoptr(GError) error = NULL;
    MamutoFunction *function = mamuto_function_new(spec, &error);

    g_assert_no_error(error);
    return function;
}

static void
assert_place(const char *spec, const char *module, const char *path)
{
    g_autoptr(MamutoFunction) function = make(spec);
    g_autofree char *full = path ? g_canonicalize_filename(path, NULL) : NULL;

    g_assert_cmpstr(mamuto_function_get_spec(function), ==, spec);
    g_assert_cmpstr(mamuto_function_get_module(function), ==, module);
    g_assert_cmpstr(mamuto_function_get_path(function), ==, full);
}

static void
test_places(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoFunction) function = NULL;

    put("model.py", "");
    put("my-model.py", "");
    put("dir/model.py", "");
    put("pkg/__init__.py", "");
    put("pkg/mod.py", "");
    put("pkg/sub/__init__.py", "");
    put("pkg/sub/deep.py", "");
    put("plain/mod.py", "");
    put("data/x.npy", "");
    put("both.py", "");
    put("both/__init__.py", "");
    assert_place("model.py:like", "model", "model.py");
    assert_place("my-model.py:like", "my-model", "my-model.py");
    assert_place("./dir/../model.py:like", "model", "model.py");
    assert_place("dir/model.py:like", "model", "dir/model.py");
    assert_place("model:like", "model", "model.py");
    assert_place("pkg:f", "pkg", "pkg/__init__.py");
    assert_place("pkg.mod:f", "pkg.mod", "pkg/mod.py");
    assert_place("pkg.sub:f", "pkg.sub", "pkg/sub/__init__.py");
    assert_place("pkg.sub.deep:f", "pkg.sub.deep", "pkg/sub/deep.py");
    assert_place("pkg/sub/deep.py:f", "pkg.sub.deep", "pkg/sub/deep.py");
    assert_place("pkg/__init__.py:f", "pkg", "pkg/__init__.py");
    assert_place("plain.mod:f", "plain.mod", "plain/mod.py");
    assert_place("plain/mod.py:f", "mod", "plain/mod.py");
    assert_place("both:f", "both", "both/__init__.py");
    /* A local folder that contains no Python file must not hide an installed package of the same
     * name. */
    assert_place("data.x:f", "data.x", NULL);
    assert_place("numpy.linalg:norm", "numpy.linalg", NULL);
    function = make("model.py:_l\xc3\xafke2");
    g_assert_cmpstr(mamuto_function_get_name(function), ==, "_l\xc3\xafke2");
    /* the stored path must be absolute, so that it is still valid in another current folder */
    g_assert_cmpint(g_chdir("dir"), ==, 0);
    g_assert_true(g_file_test(mamuto_function_get_path(function), G_FILE_TEST_IS_REGULAR));
    g_assert_cmpint(g_chdir(".."), ==, 0);
}

static void
test_bad_specs(Fixture *fixture, gconstpointer data)
{
    static const char *const cases[][2] = {
        {"", "does not say which function"},
        {"model.py", "does not say which function"},
        {"model.py:", "does not say which function"},
        {":like", "does not say which file"},
        {"model.py:2like", "not a function's name"},
        {"model.py:a.", "not a function's name"},
        {"model.py:.b", "not a function's name"},
        {"model.py:a..b", "not a function's name"},
        {"model.py:a b", "not a function's name"},
        {"model.py:like\n", "not a function's name"},
        {"none.py:like", "none.py: there is no such file"},
        {"folder.py:like", "there is no such file"},
        {"a.b.py:like", "cannot be imported under this name"},
        {".py:like", "cannot be imported under this name"},
        {"dir/model:like", "is a path, but not of a .py file"},
        {"a..b:like", "not a module's name"},
        {".a:like", "not a module's name"},
        {"a-b:like", "not a module's name"},
        {"pkg.none:f", "has no module “pkg.none”"},
        {"model.sub:f", "has no module “model.sub”"},
        {"\xff:f", "not UTF-8"},
    };

    put("model.py", "");
    put("a.b.py", "");
    put(".py", "");
    put("folder.py/x", "");
    put("pkg/__init__.py", "");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(mamuto_function_new(cases[i][0], &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION);
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, cases[i][1]));
    }
}

/* Returns the parameters as text, such as "p data *a !k s=0.1 **o". "!" marks a parameter that
 * can only be given by name. Returns "?" if the parameters are unknown. */
static char *
describe(MamutoFunction *function)
{
    static const char *const marks[] = {"", "*", "!", "**"};
    GPtrArray *parameters = mamuto_function_get_parameters(function);
    g_autoptr(GString) out = g_string_new(parameters ? "" : "?");

    for (guint i = 0; parameters && i < parameters->len; i++) {
        const MamutoParameter *parameter = g_ptr_array_index(parameters, i);

        g_string_append_printf(out, "%s%s%s", i > 0 ? " " : "", marks[parameter->kind],
                               parameter->name);
        if (parameter->default_text)
            g_string_append_printf(out, "=%s", parameter->default_text);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
test_parameters(Fixture *fixture, gconstpointer data)
{
    static const char *const cases[][2] = {
        {"def f(): pass", ""},
        {"def f(p, data): pass", "p data"},
        {"def f(p, /, data, *a, s = 0.1, **k): pass", "p data *a !s=0.1 **k"},
        {"def f(a, b=[1,\n  2], c='\xc3\xa9'): pass", "a b=[1,\n  2] c='\xc3\xa9'"},
        {"def f(a: int, b: 'x' = None) -> float: pass", "a b=None"},
        {"f = lambda x, y=1: x", "x y=1"},
        {"f: object = lambda x: x", "x"},
        {"import f", "?"},
        {"from m import g as f", "?"},
        {"from m import *", "?"},
        {"def __getattr__(name): pass", "?"},
        {"f = g", "?"},
        {"a, (f, *b) = g", "?"},
        {"import f.g", "?"},
        {"try:\n  from m import f\nexcept ImportError:\n  def f(x): pass", "?"},
        {"if 1:\n  def f(x): pass", "x"},
        {"if 1:\n  def f(x): pass\nelse:\n  def f(x, y): pass", "?"},
        {"def f(x): pass\ndef f(y): pass", "y"},
        {"if 1:\n  def f(x): pass\ndef f(y): pass", "y"},
        {"def f(x): pass\nf = g(f)", "?"},
        {"with a as f:\n  pass", "?"},
        {"with a:\n  def f(z): pass", "z"},
        {"for f in a: pass", "?"},
        {"@g\ndef f(x, *, y): pass", "x !y"},
        {"def f(x, *, y): pass", "x !y"},
        {"def f(x, *a, y, z=1): pass", "x *a !y !z=1"},
        {"class A:\n  def f(self): pass\ndef f(x): pass", "x"},
        {"def g():\n  def f(y): pass\ndef f(x): pass", "x"},
        {"def f(x):\n  def g(): yield x\n  return list(g())", "x"},
        {"raise SystemExit\nimport os\nos._exit(3)\ndef f(x): pass", "x"},
        {"# -*- coding: latin-1 -*-\ndef f(x='\xe9'): pass", "x='\xc3\xa9'"},
        {"\xef\xbb\xbf"
         "def f(x): '\\q'\r\n",
         "x"},
    };
    g_autoptr(MamutoFunction) function = NULL;

    put("m.py", "");
    function = make("m.py:f");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *found = NULL;

        put("m.py", cases[i][0]);
        mamuto_function_inspect(function, NULL, NULL, &error);
        g_assert_no_error(error);
        found = describe(function);
        g_assert_cmpstr(found, ==, cases[i][1]);
    }
}

static void
test_methods(Fixture *fixture, gconstpointer data)
{
    static const char *const cases[][2] = {
        {"class A:\n  @staticmethod\n  def f(x, y=1): pass", "x y=1"},
        {"class A:\n  @classmethod\n  def f(cls, x): pass", "x"},
        {"class A:\n  def f(self, x): pass", "self x"},
        {"class A:\n  f = lambda x: x", "x"},
        {"class A:\n  f = staticmethod(g)", "?"},
        {"class A(B):\n  pass", "?"},
        {"class A(B):\n  @staticmethod\n  def f(x): pass", "x"},
        {"A = g()", "?"},
        {"from m import *", "?"},
        {"if 1:\n  class A:\n    @staticmethod\n    def f(x): pass", "x"},
    };
    static const char *const refused[][2] = {
        {"def f(x): pass", "defines no function “A.f”; it defines f"},
        {"class A:\n  def g(x): pass", "defines no function “A.f”; it defines A.g"},
        {"class A:\n  @staticmethod\n  async def f(x): pass", "async"},
        {"class A:\n  @staticmethod\n  def f(x): yield x", "yield"},
        {"class A:\n  class f: pass", "is a class"},
    };
    g_autoptr(MamutoFunction) function = NULL;

    put("m.py", "");
    function = make("m.py:A.f");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *found = NULL;

        put("m.py", cases[i][0]);
        mamuto_function_inspect(function, NULL, NULL, &error);
        g_assert_no_error(error);
        found = describe(function);
        g_assert_cmpstr(found, ==, cases[i][1]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GError) error = NULL;

        put("m.py", refused[i][0]);
        g_assert_false(mamuto_function_inspect(function, NULL, NULL, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION);
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, refused[i][1]));
    }
    g_clear_object(&function);
    put("m.py", "class A:\n  class B:\n    @staticmethod\n    def f(x): pass");
    function = make("m.py:A.B.f");
    g_assert_true(mamuto_function_inspect(function, NULL, NULL, NULL));
    g_assert_true(mamuto_function_check_n_arguments(function, 1, NULL));
    g_assert_false(mamuto_function_check_n_arguments(function, 2, NULL));
}

static void
test_docstring(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoFunction) function = NULL;
    g_autoptr(GError) error = NULL;

    put("m.py", "def f(x):\n    \"\"\"One.\n\n    Two.\n    \"\"\"\n");
    function = make("m.py:f");
    g_assert_null(mamuto_function_get_parameters(function));
    g_assert_null(mamuto_function_get_docstring(function));
    g_assert_true(mamuto_function_inspect(function, "/usr/bin/python3", NULL, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(mamuto_function_get_docstring(function), ==, "One.\n\nTwo.");
    g_clear_object(&function);
    /* The module math is not a Python file, so the parameters are unknown. Any number of
     * arguments is then accepted. */
    function = make("math:sin");
    g_assert_true(mamuto_function_inspect(function, NULL, NULL, &error));
    g_assert_null(mamuto_function_get_parameters(function));
    g_assert_true(mamuto_function_check_n_arguments(function, 7, &error));
    g_assert_no_error(error);
}

static void
test_refused(Fixture *fixture, gconstpointer data)
{
    static const char *const cases[][2] = {
        {"", "dir/m.py: defines no function “f”, nor any other"},
        {"def g(): pass\nh = lambda: 0\nasync def i(): pass\nx = 1\n",
         "dir/m.py: defines no function “f”; it defines g, h"},
        {"def g():\n  def f(): pass\n", "it defines g"},
        {"import os\ndef f(x:\n  pass", "dir/m.py:2: "},
        {"def f(x):\n\tpass\n        pass\n", "dir/m.py:3: "},
        {"x = '\xff'\ndef f(x): pass", "dir/m.py:"},
        {"\n\nasync def f(x): pass", "dir/m.py:3: f() is an async function"},
        {"\ndef f(x):\n  if x: yield x", "dir/m.py:2: f() has a “yield”"},
        {"\nclass f:\n  def __init__(self, x): pass", "dir/m.py:2: “f” is a class"},
    };
    g_autoptr(MamutoFunction) function = NULL;
    g_autoptr(GError) error = NULL;

    put("dir/m.py", "");
    function = make("dir/m.py:f");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        put("dir/m.py", cases[i][0]);
        g_assert_false(mamuto_function_inspect(function, NULL, NULL, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION);
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, cases[i][1]));
        g_clear_error(&error);
    }
    g_assert_true(g_file_set_contents("dir/m.py", "def f(x): pass\0", 15, NULL));
    g_assert_false(mamuto_function_inspect(function, NULL, NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION);
    g_clear_error(&error);
    g_remove("dir/m.py");
    g_assert_false(mamuto_function_inspect(function, NULL, NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION);
    g_clear_error(&error);
    g_assert_cmpint(mkfifo("dir/m.py", 0600), ==, 0);
    g_assert_false(mamuto_function_inspect(function, NULL, NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION);
}

static void
test_n_arguments(Fixture *fixture, gconstpointer data)
{
    static const struct {
        const char *source;
        guint n;
        const char *message; /* expected error message, or NULL if f() accepts @n arguments */
    } cases[] = {
        {"def f(): pass", 0, NULL},
        {"def f(): pass", 1, "f() takes 0 arguments, 1 given"},
        {"def f(p, d): pass", 2, NULL},
        {"def f(p): pass", 2, "f(p) takes 1 argument, 2 given"},
        {"def f(p, d): pass", 1, "f(p, d) takes 2 arguments, 1 given"},
        {"def f(p, d=1): pass", 1, NULL},
        {"def f(p, d=1): pass", 2, NULL},
        {"def f(p, d=1, *, k=2, **o): pass", 3,
         "f(p, d=1, *, k=2, **o) takes 1 to 2 arguments, 3 given"},
        {"def f(p, d=1): pass", 0, "f(p, d=1) takes 1 to 2 arguments, 0 given"},
        {"def f(p, *a, k=1): pass", 9, NULL},
        {"def f(p, *a, k=1): pass", 0, "f(p, *a, k=1) takes at least 1 argument, 0 given"},
        {"@g\ndef f(p): pass", 9, NULL},
        {"f = g", 9, NULL},
    };
    g_autoptr(MamutoFunction) function = NULL;

    put("m.py", "");
    function = make("m:f");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        put("m.py", cases[i].source);
        g_assert_true(mamuto_function_inspect(function, NULL, NULL, &error));
        g_assert_cmpint(mamuto_function_check_n_arguments(function, cases[i].n, &error), ==,
                        cases[i].message == NULL);
        if (!cases[i].message)
            continue;
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
        g_assert_cmpstr(error->message, ==, cases[i].message);
    }
}

static void
test_python(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoFunction) function = NULL;
    g_autofree char *talks = g_build_filename(fixture->folder, "talks", NULL);
    g_autofree char *floods = g_build_filename(fixture->folder, "floods", NULL);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;

    put("m.py", "def f(x): pass");
    put("talks", "#!/bin/sh\nprintf 'mamuto-inspect\\0plain\\0parameter\\0'; printf '\\033[2J'\n");
    put("floods", "#!/bin/sh\nexec yes\n");
    g_chmod("talks", 0755);
    g_chmod("floods", 0755);
    function = make("m.py:f");
    g_assert_false(mamuto_function_inspect(function, "/nonexistent/none", NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PYTHON);
    g_clear_error(&error);
    g_assert_false(mamuto_function_inspect(function, talks, NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PYTHON);
    g_assert_null(strchr(error->message, '\033'));
    g_clear_error(&error);
    g_assert_false(mamuto_function_inspect(function, floods, NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PYTHON);
    g_clear_error(&error);
    g_cancellable_cancel(cancellable);
    g_assert_false(mamuto_function_inspect(function, NULL, cancellable, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Returns the Python interpreters that the library would try, separated by spaces. */
static char *
list_pythons(const char *configured)
{
    g_auto(GStrv) list = mamuto_python_list(configured);
    g_autofree char *first = mamuto_python_find(configured);

    g_assert_cmpstr(first, ==, list[0]);
    return g_strjoinv(" ", list);
}

static void
test_which_python(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = g_strdup(g_getenv("PATH"));
    g_autofree char *here = g_build_filename(fixture->folder, "python3", NULL);
    g_autofree char *both = g_strconcat(here, " /usr/bin/python3", NULL);
    g_autofree char *base = g_path_get_basename(fixture->folder);
    g_autofree char *in_home = NULL, *from_home = NULL, *expanded = NULL;
    const struct {
        const char *path, *configured, *expected;
    } cases[] = {
        {fixture->folder, NULL, both},
        {fixture->folder, "", both},
        {"/usr/bin", NULL, "/usr/bin/python3"},
        {"/nonexistent", NULL, "/usr/bin/python3"},
        {fixture->folder, "python3", here},
        {"/nonexistent", "python3", ""},
        {"/usr/bin", here, here},
        {"/usr/bin", "/usr/bin/python-of-nowhere", ""},
        {"/usr/bin", "~/python-of-nowhere", ""},
        {"/usr/bin", "./python3", ""},
    };

    put("python3", "#!/bin/sh\n");
    g_chmod("python3", 0755);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *found = NULL;

        g_setenv("PATH", cases[i].path, TRUE);
        found = list_pythons(cases[i].configured);
        g_setenv("PATH", path, TRUE);
        g_assert_cmpstr(found, ==, cases[i].expected);
    }
    in_home = g_strdup_printf("~/%s/python3", base);
    from_home = list_pythons(in_home);
    expanded = g_build_filename(g_get_home_dir(), base, "python3", NULL);
    g_assert_cmpstr(from_home, ==, expanded);
}

static void
test_language(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoFunction) file = NULL;
    g_autoptr(MamutoFunction) module = make("math:sin");

    put("m.py", "def f(x): pass");
    file = make("m.py:f");
    g_assert_cmpstr(mamuto_function_get_language(file), ==, "python");
    g_assert_cmpstr(mamuto_function_get_language(module), ==, "python");
}

static gpointer
cancel_when_running(gpointer data)
{
    gint64 deadline = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;

    /* the interpreter creates the file "running" as soon as it runs */
    while (!g_file_test("running", G_FILE_TEST_EXISTS) && g_get_monotonic_time() < deadline)
        g_thread_yield();
    g_cancellable_cancel(data);
    return NULL;
}

static void
test_cancel(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoFunction) function = NULL;
    g_autofree char *hangs = g_build_filename(fixture->folder, "hangs", NULL);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    GThread *thread;

    put("m.py", "def f(x): pass");
    put("hangs", "#!/bin/sh\n: > running\nexec sleep 1000\n");
    g_chmod("hangs", 0755);
    function = make("m.py:f");
    thread = g_thread_new("cancel", cancel_when_running, cancellable);
    g_assert_false(mamuto_function_inspect(function, hangs, cancellable, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_thread_join(thread);
}

static void
test_list(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) names = NULL;
    g_autofree char *joined = NULL;

    put("m.py", "def b(): pass\nif 1:\n  def a(): pass\nc = lambda: 0\nd = 1\n"
                "class E: pass\nasync def f(): pass\ndef b(x): pass\n");
    names = mamuto_function_list("m.py", NULL, &error);
    g_assert_no_error(error);
    joined = g_strjoinv(" ", names);
    g_assert_cmpstr(joined, ==, "b a c");
    g_clear_pointer(&names, g_strfreev);
    put("m.py", "def b(:");
    g_assert_null(mamuto_function_list("m.py", NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION);
    g_clear_error(&error);
    g_assert_null(mamuto_function_list("none.py", NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION);
}

/* Returns the files in the bundle (the archive of modules for the hosts) as "path=content
 * path=content". Also checks the hash of the bundle. */
static char *
unpack(MamutoFunction *function)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *hash = NULL;
    g_autofree char *expected = NULL;
    g_autoptr(GBytes) bytes = mamuto_function_bundle(function, &hash, &error);
    g_autoptr(GString) out = g_string_new(NULL);
    const guint8 *at, *end;
    gsize length;
    guint32 n;

    g_assert_no_error(error);
    expected = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
    g_assert_cmpstr(hash, ==, expected);
    at = g_bytes_get_data(bytes, &length);
    end = at + length;
    g_assert_cmpuint(length, >=, 8);
    g_assert_cmpmem(at, 4, "MMB1", 4);
    memcpy(&n, at + 4, 4);
    at += 8;
    for (n = GUINT32_FROM_LE(n); n > 0; n--) {
        guint32 path_length;
        guint64 size;

        g_assert_cmpint(end - at, >=, 4);
        memcpy(&path_length, at, 4);
        path_length = GUINT32_FROM_LE(path_length);
        g_string_append_printf(out, "%s%.*s=", out->len > 0 ? " " : "", (int)path_length,
                               (const char *)at + 4);
        at += 4 + path_length;
        memcpy(&size, at, 8);
        size = GUINT64_FROM_LE(size);
        g_assert_cmpuint(size, <=, (gsize)(end - at - 8));
        g_string_append_len(out, (const char *)at + 8, (gssize)size);
        at += 8 + size;
    }
    g_assert_true(at == end);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
assert_bundle(const char *spec, const char *depend, const char *expected)
{
    g_autoptr(MamutoFunction) function = make(spec);
    g_autoptr(GError) error = NULL;
    g_autofree char *found = NULL;

    if (depend)
        mamuto_function_add_depend(function, depend, &error);
    g_assert_no_error(error);
    found = unpack(function);
    g_assert_cmpstr(found, ==, expected);
}

static void
test_bundle(Fixture *fixture, gconstpointer data)
{
    put("m.py", "1");
    put("helpers.py", "2");
    put("dir/helpers.py", "3");
    put("dir/m.py", "4");
    put("pkg/__init__.py", "");
    put("pkg/b.py", "5");
    put("pkg/a/x.txt", "6");
    put("pkg/a-b.py", "7");
    put("pkg/.hidden", "no");
    put("pkg/.git/x.py", "no");
    put("pkg/__pycache__/b.pyc", "no");
    put("pkg/b.pyc", "no");
    g_assert_cmpint(symlink("..", "pkg/a/up"), ==, 0);
    g_assert_cmpint(symlink("none", "pkg/a/dangling"), ==, 0);
    g_assert_cmpint(symlink("../m.py", "pkg/z.py"), ==, 0);
    g_assert_cmpint(mkfifo("pkg/fifo", 0600), ==, 0);
#define PKG "pkg/__init__.py= pkg/a-b.py=7 pkg/a/x.txt=6 pkg/b.py=5 pkg/z.py=1"
    assert_bundle("m.py:f", NULL, "m.py=1");
    assert_bundle("dir/m.py:f", NULL, "m.py=4");
    assert_bundle("m:f", NULL, "m.py=1");
    assert_bundle("pkg.b:f", NULL, PKG);
    assert_bundle("pkg:f", NULL, PKG);
    assert_bundle("pkg/b.py:f", NULL, PKG);
    assert_bundle("math:sin", NULL, "");
    assert_bundle("math:sin", "helpers", "helpers.py=2");
    assert_bundle("m.py:f", "helpers", "helpers.py=2 m.py=1");
    assert_bundle("m.py:f", "helpers.py", "helpers.py=2 m.py=1");
    assert_bundle("m.py:f", "dir/helpers.py", "helpers.py=3 m.py=1");
    assert_bundle("m.py:f", "dir/helpers", "helpers.py=3 m.py=1");
    assert_bundle("m.py:f", "pkg", "m.py=1 " PKG);
    assert_bundle("m.py:f", "pkg/", "m.py=1 " PKG);
    assert_bundle("m.py:f", "pkg/b.py", "m.py=1 " PKG);
    assert_bundle("pkg.b:f", "pkg", PKG);
    /* If the current folder and the folder of the function's file contain the same module, the
     * latter is used. */
    assert_bundle("dir/m.py:f", "helpers", "helpers.py=3 m.py=4");
    assert_bundle("dir/m.py:f", "pkg", "m.py=4 " PKG);
}

static void
test_hash(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoFunction) function = NULL;
    g_autofree char *first = NULL;
    g_autofree char *same = NULL;
    g_autofree char *changed = NULL;

    put("one/m.py", "1");
    put("one/h.py", "2");
    put("two/h.py", "2");
    put("two/m.py", "1");
    function = make("one/m.py:f");
    g_assert_true(mamuto_function_add_depend(function, "h", NULL));
    g_bytes_unref(mamuto_function_bundle(function, &first, NULL));
    g_clear_object(&function);
    function = make("two/m.py:g");
    g_assert_true(mamuto_function_add_depend(function, "h", NULL));
    g_bytes_unref(mamuto_function_bundle(function, &same, NULL));
    g_assert_cmpstr(first, ==, same);
    put("two/h.py", "3");
    g_bytes_unref(mamuto_function_bundle(function, &changed, NULL));
    g_assert_cmpstr(first, !=, changed);
    g_assert_cmpuint(strlen(first), ==, 64);
}

static void
test_bundle_limits(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoFunction) function = NULL;
    g_autoptr(GError) error = NULL;

    put("pkg/__init__.py", "");
    put("pkg/big.bin", "");
    g_assert_cmpint(truncate("pkg/big.bin", 257 * 1024 * 1024), ==, 0);
    function = make("pkg:f");
    g_assert_null(mamuto_function_bundle(function, NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION);
    g_assert_nonnull(strstr(error->message, "256 MiB"));
    g_clear_error(&error);
    g_remove("pkg/big.bin");
    for (int i = 0; i < 10000; i++) {
        g_autofree char *path = g_strdup_printf("pkg/f%d.py", i);

        g_assert_cmpint(symlink("__init__.py", path), ==, 0);
    }
    g_assert_null(mamuto_function_bundle(function, NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION);
    g_assert_nonnull(strstr(error->message, "10000 files or folders"));
    g_clear_error(&error);
    g_remove("pkg/__init__.py");
    put("m.py", "");
    g_clear_object(&function);
    function = make("m.py:f");
    g_remove("m.py");
    g_assert_null(mamuto_function_bundle(function, NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION);
}

static void
test_depends(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoFunction) function = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) names = NULL;
    g_autofree char *joined = NULL;

    put("m.py", "");
    put("a.py", "");
    put("pkg/__init__.py", "");
    put("dir/a.py", "");
    put("bad-name/x.py", "");
    function = make("m.py:f");
    g_assert_true(mamuto_function_add_depend(function, "pkg", &error));
    g_assert_true(mamuto_function_add_depend(function, "a.py", &error));
    g_assert_true(mamuto_function_add_depend(function, "a", &error));
    g_assert_true(mamuto_function_add_depend(function, "m", &error));
    g_assert_no_error(error);
    names = mamuto_function_get_depends(function);
    joined = g_strjoinv(" ", names);
    g_assert_cmpstr(joined, ==, "pkg a");
    for (const char *const *bad =
             (const char *const[]){"none", "dir/a.py", "", "bad-name", "numpy", NULL};
         *bad; bad++) {
        g_assert_false(mamuto_function_add_depend(function, *bad, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION);
        g_clear_error(&error);
    }
}

static void
assert_proposed(MamutoFunction *function, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) names = mamuto_function_propose_depends(function, NULL, NULL, &error);
    g_autofree char *joined = NULL;

    g_assert_no_error(error);
    joined = g_strjoinv(" ", names);
    g_assert_cmpstr(joined, ==, expected);
}

static void
test_proposals(Fixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoFunction) function = NULL;
    g_autoptr(MamutoFunction) elsewhere = make("math:sin");

    put("m.py", "import numpy, a\ndef f():\n  from pkg.x import y\n  import broken, m, folder\n");
    put("a.py", "from b import c as d\nimport a\n");
    put("b.py", "");
    put("unused.py", "");
    put("pkg/__init__.py", "");
    put("pkg/x.py", "from . import z\nfrom .z import w\n");
    put("pkg/z.py", "import c\n");
    put("c.py", "import unused_none");
    put("broken.py", "import unused(");
    put("folder/x.txt", "");
    function = make("m.py:f");
    assert_proposed(function, "a pkg broken b c");
    g_assert_true(mamuto_function_add_depend(function, "a", NULL));
    g_assert_true(mamuto_function_add_depend(function, "pkg", NULL));
    assert_proposed(function, "broken b c");
    assert_proposed(elsewhere, "");
}

#define ADD(name, function) g_test_add(name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    /* tests of paths below the home folder need temporary folders in the home folder */
    g_setenv("HOME", g_get_tmp_dir(), TRUE);
    g_test_init(&argc, &argv, NULL);
    ADD("/function/places", test_places);
    ADD("/function/bad-specs", test_bad_specs);
    ADD("/function/parameters", test_parameters);
    ADD("/function/methods", test_methods);
    ADD("/function/docstring", test_docstring);
    ADD("/function/refused", test_refused);
    ADD("/function/n-arguments", test_n_arguments);
    ADD("/function/python", test_python);
    ADD("/function/which-python", test_which_python);
    ADD("/function/language", test_language);
    ADD("/function/cancel", test_cancel);
    ADD("/function/list", test_list);
    ADD("/function/bundle", test_bundle);
    ADD("/function/hash", test_hash);
    ADD("/function/bundle-limits", test_bundle_limits);
    ADD("/function/depends", test_depends);
    ADD("/function/proposals", test_proposals);
    return g_test_run();
}
