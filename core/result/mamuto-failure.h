/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Two structures: a failed row, and a cause with the number of rows that failed for it. */
#pragma once

#include <glib-object.h>

#include "mamuto-error.h"

G_BEGIN_DECLS

/**
 * MAMUTO_MAX_LISTED_FAILURES:
 *
 * Maximum number of failed rows whose traceback is kept. Failed rows above this limit are counted
 * without traceback.
 */
#define MAMUTO_MAX_LISTED_FAILURES 1000

#define MAMUTO_TYPE_ROW_FAILURE (mamuto_row_failure_get_type())
/**
 * MamutoRowFailure:
 * @row: index of the row
 * @host: name of the host on which the row failed. A row that may have failed because of its host
 * is tried on a second host; if it fails there too, the names of both hosts: "host1, host2"
 * @cause: one line, for example "ValueError: x is negative" or "killed by signal 11"
 * @traceback: the traceback; "" if it is unknown. The text comes from a host: it is valid UTF-8 but
 *   may contain any control character, so escape it before printing it to a terminal
 * @advice: %MAMUTO_ADVICE_SAVE_JSON_LINES if an array cannot contain the result, but a line of JSON
 *   can; else %MAMUTO_ADVICE_NONE
 */
typedef struct {
    gint64 row;
    char *host;
    char *cause;
    char *traceback;
    MamutoAdvice advice;
} MamutoRowFailure;
GType mamuto_row_failure_get_type(void);
MamutoRowFailure *mamuto_row_failure_copy(const MamutoRowFailure *self);
void mamuto_row_failure_free(MamutoRowFailure *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MamutoRowFailure, mamuto_row_failure_free)

#define MAMUTO_TYPE_FAILURE_CAUSE (mamuto_failure_cause_get_type())
/**
 * MamutoFailureCause:
 * @cause: one line, as in #MamutoRowFailure, with numbers that differ between the rows replaced by
 *   "…"; "" for rows whose cause is unknown
 * @kind: the kind of the cause, as returned by mamuto_failure_kind()
 * @n_rows: number of rows that failed with this cause
 * @advice: the advice of these rows, as in #MamutoRowFailure; %MAMUTO_ADVICE_NONE if it differs
 */
typedef struct {
    char *cause;
    char *kind;
    gint64 n_rows;
    MamutoAdvice advice;
} MamutoFailureCause;
GType mamuto_failure_cause_get_type(void);
MamutoFailureCause *mamuto_failure_cause_copy(const MamutoFailureCause *self);
void mamuto_failure_cause_free(MamutoFailureCause *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MamutoFailureCause, mamuto_failure_cause_free)

char *mamuto_failure_kind(const char *cause);

G_END_DECLS
