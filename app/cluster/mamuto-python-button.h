/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A button that shows which Pythons a host has, and takes one, for that host or for several. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#define MAMUTO_TYPE_PYTHON_BUTTON (mamuto_python_button_get_type())
G_DECLARE_FINAL_TYPE(MamutoPythonButton, mamuto_python_button, MAMUTO, PYTHON_BUTTON, AdwBin)

/* @host: (nullable): the one to look at. */
void mamuto_python_button_set_host(MamutoPythonButton *self, MamutoHost *host);
/* @hosts: (element-type MamutoHost): which get what is chosen; the first is looked at. */
void mamuto_python_button_set_hosts(MamutoPythonButton *self, GPtrArray *hosts);
