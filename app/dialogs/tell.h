/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shows messages in a window. @widget is the window or any widget inside it. */
#pragma once

#include <gtk/gtk.h>

/* Shows @message for a short time at the edge of the window (as a toast). */
void tell(GtkWidget *widget, const char *message);
/* Shows a dialog with @error. Used for errors of operations that the user has started. */
void tell_error(GtkWidget *widget, const char *heading, const GError *error);
