/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Child processes that this program starts and waits for. GSubprocess is not used, because it needs
 * a thread of GLib, and GLib ends the program if the system allows no more threads. */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

typedef struct {
    const char *const *argv; /* argv[0]: a path, or a name that is searched in $PATH */
    const char *folder;      /* (nullable): NULL: the working folder of this program */
    char **environment;      /* (nullable): NULL: the environment of this program */
    int stdin_fd;            /* -1: /dev/null */
    int output_fd;           /* standard output and standard error; -1: /dev/null */
    const int *fds;          /* further descriptors; the first one has the number 3 in the child */
    guint n_fds;
    int last_signal; /* see unfinished_add_child() */
} ChildSetup;

/* Starts a process. The caller keeps its descriptors. Returns 0 with an error on failure. */
pid_t child_start(const ChildSetup *setup, GError **error);
/* Kills the process and waits for its end. */
void child_kill(pid_t pid);

G_END_DECLS
