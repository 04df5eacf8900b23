/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The headers of GLib that most source files include. tests/run compiles them once (meson's option
 * b_pch), because reading them takes a third of the time to compile the library. Every source file
 * still includes what it uses: without b_pch, this file is not used. */
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
