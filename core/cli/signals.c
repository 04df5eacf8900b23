/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See signals.h. Signals have a thread of their own, because the main thread may wait for a disk, a
 * pipe or a host. g_unix_signal_add() is not used, because it needs a thread of GLib, and GLib ends
 * the program if the system allows no more threads. */
#include "signals.h"

#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "mamuto-unfinished.h"
#include "terminal.h"
#include "thread.h"

/* Time in milliseconds from the first signal until the program ends without waiting for hosts and
 * disks. The library needs about half of it if hosts no longer respond. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define END_MS 8000 /* such programs are much slower */
#else
#define END_MS 800
#endif
#define INTERRUPTED "mamuto-cli: interrupted\n"

static int caught_signal;   /* atomic; 0: none */
static int held;            /* atomic; 1 after signals_hold(TRUE) */
static int told;            /* atomic; 1 after the interruption was reported */
static int end_status = -1; /* atomic; the exit status after signals_release(); -1: not called */
static pid_t owner;         /* the process that catches the signals */
static int caught_pipe[2] = {-1, -1};

static void
on_signal(int number)
{
    const guint8 byte = (guint8)number;
    int saved = errno;

    /* A child process that has not called exec() yet has the handler and the pipe of its parent.
     * Ctrl-C is sent to both, but the parent must not receive it twice. */
    if (getpid() != owner)
        _exit(128 + number);
    /* Set here and not in watch(), because Ctrl-C ends child processes, too, whose end the main
     * thread may notice before watch() runs. */
    g_atomic_int_compare_and_exchange(&caught_signal, 0, number);
    while (write(caught_pipe[1], &byte, 1) < 0 && errno == EINTR)
        ;
    errno = saved;
}

static gboolean
on_cancel(gpointer data)
{
    g_cancellable_cancel(data);
    return G_SOURCE_REMOVE;
}

/* Ends the program without waiting for other threads. Returns if a complete result is being saved
 * and @saving_too is FALSE. */
static void
end_now(gboolean saving_too)
{
    struct pollfd output = {.fd = STDERR_FILENO, .events = POLLOUT};
    int status = g_atomic_int_get(&end_status);

    if (!mamuto_discard_unfinished(saving_too))
        return;
    terminal_restore();
    if (status >= 0) /* everything is saved, and the user knows */
        _exit(status);
    /* Does not write if this could block. */
    if (g_atomic_int_compare_and_exchange(&told, 0, 1) && poll(&output, 1, 0) > 0)
        (void)!write(STDERR_FILENO, INTERRUPTED, strlen(INTERRUPTED));
    _exit(128 + signals_get_caught());
}

/* Waits for a byte of on_signal(). @timeout_ms: -1: no limit. */
static gboolean
wait_for_signal(int timeout_ms)
{
    struct pollfd polled = {.fd = caught_pipe[0], .events = POLLIN};
    gint64 end = g_get_monotonic_time() + timeout_ms * G_TIME_SPAN_MILLISECOND;

    while (poll(&polled, 1, timeout_ms) <= 0)
        if (timeout_ms >= 0 &&
            (timeout_ms = (int)((end - g_get_monotonic_time() + 999) / 1000)) <= 0)
            return FALSE;
    return TRUE;
}

static gpointer
watch(gpointer data)
{
    guint8 number = 0;

    wait_for_signal(-1);
    while (read(caught_pipe[0], &number, 1) < 0 && errno == EINTR)
        ;
    terminal_interrupt();
    /* The reference to the cancellable is passed on. */
    g_idle_add_full(G_PRIORITY_HIGH, on_cancel, data, g_object_unref);
    /* After the result was saved, the program may still wait for a host, so this is tried again. */
    while (!wait_for_signal(END_MS))
        if (g_atomic_int_get(&held) == 0)
            end_now(FALSE);
    end_now(TRUE);
    return NULL;
}

/* Whether the process was started with the signal ignored. nohup and shell scripts do this for
 * background programs, which must continue to ignore the signal. */
static gboolean
is_ignored(int number)
{
    struct sigaction old;

    return sigaction(number, NULL, &old) == 0 && old.sa_handler == SIG_IGN;
}

gboolean
signals_catch(GCancellable *cancellable, GError **error)
{
    const struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    const int numbers[] = {SIGHUP, SIGINT, SIGTERM};
    GThread *thread;

    if (!thread_prepare(error) || !g_unix_open_pipe(caught_pipe, FD_CLOEXEC, error))
        return FALSE;
    g_unix_set_fd_nonblocking(caught_pipe[1], TRUE,
                              NULL); /* a full pipe must not block a handler */
    thread = thread_start("mamuto-signals", watch, g_object_ref(cancellable), error);
    if (thread == NULL) {
        g_object_unref(cancellable);
        return FALSE;
    }
    g_thread_unref(thread);
    owner = getpid();
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
        if (!is_ignored(numbers[i]))
            sigaction(numbers[i], &action, NULL);
    return TRUE;
}

void
signals_hold(gboolean hold)
{
    g_atomic_int_set(&held, hold ? 1 : 0);
}

void
signals_release(int status)
{
    g_atomic_int_set(&end_status, status);
    g_atomic_int_set(&held, 0);
}

void
signals_tell(const char *text)
{
    if (g_atomic_int_compare_and_exchange(&told, 0, 1))
        command_tell("%s", text);
}

int
signals_get_caught(void)
{
    return g_atomic_int_get(&caught_signal);
}
