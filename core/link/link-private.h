/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Internals that all kinds of link use: the table of functions, the waker, and helpers for text
 * from hosts and for child processes. */
#pragma once

#include "link.h"

G_BEGIN_DECLS

/* The functions of one kind of link, called by the functions of link.h with similar names.
 * link_wait() and link_wait_any() call wait(). wait() reports only READABLE and WRITABLE, and it
 * may return early, for example when the waker becomes readable. */
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

/* Wakes the thread that serves the links of a session. */
typedef struct {
    int fd;    /* eventfd */
    int woken; /* 1: link_wake() was called; atomic */
} LinkWaker;

struct _Link {
    const LinkClass *class;
    char *name;
    LinkWaker *waker; /* g_atomic_rc_box; shared by the links of a session */
};

/* A function that opens a link calls link_init() first. The close() function of the class calls
 * link_clear() and frees the link. @sibling: (nullable): another link of the same session. */
gboolean link_init(Link *self, const LinkClass *class, const char *name, Link *sibling,
                   GError **error);
void link_clear(Link *self);

Link *local_link_open(const LinkOptions *options, GError **error);
Link *ssh_link_open(const LinkOptions *options, GError **error);

void link_enter_stage(const LinkOptions *options, MamutoStage stage);

/* Returns the size of the receive window of one link in bytes. The windows of all @n_links links
 * together have a fixed size. */
gsize link_share_of_window(guint n_links);

/* Makes text from a host safe to show: converts it to valid UTF-8, escapes control characters,
 * joins lines with " / ", and keeps only the last @max_bytes bytes. Returns: (transfer full). */
char *link_escape_text(const char *text, gsize length, gsize max_bytes);

/* The last bytes of a stream, such as standard error, for error messages. */
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

/* A child process in its own session, so that Ctrl-C in a terminal does not reach the child. All
 * signals have their default actions in the child. */
typedef struct {
    pid_t pid; /* 0: none, or already reaped */
    int pidfd; /* -1: not supported by the kernel */
    int status;
    gboolean known; /* FALSE: the exit status is unknown */
} LinkChild;

/* Starts @path with @stdio_fd as standard input and output, and @stderr_fd as standard error. The
 * child also inherits all descriptors that are not CLOEXEC. */
gboolean link_child_spawn(LinkChild *self, const char *path, char **argv, int stdio_fd,
                          int stderr_fd, GError **error);
/* Waits up to @timeout_ms for the child to exit, and reaps it. Returns FALSE on a time-out. */
gboolean link_child_wait(LinkChild *self, int timeout_ms);
/* Reaps the child. If the child has not exited after @timeout_ms, first kills the child and its
 * process group. */
void link_child_end(LinkChild *self, int timeout_ms);
/* Returns: (transfer full): a description such as "the agent ended with exit status 3". */
char *link_child_describe(const LinkChild *self);

/* Returns: (transfer full): a file of link.gresource.xml. May be called from any thread. */
GBytes *link_lookup_resource(const char *name, GError **error);

/* Looks up the program of the agent for a machine; @sysname and @machine are as in uname. Sets
 * *@agent to NULL if the library contains no program for the machine. Fails if the program cannot
 * be read. The file $MAMUTO_AGENT replaces the program for this computer. */
gboolean agent_for_machine(const char *sysname, const char *machine, GBytes **agent,
                           GError **error);
GBytes *agent_for_this_machine(GError **error);
void agent_name_this_machine(char **sysname, char **machine);
/* Returns: (transfer full): the sources of the agent as a tar file, for hosts without an included
 * program. */
GBytes *agent_get_source(void);

G_END_DECLS
