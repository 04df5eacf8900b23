/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Paints a bar whose parts show the core-seconds of a run's activities. The bar is painted on the
 * screen and in saved pictures. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

/* @seconds: core-seconds of each MamutoSpanKind. The whole length of @bar stands for their sum. */
void share_paint_bar(GtkSnapshot *snapshot, const double seconds[MAMUTO_N_SPAN_KINDS],
                     const graphene_rect_t *bar, gboolean dark);
/* Returns the activity that the part at @position in the bar shows. Positions are 0 to
 * MAMUTO_N_SPAN_KINDS - 1. */
MamutoSpanKind share_paint_get_kind(guint position);
/* Formats a share, for example "Computing 85 %"; (transfer full). NULL if the share rounds to 0. */
char *share_paint_format(const double seconds[MAMUTO_N_SPAN_KINDS], MamutoSpanKind kind);
