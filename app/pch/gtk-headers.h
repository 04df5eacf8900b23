/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The headers of GTK that most source files include. tests/run compiles them once (meson's option
 * b_pch), because reading them takes more than half of the time to compile the window. Every source
 * file still includes what it uses: without b_pch, this file is not used. */
#include <adwaita.h>
#include <glib/gi18n.h>
