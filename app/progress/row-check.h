/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Formats the arguments of one row of a run as text, and calls the function with these arguments on
 * this computer. */
#pragma once

#include <gio/gio.h>

#include "../runner/mamuto-run-record.h"

/* Formats the row's arguments, one per line: "x = [0.1, 0.2]". (transfer full) (nullable): NULL if
 * the arguments are unknown. */
char *row_check_format_arguments(MamutoRunRecord *record, gint64 row);
/* Calls the function with the row's arguments in a new Python process on this computer. */
void row_check_run_async(MamutoRunRecord *record, gint64 row, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data);
/* Returns the row's result or its traceback as text; (transfer full). Fails if the function could
 * not be called. */
char *row_check_run_finish(GAsyncResult *result, GError **error);
