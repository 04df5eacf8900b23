/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a list of failures holds: a kind of cause with its rows below, or one row. Lists grow while
 * a run goes on. */
#pragma once

#include <gio/gio.h>
#include <mamuto.h>

#define MAMUTO_TYPE_FAILURE_ITEM (mamuto_failure_item_get_type())
/* Property "n-rows" (int64), notified. */
G_DECLARE_FINAL_TYPE(MamutoFailureItem, mamuto_failure_item, MAMUTO, FAILURE_ITEM, GObject)

/* A list of causes. */
GListStore *mamuto_failure_item_new_list(void);
/* Puts a row below its cause, which is added where it is new; rows are sorted. */
void mamuto_failure_item_add(GListStore *causes, const MamutoRowFailure *failure);
/* (element-type MamutoFailureCause): how many rows failed for which cause, listed or not. */
void mamuto_failure_item_count(GListStore *causes, GPtrArray *counts);
/* The most frequent cause first. */
void mamuto_failure_item_sort(GListStore *causes);

/* "": of rows whose cause is not known. */
const char *mamuto_failure_item_get_cause(MamutoFailureItem *self);
/* (nullable): of a cause, its rows that are listed. */
GListModel *mamuto_failure_item_get_rows(MamutoFailureItem *self);
/* Of a cause, all its rows. */
gint64 mamuto_failure_item_get_n_rows(MamutoFailureItem *self);
/* (nullable): of a row. */
const MamutoRowFailure *mamuto_failure_item_get_failure(MamutoFailureItem *self);
