/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests two streams (Link objects) in one session. Each stream leads to a separate agent. The
 * streams are two ssh channels of one connection, or two socket pairs on this computer. */
#include <signal.h>
#include <string.h>

#include "link-util.h"
#include "ssh-server.h"

static pid_t
parent_of(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid), *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return (pid_t)g_ascii_strtoll(strrchr(text, ')') + 4, NULL, 10);
}

static Link *
open_another(Link *link)
{
    const LinkOptions options = {.name = "rem", .n_links = 1};
    g_autoptr(GError) error = NULL;
    Link *another = link_open_another(link, &options, &error);

    g_assert_no_error(error);
    expect_text(another, "READY\n");
    return another;
}

static gpointer
wake(gpointer link)
{
    link_wake(link);
    return NULL;
}

/* Transfers data over two streams of one session, and then closes @first. */
static void
use_both(Link *first, Link *second)
{
    Link *links[] = {first, second};
    LinkEvents events[] = {LINK_READABLE, LINK_READABLE};
    GThread *thread;

    write_all(first, "one", 3);
    /* @second must work although the data that @first has received is still unread */
    exchange(second, 20 << 20, 5);
    expect_text(first, "one");
    exchange(first, 20 << 20, 6);

    write_all(second, "two", 3);
    link_wait_any(links, events, 2, 30000);
    g_assert_cmpint(events[0], ==, 0);
    g_assert_cmpint(events[1], ==, LINK_READABLE);
    expect_text(second, "two");

    thread = g_thread_new("waker", wake, second);
    events[0] = events[1] = LINK_READABLE;
    link_wait_any(links, events, 2, 30000);
    g_assert_cmpint(events[0] | events[1], ==, LINK_WOKEN);
    g_thread_join(thread);

    command(first, COMMAND_EXIT, 3);
    expect_lost(first, "*exit status 3*");
    exchange(second, 1 << 20, 7);
    link_close(first);
    exchange(second, 1 << 20, 8);
}

static void
test_ssh(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    Link *first = ssh_server_expect(server, NULL);
    g_autoptr(Link) second = open_another(first);
    g_autoptr(Link) third = NULL;
    pid_t pids[] = {(pid_t)ask_pid(first), (pid_t)ask_pid(second)};

    g_assert_cmpint(pids[0], !=, pids[1]);
    g_assert_cmpint(parent_of(pids[0]), ==, parent_of(pids[1]));
    use_both(first, second);
    third = open_another(second);
    exchange(third, 1 << 20, 9);
}

/* If the server process of a session is killed, both streams of the session must report the
 * loss. */
static void
test_ssh_cut(void)
{
    g_autoptr(SshServer) server = ssh_server_new();
    g_autoptr(Link) first = ssh_server_expect(server, NULL);
    g_autoptr(Link) second = open_another(first);

    g_assert_cmpint(kill(parent_of((pid_t)ask_pid(first)), SIGKILL), ==, 0);
    expect_lost(first, "*the connection was lost: *");
    expect_lost(second, "*the connection was lost: *");
}

static void
test_local(void)
{
    const LinkOptions options = {.name = "rem", .local = TRUE, .n_links = 1};
    g_autoptr(GError) error = NULL;
    Link *first = link_open(&options, &error);
    g_autoptr(Link) second = NULL;

    g_assert_no_error(error);
    expect_text(first, "READY\n");
    second = open_another(first);
    g_assert_true(link_passes_fds(second));
    use_both(first, second);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/link/streams/ssh", test_ssh);
    g_test_add_func("/link/streams/ssh-cut", test_ssh_cut);
    g_test_add_func("/link/streams/local", test_local);
    return g_test_run();
}
