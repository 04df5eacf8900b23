/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A bar of the shares of all cores' time. The parts add up to cores × wall time. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

#define MAMUTO_TYPE_SHARE_BAR (mamuto_share_bar_get_type())
G_DECLARE_FINAL_TYPE(MamutoShareBar, mamuto_share_bar, MAMUTO, SHARE_BAR, GtkWidget)

GtkWidget *mamuto_share_bar_new(int height);
/* @seconds: core-seconds by MamutoSpanKind; @name: the host or run, for screen readers. */
void mamuto_share_bar_set_seconds(MamutoShareBar *self, const char *name,
                                  const double seconds[MAMUTO_N_SPAN_KINDS]);
/* Shows a host of a report, or with @host -1 all hosts. */
void mamuto_share_bar_set_report(MamutoShareBar *self, MamutoReport *report, int host);
/* "■ Computing 85 %  ■ Sending 3 %" as Pango markup; (transfer full). */
char *mamuto_share_bar_make_legend(MamutoShareBar *self);
