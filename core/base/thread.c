/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See thread.h. */
#include "thread.h"

#include <glib/gi18n-lib.h>

#include <sched.h>
#include <unistd.h>

#include "mamuto-error.h"

/* Maximum time in which the system notices the end of a thread. */
#define END_US (100 * G_TIME_SPAN_MILLISECOND)

GThread *
thread_start(const char *name, GThreadFunc func, gpointer data, GError **error)
{
    g_autoptr(GError) failure = NULL;
    GThread *thread = g_thread_try_new(name, func, data, &failure);

    if (thread == NULL)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                    _("a thread cannot be started: %s; raise the limit of processes (ulimit -u, or "
                      "the limit of the container), or end other programs"),
                    failure->message);
    return thread;
}

static gpointer
get_id(gpointer data)
{
    return GINT_TO_POINTER(gettid());
}

gboolean
thread_prepare(GError **error)
{
    GThread *thread = thread_start("mamuto-test", get_id, NULL, error);
    gint64 end = g_get_monotonic_time() + END_US;
    g_autofree char *path = NULL;

    if (thread == NULL)
        return FALSE;
    path = g_strdup_printf("/proc/self/task/%d", GPOINTER_TO_INT(g_thread_join(thread)));
    /* The limit counts the thread until the system has removed it, which is shortly after
     * g_thread_join(). */
    while (access(path, F_OK) == 0 && g_get_monotonic_time() < end)
        sched_yield();
    g_type_class_unref(g_type_class_ref(G_TYPE_TASK));
    return TRUE;
}
