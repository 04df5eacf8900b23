/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See unfinished.h. */
#include "unfinished.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "mamuto-unfinished.h"

typedef struct {
    pid_t pid;
    int last_signal;
} Child;

/* The lock protects the variables below it. It is a pthread mutex, because the race detector
 * ThreadSanitizer does not understand GMutex. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static GPtrArray *files; /* (nullable); elements: paths */
static GArray *children; /* (nullable); elements: Child */
static guint n_saving;

void
unfinished_add_file(const char *path)
{
    pthread_mutex_lock(&lock);
    if (files == NULL)
        files = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(files, g_strdup(path));
    pthread_mutex_unlock(&lock);
}

void
unfinished_remove_file(const char *path)
{
    guint at;

    pthread_mutex_lock(&lock);
    if (files != NULL && g_ptr_array_find_with_equal_func(files, path, g_str_equal, &at))
        g_ptr_array_remove_index_fast(files, at);
    pthread_mutex_unlock(&lock);
}

void
unfinished_add_child(pid_t pid, int last_signal)
{
    const Child child = {pid, last_signal};

    pthread_mutex_lock(&lock);
    if (children == NULL)
        children = g_array_new(FALSE, FALSE, sizeof(Child));
    g_array_append_val(children, child);
    pthread_mutex_unlock(&lock);
}

void
unfinished_remove_child(pid_t pid)
{
    pthread_mutex_lock(&lock);
    for (guint i = 0; children != NULL && i < children->len; i++)
        if (g_array_index(children, Child, i).pid == pid) {
            g_array_remove_index_fast(children, i);
            break;
        }
    pthread_mutex_unlock(&lock);
}

void
unfinished_begin_saving(void)
{
    pthread_mutex_lock(&lock);
    n_saving++;
    pthread_mutex_unlock(&lock);
}

void
unfinished_end_saving(void)
{
    pthread_mutex_lock(&lock);
    n_saving--;
    pthread_mutex_unlock(&lock);
}

/* A process that has no group of its own belongs to the group of this program. */
static void
end_child(const Child *child)
{
    if (child->last_signal == SIGKILL && getpgid(child->pid) == child->pid)
        kill(-child->pid, SIGKILL);
    kill(child->pid, child->last_signal);
}

/**
 * mamuto_discard_unfinished:
 * @saving_too: whether to discard complete results that are being saved, too
 *
 * Removes the temporary files of unfinished outputs and ends the child processes of the library.
 * A program that must exit at once calls this function and then _exit(), although other threads
 * may wait for a host or a disk. The work of these threads fails, so the program must not continue.
 * Agents on this computer end by themselves as soon as the program has exited. Can be called from
 * any thread.
 *
 * Returns: %FALSE if nothing was done, because a complete result is being saved and @saving_too is
 *   %FALSE
 */
gboolean
mamuto_discard_unfinished(gboolean saving_too)
{
    gboolean wanted;

    pthread_mutex_lock(&lock);
    wanted = saving_too || n_saving == 0;
    for (guint i = 0; wanted && children != NULL && i < children->len; i++)
        end_child(&g_array_index(children, Child, i));
    for (guint i = 0; wanted && files != NULL && i < files->len; i++)
        unlink(g_ptr_array_index(files, i));
    pthread_mutex_unlock(&lock);
    return wanted;
}
