/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the shell command that installs the agent (Mamuto's program on a host). Also tests
 * that text from hosts is escaped. */
#include <string.h>

#include "ssh-private.h"

#define N_AT_ONCE 8
#define N_PROGRAMS 30

/* Any login shell must pass the quoted script to /bin/sh unchanged. Therefore the script must
 * not contain ' or \ or !, and no character outside of printable ASCII. The shells csh and fish
 * change such characters even in single quotes. */
static void
test_command(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *command = agent_install_command("0123456789abcdef01234567", 1, &error);
    const char *end;

    g_assert_no_error(error);
    g_assert_true(g_str_has_prefix(command, "exec /bin/sh -c '"));
    end = strrchr(command, '\'');
    g_assert_nonnull(g_strstr_len(end, -1, " mamuto 0123456789abcdef01234567 1 "));
    for (const char *p = command + strlen("exec /bin/sh -c '"); p < end; p++)
        if (strchr("'\\!\n\r\t", *p) || *p < ' ' || *p > '~')
            g_error("agent-install.sh holds %d near: %.40s", *p, p);
    for (const char *p = end + 1; *p; p++)
        if (!g_ascii_isalnum(*p) && !strchr(" ,=/_.-", *p))
            g_error("an argument contains the character %d", *p);
}

static void
test_escape(void)
{
    static const struct {
        const char *raw, *shown;
    } cases[] = {
        {"", ""},
        {"\n\n one \n two\r\n\n", "one  /  two"},
        {"a\033[31mb\a", "a\\x1b[31mb\\x07"},
        {"caf\303\251 \342\200\256evil", "caf\303\251 \\u202eevil"},
        {"bad \377 byte", "bad \357\277\275 byte"},
    };
    g_autofree char *cut = link_escape_text("0123456789", 10, 4);

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *shown = link_escape_text(cases[i].raw, strlen(cases[i].raw), 1000);

        g_assert_cmpstr(shown, ==, cases[i].shown);
    }
    g_assert_cmpstr(cut, ==, "6789");
}

static void
test_tail(void)
{
    LinkTail tail;
    g_autoptr(GString) all = g_string_new(NULL);

    link_tail_init(&tail, -1);
    for (guint i = 0; i < 3000; i++) {
        g_autofree char *piece = g_strdup_printf("%d,", g_test_rand_int_range(0, 1 << (i % 28)));

        g_string_append(all, piece);
        link_tail_add(&tail, piece, strlen(piece));
        g_assert_cmpmem(tail.data, tail.length, all->str + all->len - tail.length, tail.length);
        g_assert_cmpuint(tail.length, ==, MIN(all->len, sizeof tail.data));
    }
    link_tail_add(&tail, all->str, all->len);
    g_assert_cmpmem(tail.data, tail.length, all->str + all->len - tail.length, tail.length);
}

static void
test_windows(void)
{
    g_assert_cmpuint(link_share_of_window(0), ==, 32 << 20);
    g_assert_cmpuint(link_share_of_window(1), ==, 32 << 20);
    g_assert_cmpuint(link_share_of_window(16), ==, 4 << 20);
    g_assert_cmpuint(link_share_of_window(10000), ==, 256 << 10);
}

/* The number of waiting threads, and whether these threads may continue. Both variables are
 * accessed atomically. */
static int n_waiting, may_go;

static gpointer
get_command(gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *command = NULL;

    g_atomic_int_inc(&n_waiting);
    while (!g_atomic_int_get(&may_go))
        g_thread_yield();
    command = agent_install_command("0123456789abcdef01234567", 1, &error);
    g_assert_no_error(error);
    return NULL;
}

static void
test_first_at_once_in_subprocess(void)
{
    GThread *threads[N_AT_ONCE];

    for (guint i = 0; i < N_AT_ONCE; i++)
        threads[i] = g_thread_new("first", get_command, NULL);
    while (g_atomic_int_get(&n_waiting) < N_AT_ONCE)
        g_thread_yield();
    g_atomic_int_set(&may_go, TRUE);
    for (guint i = 0; i < N_AT_ONCE; i++)
        g_thread_join(threads[i]);
}

/* Several threads read the file of the agent at the same moment. A process reads the file only
 * once, so each try needs a new process. */
static void
test_first_at_once(void)
{
    for (guint i = 0; i < N_PROGRAMS; i++) {
        g_test_trap_subprocess("/place/first-at-once/subprocess", 60 * G_USEC_PER_SEC,
                               G_TEST_SUBPROCESS_INHERIT_STDERR);
        g_test_trap_assert_passed();
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    /* These tests only need an existing file as the agent, so the test program itself is used. */
    g_setenv("MAMUTO_AGENT", argv[0], FALSE);
    g_test_add_func("/place/command", test_command);
    g_test_add_func("/place/first-at-once", test_first_at_once);
    g_test_add_func("/place/first-at-once/subprocess", test_first_at_once_in_subprocess);
    g_test_add_func("/place/escape", test_escape);
    g_test_add_func("/place/tail", test_tail);
    g_test_add_func("/place/windows", test_windows);
    return g_test_run();
}
