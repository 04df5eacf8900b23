/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The columns of a table that are chosen by a text such as "x,y" or "0,2", as their indices. */
#pragma once

#include <mamuto.h>

/* Returns (transfer full) (element-type guint): the columns that @part names, in its order, without
 * those that the table does not have. Empty: all columns, or none of @part. @part: (nullable). */
GArray *column_choice_parse(const MamutoTable *table, const char *part);
/* Returns (transfer full): a text for each of these columns that chooses it: its name if no other
 * column has it, otherwise its number. @table: (nullable): without a table, all are numbered. */
char **column_choice_list(const MamutoTable *table, const GArray *columns);
/* Returns (transfer full) (nullable): the text for these columns together; NULL for all columns in
 * their order, or if no column is chosen. */
char *column_choice_format(const MamutoTable *table, const GArray *columns);
/* Returns (transfer full) (array length=n_columns): whether a text can choose each column alone. It
 * cannot if another column has the same name and yet another one is named like the number. */
gboolean *column_choice_find_nameable(const MamutoTable *table);
/* Adds a column to the choice, or removes it. Columns in ascending order remain in it. */
void column_choice_set(GArray *columns, guint column, gboolean chosen);
