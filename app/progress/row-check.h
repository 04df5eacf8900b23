/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A single row of a run, looked at from near: its arguments as text, and the function called with
 * them on this computer. */
#pragma once

#include <gio/gio.h>

#include "../runner/mamuto-run-record.h"

/* "x = [0.1, 0.2]" a line for each argument; (transfer full) (nullable): they are not known. */
char *row_check_format_arguments(MamutoRunRecord *record, gint64 row);
/* Calls the function with that row in a Python of its own here. */
void row_check_run_async(MamutoRunRecord *record, gint64 row, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data);
/* What came of it, in words, a traceback included; (transfer full). Fails if it could not be tried.
 */
char *row_check_run_finish(GAsyncResult *result, GError **error);
