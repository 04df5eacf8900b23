/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The preferences window. */
#pragma once

#include <adwaita.h>

void mamuto_preferences_show(GtkWindow *parent);
