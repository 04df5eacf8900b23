/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A part of a file that can be chosen: a column of a table, an array of an NPZ file or a key of
 * JSON lines. */
#pragma once

#include <glib-object.h>

#define MAMUTO_TYPE_PART_ITEM (mamuto_part_item_get_type())
/* Property "chosen": whether the user has chosen the part. */
G_DECLARE_FINAL_TYPE(MamutoPartItem, mamuto_part_item, MAMUTO, PART_ITEM, GObject)

/* @name: the name for display. @detail: (nullable): what the part contains, for display. @enabled:
 * whether the part can be chosen. */
MamutoPartItem *mamuto_part_item_new(const char *name, const char *detail, gboolean enabled);
const char *mamuto_part_item_get_name(MamutoPartItem *self);
const char *mamuto_part_item_get_detail(MamutoPartItem *self);
gboolean mamuto_part_item_get_enabled(MamutoPartItem *self);
gboolean mamuto_part_item_get_chosen(MamutoPartItem *self);
void mamuto_part_item_set_chosen(MamutoPartItem *self, gboolean chosen);
/* Whether both items look the same, except for "chosen". */
gboolean mamuto_part_item_equal(MamutoPartItem *self, MamutoPartItem *other);
