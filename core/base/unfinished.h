/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Lists what unfinished work would leave behind if the program exited now: temporary files and
 * child processes. mamuto_discard_unfinished() removes them. All functions can be called in any
 * thread. */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

void unfinished_add_file(const char *path);
void unfinished_remove_file(const char *path);

/* @last_signal: SIGKILL, or SIGCONT for a process that ends by itself when its input ends. SIGCONT
 * continues such a process if a signal has stopped it. */
void unfinished_add_child(pid_t pid, int last_signal);
/* Call this function as soon as the process has ended, because its id may then belong to another
 * process. */
void unfinished_remove_child(pid_t pid);

/* While at least one complete result is being saved, the program should not exit. */
void unfinished_begin_saving(void);
void unfinished_end_saving(void);

G_END_DECLS
