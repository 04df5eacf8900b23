/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Internals shared by the kinds of link: their table of functions, the waker, and helpers for text
 * from hosts and for child processes. */
#pragma once

#include "link.h"

G_BEGIN_DECLS

/* Each member implements the function of link.h with the same name. wait() implements
 * link_wait_any(), but reports READABLE and WRITABLE only and may return early, for example when
 * the waker becomes readable. */
typedef struct {
    gboolean passes_fds;
    Link *(*open_another)(Link *self, const LinkOptions *options, GError **error);
    void (*wait)(Link *const *links, LinkEvents *events, guint n, int timeout_ms);
    gssize (*read)(Link *self, gpointer buffer, gsize size, int *fds, guint *n_fds, GError **error);
    gssize (*write)(Link *self, gconstpointer buffer, gsize size, const int *fds, guint n_fds,
                    GError **error);
    gsize (*read_size)(Link *self);
    void (*close)(Link *self);
} LinkClass;

/* Wakes the thread that serves a session. */
typedef struct {
    int fd;    /* eventfd */
    int woken; /* atomic */
} LinkWaker;

struct _Link {
    const LinkClass *class;
    char *name;
    LinkWaker *waker; /* Owned (g_atomic_rc_box), shared by all links of the session. */
};

/* Each open function calls link_init() first; close() calls link_clear() and frees the link.
 * @sibling: (nullable): another link of the same session. */
gboolean link_init(Link *self, const LinkClass *class, const char *name, Link *sibling,
                   GError **error);
void link_clear(Link *self);

Link *local_link_open(const LinkOptions *options, GError **error);
Link *ssh_link_open(const LinkOptions *options, GError **error);

void link_enter_stage(const LinkOptions *options, MamutoStage stage);

/* Returns the receive window of one link in bytes: all windows together share a fixed amount of
 * memory. */
gsize link_share_of_window(guint n_links);

/* Makes text from a host safe to show: valid UTF-8, control characters escaped, lines joined by " /
 * ", and only the last @max_bytes bytes. Returns: (transfer full). */
char *link_escape_text(const char *text, gsize length, gsize max_bytes);

/* The last bytes of a stream that is quoted only in error messages, such as standard error. */
typedef struct {
    int fd; /* -1: none */
    gsize length;
    char data[4096];
} LinkTail;

void link_tail_init(LinkTail *self, int fd);
void link_tail_add(LinkTail *self, const char *data, gsize length);
/* Reads until no more bytes are available. The descriptor must be non-blocking. */
void link_tail_drain(LinkTail *self);
void link_tail_clear(LinkTail *self);
/* Returns: (transfer full): ": last output: …", or "" if nothing was read. */
char *link_tail_quote(const LinkTail *self);

/* A child process in a session of its own, so that Ctrl-C in a terminal does not reach the child;
 * all signals have their default actions. */
typedef struct {
    pid_t pid; /* 0: none, or already reaped */
    int pidfd; /* -1: not supported by the kernel */
    int status;
    gboolean known; /* FALSE: the status was lost */
} LinkChild;

/* Starts @path with @stdio_fd as standard input and output and @stderr_fd as standard error; other
 * descriptors are inherited only if they are not CLOEXEC. */
gboolean link_child_spawn(LinkChild *self, const char *path, char **argv, int stdio_fd,
                          int stderr_fd, GError **error);
/* Waits up to @timeout_ms for the child to exit, and reaps it. Returns FALSE on a time-out. */
gboolean link_child_wait(LinkChild *self, int timeout_ms);
/* Waits up to @timeout_ms, then kills the child and its process group, and reaps it. */
void link_child_end(LinkChild *self, int timeout_ms);
/* Returns: (transfer full): how the agent ended, for example "the agent ended with exit status 3".
 */
char *link_child_describe(const LinkChild *self);

/* Returns: (transfer full): a file of link.gresource.xml. Any thread. */
GBytes *link_lookup_resource(const char *name, GError **error);

/* Looks up the agent's program for a machine, named as uname names it: *@agent is NULL if none is
 * included. Fails if the program cannot be read. $MAMUTO_AGENT replaces the program for this
 * machine. */
gboolean agent_for_machine(const char *sysname, const char *machine, GBytes **agent,
                           GError **error);
GBytes *agent_for_this_machine(GError **error);
void agent_name_this_machine(char **sysname, char **machine);
/* Returns: (transfer full): the agent's sources as a tar file, to be compiled on hosts for which no
 * program is included. */
GBytes *agent_get_source(void);

G_END_DECLS
