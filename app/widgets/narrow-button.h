/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A button that shows its label in a wide window and an icon in a narrow window. */
#pragma once

#include <gtk/gtk.h>

/* @label: the label with a mnemonic, such as "_Open…". The label is the accessible label of the
 * button, even if the button shows the icon. */
void narrow_button_show(GtkButton *button, const char *label, const char *icon_name,
                        gboolean narrow);
