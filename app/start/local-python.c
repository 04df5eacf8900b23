/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See local-python.h. */
#include "local-python.h"

#include <mamuto.h>

/* Returns TRUE if @python can import a name from numpy. Importing only "numpy" is not enough,
 * because uninstalling numpy can leave an empty folder, and Python imports an empty folder without
 * an error. */
static gboolean
imports_numpy(const char *python, GCancellable *cancellable)
{
    g_autoptr(GSubprocess) process =
        g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                         NULL, python, "-I", "-c", "from numpy import ndarray", NULL);

    if (!process)
        return FALSE;
    if (g_subprocess_wait_check(process, cancellable, NULL))
        return TRUE;
    /* stop the process, because it continues to run after a cancellation */
    g_subprocess_force_exit(process);
    return FALSE;
}

char *
local_python_find(LocalPython *what, GCancellable *cancellable)
{
    g_auto(GStrv) programs = mamuto_python_list(NULL);

    *what = LOCAL_PYTHON_READY;
    for (char **program = programs; *program; program++)
        if (imports_numpy(*program, cancellable))
            return g_strdup(*program);
    *what = programs[0] ? LOCAL_PYTHON_NO_NUMPY : LOCAL_PYTHON_MISSING;
    return NULL;
}

static void
find_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    LocalPython what;
    g_autofree char *found = local_python_find(&what, cancellable);

    g_task_return_int(task, (gssize)what);
}

void
local_python_find_async(GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);

    mamuto_task_run_in_thread(task, find_in_thread);
}

LocalPython
local_python_find_finish(GAsyncResult *result)
{
    g_autoptr(GError) error = NULL;
    gssize what = g_task_propagate_int(G_TASK(result), &error);

    return error ? LOCAL_PYTHON_UNKNOWN : (LocalPython)what;
}

const char *
local_python_get_fix(void)
{
    static const struct {
        const char *program;
        const char *fix;
    } systems[] = {{"apt-get", "sudo apt install python3-numpy"},
                   {"dnf", "sudo dnf install python3-numpy"},
                   {"zypper", "sudo zypper install python3-numpy"},
                   {"pacman", "sudo pacman -S python-numpy"}};

    for (gsize i = 0; i < G_N_ELEMENTS(systems); i++) {
        g_autofree char *program = g_find_program_in_path(systems[i].program);

        if (program)
            return systems[i].fix;
    }
    return "python3 -m pip install numpy";
}
