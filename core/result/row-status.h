/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Stores the status of each row (missing, ok, failed) for any number of rows. Neighbouring rows
 * usually have the same status. A block of 65536 rows that all have the same status is stored as
 * one value. Not thread-safe: the caller must lock. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _RowStatus RowStatus;

/* The status of a row is RESULT_MISSING, RESULT_OK or RESULT_FAILED (result-store.h). All rows
 * start as missing. Returns NULL if the memory for the blocks cannot be allocated. */
RowStatus *row_status_new(gint64 n_rows);
RowStatus *row_status_ref(RowStatus *self);
void row_status_unref(RowStatus *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RowStatus, row_status_unref)

gint64 row_status_get_n_rows(RowStatus *self);
guint8 row_status_get(RowStatus *self, gint64 row);
/* Sets the status of rows [lo, hi). */
void row_status_set(RowStatus *self, gint64 lo, gint64 hi, guint8 value);
/* Here, a run is a range of consecutive rows with equal status that is as long as possible.
 * row_status_run_end() returns the row after the last row of the run that contains @row.
 * row_status_run_begin() returns the first row of the run that contains the row @row - 1. */
gint64 row_status_run_end(RowStatus *self, gint64 row);
gint64 row_status_run_begin(RowStatus *self, gint64 row);

G_END_DECLS
