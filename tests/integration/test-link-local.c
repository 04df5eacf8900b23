/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the link to an agent that is a child process: sending bytes and descriptors in both
 * directions, waking a waiting thread, and errors when the agent ends. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "link-util.h"
#include "link.h"

static Link *
open_local(void)
{
    g_autoptr(GError) error = NULL;
    LinkOptions options = {.name = "here", .local = TRUE, .n_links = 1};
    Link *link = link_open(&options, &error);

    g_assert_no_error(error);
    expect_text(link, "READY\n");
    return link;
}

static void
test_echo(void)
{
    g_autoptr(Link) link = open_local();

    g_assert_true(link_passes_fds(link));
    write_all(link, "hello", 5);
    expect_text(link, "hello");
    g_assert_cmpint(link_wait(link, LINK_READABLE, 0), ==, 0);
    g_assert_cmpint(link_wait(link, LINK_READABLE | LINK_WRITABLE, 0), ==, LINK_WRITABLE);
}

static void
test_both_ways(void)
{
    g_autoptr(Link) link = open_local();

    exchange(link, 200 << 20, 7);
}

/* Sends 64 descriptors, which the agent sends back. The received descriptors must refer to the same
 * files. */
static void
test_descriptors(void)
{
    g_autoptr(Link) link = open_local();
    g_autoptr(GError) error = NULL;
    int fds[LINK_MAX_FDS], back[LINK_MAX_FDS];
    guint n = 0;
    char byte;
    struct stat there, here;

    for (guint i = 0; i < LINK_MAX_FDS; i++)
        fds[i] = open("/", O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    g_assert_cmpint(link_write(link, "x", 1, fds, LINK_MAX_FDS, &error), ==, 1);
    g_assert_cmpint(link_wait(link, LINK_READABLE, 10000), ==, LINK_READABLE);
    g_assert_cmpint(link_read(link, &byte, 1, back, &n, &error), ==, 1);
    g_assert_cmpuint(n, ==, LINK_MAX_FDS);
    for (guint i = 0; i < LINK_MAX_FDS; i++) {
        g_assert_cmpint(fstat(back[i], &there), ==, 0);
        g_assert_cmpint(fstat(fds[i], &here), ==, 0);
        g_assert_true(there.st_ino == here.st_ino && there.st_dev == here.st_dev);
        g_assert_cmpint(fcntl(back[i], F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
        close(back[i]);
    }

    /* If link_read() gets no array for descriptors, it must close the descriptors that it receives.
     * To check this, the test closes the descriptors in fds and calls dup(), which returns the
     * lowest free number. This number is fds[0] if link_read() has left no descriptor open. */
    g_assert_cmpint(link_write(link, "x", 1, fds, LINK_MAX_FDS, &error), ==, 1);
    g_assert_cmpint(link_wait(link, LINK_READABLE, 10000), ==, LINK_READABLE);
    g_assert_cmpint(link_read(link, &byte, 1, NULL, NULL, &error), ==, 1);
    for (guint i = 0; i < LINK_MAX_FDS; i++)
        close(fds[i]);
    n = dup(0);
    g_assert_cmpint(n, ==, fds[0]);
    close(n);
}

static gpointer
wake(gpointer link)
{
    link_wake(link);
    return NULL;
}

typedef struct {
    Link *link;
    int n; /* atomic: number of wakes */
    int n_seen;
} Waking;

static gpointer
wake_often(gpointer data)
{
    Waking *waking = data;

    for (int i = 1; i <= 20000; i++) {
        g_atomic_int_set(&waking->n, i);
        link_wake(waking->link);
        /* now and then waits for the other thread, so that this one finds it asleep */
        while (i % 16 == 0 && g_atomic_int_get(&waking->n_seen) < i)
            g_thread_yield();
    }
    return NULL;
}

/* A thread that waits learns of each change that another thread made before it called link_wake(),
 * and is not woken without a call. */
static void
test_wake_often(void)
{
    Waking waking = {.link = open_local()};
    GThread *thread = g_thread_new("waker", wake_often, &waking);
    int n = 0, n_woken = 0;

    for (; n < 20000; n_woken++) {
        g_assert_cmpuint(link_wait(waking.link, LINK_READABLE, -1) & LINK_WOKEN, !=, 0);
        n = g_atomic_int_get(&waking.n);
        g_atomic_int_set(&waking.n_seen, n);
    }
    g_thread_join(thread);
    g_assert_cmpint(n_woken, <=, 20000);
    link_wait(waking.link, LINK_READABLE, 0); /* the last wake may come after its change was seen */
    g_assert_cmpuint(link_wait(waking.link, LINK_READABLE, 0) & LINK_WOKEN, ==, 0);
    link_close(waking.link);
}

static void
test_wake(void)
{
    g_autoptr(Link) link = open_local();

    for (guint i = 0; i < 100; i++) {
        GThread *thread = g_thread_new("waker", wake, link);

        g_assert_cmpint(link_wait(link, LINK_READABLE, 10000), ==, LINK_WOKEN);
        g_thread_join(thread);
    }
    link_wake(link);
    link_wake(link);
    g_assert_cmpint(link_wait(link, LINK_WRITABLE, 10000), ==, LINK_WRITABLE | LINK_WOKEN);
    g_assert_cmpint(link_wait(link, LINK_READABLE, 0), ==, 0);
}

static void
test_exit(void)
{
    g_autoptr(Link) link = open_local();

    command(link, COMMAND_STDERR, 2);
    command(link, COMMAND_EXIT, 3);
    expect_lost(link,
                "here: the agent ended with exit status 3: last output: the sky is falling / the "
                "sky is falling");
}

static void
test_killed(void)
{
    g_autoptr(Link) link = open_local();

    command(link, COMMAND_KILL, SIGKILL);
    expect_lost(link, "here: the agent was killed by signal 9 (Killed)");
}

/* The link must not block if the agent prints a lot of text on stderr. */
static void
test_stderr(void)
{
    g_autoptr(Link) link = open_local();

    command(link, COMMAND_STDERR, 100000);
    g_assert_cmpuint(ask_pid(link), >, 1);
}

/* link_close() must return only after the agent has ended. The agent leads its own process
 * session (see setsid). */
static void
test_close(void)
{
    Link *link = open_local();
    guint64 pid = ask_pid(link);

    g_assert_cmpint(getsid(pid), ==, pid);
    link_close(link);
    g_assert_cmpint(kill(pid, 0), ==, -1);
}

static void
test_no_program(void)
{
    g_autofree char *path = g_strdup(g_getenv("MAMUTO_AGENT"));
    g_autoptr(GError) error = NULL;
    LinkOptions options = {.name = "here", .local = TRUE, .n_links = 1};

    g_setenv("MAMUTO_AGENT", "/nonexistent/agent", TRUE);
    g_assert_null(link_open(&options, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_AGENT);
    g_assert_cmpstr(mamuto_error_get_host(error), ==, "here");
    g_assert_cmpint(mamuto_error_get_stage(error), ==, MAMUTO_STAGE_AGENT);
    g_setenv("MAMUTO_AGENT", path, TRUE);
}

static void
test_cancelled(void)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    LinkOptions options = {.name = "here", .local = TRUE, .cancellable = cancellable};

    g_cancellable_cancel(cancellable);
    g_assert_null(link_open(&options, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/link/local/echo", test_echo);
    g_test_add_func("/link/local/both-ways", test_both_ways);
    g_test_add_func("/link/local/descriptors", test_descriptors);
    g_test_add_func("/link/local/wake", test_wake);
    g_test_add_func("/link/local/wake-often", test_wake_often);
    g_test_add_func("/link/local/exit", test_exit);
    g_test_add_func("/link/local/killed", test_killed);
    g_test_add_func("/link/local/stderr", test_stderr);
    g_test_add_func("/link/local/close", test_close);
    g_test_add_func("/link/local/no-program", test_no_program);
    g_test_add_func("/link/local/cancelled", test_cancelled);
    return g_test_run();
}
