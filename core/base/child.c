/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See child.h. */
#include "child.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "unfinished.h"

pid_t
child_start(const ChildSetup *setup, GError **error)
{
    GSpawnFlags flags = G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH;
    g_autofree int *targets = g_new(int, setup->n_fds + 1);
    GPid pid = 0;

    if (setup->output_fd < 0)
        flags |= G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL;
    for (guint i = 0; i < setup->n_fds; i++)
        targets[i] = 3 + (int)i;
    if (!g_spawn_async_with_pipes_and_fds(
            setup->folder, setup->argv, (const char *const *)setup->environment, flags, NULL, NULL,
            setup->stdin_fd, setup->output_fd, setup->output_fd, setup->fds, targets, setup->n_fds,
            &pid, NULL, NULL, NULL, error))
        return 0;
    unfinished_add_child(pid, setup->last_signal);
    return pid;
}

void
child_kill(pid_t pid)
{
    kill(pid, SIGKILL);
    unfinished_remove_child(pid);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}
