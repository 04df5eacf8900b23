/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A drop-down list that fits into a narrow window, however long its texts are. */
#pragma once

#include <gtk/gtk.h>

/* Cuts the selected text of a list of strings at its end if the window is narrow. The popup still
 * shows whole texts. GTK 4.8 makes the button as wide as the selected text. Call this function
 * before the first model is set. */
void narrow_drop_down_init(GtkDropDown *drop_down);
