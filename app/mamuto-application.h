/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The application object. The application creates the window, opens files from the command line,
 * and provides the actions that do not depend on a window. */
#pragma once

#include <adwaita.h>

#define MAMUTO_TYPE_APPLICATION (mamuto_application_get_type())
G_DECLARE_FINAL_TYPE(MamutoApplication, mamuto_application, MAMUTO, APPLICATION, AdwApplication)

GApplication *mamuto_application_new(void);
