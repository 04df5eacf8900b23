/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A read beyond the end of a mapped file raises SIGBUS in the reading thread (see mmap(2)). This
 * happens if another program has truncated the file. The first call of mapping_guard_read()
 * installs a signal handler for the whole process. The handler passes a SIGBUS with any other cause
 * to the previous handler. */
#include "mapping-guard.h"

#include <setjmp.h>
#include <signal.h>

typedef struct {
    const guint8 *start, *end;
    sigjmp_buf back;
} Guard;

static _Thread_local Guard *guard; /* the read that this thread is executing, or NULL */
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
        /* Removes this handler. When it returns, the processor repeats the access that raised
         * SIGBUS, and the second SIGBUS kills the process. */
        sigaction(SIGBUS, &previous, NULL);
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
    /* The argument 1 makes sigsetjmp() save the signal mask. The kernel blocks SIGBUS while the
     * handler runs, so siglongjmp() must restore the mask. */
    if (sigsetjmp(here.back, 1) == 0) {
        guard = &here;
        reader(data);
        is_whole = TRUE;
    }
    guard = NULL;
    return is_whole;
}
