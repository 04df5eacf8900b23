/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The log of a run: the output of user code, filtered by host and by text. */
#pragma once

#include <adwaita.h>

#include "mamuto-log-model.h"

#define MAMUTO_TYPE_LOG_VIEW (mamuto_log_view_get_type())
/* Signal "changed" (): the number of lines has changed. */
G_DECLARE_FINAL_TYPE(MamutoLogView, mamuto_log_view, MAMUTO, LOG_VIEW, AdwBin)

/* Shows the log of @run and removes the lines of the previous run. @run: (nullable). */
void mamuto_log_view_set_run(MamutoLogView *self, MamutoRun *run);
/* Shows the lines of @host only. */
void mamuto_log_view_show_host(MamutoLogView *self, guint host);
guint64 mamuto_log_view_get_n_lines(MamutoLogView *self);
