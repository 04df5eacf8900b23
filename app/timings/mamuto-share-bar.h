/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A bar whose parts show how the cores spent their time, for example computing or waiting. The
 * length of the bar is the number of cores multiplied by the duration of the run. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

#define MAMUTO_TYPE_SHARE_BAR (mamuto_share_bar_get_type())
G_DECLARE_FINAL_TYPE(MamutoShareBar, mamuto_share_bar, MAMUTO, SHARE_BAR, GtkWidget)

GtkWidget *mamuto_share_bar_new(int height);
/* @seconds: core-seconds of each MamutoSpanKind. @name: the host or run, for screen readers. */
void mamuto_share_bar_set_seconds(MamutoShareBar *self, const char *name,
                                  const double seconds[MAMUTO_N_SPAN_KINDS]);
/* Shows the host with index @host of @report. @host -1: shows the sum of all hosts. */
void mamuto_share_bar_set_report(MamutoShareBar *self, MamutoReport *report, int host);
/* Makes a legend in Pango markup: "■ Computing 85 %  ■ Sending 3 %"; (transfer full). */
char *mamuto_share_bar_make_legend(MamutoShareBar *self);
