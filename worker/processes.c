/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Ends the processes that user code started. A process that began a session of its own (setsid())
 * has left the process group of its slot, so kill(-group) does not reach it. It is found through
 * its parent: in /proc as long as the parent lives, later as a child of the agent, to which the
 * kernel gives all orphans because the agent is their subreaper (see prctl()). Kernels without
 * /proc/PID/task/TID/children (CONFIG_PROC_CHILDREN) only offer process groups. */
#include "agent.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Limits the work if user code starts processes without end. */
#define MAX_PROCESSES 4096
/* Time until the agent gives up on processes that do not end after SIGKILL, for example because
 * they wait for a network file system. */
#define MAX_WAIT_US 1000000u

struct list {
    pid_t pids[MAX_PROCESSES];
    size_t n;
};

static void
add_children_of_thread(struct list *list, pid_t pid, const char *thread)
{
    char path[64];
    int child;
    snprintf(path, sizeof path, "/proc/%d/task/%.16s/children", (int)pid, thread);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return;
    while (list->n < MAX_PROCESSES && fscanf(file, "%d", &child) == 1)
        list->pids[list->n++] = child;
    fclose(file);
}

static void
add_children(struct list *list, pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *threads = opendir(path);
    if (threads == NULL)
        return;
    for (const struct dirent *d; (d = readdir(threads)) != NULL;)
        if (d->d_name[0] != '.')
            add_children_of_thread(list, pid, d->d_name);
    closedir(threads);
}

/* Returns the number of processes that were killed. */
static size_t
kill_below(pid_t pid)
{
    static struct list list;
    size_t killed = 0;
    list.n = 0;
    add_children(&list, pid);
    for (size_t i = 0; i < list.n; i++)
        add_children(&list, list.pids[i]);
    for (size_t i = 0; i < list.n; i++)
        if (kill(list.pids[i], SIGKILL) == 0)
            killed++;
    return killed;
}

void
processes_kill_below(pid_t pid)
{
    kill_below(pid);
}

void
processes_kill_orphans(void)
{
    uint64_t deadline = now_us() + MAX_WAIT_US;
    for (;;) {
        pid_t pid;
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
            ;
        if (pid < 0 || now_us() > deadline || kill_below(getpid()) == 0)
            return;
        poll(NULL, 0, 1);
    }
}
