/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Ends the processes that user code started. A process that began a session of its own (setsid())
 * has left the process group of its slot, so kill(-group) does not reach it. It is found through
 * its parent: in /proc as long as the parent lives, later as a child of the agent, to which the
 * kernel gives all orphans because the agent is their subreaper (see prctl()). The mark of an
 * orphan identifies the slot that started it (see "Marks" in slot-protocol.h). On kernels without
 * /proc/PID/task/TID/children (CONFIG_PROC_CHILDREN), only process groups are killed. */
#include "agent.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
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

static void
list_below(struct list *list, pid_t pid)
{
    list->n = 0;
    add_children(list, pid);
    for (size_t i = 0; i < list->n; i++)
        add_children(list, list->pids[i]);
}

/* Returns the number of processes that were killed. */
static size_t
kill_below(pid_t pid)
{
    static struct list list;
    size_t killed = 0;
    list_below(&list, pid);
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

/* ---- processes that dead slots have left ---- */

/* Process ids of dead slots that may have left processes. */
static struct list dead;
static bool has_new_dead;

void
processes_slot_died(pid_t pid)
{
    if (pid <= 0 || dead.n == MAX_PROCESSES)
        return;
    dead.pids[dead.n++] = pid;
    has_new_dead = true;
}

void
processes_slot_started(pid_t pid)
{
    for (size_t i = dead.n; i-- > 0;)
        if (dead.pids[i] == pid)
            dead.pids[i] = dead.pids[--dead.n];
}

/* Returns the process id of the slot that started the process, directly or not. 0: none. */
static pid_t
slot_of(pid_t pid)
{
    struct rlimit limit;
    if (prlimit(pid, RLIMIT_RTTIME, NULL, &limit) != 0 || limit.rlim_cur < SLOT_MARK ||
        limit.rlim_cur >= 2 * SLOT_MARK)
        return 0;
    return (pid_t)(limit.rlim_cur & INT32_MAX);
}

void
processes_kill_left(bool reaped)
{
    static struct list list;
    static bool left[MAX_PROCESSES];
    if (dead.n == 0 || (!has_new_dead && !reaped))
        return;
    has_new_dead = false;
    memset(left, 0, sizeof left);
    list_below(&list, getpid());
    for (size_t i = 0; i < list.n; i++) {
        pid_t slot = slot_of(list.pids[i]);
        for (size_t k = 0; slot != 0 && k < dead.n; k++)
            if (dead.pids[k] == slot) {
                kill(list.pids[i], SIGKILL);
                left[k] = true;
            }
    }
    /* A process may have started another one before it was killed. Therefore a slot is removed from
     * the list only when a search finds none of its processes. */
    size_t n = 0;
    for (size_t k = 0; k < dead.n; k++)
        if (left[k])
            dead.pids[n++] = dead.pids[k];
    dead.n = n;
}

/* ---- the end of the agent ---- */

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
