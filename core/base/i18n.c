/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Binds the library's message catalogues in every program that links the library. The constructor
 * runs when the library is loaded. At that time no thread has started, and a program can still
 * rebind the domain to another folder, as programs in the build folder do. setlocale() selects the
 * language: a program that does not set LC_MESSAGES, such as mamuto-cli, prints English
 * messages. */
#include <glib.h>
#include <libintl.h>

static void __attribute__((constructor)) bind_catalogues(void)
{
    bindtextdomain(GETTEXT_PACKAGE, MAMUTO_LOCALEDIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
}
