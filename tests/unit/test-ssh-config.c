/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of reading ssh's configuration files. The library must interpret each file as the
 * program ssh does. */
#include <glib/gstdio.h>
#include <string.h>

#include "ssh-private.h"

static char *
write_file(const char *text)
{
    char *path;
    int fd = g_file_open_tmp("mamuto-config-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    g_assert_true(g_close(fd, NULL));
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static SshConfig *
load(const char *text, const char *name, const char *user, guint port, GError **error)
{
    g_autofree char *path = write_file(text);
    const char *files[] = {path, NULL};
    SshConfig *config = ssh_config_load_files(name, user, port, files, error);

    g_remove(path);
    return config;
}

/* HostName replaces the name "web" by an address. Later Host lines must still be compared with
 * "web". */
static void
test_original_name(void)
{
    g_autoptr(SshConfig) config = load("Host web\n HostName 10.0.0.1\nHost web db\n User ann\n"
                                       "Host 10.*\n Port 2222\n",
                                       "web", NULL, 0, NULL);

    g_assert_cmpstr(config->host, ==, "10.0.0.1");
    g_assert_cmpstr(config->user, ==, "ann");
    g_assert_cmpuint(config->port, ==, 22);
}

static void
test_first_wins(void)
{
    g_autoptr(SshConfig) config =
        load("Port 1\nIdentityFile a\nHost *\n Port 2\n User x\n IdentityFile ~/b\nUser y\n", "h",
             NULL, 0, NULL);
    g_autoptr(SshConfig) given = load("Port 1\nUser x\n", "h", "me", 7, NULL);

    g_assert_cmpuint(config->port, ==, 1);
    g_assert_cmpstr(config->user, ==, "x");
    g_assert_cmpuint(config->identities->len, ==, 2);
    g_assert_cmpuint(given->port, ==, 7);
    g_assert_cmpstr(given->user, ==, "me");
}

static void
test_patterns(void)
{
    const char *text = "Host node? !node3\n Port 5\nHost \"quoted\" *.EXAMPLE.org\n Port=6 # why\n";
    const struct {
        const char *name;
        guint port;
    } cases[] = {{"node1", 5}, {"node3", 22}, {"node10", 22}, {"quoted", 6}, {"a.example.org", 6}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SshConfig) config = load(text, cases[i].name, NULL, 0, NULL);

        g_assert_cmpuint(config->port, ==, cases[i].port);
    }
}

static void
test_match(void)
{
    const char *text =
        "Match originalhost a,b user me\n Port 5\nMatch host c exec \"exit 0\"\n Port 6\n"
        "Match !host c exec \"test %h = d\"\n Port 7\nMatch final\n Port 8\n"
        "Match all\n Port 9\n";
    const struct {
        const char *name, *user;
        guint port;
    } cases[] = {{"a", "me", 5}, {"a", "you", 9}, {"c", "me", 6}, {"d", "x", 7}, {"e", "x", 9}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SshConfig) config = load(text, cases[i].name, cases[i].user, 0, NULL);

        g_assert_cmpuint(config->port, ==, cases[i].port);
    }
}

/* The files may contain any bytes. A byte that is not UTF-8 is a byte like others. */
static void
test_bytes(void)
{
    const struct {
        const char *pattern, *text;
        gboolean matches;
    } cases[] = {
        {"*\xfc?", "a\xfc\xfc", TRUE},
        {"*\xfc?", "a\xfc", FALSE},
        {"\xc3*", "\xc3", TRUE},
        {"?", "", FALSE},
        {"*", "", TRUE},
        {"**a*", "bab", TRUE},
        {"a*b*c", "aXbYbZc", TRUE},
        {"a*b*c", "aXbYbZ", FALSE},
        {"", "", TRUE},
        {"", "a", FALSE},
        {"a?", "a", FALSE},
        {"*ab", "aab", TRUE},
    };
    g_autofree char *stars = g_strnfill(2000, '*'), *as = g_strnfill(20000, 'a');
    g_autofree char *slow =
        g_strconcat("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a", stars, "b", NULL);
    g_autoptr(SshConfig) config =
        load("Host *\xfc? web\n Port 5\nHost *\n Port 6\n", "web", NULL, 0, NULL);
    g_autoptr(SshConfig) other =
        load("Host *\xfc?\n Port 5\nHost *\n Port 6\n", "web", NULL, 0, NULL);
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(ssh_pattern_matches(cases[i].pattern, cases[i].text), ==, cases[i].matches);
    g_assert_false(ssh_pattern_matches(slow, as));
    g_assert_cmpuint(config->port, ==, 5);
    g_assert_cmpuint(other->port, ==, 6);
    g_assert_null(load("Match \xfc\x1b[2J x\n", "web", NULL, 0, &error));
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
    g_assert_null(strchr(error->message, '\033'));
}

/* A NUL byte ends its line, not the file. */
static void
test_nul(void)
{
    static const char text[] = "Port 5 # a\0b\n\0User no\nUser ann";
    const char *files[] = {write_file(""), NULL};
    g_autofree char *path = (char *)files[0];
    g_autoptr(SshConfig) config = NULL;
    g_auto(GStrv) lines = NULL;

    g_assert_true(g_file_set_contents(path, text, sizeof text - 1, NULL));
    config = ssh_config_load_files("web", NULL, 0, files, NULL);
    g_assert_cmpuint(config->port, ==, 5);
    g_assert_cmpstr(config->user, ==, "ann");
    lines = ssh_read_lines(path, NULL);
    g_assert_cmpuint(g_strv_length(lines), ==, 3);
    g_assert_cmpstr(lines[0], ==, "Port 5 # a");
    g_assert_cmpstr(lines[1], ==, "");
    g_remove(path);
}

/* A value that begins with "-" excludes algorithms. */
static void
test_exclusions(void)
{
    g_autofree char *all = ssh_config_remove(NULL, "a-1,b-2");
    g_autofree char *added = ssh_config_remove("+c", "a-1,b-2");
    g_autofree char *some = ssh_config_remove("-a-*,c", "a-1,b-2,a-3");
    g_autofree char *none = ssh_config_remove("-*", "a-1,b-2");

    g_assert_cmpstr(all, ==, "a-1,b-2");
    g_assert_cmpstr(added, ==, "a-1,b-2");
    g_assert_cmpstr(some, ==, "b-2");
    g_assert_cmpstr(none, ==, "");
}

/* ProxyCommand and ProxyJump exclude each other. If a file contains both, the first one must be
 * used. */
static void
test_proxy(void)
{
    g_autoptr(SshConfig) jump =
        load("ProxyJump gate, other\nProxyCommand nc %h %p # all of it\n", "h", NULL, 0, NULL);
    g_autoptr(SshConfig) command =
        load("ProxyCommand nc %h %p # all of it\nProxyJump gate\n", "h", NULL, 0, NULL);

    g_assert_cmpstr(jump->proxy_jump, ==, "gate, other");
    g_assert_cmpstr(jump->proxy_command, ==, "none");
    g_assert_cmpstr(command->proxy_jump, ==, "none");
    g_assert_cmpstr(command->proxy_command, ==, "nc %h %p # all of it");
}

static void
test_expand(void)
{
    g_autoptr(SshConfig) config =
        load("HostName %h.example.org\nPort 99\nUser ann\n", "web", NULL, 0, NULL);
    g_autofree char *words = ssh_config_expand(config, "%h %n %p %r %% %Z ${MAMUTO_TEST}$");
    g_autofree char *home = ssh_config_expand(config, "~/x");
    g_autofree char *other = ssh_config_expand(config, "~ann/x");
    g_autoptr(GPtrArray) files = ssh_config_list_files(config, " ~/a \"b c\" none ");

    g_assert_cmpstr(config->host, ==, "web.example.org");
    g_assert_cmpstr(words, ==, "web.example.org web 99 ann % %Z v$");
    g_assert_cmpstr(home, ==, "/home/of/test/x");
    g_assert_cmpstr(other, ==, "~ann/x");
    g_assert_cmpuint(files->len, ==, 2);
    g_assert_cmpstr(files->pdata[0], ==, "/home/of/test/a");
    g_assert_cmpstr(files->pdata[1], ==, "b c");
}

static void
test_include(void)
{
    g_autofree char *inner = write_file("Port 5\nHost other\n Port 6\n User no\n");
    g_autofree char *text = g_strdup_printf("Host h\n Include %s /nowhere/*\nUser yes\n", inner);
    g_autofree char *loop = write_file(""), *itself = g_strdup_printf("Include %s\n", loop);
    const char *files[] = {loop, NULL};
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < 2; i++) {
        g_autoptr(SshConfig) config = load(text, i ? "other" : "h", NULL, 0, NULL);

        /* "Host other" in the included file must not apply to lines after the Include. If "Host
         * h" does not match, the included file must not be used. */
        g_assert_cmpuint(config->port, ==, i ? 22 : 5);
        g_assert_cmpint(g_strcmp0(config->user, "yes") == 0, ==, i == 0);
    }
    g_assert_true(g_file_set_contents(loop, itself, -1, NULL));
    g_assert_null(ssh_config_load_files("h", NULL, 0, files, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
    g_remove(loop);
    g_remove(inner);
}

static void
test_errors(void)
{
    static const char *const bad[] = {"Port 0\n",     "Port 65536\n",  "Port\n",
                                      "Port 22x\n",   "Match\n",       "Match moon full\n",
                                      "Match user\n", "ProxyCommand\n"};

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *text = g_strconcat("# one\n", bad[i], NULL);
        g_autoptr(GError) error = NULL;

        g_assert_null(load(text, "h", NULL, 0, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
        g_assert_nonnull(strstr(error->message, ":2: "));
    }
}

/* The parser gets random text. It may refuse the text, but it must not crash. */
static void
test_random(void)
{
    static const char *const pieces[] = {"Host ", "Match ", "\"", " ",     "\n", "Include ",
                                         "=",     "!",      "*",  "Port ", "%",  "${",
                                         "}",     "user ",  "#",  "\t",    "a"};

    for (guint i = 0; i < 3000; i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autoptr(SshConfig) config = NULL;

        for (int n = g_test_rand_int_range(0, 30); n > 0; n--)
            g_string_append(text, pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
        config = load(text->str, "host", NULL, 0, NULL);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_setenv("HOME", "/home/of/test", TRUE);
    g_setenv("MAMUTO_TEST", "v", TRUE);
    g_test_add_func("/ssh-config/original-name", test_original_name);
    g_test_add_func("/ssh-config/first-wins", test_first_wins);
    g_test_add_func("/ssh-config/patterns", test_patterns);
    g_test_add_func("/ssh-config/match", test_match);
    g_test_add_func("/ssh-config/proxy", test_proxy);
    g_test_add_func("/ssh-config/bytes", test_bytes);
    g_test_add_func("/ssh-config/nul", test_nul);
    g_test_add_func("/ssh-config/exclusions", test_exclusions);
    g_test_add_func("/ssh-config/expand", test_expand);
    g_test_add_func("/ssh-config/include", test_include);
    g_test_add_func("/ssh-config/errors", test_errors);
    g_test_add_func("/ssh-config/random", test_random);
    return g_test_run();
}
