/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Records failed rows: the number of rows for each cause, the cause of each row, and the
 * traceback of the first failed rows. Limits keep the memory bounded if many rows fail. Not
 * thread-safe: the caller must lock. */
#pragma once

#include "mamuto-failure.h"
#include "row-status.h"

G_BEGIN_DECLS

/* Maximum number of kinds of causes. If more kinds occur, the rows of the further kinds are counted
 * together under the cause "". This is also the maximum number of different texts of causes that
 * are stored. For a row with a further text, only the kind under which the row is counted is
 * stored. */
#define FAILURE_LOG_MAX_CAUSES 1000
/* Maximum number of rows whose cause is recorded. Each row takes 16 bytes. */
#define FAILURE_LOG_MAX_ROWS 1000000

typedef struct _FailureLog FailureLog;

FailureLog *failure_log_new(void);
void failure_log_free(FailureLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FailureLog, failure_log_free)

/* Adds @n_failed failed rows. @errors (element-type MamutoRowFailure): details of some or all of
 * these rows. */
void failure_log_add(FailureLog *self, GPtrArray *errors, gint64 n_failed);
/* Returns (element-type MamutoRowFailure): the first MAMUTO_MAX_LISTED_FAILURES failures in the
 * order of arrival. */
GPtrArray *failure_log_get_listed(FailureLog *self);
/* Returns (element-type MamutoFailureCause) (transfer full): the causes, the most frequent first.
 * The cause "" means unknown. */
GPtrArray *failure_log_copy_causes(FailureLog *self);
/* Sorts the failures by row. No failures may be added after this call. */
void failure_log_finish(FailureLog *self);
/* Writes all failed rows of @status as a table with the columns row, host, cause and traceback.
 * Unknown cells are empty. Can be called from any thread, but only after failure_log_finish(). */
gboolean failure_log_save(FailureLog *self, RowStatus *status, const char *path, GError **error);

G_END_DECLS
