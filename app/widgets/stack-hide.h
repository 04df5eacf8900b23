/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Marks the invisible pages of a stack as hidden for assistive technologies, which GtkStack does
 * not do. */
#pragma once

#include <gtk/gtk.h>

/* Marks the pages now and whenever the visible page changes. */
void stack_hide_others(GtkStack *stack);
