/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What became of each row (missing, ok, failed), for any number of rows: blocks of rows that are
 * all alike, which nearly all are, take no memory of their own. Not locked; its owner is. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _RowStatus RowStatus;

/* Values: RESULT_MISSING, RESULT_OK, RESULT_FAILED (result-store.h). All rows are missing. NULL if
 * there is not even memory for the blocks. */
RowStatus *row_status_new(gint64 n_rows);
RowStatus *row_status_ref(RowStatus *self);
void row_status_unref(RowStatus *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RowStatus, row_status_unref)

gint64 row_status_get_n_rows(RowStatus *self);
guint8 row_status_get(RowStatus *self, gint64 row);
/* Rows [lo, hi) become @value. */
void row_status_set(RowStatus *self, gint64 lo, gint64 hi, guint8 value);
/* The end of the run of rows that are like @row, which begins there, and the beginning of the run
 * that ends before @row. */
gint64 row_status_run_end(RowStatus *self, gint64 row);
gint64 row_status_run_begin(RowStatus *self, gint64 row);

G_END_DECLS
