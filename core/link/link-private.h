/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the kinds of link share: the table of their functions, waking, and small helpers for text
 * from elsewhere and for child processes. */
#pragma once

#include "link.h"

G_BEGIN_DECLS

/* Each as the function of link.h with that name. wait() is link_wait_any(): it gives READABLE and
 * WRITABLE only and may come back early, as when the waker is readable. */
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

/* What wakes the thread of a session. */
typedef struct {
    int fd;    /* an eventfd */
    int woken; /* atomic */
} LinkWaker;

struct _Link {
    const LinkClass *class;
    char *name;
    LinkWaker *waker; /* (owned) (g_rc_box): of all links of the session */
};

/* Every open_…() calls this first; its close() calls link_clear() and frees itself. @sibling:
 * (nullable): another link of the session. */
gboolean link_init(Link *self, const LinkClass *class, const char *name, Link *sibling,
                   GError **error);
void link_clear(Link *self);

Link *local_link_open(const LinkOptions *options, GError **error);
Link *ssh_link_open(const LinkOptions *options, GError **error);

void link_enter_stage(const LinkOptions *options, MamutoStage stage);

/* The memory that all receive windows together may take, and what one link gets of it. */
gsize link_share_of_window(guint n_links);

/* Text from a host made fit to be shown: valid UTF-8, control characters escaped, lines joined by
 * " / ", at most @max_bytes of its end. */
char *link_escape_text(const char *text, gsize length, gsize max_bytes);

/* The last bytes of a stream that is only needed when something went wrong. */
typedef struct {
    int fd; /* -1: none */
    gsize length;
    char data[4096];
} LinkTail;

void link_tail_init(LinkTail *self, int fd);
void link_tail_add(LinkTail *self, const char *data, gsize length);
/* Reads what is there; never blocks (the descriptor must not). */
void link_tail_drain(LinkTail *self);
void link_tail_clear(LinkTail *self);
/* (transfer full): ": it said: …", or "" if it said nothing. */
char *link_tail_quote(const LinkTail *self);

/* A child of this process, in a session of its own (so that a terminal's Ctrl-C does not reach it)
 * and with signals as they were at boot. */
typedef struct {
    pid_t pid; /* 0: none, or reaped */
    int pidfd; /* -1: the kernel has none */
    int status;
    gboolean known; /* whether the status is */
} LinkChild;

/* Its standard input and output are @stdio_fd, standard error @stderr_fd; nothing else is passed
 * on but what is not CLOEXEC. */
gboolean link_child_spawn(LinkChild *self, const char *path, char **argv, int stdio_fd,
                          int stderr_fd, GError **error);
/* Waits until it has ended, and reaps it. */
gboolean link_child_wait(LinkChild *self, int timeout_ms);
/* Waits a little, then kills it and its process group, and reaps it. */
void link_child_end(LinkChild *self, int patience_ms);
/* (transfer full): "ended with exit status 3", "was killed by signal 9 (Killed)". */
char *link_child_describe(const LinkChild *self);

/* (transfer full): a file of link.gresource.xml; any thread. */
GBytes *link_lookup_resource(const char *name, GError **error);

/* The agent's program for a machine as uname tells it: *@agent is NULL if none is ready. Fails if
 * it cannot be read. MAMUTO_AGENT in the environment stands in for that of this machine. */
gboolean agent_for_machine(const char *sysname, const char *machine, GBytes **agent,
                           GError **error);
GBytes *agent_for_this_machine(GError **error);
void agent_name_this_machine(char **sysname, char **machine);
/* Its sources as a tar file, to be built where none is ready. */
GBytes *agent_get_source(void);

G_END_DECLS
