/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where the time of all cores went, as one bar whose parts add up to cores × wall. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

#define MAMUTO_TYPE_SHARE_BAR (mamuto_share_bar_get_type())
G_DECLARE_FINAL_TYPE(MamutoShareBar, mamuto_share_bar, MAMUTO, SHARE_BAR, GtkWidget)

GtkWidget *mamuto_share_bar_new(int height);
/* Core-seconds by MamutoSpanKind; @name: whose, for those who cannot see it. */
void mamuto_share_bar_set_seconds(MamutoShareBar *self, const char *name,
                                  const double seconds[MAMUTO_N_SPAN_KINDS]);
/* Of a host of a report, -1: of all. */
void mamuto_share_bar_set_report(MamutoShareBar *self, MamutoReport *report, int host);
/* "■ Computing 85 %  ■ Sending 3 %" as Pango markup; (transfer full). */
char *mamuto_share_bar_make_legend(MamutoShareBar *self);
