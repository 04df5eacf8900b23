/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Links to agents on this computer. Each agent is a child process, connected by a socket pair,
 * which can also transfer file descriptors. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "link-private.h"

/* Size in bytes of the socket's buffer, which is enough for small results and logs. Most arrays
 * are passed by file descriptor and do not need the buffer. The kernel may reduce the size. */
#define SOCKET_BUFFER (4 << 20)
#define READ_SIZE (256u << 10)

/* Old C libraries do not define this flag of memfd_create(), and old kernels reject it with
 * EINVAL. */
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

typedef struct {
    Link base;
    int fd;
    LinkChild child;
    LinkTail tail;
} LocalLink;

static int
open_memory(void)
{
    int fd = memfd_create("mamuto-agent", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);

    if (fd < 0 && errno == EINVAL)
        fd = memfd_create("mamuto-agent", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return fd;
}

static gboolean
write_all(int fd, GBytes *bytes)
{
    gsize size, done = 0;
    const char *data = g_bytes_get_data(bytes, &size);

    while (done < size) {
        gssize n = write(fd, data + done, size - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return FALSE;
        done += n;
    }
    return TRUE;
}

/* Starts the agent from an anonymous file in memory. This leaves no file behind, and works even
 * if all directories forbid execution. */
static gboolean
spawn_from_memory(LocalLink *self, GBytes *agent, char **argv, int stdio_fd, int stderr_fd)
{
    g_autofree char *path = NULL;
    gboolean ok = FALSE;
    int fd = open_memory();

    if (fd < 0)
        return FALSE;
    if (write_all(fd, agent) &&
        fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0) {
        path = g_strdup_printf("/proc/self/fd/%d", fd);
        ok = link_child_spawn(&self->child, path, argv, stdio_fd, stderr_fd, SIGCONT, NULL);
    }
    close(fd);
    return ok;
}

/* Starts the agent from a private file, for systems that forbid execution from memory. The file
 * is deleted right after the start. */
static gboolean
spawn_from_file(LocalLink *self, GBytes *agent, char **argv, int stdio_fd, int stderr_fd,
                GError **error)
{
    g_autofree char *dir = g_build_filename(g_get_user_cache_dir(), "mamuto", NULL);
    g_autofree char *path = g_build_filename(dir, "agent-XXXXXX", NULL);
    gboolean ok;
    int fd;

    g_mkdir_with_parents(dir, 0700);
    fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0700);
    if (fd < 0 || !write_all(fd, agent)) {
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_AGENT,
            _("cannot write the agent to %s: %s; XDG_CACHE_HOME can name another directory"), path,
            g_strerror(errno));
        if (fd >= 0) {
            close(fd);
            unlink(path);
        }
        return FALSE;
    }
    close(fd);
    ok = link_child_spawn(&self->child, path, argv, stdio_fd, stderr_fd, SIGCONT, error);
    unlink(path);
    return ok;
}

static gboolean
spawn_agent(LocalLink *self, int stdio_fd, int stderr_fd, GError **error)
{
    char *argv[] = {(char *)"mamuto-agent", NULL};
    const char *path = g_getenv("MAMUTO_AGENT");
    g_autoptr(GBytes) agent = NULL;

    if (path && *path)
        return link_child_spawn(&self->child, path, argv, stdio_fd, stderr_fd, SIGCONT, error);
    agent = agent_for_this_machine(error);
    return agent && (spawn_from_memory(self, agent, argv, stdio_fd, stderr_fd) ||
                     spawn_from_file(self, agent, argv, stdio_fd, stderr_fd, error));
}

/* Waits for the sockets of the links, for standard error of their agents, and for the waker
 * that all links share. */
static void
local_wait(Link *const *links, LinkEvents *events, guint n, int timeout_ms)
{
    struct pollfd few[9];
    g_autofree struct pollfd *many = n > 4 ? g_new(struct pollfd, 2 * n + 1) : NULL;
    struct pollfd *p = many != NULL ? many : few;

    for (guint i = 0; i < n; i++) {
        const LocalLink *self = (const LocalLink *)links[i];
        short in = events[i] & LINK_READABLE ? POLLIN : 0;
        short out = events[i] & LINK_WRITABLE ? POLLOUT : 0;

        p[2 * i] = (struct pollfd){.fd = self->fd, .events = in | out};
        p[2 * i + 1] = (struct pollfd){.fd = self->tail.fd, .events = POLLIN};
    }
    p[2 * n] = (struct pollfd){.fd = links[0]->waker->fd, .events = POLLIN};
    if (poll(p, 2 * n + 1, timeout_ms) <= 0)
        for (guint i = 0; i < 2 * n; i++)
            p[i].revents = 0;
    for (guint i = 0; i < n; i++) {
        LinkEvents possible = 0;

        if (p[2 * i + 1].revents)
            link_tail_drain(&((LocalLink *)links[i])->tail);
        /* A closed socket counts as readable and writable, because the next read or write
         * reports why it was closed. */
        if (p[2 * i].revents & (POLLIN | POLLHUP | POLLERR))
            possible |= LINK_READABLE;
        if (p[2 * i].revents & (POLLOUT | POLLHUP | POLLERR))
            possible |= LINK_WRITABLE;
        events[i] &= possible;
    }
}

static gssize
lost(LocalLink *self, GError **error)
{
    g_autofree char *what = NULL, *said = NULL;

    /* Waits for the exit status, because the agent may exit a moment after its socket was
     * closed. */
    link_child_wait(&self->child, 300);
    link_tail_drain(&self->tail);
    what = link_child_describe(&self->child);
    said = link_tail_quote(&self->tail);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LOST, "%s%s", what, said);
    return -1;
}

static void
take_fds(struct msghdr *message, int *fds, guint *n_fds)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        guint n;
        int got[LINK_MAX_FDS];

        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        n = MIN((c->cmsg_len - CMSG_LEN(0)) / sizeof(int), LINK_MAX_FDS);
        memcpy(got, CMSG_DATA(c), n * sizeof(int));
        for (guint i = 0; i < n; i++) {
            if (fds && n_fds && *n_fds < LINK_MAX_FDS)
                fds[(*n_fds)++] = got[i];
            else
                close(got[i]);
        }
    }
}

static gssize
local_read(Link *link, gpointer buffer, gsize size, int *fds, guint *n_fds, GError **error)
{
    LocalLink *self = (LocalLink *)link;
    union {
        char space[CMSG_SPACE(LINK_MAX_FDS * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec io = {buffer, size};
    struct msghdr message = {.msg_iov = &io,
                             .msg_iovlen = 1,
                             .msg_control = control.space,
                             .msg_controllen = sizeof control.space};
    gssize n;

    do
        n = recvmsg(self->fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN)
        return 0;
    if (n <= 0)
        return lost(self, error);
    take_fds(&message, fds, n_fds);
    if (message.msg_flags & MSG_CTRUNC) {
        for (guint i = 0; n_fds && i < *n_fds; i++)
            close(fds[i]);
        if (n_fds)
            *n_fds = 0;
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL,
            _("file descriptors of the agent could not be received; the limit of open files "
              "(ulimit -n) may be too low"));
        return -1;
    }
    return n;
}

static gssize
local_write(Link *link, gconstpointer buffer, gsize size, const int *fds, guint n_fds,
            GError **error)
{
    LocalLink *self = (LocalLink *)link;
    union {
        char space[CMSG_SPACE(LINK_MAX_FDS * sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec io = {(gpointer)buffer, size};
    struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1};
    gssize n;

    if (n_fds > 0) {
        struct cmsghdr *c;

        message.msg_control = control.space;
        message.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
        c = CMSG_FIRSTHDR(&message);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
        memcpy(CMSG_DATA(c), fds, n_fds * sizeof(int));
    }
    do
        n = sendmsg(self->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    /* Nothing can be written now: the socket's buffer is full (EAGAIN), or the agent must first
     * receive the descriptors that were sent earlier (ETOOMANYREFS). */
    if (n < 0 && (errno == EAGAIN || errno == ETOOMANYREFS))
        return 0;
    if (n < 0)
        return lost(self, error);
    return n;
}

static gsize
local_read_size(Link *link)
{
    return READ_SIZE;
}

static void
local_close(Link *link)
{
    LocalLink *self = (LocalLink *)link;

    if (self->fd >= 0)
        close(self->fd); /* makes the agent exit, because its standard input ends */
    link_child_end(&self->child, LINK_CLOSE_MS);
    link_tail_clear(&self->tail);
    link_clear(link);
    g_free(self);
}

static Link *local_open_another(Link *link, const LinkOptions *options, GError **error);

static const LinkClass local_class = {
    .passes_fds = TRUE,
    .open_another = local_open_another,
    .wait = local_wait,
    .read = local_read,
    .write = local_write,
    .read_size = local_read_size,
    .close = local_close,
};

static gboolean
start(LocalLink *self, GError **error)
{
    int pair[2] = {-1, -1}, err[2] = {-1, -1}, size = SOCKET_BUFFER;
    gboolean ok = FALSE;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 || pipe2(err, O_CLOEXEC) < 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_AGENT,
                    _("cannot make a socket pair for the agent: %s"), g_strerror(errno));
    } else {
        for (int i = 0; i < 2; i++)
            if (setsockopt(pair[i], SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) < 0)
                setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
        fcntl(err[0], F_SETFL, O_NONBLOCK);
        ok = spawn_agent(self, pair[1], err[1], error);
    }
    if (pair[1] >= 0)
        close(pair[1]);
    if (err[1] >= 0)
        close(err[1]);
    self->fd = pair[0];
    link_tail_init(&self->tail, err[0]);
    return ok;
}

static Link *
open_beside(Link *sibling, const LinkOptions *options, GError **error)
{
    LocalLink *self = g_new0(LocalLink, 1);

    self->fd = self->tail.fd = self->child.pidfd = -1;
    link_enter_stage(options, MAMUTO_STAGE_AGENT);
    if (!link_init(&self->base, &local_class, options->name, sibling, error) ||
        !start(self, error)) {
        local_close(&self->base);
        return NULL;
    }
    return &self->base;
}

/* Starts another agent. Local links of one session share only the waker; each link has its own
 * socket pair and agent. */
static Link *
local_open_another(Link *link, const LinkOptions *options, GError **error)
{
    return open_beside(link, options, error);
}

Link *
local_link_open(const LinkOptions *options, GError **error)
{
    return open_beside(NULL, options, error);
}
