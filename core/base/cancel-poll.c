/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See cancel-poll.h. */
#include "cancel-poll.h"

#include <errno.h>

/* The longest call of poll(), in milliseconds. The cancellable is checked after each call. */
#define STEP_MS 50

int
cancel_poll(struct pollfd *fds, guint n, int timeout_ms, GCancellable *cancellable)
{
    gint64 end = g_get_monotonic_time() + timeout_ms * G_TIME_SPAN_MILLISECOND;
    gint64 left = timeout_ms;

    for (;;) {
        int step = cancellable != NULL ? (int)MIN(left, STEP_MS) : (int)left;
        int ready = poll(fds, n, step);

        if (ready > 0 || (ready < 0 && errno != EINTR))
            return ready;
        left = (end - g_get_monotonic_time() + 999) / 1000;
        if (left <= 0 || g_cancellable_is_cancelled(cancellable))
            return 0;
    }
}
