/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A button that shows its label in a wide window and an icon in a narrow window. */
#pragma once

#include <gtk/gtk.h>

/* Shows the icon on the button if @narrow is TRUE, otherwise shows @label. @label contains a
 * mnemonic, for example "_Open…". In both cases, @label without the "_" becomes the accessible
 * label of the button. */
void narrow_button_show(GtkButton *button, const char *label, const char *icon_name,
                        gboolean narrow);
