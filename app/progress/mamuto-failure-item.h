/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a list of failures holds: a cause with its rows below, or one row. */
#pragma once

#include <gio/gio.h>
#include <mamuto.h>

#define MAMUTO_TYPE_FAILURE_ITEM (mamuto_failure_item_get_type())
G_DECLARE_FINAL_TYPE(MamutoFailureItem, mamuto_failure_item, MAMUTO, FAILURE_ITEM, GObject)

/* (element-type MamutoRowFailure): a list of causes, the most frequent first. */
GListModel *mamuto_failure_item_group(GPtrArray *failures);
const char *mamuto_failure_item_get_cause(MamutoFailureItem *self);
/* (nullable): of a cause, its rows. */
GListModel *mamuto_failure_item_get_rows(MamutoFailureItem *self);
/* (nullable): of a row. */
const MamutoRowFailure *mamuto_failure_item_get_failure(MamutoFailureItem *self);
