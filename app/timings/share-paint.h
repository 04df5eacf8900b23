/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A bar whose parts are the core-seconds of a run, on the screen and in files. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

/* @seconds: by MamutoSpanKind; their sum fills the bar. */
void share_paint_bar(GtkSnapshot *snapshot, const double seconds[MAMUTO_N_SPAN_KINDS],
                     const graphene_rect_t *bar, gboolean dark);
/* The kind at a position in the bar, 0 to MAMUTO_N_SPAN_KINDS - 1. */
MamutoSpanKind share_paint_get_kind(guint position);
/* "Computing 85 %"; NULL if the share rounds to 0; (transfer full). */
char *share_paint_format(const double seconds[MAMUTO_N_SPAN_KINDS], MamutoSpanKind kind);
