/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Failed rows that a second host tries before their failure counts. If the second host cannot try
 * them any more, or fails too, the details of the first failure are needed. Not thread-safe: the
 * caller must lock. */
#pragma once

#include "mamuto-failure.h"

G_BEGIN_DECLS

/* Maximum number of rows whose first failure is kept. Each takes about 200 bytes, and up to 30 kB
 * more for the traceback, which is kept for MAMUTO_MAX_LISTED_FAILURES rows. */
#define UNCONFIRMED_MAX_ROWS 100000

typedef struct _Unconfirmed Unconfirmed;

Unconfirmed *unconfirmed_new(void);
void unconfirmed_free(Unconfirmed *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Unconfirmed, unconfirmed_free)

/* Splits @errors (element-type MamutoRowFailure): keeps the failures of the rows whose bit is 1 in
 * @again (bit 0 of byte 0 belongs to row @lo). Returns (transfer full): the other failures. */
GPtrArray *unconfirmed_add(Unconfirmed *self, GPtrArray *errors, gint64 lo, const guint8 *again);
/* Removes rows [lo, hi). Returns (transfer full) (element-type MamutoRowFailure): their first
 * failures, as far as they are known, sorted by row. */
GPtrArray *unconfirmed_take(Unconfirmed *self, gint64 lo, gint64 hi);

/* Changes the host of each failure in @errors (element-type MamutoRowFailure) whose row is also in
 * @first to the names of both hosts. @first: as returned by unconfirmed_take(). */
void unconfirmed_name_hosts(GPtrArray *errors, GPtrArray *first);

G_END_DECLS
