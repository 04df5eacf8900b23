/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a run gives: the array of results, a status for each row, and why rows failed. */
#pragma once

#include "mamuto-array.h"
#include "mamuto-failure.h"

G_BEGIN_DECLS

/**
 * MamutoRowStatus:
 * @MAMUTO_ROW_MISSING: not computed (the run ended before)
 * @MAMUTO_ROW_OK: its result is in the array
 * @MAMUTO_ROW_FAILED: it raised, killed its process or returned what cannot stand in the array
 */
typedef enum {
    MAMUTO_ROW_MISSING,
    MAMUTO_ROW_OK,
    MAMUTO_ROW_FAILED,
} MamutoRowStatus;

#define MAMUTO_TYPE_RESULT (mamuto_result_get_type())
G_DECLARE_FINAL_TYPE(MamutoResult, mamuto_result, MAMUTO, RESULT, GObject)

/* Shape (n,) for scalars, (n, *s) for arrays; rows without result are nan where the dtype has it,
 * else 0 or empty. */
MamutoArray *mamuto_result_get_array(MamutoResult *self);
gint64 mamuto_result_get_n_rows(MamutoResult *self);
gint64 mamuto_result_get_n_ok(MamutoResult *self);
gint64 mamuto_result_get_n_failed(MamutoResult *self);
gint64 mamuto_result_get_n_missing(MamutoResult *self);
MamutoRowStatus mamuto_result_get_status(MamutoResult *self, gint64 row);
/* (element-type MamutoRowFailure) (transfer none): sorted by row, the first
 * MAMUTO_MAX_LISTED_FAILURES of them. */
GPtrArray *mamuto_result_get_failures(MamutoResult *self);
/* (element-type MamutoFailureCause) (transfer none): of all failed rows, the most frequent first.
 */
GPtrArray *mamuto_result_get_causes(MamutoResult *self);
/* Saves all failed rows as a table (CSV): row, host, cause, traceback. */
gboolean mamuto_result_save_failures(MamutoResult *self, const char *path, GError **error);
/* Bool for each row, TRUE: it has no result; as mamuto_array_summarize() takes it. */
MamutoArray *mamuto_result_make_mask(MamutoResult *self, GError **error);
/* Saves as mamuto_array_save(); where rows have no result, a mask (bool, TRUE: none) goes beside it
 * as "NAME.mask.npy". */
gboolean mamuto_result_save(MamutoResult *self, const char *path, GError **error);

G_END_DECLS
