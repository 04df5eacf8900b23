/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Waits for file descriptors and for a GCancellable together. g_cancellable_make_pollfd() is not
 * used, because it ends the program if no more descriptors can be opened. */
#pragma once

#include <gio/gio.h>
#include <poll.h>

G_BEGIN_DECLS

/* Like poll(), but is not interrupted by signals, and returns 0 soon after @cancellable (nullable)
 * was cancelled. Can be called from any thread. */
int cancel_poll(struct pollfd *fds, guint n, int timeout_ms, GCancellable *cancellable);

G_END_DECLS
