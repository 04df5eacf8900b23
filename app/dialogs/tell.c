/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See tell.h. */
#include "tell.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "../app-error.h"
#include "../compat/compat.h"

void
tell(GtkWidget *widget, const char *message)
{
    GtkRoot *root = gtk_widget_get_root(widget);
    GtkWidget *content = ADW_IS_APPLICATION_WINDOW(root)
                             ? adw_application_window_get_content(ADW_APPLICATION_WINDOW(root))
                             : NULL;
    g_autofree char *markup = g_markup_escape_text(message, -1);

    if (ADW_IS_TOAST_OVERLAY(content))
        adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(content), adw_toast_new(markup));
}

static void
on_told(const char *response, gpointer data)
{
}

void
tell_error(GtkWidget *widget, const char *heading, const GError *error)
{
    const CompatResponse close = {"close", _("_Close"), ADW_RESPONSE_DEFAULT};
    GtkRoot *root = gtk_widget_get_root(widget);
    g_autofree char *message = app_error_describe(error);

    if (!root)
        return;
    /* show the window now, because the dialog needs a visible parent; an error can occur before the
     * window is shown if a file from the command line cannot be opened */
    if (!gtk_widget_get_mapped(GTK_WIDGET(root)))
        gtk_window_present(GTK_WINDOW(root));
    compat_ask(GTK_WIDGET(root), heading, message, NULL, &close, 1, "close", "close", on_told,
               root);
}
