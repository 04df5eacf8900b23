/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The result of a run: the array of results, a status for each row, and the causes of failed
 * rows. */
#pragma once

#include "mamuto-array.h"
#include "mamuto-failure.h"

G_BEGIN_DECLS

/**
 * MamutoRowStatus:
 * @MAMUTO_ROW_MISSING: not computed, because the run ended early
 * @MAMUTO_ROW_OK: the result is in the array
 * @MAMUTO_ROW_FAILED: the function raised an exception, its process was killed, or the returned
 *   value does not fit the array
 */
typedef enum {
    MAMUTO_ROW_MISSING,
    MAMUTO_ROW_OK,
    MAMUTO_ROW_FAILED,
} MamutoRowStatus;

#define MAMUTO_TYPE_RESULT (mamuto_result_get_type())
G_DECLARE_FINAL_TYPE(MamutoResult, mamuto_result, MAMUTO, RESULT, GObject)

MamutoArray *mamuto_result_get_array(MamutoResult *self);
guint mamuto_result_get_n_axes(MamutoResult *self);
gint64 mamuto_result_get_n_rows(MamutoResult *self);
gint64 mamuto_result_get_n_ok(MamutoResult *self);
gint64 mamuto_result_get_n_failed(MamutoResult *self);
gint64 mamuto_result_get_n_missing(MamutoResult *self);
MamutoRowStatus mamuto_result_get_status(MamutoResult *self, gint64 row);
GPtrArray *mamuto_result_get_failures(MamutoResult *self);
GPtrArray *mamuto_result_get_causes(MamutoResult *self);
gboolean mamuto_result_save_failures(MamutoResult *self, const char *path, GError **error);
MamutoArray *mamuto_result_make_mask(MamutoResult *self, GError **error);
gboolean mamuto_result_save(MamutoResult *self, const char *path, GError **error);

G_END_DECLS
