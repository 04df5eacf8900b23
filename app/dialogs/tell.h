/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shows messages to the user. @widget is the window or any widget in the window. */
#pragma once

#include <gtk/gtk.h>

/* Shows a toast with the outcome of an operation. */
void tell(GtkWidget *widget, const char *message);
/* Shows a dialog with the error of an operation that the user has started. */
void tell_error(GtkWidget *widget, const char *heading, const GError *error);
