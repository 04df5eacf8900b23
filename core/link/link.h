/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A link is a byte stream to an agent. On this computer the agent is a child process with a socket
 * pair; on a host the agent is at the far end of an ssh channel. A link belongs to the thread that
 * opened it; only link_wake() may be called from other threads. Only link_open(),
 * link_open_another(), link_wait(), link_wait_any() and link_close() block. An ssh link blocks
 * SIGPIPE in its thread. */
#pragma once

#include <gio/gio.h>

#include "mamuto-asker.h"
#include "mamuto-error.h"

G_BEGIN_DECLS

typedef struct _Link Link;

typedef struct {
    const char *name; /* the host's name in messages and questions */
    const char *address;
    const char *user;   /* NULL: from ssh's configuration, else the login name */
    guint port;         /* 0: from ssh's configuration, else 22 */
    gboolean local;     /* the agent runs on this computer */
    guint n_links;      /* number of simultaneous links; their receive windows share 64 MiB */
    MamutoAsker *asker; /* (nullable): if NULL, connections that need an answer fail */
    GCancellable *cancellable;
    /* (nullable): called in the thread of the call when a stage begins. The stages begin in order,
     * up to AGENT. A local link has only the stage AGENT. */
    void (*stage)(MamutoStage stage, gpointer data);
    gpointer data;
} LinkOptions;

typedef enum { LINK_READABLE = 1 << 0, LINK_WRITABLE = 1 << 1, LINK_WOKEN = 1 << 2 } LinkEvents;

/* Largest number of descriptors in one read or write. */
#define LINK_MAX_FDS 64

/* Connects, checks the host's key, authenticates, installs the agent and starts the agent.
 * Afterwards link_read() returns the frames of the agent, beginning with READY. Errors contain the
 * name of the host and the stage that failed. Cancelling makes the function return at once with
 * G_IO_ERROR_CANCELLED. */
Link *link_open(const LinkOptions *options, GError **error);

/* Starts another agent over the session of @self, and returns the link to the new agent. @options
 * must be the same as for @self. Blocks like link_open() in the stage AGENT. All links of a session
 * belong to one thread, and link_wake() wakes them together. Closing the last link ends the
 * session. */
Link *link_open_another(Link *self, const LinkOptions *options, GError **error);

/* Whether the link can send file descriptors (local links only). */
gboolean link_passes_fds(Link *self);

/* Waits until one of @events may be possible, link_wake() is called, or @timeout_ms has passed (-1:
 * no limit). Returns the possible events, or 0 after a time-out. */
LinkEvents link_wait(Link *self, LinkEvents events, int timeout_ms);
/* Like link_wait(), for several links of one session. Replaces each element of @events by the
 * possible events of that link. Sets LINK_WOKEN only in the first element. */
void link_wait_any(Link *const *links, LinkEvents *events, guint n, int timeout_ms);
/* Makes the current or next link_wait() on a link of this session return LINK_WOKEN. May be called
 * from any thread. */
void link_wake(Link *self);

/* Reads up to @size bytes without blocking. Returns 0 if no bytes are available. Returns -1 at the
 * end of the stream and on an error. The message of MAMUTO_ERROR_LOST contains the known cause
 * (exit status, signal, last lines of standard error). @fds (room for LINK_MAX_FDS) and @n_fds
 * receive the descriptors that came with these bytes; the caller owns them, and they are CLOEXEC.
 * If @fds is NULL, received descriptors are closed. */
gssize link_read(Link *self, gpointer buffer, gsize size, int *fds, guint *n_fds, GError **error);
/* Writes as many bytes as possible without blocking. Returns 0 if no bytes can be written now, or
 * -1 on an error. @fds are sent with the first byte. */
gssize link_write(Link *self, gconstpointer buffer, gsize size, const int *fds, guint n_fds,
                  GError **error);
/* Returns the buffer size for link_read() that gives the best throughput, in bytes. */
gsize link_get_read_size(Link *self);

/* Ends the agent (waits at most one second) and frees the link. */
void link_close(Link *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Link, link_close)

G_END_DECLS
