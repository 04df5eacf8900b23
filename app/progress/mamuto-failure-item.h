/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An item in the list of failures: a cause with its rows below, or a row. Lists grow during a run.
 */
#pragma once

#include <gio/gio.h>
#include <mamuto.h>

#define MAMUTO_TYPE_FAILURE_ITEM (mamuto_failure_item_get_type())
/* Property "n-rows" (int64), notified. */
G_DECLARE_FINAL_TYPE(MamutoFailureItem, mamuto_failure_item, MAMUTO, FAILURE_ITEM, GObject)

/* A list of causes; (transfer full). */
GListStore *mamuto_failure_item_new_list(void);
/* Inserts a row below its cause, sorted by row. A new cause is added to the list. */
void mamuto_failure_item_add(GListStore *causes, const MamutoRowFailure *failure);
/* @counts: (element-type MamutoFailureCause): the numbers of failed rows of all causes, including
 * rows that are not listed. */
void mamuto_failure_item_count(GListStore *causes, GPtrArray *counts);
/* Sorts causes by number of rows, descending. */
void mamuto_failure_item_sort(GListStore *causes);

/* "" if the cause of the rows is unknown. */
const char *mamuto_failure_item_get_cause(MamutoFailureItem *self);
/* (nullable): the listed rows of a cause; NULL for a row. */
GListModel *mamuto_failure_item_get_rows(MamutoFailureItem *self);
/* Number of rows of a cause, including rows that are not listed. */
gint64 mamuto_failure_item_get_n_rows(MamutoFailureItem *self);
/* (nullable): the failure of a row; NULL for a cause. */
const MamutoRowFailure *mamuto_failure_item_get_failure(MamutoFailureItem *self);
