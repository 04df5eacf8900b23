/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-task.h. */
#include "mamuto-task.h"

#include "thread.h"

typedef struct {
    GTask *task;
    GTaskThreadFunc func;
} Work;

static gpointer
run(gpointer data)
{
    g_autofree Work *work = data;
    g_autoptr(GTask) task = work->task;

    work->func(task, g_task_get_source_object(task), g_task_get_task_data(task),
               g_task_get_cancellable(task));
    return NULL;
}

/**
 * mamuto_task_run_in_thread: (skip)
 * @task: a task
 * @func: the work, which must complete @task
 *
 * Does the same as g_task_run_in_thread(), but uses a new thread instead of the thread pool of
 * GLib. If the system allows no more threads, completes @task with %MAMUTO_ERROR_FAILED, while
 * g_task_run_in_thread() would end the program or never complete the task.
 */
void
mamuto_task_run_in_thread(GTask *task, GTaskThreadFunc func)
{
    Work *work;
    GThread *thread;
    GError *error = NULL;

    g_return_if_fail(G_IS_TASK(task));
    g_return_if_fail(func != NULL);

    work = g_new(Work, 1);
    work->task = g_object_ref(task);
    work->func = func;
    thread = thread_start("mamuto-task", run, work, &error);
    if (thread != NULL) {
        g_thread_unref(thread);
        return;
    }
    g_object_unref(work->task);
    g_free(work);
    g_task_return_error(task, error);
}
