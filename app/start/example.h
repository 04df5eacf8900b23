/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The example, ready to run: its function, and arrays made in the background where they are not
 * there yet. */
#pragma once

#include "../window/mamuto-window.h"

/* Opens it as a new job in the window. */
void example_open(MamutoWindow *window);
