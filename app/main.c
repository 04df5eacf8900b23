/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Starts the window. */
#include "app-data.h"
#include "mamuto-application.h"

#include <locale.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

int
main(int argc, char **argv)
{
    g_autofree char *locale_dir = app_data_find_locale();
    g_autoptr(GApplication) application = NULL;

    setlocale(LC_ALL, "");
    bindtextdomain(GETTEXT_PACKAGE, locale_dir);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    textdomain(GETTEXT_PACKAGE);
    g_set_application_name(_("Mamuto"));
    /* Once, before they are used: GLib 2.74 does it where the file chooser first shows the type of
     * a file, and 5 s later lets go of the types in the middle of looking one up. */
    g_content_type_set_mime_dirs(NULL);

    application = mamuto_application_new();
    return g_application_run(application, argc, argv);
}
