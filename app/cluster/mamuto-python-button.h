/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A button that lists the Pythons of a host. The Python that the user chooses is set for one or
 * several hosts. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#define MAMUTO_TYPE_PYTHON_BUTTON (mamuto_python_button_get_type())
G_DECLARE_FINAL_TYPE(MamutoPythonButton, mamuto_python_button, MAMUTO, PYTHON_BUTTON, AdwBin)

/* @host: (nullable): the host that is searched and for which the Python is set. */
void mamuto_python_button_set_host(MamutoPythonButton *self, MamutoHost *host);
/* @hosts: (element-type MamutoHost): the hosts for which the Python is set. Only the first host is
 * searched. */
void mamuto_python_button_set_hosts(MamutoPythonButton *self, GPtrArray *hosts);
