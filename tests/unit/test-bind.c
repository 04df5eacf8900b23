/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of how the arguments of a call are bound to the parameters of a function. Each case is
 * compared with what Python does with the same call. */
#include <glib/gstdio.h>
#include <string.h>

#include "function-private.h"
#include "mamuto-error.h"

static const char *const signatures[] = {
    "p, data",  "p, data, s=0.1", "p, *, sigma", "p, *, sigma=1, k",        "a=1, b=2, c=3",
    "p, *rest", "p, *rest, k",    "p, **names",  "a, b=2, *, k=3, **names", "*rest, k=1, **names",
};
/* Arguments of a call, separated by spaces: "-" has no name. */
static const char *const calls[] = {
    "",       "-",         "- -",   "- - -",    "- - - -",  "data",    "- data",
    "data -", "- s",       "- - s", "p data s", "s data p", "- sigma", "- k",
    "k -",    "k sigma -", "c",     "b -",      "- c",      "- b",     "b c",
    "a",      "- a",       "x -",   "- x y",    "- - x",    "- k b",   "- - k",
    "k",      "- k k",     "x x",   "- names",  "- - - k",  "- - b",   "rest -",
};

/* Asks Python for each signature and call: "error", or the values of the parameters. */
static char **
ask_python(void)
{
    g_autofree char *all_signatures = g_strjoinv("|", (char **)signatures);
    g_autoptr(GString) code = g_string_new("def main():\n");
    const char *argv[] = {"/usr/bin/python3", "-c", NULL, NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *out = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(signatures); i++)
        for (gsize k = 0; k < G_N_ELEMENTS(calls); k++)
            g_string_append_printf(code, "  ask('%s', '%s')\n", signatures[i], calls[k]);
    g_string_prepend(
        code, "def ask(signature, call):\n"
              "  scope = {}\n"
              "  exec('def f(%s): return sorted(locals().items(), key=str)' % signature, scope)\n"
              "  parts = call.split()\n"
              "  values = list(range(100, 100 + len(parts)))\n"
              "  args = [v for p, v in zip(parts, values) if p == '-']\n"
              "  names = [p for p in parts if p != '-']\n"
              "  pairs = [(p, v) for p, v in zip(parts, values) if p != '-']\n"
              "  try:\n"
              "    if len(set(names)) < len(names): raise TypeError\n"
              "    print(scope['f'](*args, **dict(pairs)))\n"
              "  except TypeError: print('error')\n");
    g_string_append(code, "main()\n");
    argv[2] = code->str;
    g_spawn_sync(NULL, (char **)argv, NULL, 0, NULL, NULL, &out, NULL, NULL, &error);
    g_assert_no_error(error);
    return g_strsplit(g_strchomp(out), "\n", -1);
}

/* Binds a call and lets Python call the function in the order that was found. Returns what the
 * function got, or "error" if the call was refused. */
static char *
bind_and_call(MamutoFunction *function, const char *signature, const char *call, GString *code)
{
    g_auto(GStrv) parts = *call ? g_strsplit(call, " ", -1) : g_new0(char *, 1);
    guint n = g_strv_length(parts), n_names = 0, n_positional, n_by_position, order[8];
    const char *names[8];
    guint numbers[8];
    g_autoptr(GError) error = NULL;

    n_positional = 0;
    for (guint i = 0; i < n; i++)
        if (strcmp(parts[i], "-") == 0)
            numbers[n_positional++] = 100 + i;
    for (guint i = 0; i < n; i++)
        if (strcmp(parts[i], "-") != 0) {
            names[n_names] = parts[i];
            numbers[n_positional + n_names++] = 100 + i;
        }
    if (!function_bind(function, n_positional, names, n_names, order, &n_by_position, &error)) {
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
        g_test_message("f(%s), %s: %s", signature, call, error->message);
        return g_strdup("error");
    }
    g_string_truncate(code, 0);
    g_string_append_printf(code, "def f(%s): return sorted(locals().items(), key=str)\nprint(f(",
                           signature);
    for (guint i = 0; i < n; i++) {
        g_assert_cmpuint(order[i], <, n);
        if (i >= n_by_position)
            g_string_append_printf(code, "%s=", names[order[i] - n_positional]);
        g_string_append_printf(code, "%u, ", numbers[order[i]]);
    }
    g_string_append(code, "))\n");
    return NULL;
}

static MamutoFunction *
make(const char *signature)
{
    g_autofree char *source = g_strdup_printf("def f(%s): pass\n", signature);
    MamutoFunction *function;

    g_assert_true(g_file_set_contents("m.py", source, -1, NULL));
    function = mamuto_function_new("m.py:f", NULL);
    g_assert_true(mamuto_function_inspect(function, "/usr/bin/python3", NULL, NULL));
    return function;
}

static void
test_like_python(void)
{
    g_auto(GStrv) expected = ask_python();
    g_autoptr(GString) code = g_string_new(NULL), all = g_string_new(NULL);
    g_autoptr(GPtrArray) wanted = g_ptr_array_new();
    const char *argv[] = {"/usr/bin/python3", "-c", NULL, NULL};
    g_auto(GStrv) found = NULL;
    g_autofree char *out = NULL;
    guint at = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(signatures); i++) {
        g_autoptr(MamutoFunction) function = make(signatures[i]);

        for (gsize k = 0; k < G_N_ELEMENTS(calls); k++, at++) {
            g_autofree char *refused = bind_and_call(function, signatures[i], calls[k], code);

            g_test_message("f(%s) called with %s", signatures[i], calls[k]);
            g_assert_cmpint(refused != NULL, ==, strcmp(expected[at], "error") == 0);
            if (refused != NULL)
                continue;
            g_string_append(all, code->str);
            g_ptr_array_add(wanted, expected[at]);
        }
    }
    argv[2] = all->str;
    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, 0, NULL, NULL, &out, NULL, NULL, NULL));
    found = g_strsplit(g_strchomp(out), "\n", -1);
    g_assert_cmpuint(g_strv_length(found), ==, wanted->len);
    for (guint i = 0; i < wanted->len; i++)
        g_assert_cmpstr(found[i], ==, g_ptr_array_index(wanted, i));
}

/* Arguments with a name are passed by position where possible, because that is faster. */
static void
test_by_position(void)
{
    const char *names[] = {"c", "b", NULL};
    g_autoptr(MamutoFunction) function = NULL;
    guint order[3], n_by_position;

    g_assert_true(g_file_set_contents("m.py", "def f(a, b, c=1): pass\n", -1, NULL));
    function = mamuto_function_new("m.py:f", NULL);
    g_assert_true(function_bind(function, 1, names, 2, order, &n_by_position, NULL));
    g_assert_cmpuint(n_by_position, ==, 1); /* the parameters are not known yet */
    g_assert_true(mamuto_function_inspect(function, "/usr/bin/python3", NULL, NULL));
    g_assert_true(function_bind(function, 1, names, 2, order, &n_by_position, NULL));
    g_assert_cmpuint(n_by_position, ==, 3);
    g_assert_cmpuint(order[0], ==, 0);
    g_assert_cmpuint(order[1], ==, 2);
    g_assert_cmpuint(order[2], ==, 1);
    g_assert_true(mamuto_function_check_call(function, 1, names, NULL));
    g_assert_true(mamuto_function_check_call(function, 2, NULL, NULL));
    g_assert_false(mamuto_function_check_call(function, 2, names, NULL));
}

static void
test_messages(void)
{
    static const struct {
        guint n_positional;
        const char *names[3], *text;
    } cases[] = {
        {1, {"sigmaa"}, "f(p, data, *, k=1) has no parameter “sigmaa”"},
        {2, {"p"}, "the parameter “p” is given by position and by name"},
        {1, {"k"}, "no argument is given for the parameter “data”"},
        {1, {"data", "data"}, "the argument “data” is given twice"},
        {3, {"k"}, "takes at most 2 arguments without a name, 3 given"},
        {3, {NULL}, "f(p, data, *, k=1) takes 2 arguments, 3 given"},
    };
    g_autoptr(MamutoFunction) function = NULL;

    g_assert_true(g_file_set_contents("m.py", "def f(p, data, *, k=1): pass\n", -1, NULL));
    function = mamuto_function_new("m.py:f", NULL);
    g_assert_true(mamuto_function_inspect(function, "/usr/bin/python3", NULL, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(
            mamuto_function_check_call(function, cases[i].n_positional, cases[i].names, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, cases[i].text));
    }
}

/* A parameter that has only a position cannot follow one without an argument. Python would tell
 * that only when the function is called. Otherwise its name can be used. */
static void
test_position_only(void)
{
    static const char *const signature = "a, b=1, c=2, /, d=3";
    static const struct {
        const char *call, *got; /* NULL: refused */
    } cases[] = {
        {"- c", NULL},
        {"c a", NULL},
        {"- d c", NULL},
        {"- d", "[('a', 100), ('b', 1), ('c', 2), ('d', 101)]"},
        {"- b", "[('a', 100), ('b', 101), ('c', 2), ('d', 3)]"},
        {"- c b", "[('a', 100), ('b', 102), ('c', 101), ('d', 3)]"},
        {"- - - d", "[('a', 100), ('b', 101), ('c', 102), ('d', 103)]"},
    };
    g_autoptr(MamutoFunction) function = make(signature);
    const char *names[] = {"c", NULL};
    g_autoptr(GError) error = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) code = g_string_new(NULL);
        g_autofree char *refused = bind_and_call(function, signature, cases[i].call, code);
        const char *argv[] = {"/usr/bin/python3", "-c", code->str, NULL};
        g_autofree char *out = NULL;

        g_test_message("f(%s) called with %s", signature, cases[i].call);
        g_assert_cmpint(refused != NULL, ==, cases[i].got == NULL);
        if (refused != NULL)
            continue;
        g_assert_true(
            g_spawn_sync(NULL, (char **)argv, NULL, 0, NULL, NULL, &out, NULL, NULL, NULL));
        g_assert_cmpstr(g_strchomp(out), ==, cases[i].got);
    }
    g_assert_false(mamuto_function_check_call(function, 1, names, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    g_assert_cmpstr(error->message, ==,
                    "f(a, b=1, c=2, /, d=3): “c” is passed by position, so “b” before it needs an "
                    "argument too");
}

int
main(int argc, char **argv)
{
    g_autofree char *folder = g_dir_make_tmp("mamuto-bind-XXXXXX", NULL);
    int status;

    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(g_chdir(folder), ==, 0);
    g_test_add_func("/bind/like-python", test_like_python);
    g_test_add_func("/bind/by-position", test_by_position);
    g_test_add_func("/bind/messages", test_messages);
    g_test_add_func("/bind/position-only", test_position_only);
    status = g_test_run();
    g_unlink("m.py");
    g_rmdir(folder);
    return status;
}
