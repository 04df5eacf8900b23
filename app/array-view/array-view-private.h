/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the parts of the table share. */
#pragma once

#include "mamuto-array-model.h"
#include "mamuto-array-view.h"

/* Columns that stand in the table at a time. */
#define ARRAY_VIEW_MAX_COLUMNS 32

struct _MamutoArrayView {
    GtkWidget parent_instance;
    MamutoArray *array;   /* (nullable) */
    MamutoResult *result; /* (nullable): with a status for each row */
    MamutoArrayModel *model;
    GtkMultiSelection *selection;
    gint64 n_columns;
    gint64 first_column;
    GCancellable *cancellable; /* of a copy that goes on */

    GtkStack *stack;
    GtkColumnView *table;
    GtkWidget *bar;
    GtkEntry *row_entry;
    GtkWidget *columns_box;
    GtkLabel *columns_label;
    GtkWidget *rows_box;
    GtkLabel *rows_label;
};

/* array-view-cells.c: the columns of the table, for the array and the first column as they are. */
void array_view_make_columns(MamutoArrayView *self);
