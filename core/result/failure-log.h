/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Records failed rows: the first ones with their traceback, the number of rows for each cause, and
 * the cause of each row. The memory is bounded, however many rows fail. The owner serialises the
 * calls. */
#pragma once

#include "mamuto-failure.h"
#include "row-status.h"

G_BEGIN_DECLS

/* Limit for the kinds of causes (further kinds are counted as ""), and for the texts of causes
 * (further texts are replaced by the text of their kind). */
#define FAILURE_LOG_MAX_CAUSES 1000
/* Limit for the rows whose cause is recorded; 16 bytes each. */
#define FAILURE_LOG_MAX_ROWS 1000000

typedef struct _FailureLog FailureLog;

FailureLog *failure_log_new(void);
void failure_log_free(FailureLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FailureLog, failure_log_free)

/* Adds @n_failed failed rows. @errors: (element-type MamutoRowFailure): details of these rows, or
 * of some of them. */
void failure_log_add(FailureLog *self, GPtrArray *errors, gint64 n_failed);
/* (element-type MamutoRowFailure): the first MAMUTO_MAX_LISTED_FAILURES in order of arrival. */
GPtrArray *failure_log_get_listed(FailureLog *self);
/* (element-type MamutoFailureCause) (transfer full): the most frequent cause first; "":
 * unknown. */
GPtrArray *failure_log_copy_causes(FailureLog *self);
/* Sorts the failures by row. No more failures may be added after this call. */
void failure_log_finish(FailureLog *self);
/* Writes all failed rows of @status as a table of row, host, cause and traceback; unknown cells are
 * empty. Any thread, after failure_log_finish(). */
gboolean failure_log_save(FailureLog *self, RowStatus *status, const char *path, GError **error);

G_END_DECLS
