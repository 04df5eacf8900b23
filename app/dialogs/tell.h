/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Messages for the user. @widget: the window, or any widget in it. */
#pragma once

#include <gtk/gtk.h>

/* Shows a toast that says what was done, or why something was not done. */
void tell(GtkWidget *widget, const char *message);
/* Shows a dialog with the error of an operation that the user started. */
void tell_error(GtkWidget *widget, const char *heading, const GError *error);
