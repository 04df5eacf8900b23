/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where the library's messages find their translations, whichever program shows them. This is said
 * when the library is loaded: before any thread, and before a program that has the catalogues
 * elsewhere (one in its build folder) says so. Which language it is, programs choose by
 * setlocale(); one that does not, as mamuto-cli, stays in English. */
#include <glib.h>
#include <libintl.h>

static void __attribute__((constructor)) bind_catalogues(void)
{
    bindtextdomain(GETTEXT_PACKAGE, MAMUTO_LOCALEDIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
}
