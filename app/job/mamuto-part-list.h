/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A list of the parts of a file, each with a check box or a radio button, its name, and what it
 * contains. Widgets exist only for the visible rows, so that a table may have many columns. */
#pragma once

#include <adwaita.h>

#include "part-item.h"

#define MAMUTO_TYPE_PART_LIST (mamuto_part_list_get_type())
/* Signal "toggled" (guint position, gboolean active): the user has chosen a part or removed it from
 * the choice. The owner then calls mamuto_part_list_choose(). */
G_DECLARE_FINAL_TYPE(MamutoPartList, mamuto_part_list, MAMUTO, PART_LIST, AdwBin)

/* Shows these parts. The list does not change, and keeps focus and scroll position, if it shows
 * equal parts already. @items: (element-type MamutoPartItem). @several: whether several parts can
 * be chosen at once. @label: the name of the list for screen readers. */
void mamuto_part_list_set_items(MamutoPartList *self, GPtrArray *items, gboolean several,
                                const char *label);
/* Marks the parts at these positions as chosen, and no others. @positions: (element-type guint). */
void mamuto_part_list_choose(MamutoPartList *self, const GArray *positions);
