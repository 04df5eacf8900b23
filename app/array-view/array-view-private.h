/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Internals shared by the files of the table. */
#pragma once

#include "mamuto-array-model.h"
#include "mamuto-array-view.h"

/* Most columns in the table at a time. */
#define ARRAY_VIEW_MAX_COLUMNS 32

struct _MamutoArrayView {
    GtkWidget parent_instance;
    MamutoArray *array;   /* (nullable) */
    MamutoResult *result; /* (nullable): provides a status for each row */
    MamutoArrayModel *model;
    GtkMultiSelection *selection;
    gint64 n_columns;
    gint64 first_column;
    GCancellable *cancellable; /* of a running copy */

    GtkStack *stack;
    GtkColumnView *table;
    GtkWidget *bar;
    GtkEntry *row_entry;
    GtkWidget *columns_box;
    GtkLabel *columns_label;
    GtkWidget *rows_box;
    GtkLabel *rows_label;
};

/* array-view-cells.c: creates the table's columns for the current array and first column. */
void array_view_make_columns(MamutoArrayView *self);
