/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the library's INI parser, mostly with random files. The library and Python's
 * configparser must read the same values from a file. This must also be true after the library has
 * changed a value in the file. The change must keep all other bytes of the file. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "ini.h"
#include "mamuto-error.h"

#define N_FILES 600

/* Reads all files *.ini of a folder with configparser. Prints strings that each end with a NUL
 * byte. For an invalid file, prints "bad". For a valid file, prints "ok", the names of the
 * sections, an empty string, three strings (section, key, value) for each value, and an empty
 * string. */
static const char program[] = "import configparser, glob, sys\n"
                              "out = []\n"
                              "for name in sorted(glob.glob(sys.argv[1] + '/*.ini')):\n"
                              "  c = configparser.ConfigParser()\n"
                              "  try:\n"
                              "    with open(name, encoding='utf-8') as f: c.read_file(f)\n"
                              "  except configparser.Error:\n"
                              "    out += ['bad']\n"
                              "    continue\n"
                              "  out += ['ok'] + c.sections() + ['']\n"
                              "  for s in c.sections():\n"
                              "    for k in c[s]:\n"
                              "      try: out += [s, k, c[s][k]]\n"
                              "      except configparser.Error: pass\n"
                              "  out += ['']\n"
                              "sys.stdout.buffer.write(''.join(o + '\\0' for o in out).encode())\n";

static const char *const lines[] = {
    "[a]",
    "[b]",
    "[DEFAULT]",
    "  [a b]] tail",
    "[host [::1]:22]",
    "[]",
    "# comment",
    "  ; comment",
    "\t#",
    "",
    "   ",
    "\f",
    "x = 1",
    "X: 2",
    "y=",
    "  y = a = b : c",
    "\tz z :v # no comment",
    "w = 100%%",
    "v = %(x)s-%(y)s",
    "u = %(nothing)s",
    "t = 5%",
    "\xc3\x84 = \xc3\xa4\xc2\xa0",
    "\xc2\xa0k = 1",
    "    goes on",
    "\tgoes on: too",
    " goes on",
    "        {\"a\": 4,",
    "= nothing",
    "no value",
    "end = \x1f",
};

static const char *const ends[] = {"\n", "\r\n", "\r"};

static char *
make_random(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    int n = g_test_rand_int_range(0, 14);
    const char *end = ends[g_test_rand_int_range(0, 8) % 7 % 3];

    if (g_test_rand_int_range(0, 10) > 0)
        g_string_append_printf(out, "[a]%s", end);
    for (int i = 0; i < n; i++) {
        /* Invalid lines must be rare, because a single invalid line makes the whole file
         * invalid. */
        int kind = g_test_rand_int_range(0, 60);

        if (kind < 30)
            g_string_append_printf(out, "%.*skey%d%s", g_test_rand_int_range(0, 4), "    ", i,
                                   (const char *const[]){"=", " = ", ":", " :"}[kind % 4]);
        if (kind < 15 || kind >= 57)
            g_string_append(out, lines[g_test_rand_int_range(0, G_N_ELEMENTS(lines))]);
        else
            g_string_append(out, lines[6 + g_test_rand_int_range(0, 20)]);
        if (i < n - 1 || g_test_rand_bit())
            g_string_append(out, end);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *
make_folder(void)
{
    return g_dir_make_tmp("ini-XXXXXX", NULL);
}

static char *
file_name(const char *folder, int i)
{
    return g_strdup_printf("%s/%05d.ini", folder, i);
}

static void
remove_folder(const char *folder)
{
    for (int i = 0; i < N_FILES; i++) {
        g_autofree char *path = file_name(folder, i);

        g_remove(path);
    }
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

static char *
ask_python(const char *folder, gsize *length)
{
    const char *argv[] = {"/usr/bin/python3", "-I", "-c", program, folder, NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(GSubprocess) process = NULL;
    g_autoptr(GBytes) output = NULL;

    process = g_subprocess_newv(argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
    g_assert_no_error(error);
    g_subprocess_communicate(process, NULL, NULL, &output, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(g_subprocess_get_successful(process));
    *length = g_bytes_get_size(output);
    return g_memdup2(g_bytes_get_data(output, NULL), *length);
}

static const char *
next(const char **at)
{
    const char *field = *at;

    *at += strlen(*at) + 1;
    return field;
}

/* Logs the text in escaped form, because each message of the TAP format must be one line. */
static void
log_text(const char *what, const char *text)
{
    g_autofree char *escaped = g_strescape(text, NULL);

    g_test_message("%s: %s", what, escaped);
}

/* Compares the library's values of one file with the output of the Python program. *@at is the
 * beginning of the file's part of this output. The function advances it to the part of the next
 * file. */
static void
compare(const char **at, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Ini) ini = ini_new_from_data("x", text, strlen(text), &error);
    g_auto(GStrv) sections = NULL;
    const char *field;
    guint n = 0;

    log_text("file", text);
    if (strcmp(next(at), "bad") == 0) {
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
        return;
    }
    g_assert_no_error(error);
    sections = ini_get_sections(ini);
    while (*(field = next(at))) {
        g_assert_cmpstr(sections[n], ==, field);
        n++;
    }
    g_assert_null(sections[n]);
    while (*(field = next(at))) {
        const char *key = next(at);
        g_autofree char *value = ini_get(ini, field, key, &error);

        g_assert_no_error(error);
        g_assert_cmpstr(value, ==, next(at));
    }
}

static void
compare_all(char **texts)
{
    g_autofree char *folder = make_folder();
    g_autofree char *output = NULL;
    const char *at;
    gsize length;

    for (int i = 0; i < N_FILES; i++) {
        g_autofree char *path = file_name(folder, i);

        g_assert_true(g_file_set_contents(path, texts[i], -1, NULL));
    }
    output = ask_python(folder, &length);
    at = output;
    for (int i = 0; i < N_FILES; i++)
        compare(&at, texts[i]);
    g_assert_true(at == output + length);
    remove_folder(folder);
}

static void
test_as_python(void)
{
    g_auto(GStrv) texts = g_new0(char *, N_FILES + 1);

    for (int i = 0; i < N_FILES; i++)
        texts[i] = make_random();
    compare_all(texts);
}

static const char *const values[] = {"", "new", "a=b: c ; # d", "50%", "%(x)s", "[a]", "\xc3\xa4"};

/* Returns all values of all sections, one per line, without the value of the key @but_key in the
 * section @but_section. */
static char *
describe_but(Ini *ini, const char *but_section, const char *but_key)
{
    g_auto(GStrv) sections = ini_get_sections(ini);
    g_autoptr(GString) out = g_string_new(NULL);

    for (char **section = sections; *section; section++) {
        g_auto(GStrv) keys = ini_get_keys(ini, *section);

        for (char **key = keys; *key; key++) {
            g_autofree char *value = ini_get(ini, *section, *key, NULL);

            if (strcmp(*section, but_section) != 0 || strcmp(*key, but_key) != 0)
                g_string_append_printf(out, "%s/%s=%s\n", *section, *key, value);
        }
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* Returns the comments of the text, one per line, without surrounding spaces. */
static char *
comments_of(const char *text)
{
    g_auto(GStrv) all = g_strsplit_set(text, "\r\n", -1);
    g_autoptr(GString) out = g_string_new(NULL);

    for (char **line = all; *line; line++)
        if (*g_strchug(*line) == '#' || **line == ';')
            g_string_append_printf(out, "%s\n", *line);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* Sets one random value in the text. Returns the new text, or NULL if the text is invalid. */
static char *
change(const char *text)
{
    static const char *const sections[] = {"a", "b", "new"};
    static const char *const keys[] = {"x", "y", "key1", "key4", "new"};
    const char *section = sections[g_test_rand_int_range(0, G_N_ELEMENTS(sections))];
    const char *key = keys[g_test_rand_int_range(0, G_N_ELEMENTS(keys))];
    const char *value = values[g_test_rand_int_range(0, G_N_ELEMENTS(values))];
    g_autoptr(GError) error = NULL;
    g_autoptr(Ini) ini = ini_new_from_data("x", text, strlen(text), NULL);
    g_autoptr(Ini) again = NULL;
    g_autofree char *now = NULL;
    g_autofree char *found = NULL;
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;
    g_autofree char *old_comments = comments_of(text);
    g_autofree char *new_comments = NULL;

    if (!ini)
        return NULL;
    /* In files with references such as %(key)s, other values may change together with the
     * changed value. These files are not compared. */
    before = strstr(text, "%(") ? NULL : describe_but(ini, section, key);
    ini_set(ini, section, key, value, &error);
    g_assert_no_error(error);
    now = ini_to_data(ini, NULL);
    log_text("before", text);
    g_test_message("[%s] %s = %s", section, key, value);
    log_text("after", now);
    again = ini_new_from_data("x", now, strlen(now), &error);
    g_assert_no_error(error);
    found = ini_get(again, section, key, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(found, ==, value);
    after = before ? describe_but(again, section, key) : NULL;
    g_assert_cmpstr(before, ==, after);
    new_comments = comments_of(now);
    g_assert_cmpstr(old_comments, ==, new_comments);
    /* setting the same value again must not change the text */
    ini_set(again, section, key, value, &error);
    g_assert_no_error(error);
    g_free(found);
    found = ini_to_data(again, NULL);
    g_assert_cmpstr(found, ==, now);
    return g_steal_pointer(&now);
}

static void
test_changes(void)
{
    g_auto(GStrv) texts = g_new0(char *, N_FILES + 1);

    for (int i = 0; i < N_FILES;) {
        g_autofree char *text = make_random();

        texts[i] = change(text);
        i += texts[i] != NULL;
    }
    compare_all(texts);
}

/* Removing a key or a section must keep all other values. */
static void
test_removals(void)
{
    for (int i = 0; i < N_FILES; i++) {
        g_autofree char *text = make_random();
        g_autoptr(Ini) ini = ini_new_from_data("x", text, strlen(text), NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(Ini) again = NULL;
        g_autofree char *before = NULL;
        g_autofree char *after = NULL;
        g_autofree char *now = NULL;

        if (!ini || strstr(text, "%(") || strstr(text, "DEFAULT"))
            continue;
        before = describe_but(ini, "a", "x");
        g_assert_true(ini_set(ini, "a", "x", NULL, &error));
        now = ini_to_data(ini, NULL);
        again = ini_new_from_data("x", now, strlen(now), &error);
        g_assert_no_error(error);
        g_assert_false(ini_has_key(again, "a", "x"));
        after = describe_but(again, "a", "x");
        g_assert_cmpstr(before, ==, after);
        ini_remove_section(again, "a");
        g_assert_false(ini_has_section(again, "a"));
        g_free(now);
        now = ini_to_data(again, NULL);
        g_clear_pointer(&again, ini_free);
        again = ini_new_from_data("x", now, strlen(now), &error);
        g_assert_no_error(error);
        g_assert_false(ini_has_section(again, "a"));
    }
}

static void
test_untouched(void)
{
    for (int i = 0; i < N_FILES; i++) {
        g_autofree char *text = make_random();
        g_autoptr(Ini) ini = ini_new_from_data("x", text, strlen(text), NULL);
        g_autofree char *now = NULL;
        gsize length;

        if (!ini)
            continue;
        now = ini_to_data(ini, &length);
        g_assert_cmpstr(now, ==, text);
        g_assert_cmpuint(length, ==, strlen(text));
    }
}

/* Parses random bytes. If the parser accepts them, writing the document must reproduce the same
 * bytes. */
static void
test_garbage(void)
{
    static const char pieces[] = "[]=:%()s#; \t\n\r\xc3\xa4\xff\xe2\x80\x80"
                                 "ab";

    for (int i = 0; i < 20000; i++) {
        char text[40];
        int n = g_test_rand_int_range(0, sizeof text);
        g_autoptr(Ini) ini = NULL;
        g_autofree char *now = NULL;
        gsize length;

        for (int j = 0; j < n; j++)
            text[j] = pieces[g_test_rand_int_range(0, sizeof pieces)];
        ini = ini_new_from_data("x", text, (gsize)n, NULL);
        if (!ini)
            continue;
        now = ini_to_data(ini, &length);
        g_assert_cmpmem(now, length, text, n);
    }
}

static void
test_refused_values(void)
{
    static const char *const bad[] = {"a\nb", "a\r", " a", "a ", "\t", "a\xc2\xa0", "\xff"};
    g_autoptr(Ini) ini = ini_new("x");
    g_autoptr(GError) error = NULL;
    g_autofree char *now = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_assert_false(ini_set(ini, "a", "x", bad[i], &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
        g_clear_error(&error);
    }
    now = ini_to_data(ini, NULL);
    g_assert_cmpstr(now, ==, "");
}

static void
test_places(void)
{
    static const char text[] = "# top\n[a]\n# of a\n  one = 1\n  two = 2\n\n# of b\n[b]\n"
                               "three = 3\n  # inside\n  more\n# after\n";
    g_autoptr(Ini) ini = ini_new_from_data("x", text, strlen(text), NULL);
    g_autofree char *now = NULL;

    g_assert_true(ini_set(ini, "a", "new", "n", NULL));
    g_assert_true(ini_set(ini, "a", "one", NULL, NULL));
    g_assert_true(ini_set(ini, "b", "three", "4", NULL));
    g_assert_true(ini_set(ini, "c", "five", "5%", NULL));
    now = ini_to_data(ini, NULL);
    g_assert_cmpstr(now, ==,
                    "# top\n[a]\n# of a\n  two = 2\n  new = n\n\n# of b\n[b]\n"
                    "three = 4\n  # inside\n# after\n\n[c]\nfive = 5%%\n");
}

/* Each value refers 100 times to the previous value, so the expansion grows exponentially. It
 * must be refused, even if the expanded text is empty. */
static void
test_bomb(void)
{
    for (int empty = 0; empty < 2; empty++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(Ini) ini = NULL;

        g_string_append_printf(text, "[a]\nx0 = %s\n", empty ? "" : "0123456789");
        for (int i = 1; i < 10; i++) {
            g_string_append_printf(text, "x%d = ", i);
            for (int j = 0; j < 100; j++)
                g_string_append_printf(text, "%%(x%d)s", i - 1);
            g_string_append_c(text, '\n');
        }
        ini = ini_new_from_data("x", text->str, text->len, &error);
        g_assert_no_error(error);
        g_assert_null(ini_get(ini, "a", "x9", &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
    }
}

/* A value with hundreds of thousands of lines. A parser whose time grows faster than the size of
 * the file would exceed the test's time limit. */
static void
test_long_value(void)
{
    g_autoptr(GString) text = g_string_new("[a]\nx = 1\n");
    g_autoptr(GError) error = NULL;
    g_autoptr(Ini) ini = NULL;
    g_autofree char *now = NULL;

    while (text->len < INI_MAX_SIZE - 4)
        g_string_append(text, " y\n");
    ini = ini_new_from_data("x", text->str, text->len, &error);
    g_assert_no_error(error);
    now = ini_to_data(ini, NULL);
    g_assert_cmpstr(now, ==, text->str);
}

/* Error messages quote the wrong line, but cut it after a number of bytes. The cut must not
 * split a UTF-8 character. */
static void
test_messages(void)
{
    g_autofree char *word = g_strnfill(79, 'x');
    g_autofree char *text = g_strconcat("[a]\n", word, "\xc3\xa4\x1b[2J\xc2\x9b", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_null(ini_new_from_data("x", text, strlen(text), &error));
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
    g_assert_null(strchr(error->message, '\x1b'));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ini/as-python", test_as_python);
    g_test_add_func("/ini/changes", test_changes);
    g_test_add_func("/ini/removals", test_removals);
    g_test_add_func("/ini/untouched", test_untouched);
    g_test_add_func("/ini/garbage", test_garbage);
    g_test_add_func("/ini/refused-values", test_refused_values);
    g_test_add_func("/ini/places", test_places);
    g_test_add_func("/ini/bomb", test_bomb);
    g_test_add_func("/ini/long-value", test_long_value);
    g_test_add_func("/ini/messages", test_messages);
    return g_test_run();
}
