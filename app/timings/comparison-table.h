/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The measurements of a comparison as a table. */
#pragma once

#include <gtk/gtk.h>
#include <mamuto.h>

/* Creates an empty model for comparison_table_new(); (transfer full). */
GListStore *comparison_table_new_model(void);
/* Creates a table of the measurements in @model. */
GtkWidget *comparison_table_new(GListStore *model);
/* Replaces the measurements in @model by those in @timings. */
void comparison_table_fill(GListStore *model, MamutoTimings *timings);
/* Height in pixels of a table of @n_measurements in the default font. With a larger font the table
 * scrolls. */
int comparison_table_get_height(guint n_measurements);
