/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The log of a run: what user code printed, by host, and what holds a text. */
#pragma once

#include <adwaita.h>

#include "mamuto-log-model.h"

#define MAMUTO_TYPE_LOG_VIEW (mamuto_log_view_get_type())
/* Signal "changed" (): another number of lines. */
G_DECLARE_FINAL_TYPE(MamutoLogView, mamuto_log_view, MAMUTO, LOG_VIEW, AdwBin)

/* @job: (nullable): whose log is shown from now on; what was shown goes. */
void mamuto_log_view_set_job(MamutoLogView *self, MamutoRun *run);
/* Shows only what that host printed. */
void mamuto_log_view_show_host(MamutoLogView *self, guint host);
guint64 mamuto_log_view_get_n_lines(MamutoLogView *self);
