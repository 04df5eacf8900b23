/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * While a program asks for a password, the terminal does not show typed characters (echo is
 * off). If a signal ends the program, echo must be on again, whichever of the program's threads
 * receives the signal. */
#include "terminal.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* Number of calls of run_once(). In an earlier version, two signal handlers could run at the same
 * time, but only about one call in 500 failed. Therefore many calls are necessary. */
#define N_ROUNDS 2000
#define N_THREADS 3

static void *
idle(void *data)
{
    for (;;)
        pause();
    return NULL;
}

static void
start_threads(void)
{
    pthread_t thread;

    for (int i = 0; i < N_THREADS; i++)
        if (pthread_create(&thread, NULL, idle, NULL) != 0)
            _exit(2);
}

/* The tested program: turns echo off on the terminal @fd, writes a byte to @ready, and waits for
 * a signal. */
static void
ask(int fd, int ready)
{
    const struct rlimit none = {0};

    setrlimit(RLIMIT_CORE, &none);
    setpgid(0, 0);
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(fd, getpgrp());
    signal(SIGTSTP, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    terminal_init();
    start_threads();
    if (!terminal_set_echo(fd, FALSE) || write(ready, "", 1) != 1)
        _exit(2);
    idle(NULL);
}

static gboolean
has_echo(int fd)
{
    struct termios settings;

    return tcgetattr(fd, &settings) == 0 && (settings.c_lflag & ECHO);
}

/* Starts the program ask() and acts as its shell: stops it, sends SIGQUIT (Ctrl-\) while it is
 * stopped, and continues it. The handlers of SIGCONT and SIGQUIT may then run at the same time.
 * Returns whether echo is on at the end. */
static gboolean
run_once(int fd)
{
    int ready[2], status;
    char byte;
    pid_t pid;

    if (pipe(ready) < 0)
        _exit(3);
    pid = fork();
    if (pid == 0)
        ask(fd, ready[1]);
    if (pid < 0 || read(ready[0], &byte, 1) != 1)
        _exit(4);
    close(ready[0]);
    close(ready[1]);
    if (has_echo(fd))
        _exit(5);
    kill(pid, SIGTSTP);
    if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status) || !has_echo(fd))
        _exit(6);
    kill(pid, SIGQUIT);
    kill(pid, SIGCONT);
    if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status) || WTERMSIG(status) != SIGQUIT)
        _exit(7);
    return has_echo(fd);
}

/* Makes the terminal the controlling terminal of a new session, and calls run_once() N_ROUNDS
 * times. The exit status is 0 if all calls succeeded. */
static void
lead(int master)
{
    int fd;

    setsid();
    fd = open(ptsname(master), O_RDWR);
    if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) < 0)
        _exit(2);
    signal(SIGTTOU, SIG_IGN);
    for (int i = 0; i < N_ROUNDS; i++)
        if (!run_once(fd))
            _exit(1);
    _exit(0);
}

static int
open_terminal(void)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);

    g_assert_cmpint(master, >=, 0);
    g_assert_cmpint(grantpt(master), ==, 0);
    g_assert_cmpint(unlockpt(master), ==, 0);
    return master;
}

static void
test_echo(void)
{
    int master = open_terminal(), status;
    pid_t pid;

    pid = fork();
    if (pid == 0)
        lead(master);
    g_assert_cmpint(pid, >, 0);
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 0);
    close(master);
}

/* The program ends although the output of its terminal is suspended, as by Ctrl-S. */
static void
test_suspended(void)
{
    int master = open_terminal(), status;
    pid_t pid = fork();

    if (pid == 0) {
        int fd = open(ptsname(master), O_RDWR | O_NOCTTY);

        alarm(60);
        terminal_hide_cursor(fd);
        if (tcflow(fd, TCOOFF) == 0)
            terminal_restore();
        _exit(0);
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(master);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/terminal/suspended", test_suspended);
    g_test_add_func("/terminal/echo", test_echo);
    return g_test_run();
}
