/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A list of the stages of a check of a host. Each stage shows what the check has found, or its
 * error. */
#pragma once

#include <adwaita.h>
#include <mamuto.h>

#define MAMUTO_TYPE_HOST_STAGES (mamuto_host_stages_get_type())
G_DECLARE_FINAL_TYPE(MamutoHostStages, mamuto_host_stages, MAMUTO, HOST_STAGES, AdwBin)

/* @check: (nullable): NULL if the host has not been checked. @local: TRUE if the host is this
 * computer. */
void mamuto_host_stages_show(MamutoHostStages *self, MamutoCheck *check, gboolean local);
