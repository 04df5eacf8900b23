/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a person is told in the window that @widget is in, or is. */
#pragma once

#include <gtk/gtk.h>

/* In passing: what was done, or why something was not. */
void tell(GtkWidget *widget, const char *message);
/* An error in a dialog, for what a person asked for and did not get. */
void tell_error(GtkWidget *widget, const char *heading, const GError *error);
