/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Hides the invisible pages of a stack from assistive technologies. GtkStack does not do this. */
#pragma once

#include <gtk/gtk.h>

/* Hides the pages now, and again each time another page becomes visible. */
void stack_hide_others(GtkStack *stack);
