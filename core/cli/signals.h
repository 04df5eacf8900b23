/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Ends the program after SIGHUP, SIGINT (Ctrl-C) or SIGTERM. */
#pragma once

#include <gio/gio.h>

/* Installs handlers. The first signal cancels @cancellable in the main context. If the program has
 * not ended a little later, or if a second signal arrives, it ends at once. While a complete result
 * is being saved, only the second signal ends the program. Returns FALSE with an error if the
 * thread for signals cannot be started. */
gboolean signals_catch(GCancellable *cancellable, GError **error);
/* If @hold, makes the program go on after the first signal until it has saved a result. After the
 * signal, the caller tells the user that a second signal ends the program. */
void signals_hold(gboolean hold);
/* Ends the effect of signals_hold(). Called when everything is saved and reported. If the program
 * was interrupted and still does not end, it ends with @status. */
void signals_release(int status);
/* Prints a message about the interruption, unless the program is already being ended at once. */
void signals_tell(const char *text);
/* Returns the number of the signal that cancelled the program, or 0 if there was no signal. */
int signals_get_caught(void);
