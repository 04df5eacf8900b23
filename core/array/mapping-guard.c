/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Access to a mapped page past the end of its file raises SIGBUS in the accessing thread (mmap(2)).
 * The first read installs a signal handler, which stays installed. A SIGBUS outside a guarded read
 * is passed to the previous handler. */
#include "mapping-guard.h"

#include <setjmp.h>
#include <signal.h>

typedef struct {
    const guint8 *start, *end;
    sigjmp_buf back;
} Guard;

static _Thread_local Guard *guard; /* the guarded read that this thread is executing; NULL: none */
static struct sigaction previous;

static void
on_bus_error(int number, siginfo_t *info, void *context)
{
    const guint8 *at = info->si_addr;

    if (guard != NULL && at >= guard->start && at < guard->end)
        siglongjmp(guard->back, 1);
    if (previous.sa_flags & SA_SIGINFO)
        previous.sa_sigaction(number, info, context);
    else if (previous.sa_handler == SIG_DFL || previous.sa_handler == SIG_IGN)
        sigaction(SIGBUS, &previous, NULL); /* the access is retried and ends the process */
    else
        previous.sa_handler(number);
}

gboolean
mapping_guard_read(gconstpointer map, gsize size, MappingReader reader, gpointer data)
{
    static gsize is_set;
    Guard here = {.start = map, .end = (const guint8 *)map + size};
    volatile gboolean is_whole = FALSE;

    if (g_once_init_enter(&is_set)) {
        struct sigaction action = {.sa_sigaction = on_bus_error,
                                   .sa_flags = SA_SIGINFO | SA_ONSTACK};

        sigemptyset(&action.sa_mask);
        sigaction(SIGBUS, &action, &previous);
        g_once_init_leave(&is_set, 1);
    }
    /* sigsetjmp() also saves the signal mask. SIGBUS is blocked during the handler, and the jump
     * must unblock it. */
    if (sigsetjmp(here.back, 1) == 0) {
        guard = &here;
        reader(data);
        is_whole = TRUE;
    }
    guard = NULL;
    return is_whole;
}
