/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Sets the folder of the library's translations for gettext. This happens when a program loads the
 * library, before the program starts any thread. The program can set another folder afterwards. The
 * programs in the build folder do so. gettext translates nothing until setlocale() sets
 * LC_MESSAGES. mamuto-cli does not set LC_MESSAGES, so its messages are in English. */
#include <glib.h>
#include <libintl.h>

static void __attribute__((constructor)) bind_catalogues(void)
{
    bindtextdomain(GETTEXT_PACKAGE, MAMUTO_LOCALEDIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
}
