/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Internals of links: the functions that each kind of link implements, a waker for waiting
 * threads, and helpers for text from hosts and for child processes. */
#pragma once

#include "link.h"

G_BEGIN_DECLS

/* The functions of one kind of link (local or ssh). The functions of link.h with similar names
 * call them. wait() reports only LINK_READABLE and LINK_WRITABLE. It may return early, for
 * example because the waker became readable. */
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

/* Longest time in milliseconds for which close() waits for the agent to exit. An agent that answers
 * exits within a round trip. The limit is for frozen hosts: all hosts are closed at the same time,
 * and a program that is interrupted must end within a second. */
#define LINK_CLOSE_MS 400

/* Lets other threads wake the thread that waits for the links of a session. */
typedef struct {
    int fd; /* an eventfd, which is readable after link_wake() */
} LinkWaker;

struct _Link {
    const LinkClass *class;
    char *name;
    LinkWaker *waker; /* allocated with g_atomic_rc_box; shared by the links of a session */
};

/* Each function that opens a link calls link_init() first. The close() function of each kind of
 * link calls link_clear() and then frees the link. @sibling: (nullable): another link of the
 * same session, whose waker the new link shares. */
gboolean link_init(Link *self, const LinkClass *class, const char *name, Link *sibling,
                   GError **error);
void link_clear(Link *self);

Link *local_link_open(const LinkOptions *options, GError **error);
Link *ssh_link_open(const LinkOptions *options, GError **error);

void link_enter_stage(const LinkOptions *options, MamutoStage stage);

/* Returns the size of the receive window of one link in bytes: the number of bytes that the
 * host may send before they are read. The windows of all @n_links links share a fixed amount of
 * memory. */
gsize link_share_of_window(guint n_links);

/* Returns: (transfer full): text from a host in a form that is safe to show. Converts the text
 * to valid UTF-8, escapes control characters, joins lines with " / ", and keeps only the last
 * @max_bytes bytes. */
char *link_escape_text(const char *text, gsize length, gsize max_bytes);

/* Keeps the last bytes of a stream, such as standard error, for error messages. */
typedef struct {
    int fd; /* -1: none */
    gsize length;
    char data[4096];
} LinkTail;

void link_tail_init(LinkTail *self, int fd);
void link_tail_add(LinkTail *self, const char *data, gsize length);
/* Reads from the descriptor, which must be non-blocking, until no more bytes are available. */
void link_tail_drain(LinkTail *self);
void link_tail_clear(LinkTail *self);
/* Returns: (transfer full): text to append to an error message, ": last output: …", or "" if
 * nothing was read. */
char *link_tail_quote(const LinkTail *self);

/* A child process. It runs in its own process session, so Ctrl-C in a terminal does not end it.
 * All signals have their default actions in the child. */
typedef struct {
    pid_t pid; /* 0: not started, or ended and waited for */
    int pidfd; /* descriptor to wait for the child; -1: not supported by the kernel */
    int status;
    gboolean known; /* FALSE: the exit status could not be read */
} LinkChild;

/* Starts the program @path. @stdio_fd becomes its standard input and output, and @stderr_fd its
 * standard error. The child also inherits all descriptors that are not CLOEXEC. @last_signal: sent
 * if this program exits without waiting for the child, see unfinished_add_child(). */
gboolean link_child_spawn(LinkChild *self, const char *path, char **argv, int stdio_fd,
                          int stderr_fd, int last_signal, GError **error);
/* Waits up to @timeout_ms for the child to exit. Returns FALSE if the child is still running. */
gboolean link_child_wait(LinkChild *self, int timeout_ms);
/* Waits up to @timeout_ms for the child to exit. If it is still running, kills the child and
 * its process group. */
void link_child_end(LinkChild *self, int timeout_ms);
/* Returns: (transfer full): a description such as "the agent ended with exit status 3". */
char *link_child_describe(const LinkChild *self);

/* Returns: (transfer full): the contents of a file that is listed in link.gresource.xml. May be
 * called in any thread. */
GBytes *link_lookup_resource(const char *name, GError **error);

/* Looks up the program of the agent for a machine. @sysname and @machine are strings as
 * returned by uname(). Sets *@agent to NULL if the library contains no program for the machine.
 * Returns FALSE with @error set if the program cannot be read. If $MAMUTO_AGENT names a file,
 * that file is used for machines like this computer. */
gboolean agent_for_machine(const char *sysname, const char *machine, GBytes **agent,
                           GError **error);
GBytes *agent_for_this_machine(GError **error);
/* Returns whether $MAMUTO_AGENT names a file. */
gboolean agent_is_replaced(void);
void agent_name_this_machine(char **sysname, char **machine);
/* Returns: (transfer full): the sources of the agent as a tar file, to compile the agent on
 * hosts for which the library contains no program. */
GBytes *agent_get_source(void);

G_END_DECLS
