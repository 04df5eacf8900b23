/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A byte stream to an agent, wherever that runs: a child over a socket pair (this computer) or a
 * process at the far end of an ssh channel. A link belongs to the thread that opened it; only
 * link_wake() may be called from others. Nothing here blocks but link_open(), link_wait() and
 * link_close(), and these no longer than they say. An ssh link has SIGPIPE blocked in its thread.
 */
#pragma once

#include <gio/gio.h>

#include "mamuto-asker.h"
#include "mamuto-error.h"

G_BEGIN_DECLS

typedef struct _Link Link;

typedef struct {
    const char *name; /* of the host, as in messages and questions */
    const char *address;
    const char *user;   /* NULL: ssh's own choice (its config, else the login name) */
    guint port;         /* 0: ssh's own choice */
    gboolean local;     /* this computer, over a socket pair */
    guint n_links;      /* how many will be open at once: the receive windows share 64 MiB */
    MamutoAsker *asker; /* (nullable): nobody to ask: what needs an answer fails, saying so */
    GCancellable *cancellable;
    /* (nullable): a stage begins, in order up to AGENT, which is a local link's only one; same
     * thread. */
    void (*stage)(MamutoStage stage, gpointer data);
    gpointer data;
} LinkOptions;

typedef enum { LINK_READABLE = 1 << 0, LINK_WRITABLE = 1 << 1, LINK_WOKEN = 1 << 2 } LinkEvents;

/** LINK_MAX_FDS: descriptors that come or go with one read or write */
#define LINK_MAX_FDS 64

/* Connects, checks the host's key, authenticates, places the agent and starts it; the next byte to
 * be read is the first of its READY frame. Errors carry the host's name and the stage that failed.
 * Cancelling ends it at once (G_IO_ERROR_CANCELLED). */
Link *link_open(const LinkOptions *options, GError **error);

/* Another stream over the session of @self, to an agent of its own; @options as for @self. Blocks
 * as link_open() does for the agent. The links of a session belong to one thread and are woken
 * together; the session ends with the last of them. */
Link *link_open_another(Link *self, const LinkOptions *options, GError **error);

/* Whether file descriptors travel with the bytes (a local link). */
gboolean link_passes_fds(Link *self);

/* Waits until one of @events may be possible, link_wake() was called, or the time is over (-1:
 * none). Returns what is possible, 0 at the end of time. */
LinkEvents link_wait(Link *self, LinkEvents events, int timeout_ms);
/* The same for several links of one session: @events is replaced by what is possible for each. */
void link_wait_any(Link *const *links, LinkEvents *events, guint n, int timeout_ms);
/* Makes the present or next link_wait() on a link of this session return LINK_WOKEN. Any thread. */
void link_wake(Link *self);

/* Reads what is there, up to @size: 0 if nothing is, -1 at the end or on an error
 * (MAMUTO_ERROR_LOST with the cause as far as known: exit status, signal, last lines of stderr).
 * @fds (room for LINK_MAX_FDS) and @n_fds receive descriptors, CLOEXEC, that came with these bytes
 * and now are the caller's; NULL where none are expected (then they are closed). */
gssize link_read(Link *self, gpointer buffer, gsize size, int *fds, guint *n_fds, GError **error);
/* Writes what fits: 0 if nothing does now, -1 on an error. @fds go with the first byte. */
gssize link_write(Link *self, gconstpointer buffer, gsize size, const int *fds, guint n_fds,
                  GError **error);
/* How many bytes one link_read() should ask for to get the best throughput (the ssh window). */
gsize link_get_read_size(Link *self);

/* Ends the agent (a bounded wait, at most a second) and frees the link. */
void link_close(Link *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Link, link_close)

G_END_DECLS
