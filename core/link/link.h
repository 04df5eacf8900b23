/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A byte stream to an agent: a child process over a socket pair (this computer), or a process at
 * the far end of an ssh channel. A link belongs to the thread that opened it; only link_wake() may
 * be called from other threads. Only link_open(), link_open_another(), link_wait(), link_wait_any()
 * and link_close() block, each within the bounds given below. An ssh link blocks SIGPIPE in its
 * thread. */
#pragma once

#include <gio/gio.h>

#include "mamuto-asker.h"
#include "mamuto-error.h"

G_BEGIN_DECLS

typedef struct _Link Link;

typedef struct {
    const char *name; /* of the host, for messages and questions */
    const char *address;
    const char *user;   /* NULL: from ssh's configuration, else the login name */
    guint port;         /* 0: from ssh's configuration, else 22 */
    gboolean local;     /* this computer, over a socket pair */
    guint n_links;      /* number of links open at once, which share 64 MiB of receive windows */
    MamutoAsker *asker; /* (nullable): without it, whatever needs an answer fails */
    GCancellable *cancellable;
    /* (nullable): called when a stage begins, in order up to AGENT, in the thread of the call; a
     * local link has the stage AGENT only. */
    void (*stage)(MamutoStage stage, gpointer data);
    gpointer data;
} LinkOptions;

typedef enum { LINK_READABLE = 1 << 0, LINK_WRITABLE = 1 << 1, LINK_WOKEN = 1 << 2 } LinkEvents;

/* Largest number of descriptors that one read or write transfers. */
#define LINK_MAX_FDS 64

/* Connects, checks the host's key, authenticates, installs the agent and starts the agent; the next
 * byte to read is the first of the agent's READY frame. Errors carry the host's name and the stage
 * that failed. Cancelling returns at once (G_IO_ERROR_CANCELLED). */
Link *link_open(const LinkOptions *options, GError **error);

/* Opens another stream over the session of @self, to an agent of its own; @options as for @self.
 * Blocks for the stage AGENT as link_open() does. All links of a session belong to one thread and
 * are woken together; closing the last link ends the session. */
Link *link_open_another(Link *self, const LinkOptions *options, GError **error);

/* Whether file descriptors can be sent along with the bytes (local links only). */
gboolean link_passes_fds(Link *self);

/* Waits until one of @events may be possible, link_wake() was called, or @timeout_ms has passed
 * (-1: no limit). Returns the possible events, 0 after a time-out. */
LinkEvents link_wait(Link *self, LinkEvents events, int timeout_ms);
/* As link_wait() for several links of one session: replaces each of @events by the events possible
 * for that link; LINK_WOKEN is set in the first. */
void link_wait_any(Link *const *links, LinkEvents *events, guint n, int timeout_ms);
/* Makes the current or next link_wait() on a link of this session return LINK_WOKEN. Any thread. */
void link_wake(Link *self);

/* Reads up to @size bytes without blocking. Returns 0 if none are available, -1 at the end of the
 * stream or on an error (MAMUTO_ERROR_LOST with the cause as far as known: exit status, signal,
 * last lines of stderr). @fds (room for LINK_MAX_FDS) and @n_fds receive descriptors that came with
 * these bytes, CLOEXEC, owned by the caller; NULL where none are expected (then they are closed).
 */
gssize link_read(Link *self, gpointer buffer, gsize size, int *fds, guint *n_fds, GError **error);
/* Writes as many bytes as possible without blocking. Returns 0 if none can be written now, -1 on an
 * error. @fds are sent with the first byte. */
gssize link_write(Link *self, gconstpointer buffer, gsize size, const int *fds, guint n_fds,
                  GError **error);
/* Returns the size in bytes that one link_read() should ask for to get the best throughput. */
gsize link_get_read_size(Link *self);

/* Ends the agent (waits at most one second) and frees the link. */
void link_close(Link *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Link, link_close)

G_END_DECLS
