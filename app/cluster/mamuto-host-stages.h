/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The stages of a check, one below the other: what was found, or why it failed and what to do. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#define MAMUTO_TYPE_HOST_STAGES (mamuto_host_stages_get_type())
G_DECLARE_FINAL_TYPE(MamutoHostStages, mamuto_host_stages, MAMUTO, HOST_STAGES, AdwBin)

/* @check: (nullable): none was made yet. */
void mamuto_host_stages_show(MamutoHostStages *self, MamutoCheck *check, gboolean local);
