/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An item in the list of failures. The item is either a cause of failures or one failed row. The
 * children of a cause are its failed rows. The lists grow during a run. */
#pragma once

#include <gio/gio.h>
#include <mamuto.h>

#define MAMUTO_TYPE_FAILURE_ITEM (mamuto_failure_item_get_type())
/* Properties, notified: n-rows (int64), cause (string). */
G_DECLARE_FINAL_TYPE(MamutoFailureItem, mamuto_failure_item, MAMUTO, FAILURE_ITEM, GObject)

/* Creates an empty list of causes; (transfer full). */
GListStore *mamuto_failure_item_new_list(void);
/* Adds a failed row to the rows of its cause, sorted by row number. Adds the cause to @causes if it
 * is new. */
void mamuto_failure_item_add(GListStore *causes, const MamutoRowFailure *failure);
/* Sets each cause's number of failed rows, which includes rows that are not listed. @counts:
 * (element-type MamutoFailureCause). */
void mamuto_failure_item_count(GListStore *causes, GPtrArray *counts);
/* Sorts the causes by number of rows, in descending order. */
void mamuto_failure_item_sort(GListStore *causes);

/* Returns the cause as text; "" if the cause is unknown. */
const char *mamuto_failure_item_get_cause(MamutoFailureItem *self);
/* Returns the advice for the cause, see MamutoFailureCause. */
MamutoAdvice mamuto_failure_item_get_advice(MamutoFailureItem *self);
/* (nullable): the listed rows of a cause; NULL if the item is a failed row. */
GListModel *mamuto_failure_item_get_rows(MamutoFailureItem *self);
/* A cause's number of rows, including rows that are not listed. */
gint64 mamuto_failure_item_get_n_rows(MamutoFailureItem *self);
/* (nullable): the failure of a row; NULL if the item is a cause of failures. */
const MamutoRowFailure *mamuto_failure_item_get_failure(MamutoFailureItem *self);
