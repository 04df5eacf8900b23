/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What is known of failed rows: the first ones with their traceback, how many rows failed for which
 * cause, and which row for which. Bounded, however many rows fail. Not locked; its owner is. */
#pragma once

#include "mamuto-failure.h"
#include "row-status.h"

G_BEGIN_DECLS

/* Kinds of causes that are told apart (what is more is counted as ""), and texts of causes, beyond
 * which that of the kind stands for them. */
#define FAILURE_LOG_MAX_CAUSES 1000
/* Rows whose cause is known; 16 bytes each. */
#define FAILURE_LOG_MAX_ROWS 1000000

typedef struct _FailureLog FailureLog;

FailureLog *failure_log_new(void);
void failure_log_free(FailureLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FailureLog, failure_log_free)

/* @n_failed rows failed; @errors: (element-type MamutoRowFailure) what is told of them, or less. */
void failure_log_add(FailureLog *self, GPtrArray *errors, gint64 n_failed);
/* (element-type MamutoRowFailure): the first MAMUTO_MAX_LISTED_FAILURES as they came. */
GPtrArray *failure_log_get_listed(FailureLog *self);
/* (element-type MamutoFailureCause) (transfer full): of the most rows first; "": it is not known.
 */
GPtrArray *failure_log_copy_causes(FailureLog *self);
/* Sorts by row; nothing is added any more. */
void failure_log_finish(FailureLog *self);
/* All failed rows of @status as a table: row, host, cause, traceback, as far as they are known. Any
 * thread, after failure_log_finish(). */
gboolean failure_log_save(FailureLog *self, RowStatus *status, const char *path, GError **error);

G_END_DECLS
