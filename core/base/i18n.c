/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Binds the library's message catalogues, for every program that links it. The constructor runs
 * when the library is loaded: before any thread starts, and before a program rebinds the domain to
 * another folder (as programs do in the build folder). setlocale() chooses the language; a program
 * that does not set LC_MESSAGES, such as mamuto-cli, gets English. */
#include <glib.h>
#include <libintl.h>

static void __attribute__((constructor)) bind_catalogues(void)
{
    bindtextdomain(GETTEXT_PACKAGE, MAMUTO_LOCALEDIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
}
