/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The stages of a check as a list, each with the detail found, or the error and advice. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#define MAMUTO_TYPE_HOST_STAGES (mamuto_host_stages_get_type())
G_DECLARE_FINAL_TYPE(MamutoHostStages, mamuto_host_stages, MAMUTO, HOST_STAGES, AdwBin)

/* @check: (nullable): NULL if the host was not checked yet. */
void mamuto_host_stages_show(MamutoHostStages *self, MamutoCheck *check, gboolean local);
