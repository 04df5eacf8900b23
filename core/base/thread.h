/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Starts threads without g_thread_new() and g_task_run_in_thread(). If the system allows no more
 * threads, these functions of GLib end the program, or the task waits forever. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Returns: (transfer full): the thread, or NULL with an error that names the limit. */
GThread *thread_start(const char *name, GThreadFunc func, gpointer data, GError **error);

/* Starts the thread of GLib that GTask needs and creates the default main context, after a test
 * whether a thread can be started and files can be opened. Without this call GLib does both when
 * they are first used, and ends the program if the system allows no more threads or open files.
 * Call this function at the start of a program that has no thread of GLib yet. */
gboolean thread_prepare(GError **error);

G_END_DECLS
