/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The fields and internal functions of MamutoArrayView, shared by its source files. */
#pragma once

#include "mamuto-array-model.h"
#include "mamuto-array-view.h"

/* Maximum number of columns in the table. */
#define ARRAY_VIEW_MAX_COLUMNS 32

struct _MamutoArrayView {
    GtkWidget parent_instance;
    MamutoArray *array;   /* (nullable) */
    MamutoResult *result; /* (nullable): contains the status of each row */
    MamutoArrayModel *model;
    GtkMultiSelection *selection;
    gint64 n_columns;
    gint64 first_column;
    GCancellable *cancellable; /* cancels copying to the clipboard */

    GtkStack *stack;
    GtkColumnView *table;
    GtkWidget *bar;
    GtkEntry *row_entry;
    GtkWidget *columns_box;
    GtkLabel *columns_label;
    GtkWidget *rows_box;
    GtkLabel *rows_label;
};

/* Creates the columns of the table. They show the columns of the array from first_column on.
 * Defined in array-view-cells.c. */
void array_view_make_columns(MamutoArrayView *self);
