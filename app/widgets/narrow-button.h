/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A button that shows its word where there is room for it, and an icon where there is not. */
#pragma once

#include <gtk/gtk.h>

/* @label: with a mnemonic, as in "_Open…"; assistive technologies are told it in either case. */
void narrow_button_show(GtkButton *button, const char *label, const char *icon_name,
                        gboolean narrow);
