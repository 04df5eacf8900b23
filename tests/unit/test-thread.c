/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of threads that cannot be started. The tests demand a stack that is larger than the address
 * space, because the limit of processes does not hold for root. */
#include "thread.h"

#include <pthread.h>
#include <string.h>

#include "mamuto-error.h"
#include "mamuto-task.h"

static gpointer
return_data(gpointer data)
{
    return data;
}

static void
answer(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    g_task_return_int(task, *(int *)data + 1);
}

static void
on_answer(GObject *source, GAsyncResult *result, gpointer data)
{
    *(GAsyncResult **)data = g_object_ref(result);
}

static GAsyncResult *
run_task(void)
{
    static int number = 41;
    GAsyncResult *result = NULL;
    g_autoptr(GTask) task = g_task_new(NULL, NULL, on_answer, &result);

    g_task_set_task_data(task, &number, NULL);
    mamuto_task_run_in_thread(task, answer);
    g_assert_null(result); /* the callback is called by the main loop */
    while (result == NULL)
        g_main_context_iteration(NULL, TRUE);
    return result;
}

static void
test_started(void)
{
    g_autoptr(GError) error = NULL;
    GThread *thread = thread_start("test", return_data, &error, &error);
    g_autoptr(GAsyncResult) result = run_task();

    g_assert_no_error(error);
    g_assert_true(g_thread_join(thread) == &error);
    g_assert_cmpint(g_task_propagate_int(G_TASK(result), &error), ==, 42);
    g_assert_no_error(error);
}

static void
set_stack_size(size_t size)
{
    pthread_attr_t attributes;

    pthread_getattr_default_np(&attributes);
    pthread_attr_setstacksize(&attributes, size);
    g_assert_cmpint(pthread_setattr_default_np(&attributes), ==, 0);
    pthread_attr_destroy(&attributes);
}

static void
test_refused(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GAsyncResult) result = NULL;

    set_stack_size((size_t)1 << 48);
    g_assert_null(thread_start("test", return_data, NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, "ulimit -u"));
    g_clear_error(&error);
    result = run_task();
    g_assert_cmpint(g_task_propagate_int(G_TASK(result), &error), ==, -1);
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED);
    set_stack_size(8 << 20);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/thread/started", test_started);
    g_test_add_func("/thread/refused", test_refused);
    return g_test_run();
}
