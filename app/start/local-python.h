/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Searches this computer for a Python with numpy. The search tries first python3 in the PATH, then
 * /usr/bin/python3. The program that runs on each host uses the same order. */
#pragma once

#include <gio/gio.h>

typedef enum {
    LOCAL_PYTHON_UNKNOWN, /* the search was cancelled */
    LOCAL_PYTHON_READY,
    LOCAL_PYTHON_NO_NUMPY,
    LOCAL_PYTHON_MISSING,
} LocalPython;

void local_python_find_async(GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);
LocalPython local_python_find_finish(GAsyncResult *result);
/* (transfer full) (nullable): the path of a Python with numpy. @what: (out): the outcome of the
 * search. Blocks; may be called from any thread. */
char *local_python_find(LocalPython *what, GCancellable *cancellable);
/* The command that installs Python and numpy on this system. */
const char *local_python_get_fix(void);
