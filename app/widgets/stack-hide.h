/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Marks the pages of a stack that are not visible as hidden for assistive technologies. GtkStack
 * does not do this. */
#pragma once

#include <gtk/gtk.h>

/* Marks the pages now, and again each time the visible page changes. */
void stack_hide_others(GtkStack *stack);
