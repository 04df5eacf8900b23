/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A link is a connection to one agent over which bytes are sent in both directions. An agent on
 * this computer is a child process, connected by a socket pair. An agent on a host is reached
 * through a channel of an ssh session. A link must be used in the thread that opened it; only
 * link_wake() may be called in other threads. Only link_open(), link_open_another(), link_wait(),
 * link_wait_any() and link_close() block. Opening an ssh link adds the signal SIGPIPE to the
 * signal mask of the thread. */
#pragma once

#include <gio/gio.h>

#include "mamuto-asker.h"
#include "mamuto-error.h"

G_BEGIN_DECLS

typedef struct _Link Link;

typedef struct {
    const char *name; /* name of the host in messages and questions */
    const char *address;
    const char *user;   /* login name; NULL: from ssh's configuration, or else the current user */
    guint port;         /* 0: from ssh's configuration, or else 22 */
    gboolean local;     /* TRUE if the agent runs on this computer */
    guint n_links;      /* number of simultaneous links; they share 64 MiB for receive windows */
    MamutoAsker *asker; /* (nullable): without an asker, connections fail if the user must answer */
    GCancellable *cancellable;
    /* (nullable): called when a stage of connecting begins, in the thread that opens the link.
     * The stages begin in the order of MamutoStage; the last one is AGENT. A local link has
     * only the stage AGENT. */
    void (*stage)(MamutoStage stage, gpointer data);
    gpointer data;
} LinkOptions;

typedef enum { LINK_READABLE = 1 << 0, LINK_WRITABLE = 1 << 1, LINK_WOKEN = 1 << 2 } LinkEvents;

/* Maximum number of file descriptors in one read or write. */
#define LINK_MAX_FDS 64

/* Connects to the host, checks the host's key, authenticates the user, installs the agent, and
 * starts the agent. Afterwards link_read() returns what the agent sends. An error contains the
 * name of the host and the stage that failed. If the cancellable is cancelled, the function
 * returns at once with G_IO_ERROR_CANCELLED. */
Link *link_open(const LinkOptions *options, GError **error);

/* Starts another agent over the ssh session of @self and returns the link to that agent.
 * @options must be the same as for @self. Blocks until the agent runs. All links of a session
 * must be used in one thread, and link_wake() wakes them together. Closing the last link ends
 * the session. */
Link *link_open_another(Link *self, const LinkOptions *options, GError **error);

/* Returns TRUE if file descriptors can be sent over the link, which only local links support. */
gboolean link_passes_fds(Link *self);

/* Waits until one of @events is possible (LINK_READABLE, LINK_WRITABLE), link_wake() is called, or
 * @timeout_ms has passed (-1: no limit). Returns the possible events, or 0 after a time-out. */
LinkEvents link_wait(Link *self, LinkEvents events, int timeout_ms);
/* Like link_wait(), but waits for @n links of one session. Replaces each element of @events by
 * the possible events of that link. LINK_WOKEN is set only in the first element. */
void link_wait_any(Link *const *links, LinkEvents *events, guint n, int timeout_ms);
/* Makes the current or the next link_wait() on a link of this session return LINK_WOKEN. May be
 * called in any thread. */
void link_wake(Link *self);

/* Reads up to @size bytes without blocking. Returns 0 if no bytes are available, or -1 with
 * @error set if the agent has ended or on another error. The error message contains the cause
 * if it is known (exit status, signal, last lines of standard error). Received file descriptors
 * are stored in @fds, which must have room for LINK_MAX_FDS, and their number in @n_fds; the
 * caller owns them, and they are CLOEXEC. If @fds is NULL, received descriptors are closed. */
gssize link_read(Link *self, gpointer buffer, gsize size, int *fds, guint *n_fds, GError **error);
/* Writes as many bytes as possible without blocking. Returns the number of bytes written, 0 if
 * no bytes can be written now, or -1 with @error set. The descriptors in @fds are sent with the
 * first byte. */
gssize link_write(Link *self, gconstpointer buffer, gsize size, const int *fds, guint n_fds,
                  GError **error);
/* Returns the size in bytes of the buffer with which link_read() is fastest. */
gsize link_get_read_size(Link *self);

/* Ends the agent and frees the link. Waits at most one second for the agent to exit. */
void link_close(Link *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Link, link_close)

G_END_DECLS
