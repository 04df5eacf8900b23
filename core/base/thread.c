/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See thread.h. */
#include "thread.h"

#include <glib/gi18n-lib.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "mamuto-error.h"

/* Maximum time in which the system notices the end of a thread. */
#define END_US (100 * G_TIME_SPAN_MILLISECOND)
/* The number of files that GLib opens in thread_prepare(): one for each of two main contexts, or
 * two on a system without eventfd. */
#define GLIB_FILES 4

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

static gboolean
can_open_files(GError **error)
{
    int fds[GLIB_FILES];
    int n = 0, code = 0;

    while (n < GLIB_FILES && code == 0) {
        fds[n] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (fds[n] < 0)
            code = errno;
        else
            n++;
    }
    while (n > 0)
        close(fds[--n]);
    if (code != 0)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                    _("files cannot be opened: %s; raise the limit of open files (ulimit -n)"),
                    g_strerror(code));
    return code == 0;
}

gboolean
thread_prepare(GError **error)
{
    GThread *thread =
        can_open_files(error) ? thread_start("mamuto-test", get_id, NULL, error) : NULL;
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
    g_main_context_default();
    return TRUE;
}
