/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Starts the window program. */
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
    /* Load the MIME database now. Otherwise GLib 2.74 loads the database when the file chooser
     * first shows a file type, and frees the database 5 s later, even during a lookup. */
    g_content_type_set_mime_dirs(NULL);

    application = mamuto_application_new();
    return g_application_run(application, argc, argv);
}
