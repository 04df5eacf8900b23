/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A stack does not tell assistive technologies which of its pages are out of sight; this does. */
#pragma once

#include <gtk/gtk.h>

/* From now on, for as long as the stack lives. */
void stack_hide_others(GtkStack *stack);
