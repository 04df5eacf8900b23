/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See stack-hide.h. */
#include "stack-hide.h"

static void
hide_others(GtkStack *stack)
{
    GtkWidget *visible = gtk_stack_get_visible_child(stack);

    for (GtkWidget *page = gtk_widget_get_first_child(GTK_WIDGET(stack)); page;
         page = gtk_widget_get_next_sibling(page))
        gtk_accessible_update_state(GTK_ACCESSIBLE(page), GTK_ACCESSIBLE_STATE_HIDDEN,
                                    page != visible, -1);
}

void
stack_hide_others(GtkStack *stack)
{
    g_signal_connect(stack, "notify::visible-child", G_CALLBACK(hide_others), NULL);
    hide_others(stack);
}
