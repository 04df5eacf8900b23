/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A button that shows its label, or in a narrow window only an icon. */
#pragma once

#include <gtk/gtk.h>

/* @label: with a mnemonic, such as "_Open…"; it is the accessible label in both cases. */
void narrow_button_show(GtkButton *button, const char *label, const char *icon_name,
                        gboolean narrow);
