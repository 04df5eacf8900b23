/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Changes the cursor and the echo of the terminal, and restores both when a signal stops or ends
 * the program.
 *
 * A signal can arrive between any two statements. Therefore cursor_fd and echo_fd are set before
 * the terminal is changed. Restoring a terminal that was not changed is harmless.
 *
 * Two threads may handle signals at the same time. Example: one thread continues after Ctrl-Z and
 * turns the echo off, while another thread handles Ctrl-\ and turns the echo on before the exit.
 * Therefore a lock protects changes of the echo, and the signal handler acquires this lock. It is
 * a spin lock, because a mutex must not be used in a signal handler. A thread that holds the lock
 * blocks SIGTSTP and SIGQUIT, because a handler in this thread would wait for its own lock. */
#include "terminal.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define SHOW_CURSOR "\x1b[?25h"
#define HIDE_CURSOR "\x1b[?25l"
#define RESTORE_MS 100

static volatile sig_atomic_t cursor_fd = -1; /* terminal whose cursor is hidden, or -1 */
static volatile sig_atomic_t echo_fd = -1;   /* terminal whose echo is off, or -1 */
static volatile sig_atomic_t continued, resized;
static struct termios with_echo, without_echo;
static gint locked;

/* An interrupted program must end even if no program reads its output. Therefore output is written
 * only after poll() reports that a descriptor is ready, and in pieces of PIPE_BUF bytes, which a
 * ready pipe accepts without blocking. If the descriptor is not ready for PATIENCE_MS after the
 * interruption, the output is lost. */
#define STEP_MS 50
#define PATIENCE_MS 400
static gint interrupted; /* atomic */
/* bit N: the wait for descriptor N has timed out. Used only by the thread that writes. */
static guint deserted;

/* Acquires the lock. The caller must have blocked SIGTSTP and SIGQUIT in this thread. The handler
 * of these signals need not do this, because they are blocked while it runs. The wait is short,
 * because a thread holds the lock only for a few system calls. */
static void
lock_in_handler(void)
{
    while (!g_atomic_int_compare_and_exchange(&locked, 0, 1))
        sched_yield();
}

static void
unlock_in_handler(void)
{
    g_atomic_int_set(&locked, 0);
}

static void
lock(sigset_t *old)
{
    sigset_t both;

    sigemptyset(&both);
    sigaddset(&both, SIGTSTP);
    sigaddset(&both, SIGQUIT);
    pthread_sigmask(SIG_BLOCK, &both, old);
    lock_in_handler();
}

static void
unlock(const sigset_t *old)
{
    unlock_in_handler();
    pthread_sigmask(SIG_SETMASK, old, NULL);
}

/* Writes to the terminal of the cursor. Gives up after RESTORE_MS, because a terminal whose output
 * is suspended (Ctrl-S) takes nothing, while the caller holds the lock, for which the end of the
 * program may wait. */
static void
put(const char *text)
{
    struct pollfd terminal = {.fd = cursor_fd, .events = POLLOUT};

    if (cursor_fd >= 0 && poll(&terminal, 1, RESTORE_MS) > 0)
        (void)!write(cursor_fd, text, strlen(text));
}

static void
restore(void)
{
    if (echo_fd >= 0)
        tcsetattr(echo_fd, TCSANOW, &with_echo);
    put(SHOW_CURSOR);
}

void
terminal_restore(void)
{
    sigset_t old;

    lock(&old);
    restore();
    echo_fd = cursor_fd = -1;
    unlock(&old);
}

static void
on_stop(int number)
{
    struct sigaction action = {.sa_handler = SIG_DFL}, old;
    sigset_t set;
    int saved = errno;

    lock_in_handler();
    restore();
    sigaction(number, &action, &old);
    sigemptyset(&set);
    sigaddset(&set, number);
    raise(number);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    /* Between the unblocking above and the blocking below, the raised signal takes effect: SIGTSTP
     * stops the process, and SIGQUIT (Ctrl-\) ends it. */
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    sigaction(number, &old, NULL);
    if (echo_fd >= 0)
        tcsetattr(echo_fd, TCSANOW, &without_echo);
    put(HIDE_CURSOR);
    continued = 1;
    unlock_in_handler();
    errno = saved;
}

void
terminal_init(void)
{
    struct sigaction action = {.sa_handler = on_stop, .sa_flags = SA_RESTART}, old;
    const int numbers[] = {SIGTSTP, SIGQUIT};

    sigemptyset(&action.sa_mask);
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
        sigaddset(&action.sa_mask, numbers[i]);
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    atexit(terminal_restore);
}

gboolean
terminal_can_redraw(int fd)
{
    const char *term = g_getenv("TERM");

    return isatty(fd) && term != NULL && *term != '\0' && !g_str_equal(term, "dumb");
}

gboolean
terminal_is_utf8(void)
{
    return g_get_charset(NULL);
}

gboolean
terminal_has_colour(int fd)
{
    const char *no_color = g_getenv("NO_COLOR");

    return terminal_can_redraw(fd) && (no_color == NULL || *no_color == '\0');
}

void
terminal_get_size(int fd, guint *width, guint *height)
{
    struct winsize size = {0};

    if (ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0 || size.ws_row == 0)
        size = (struct winsize){.ws_col = 80, .ws_row = 24};
    *width = size.ws_col;
    *height = size.ws_row;
}

gboolean
terminal_is_foreground(int fd)
{
    pid_t group = tcgetpgrp(fd);

    return group < 0 || group == getpgrp();
}

void
terminal_hide_cursor(int fd)
{
    cursor_fd = fd;
    terminal_write(fd, HIDE_CURSOR, strlen(HIDE_CURSOR));
}

void
terminal_show_cursor(void)
{
    if (cursor_fd < 0)
        return;
    terminal_write(cursor_fd, SHOW_CURSOR, strlen(SHOW_CURSOR));
    cursor_fd = -1;
}

static gboolean
put_echo_off(int fd)
{
    if (tcgetattr(fd, &with_echo) < 0)
        return FALSE;
    without_echo = with_echo;
    without_echo.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    without_echo.c_lflag |= ICANON | ISIG;
    echo_fd = fd;
    if (tcsetattr(fd, TCSANOW, &without_echo) < 0)
        echo_fd = -1;
    return echo_fd >= 0;
}

gboolean
terminal_set_echo(int fd, gboolean echo)
{
    gboolean done = TRUE;
    sigset_t old;

    lock(&old);
    if (!echo && echo_fd < 0)
        done = put_echo_off(fd);
    if (echo && echo_fd >= 0)
        tcsetattr(echo_fd, TCSANOW, &with_echo);
    if (echo)
        echo_fd = -1;
    unlock(&old);
    /* Discards the text that the user has typed so far. tcsetattr() with TCSAFLUSH could also
     * discard this text, but it first waits until all output is written. If the user has suspended
     * the output with Ctrl-S, tcsetattr() would wait forever and hold the lock. */
    if (done)
        tcflush(fd, TCIFLUSH);
    return done;
}

gboolean
terminal_was_continued(void)
{
    gboolean was = continued != 0;

    continued = 0;
    return was;
}

static void
on_resize(int number)
{
    resized = 1;
}

void
terminal_watch_size(void)
{
    const struct sigaction action = {.sa_handler = on_resize, .sa_flags = SA_RESTART};

    sigaction(SIGWINCH, &action, NULL);
}

gboolean
terminal_was_resized(void)
{
    gboolean was = resized != 0;

    resized = 0;
    return was;
}

void
terminal_interrupt(void)
{
    g_atomic_int_set(&interrupted, 1);
}

/* Waits until @fd accepts more output. Returns FALSE if the program was interrupted and @fd
 * accepted nothing for PATIENCE_MS, or for STEP_MS after the wait for another descriptor has timed
 * out. */
static gboolean
wait_for_reader(int fd)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};
    int waited = 0;

    while (poll(&poll_fd, 1, STEP_MS) <= 0) {
        waited = g_atomic_int_get(&interrupted) ? waited + STEP_MS : 0;
        if (waited >= (deserted != 0 ? STEP_MS : PATIENCE_MS))
            return FALSE;
    }
    return TRUE;
}

void
terminal_write(int fd, const char *text, gsize size)
{
    guint bit = 1u << MIN(fd, 31);

    if ((deserted & bit) != 0)
        return;
    while (size > 0) {
        ssize_t written;

        if (!wait_for_reader(fd)) {
            deserted |= bit;
            return;
        }
        written = write(fd, text, MIN(size, PIPE_BUF));
        /* write() may fail with EAGAIN, because another program on the same terminal may have made
         * the descriptor non-blocking. */
        if (written < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (written < 0)
            return;
        text += written;
        size -= (gsize)written;
    }
}
