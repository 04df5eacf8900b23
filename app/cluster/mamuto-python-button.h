/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A button that lists the Pythons of a host and sets the chosen one for one or several hosts. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#define MAMUTO_TYPE_PYTHON_BUTTON (mamuto_python_button_get_type())
G_DECLARE_FINAL_TYPE(MamutoPythonButton, mamuto_python_button, MAMUTO, PYTHON_BUTTON, AdwBin)

/* @host: (nullable): the host to search and to set. */
void mamuto_python_button_set_host(MamutoPythonButton *self, MamutoHost *host);
/* @hosts: (element-type MamutoHost): the hosts to set; only the first one is searched. */
void mamuto_python_button_set_hosts(MamutoPythonButton *self, GPtrArray *hosts);
