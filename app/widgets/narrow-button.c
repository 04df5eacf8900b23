/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See narrow-button.h. */
#include "narrow-button.h"

/* (transfer full): the label without the underscore, which precedes the letter of the keyboard
 * shortcut */
static char *
drop_mnemonic(const char *label)
{
    g_auto(GStrv) parts = g_strsplit(label, "_", 2);

    return g_strjoinv("", parts);
}

void
narrow_button_show(GtkButton *button, const char *label, const char *icon_name, gboolean narrow)
{
    g_autofree char *name = drop_mnemonic(label);

    if (narrow)
        gtk_button_set_icon_name(button, icon_name);
    else
        gtk_button_set_label(button, label);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}
