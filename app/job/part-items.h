/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The parts of a file that can be chosen, as items of a list. */
#pragma once

#include <mamuto.h>

#include "part-item.h"

/* These functions return (transfer full) (element-type MamutoPartItem), and set @chosen to the
 * positions of the items that @part chooses (element-type guint). @part: (nullable). */

/* The columns of a table, after an item for all columns. */
GPtrArray *part_items_for_table(const MamutoTable *table, const char *part, GArray *chosen);
/* @members: (element-type MamutoNpzMember): the members of an NPZ file. */
GPtrArray *part_items_for_members(GPtrArray *members, const char *part, GArray *chosen);
/* @keys: (nullable): the keys of JSON lines. The first item is the whole line. */
GPtrArray *part_items_for_keys(const char *const *keys, const char *part, GArray *chosen);
