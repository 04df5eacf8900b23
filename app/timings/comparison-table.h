/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The measurements of a comparison as a table. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

/* A model for comparison_table_new(); (transfer full). */
GListStore *comparison_table_new_model(void);
/* A column view of the measurements in @model. */
GtkWidget *comparison_table_new(GListStore *model);
/* Replaces what is in the model. */
void comparison_table_fill(GListStore *model, MamutoTimings *timings);
/* How high the table is with so many measurements in the usual font; in a larger font it is
 * scrolled. */
int comparison_table_get_height(guint n_measurements);
