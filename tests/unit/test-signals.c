/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the signal handlers of mamuto-cli. */
#include "signals.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"

#define WAIT_US (200 * 1000)

/* Replaces the function of command.c. */
void
command_tell(const char *format, ...)
{
}

static int
fork_and_wait(void (*func)(void))
{
    int status;
    pid_t pid = fork();

    g_assert_cmpint(pid, >=, 0);
    if (pid == 0) {
        func();
        _exit(0);
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
interrupt(void)
{
    raise(SIGINT);
}

/* Exits with 0 if a signal of a child is not taken for a signal of this program. */
static void
catch_and_fork(void)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();

    if (!signals_catch(cancellable, NULL) || fork_and_wait(interrupt) != 128 + SIGINT)
        _exit(1);
    g_usleep(WAIT_US);
    _exit(signals_get_caught() == 0 ? 0 : 2);
}

/* Ctrl-C reaches a child process that has not called exec() yet, too. The program must not take
 * this for a second Ctrl-C, which would end it at once. */
static void
test_fork(void)
{
    g_assert_cmpint(fork_and_wait(catch_and_fork), ==, 0);
}

/* Exits with 0 if the program knows at once that it was interrupted. */
static void
catch_signal(void)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new();

    if (!signals_catch(cancellable, NULL))
        _exit(1);
    raise(SIGTERM);
    _exit(signals_get_caught() == SIGTERM ? 0 : 2);
}

/* Ctrl-C ends child processes, too. The program must not report this as an error. */
static void
test_caught_at_once(void)
{
    g_assert_cmpint(fork_and_wait(catch_signal), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/signals/fork", test_fork);
    g_test_add_func("/signals/caught-at-once", test_caught_at_once);
    return g_test_run();
}
