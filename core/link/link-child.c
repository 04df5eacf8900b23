/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Child processes of links: an agent on this computer, or a proxy command. waitpid() is called for
 * each child by its process id, so the library needs no handler for SIGCHLD. */
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "link-private.h"
#include "unfinished.h"

static int
spawn(pid_t *pid, const char *path, char **argv, int stdio_fd, int stderr_fd)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    int r;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, stdio_fd, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, stdio_fd, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, stderr_fd, STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    r = posix_spawn(pid, path, &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return r;
}

gboolean
link_child_spawn(LinkChild *self, const char *path, char **argv, int stdio_fd, int stderr_fd,
                 int last_signal, GError **error)
{
    int r;

    *self = (LinkChild){.pidfd = -1};
    r = spawn(&self->pid, path, argv, stdio_fd, stderr_fd);
    if (r != 0) {
        self->pid = 0;
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_AGENT, _("%s does not start: %s"), argv[0],
                    g_strerror(r));
        return FALSE;
    }
    self->pidfd = syscall(SYS_pidfd_open, self->pid, 0);
    unfinished_add_child(self->pid, last_signal);
    return TRUE;
}

static gboolean
reap(LinkChild *self, int flags)
{
    siginfo_t ended = {0};
    int waited;
    pid_t r;

    do
        waited = waitid(P_PID, (id_t)self->pid, &ended, WEXITED | WNOWAIT | flags);
    while (waited < 0 && errno == EINTR);
    if (waited == 0 && ended.si_pid == 0)
        return FALSE;

    /* Before waitpid(), because the process id may belong to another process after it. */
    unfinished_remove_child(self->pid);
    do
        r = waitpid(self->pid, &self->status, WNOHANG);
    while (r < 0 && errno == EINTR);
    /* waitpid() fails if the program has already waited for the child or ignores SIGCHLD. The
     * exit status is unknown in this case. */
    self->known = r == self->pid;
    self->pid = 0;
    if (self->pidfd >= 0)
        close(self->pidfd);
    self->pidfd = -1;
    return TRUE;
}

gboolean
link_child_wait(LinkChild *self, int timeout_ms)
{
    gint64 end = g_get_monotonic_time() + timeout_ms * G_TIME_SPAN_MILLISECOND;

    while (self->pid && !reap(self, WNOHANG)) {
        gint64 left = end - g_get_monotonic_time();
        struct pollfd p = {.fd = self->pidfd, .events = POLLIN};

        if (left <= 0)
            return FALSE;
        /* Linux before 5.3 has no pidfd. poll() then ignores the negative descriptor and only
         * sleeps for 5 ms before the next waitpid(). */
        poll(&p, 1, self->pidfd >= 0 ? (int)(left / 1000 + 1) : 5);
    }
    return TRUE;
}

void
link_child_end(LinkChild *self, int timeout_ms)
{
    if (self->pid && !link_child_wait(self, timeout_ms)) {
        kill(-self->pid, SIGKILL);
        kill(self->pid, SIGKILL);
        reap(self, 0);
    }
}

char *
link_child_describe(const LinkChild *self)
{
    if (self->pid)
        return g_strdup(_("the agent closed its connection"));
    if (!self->known)
        return g_strdup(_("the agent ended"));
    if (WIFSIGNALED(self->status))
        return g_strdup_printf(_("the agent was killed by signal %d (%s)"), WTERMSIG(self->status),
                               strsignal(WTERMSIG(self->status)));
    return g_strdup_printf(_("the agent ended with exit status %d"), WEXITSTATUS(self->status));
}
