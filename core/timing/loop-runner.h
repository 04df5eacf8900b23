/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Runs loop.py: a Python process that calls the function in a plain loop and measures the time of
 * the loop. */
#pragma once

#include "mamuto-argument.h"
#include "mamuto-function.h"

G_BEGIN_DECLS

typedef struct _LoopRunner LoopRunner;

typedef struct {
    /* (nullable): the interpreter to use. If it is NULL, the first interpreter in the list of
     * mamuto_python_list() that has numpy is used. */
    const char *python;
    const char *workdir; /* (nullable) */
    int nice;
    MamutoFunction *function;
    GPtrArray *arguments; /* elements: MamutoArgument */
    gint64 n_rows;
    gboolean batch, go_on;
    gint64 deadline; /* time limit of the start in µs of the monotonic clock */
} LoopSetup;

/* Starts the Python process. Blocks until the process has imported the function and mapped the
 * arrays into memory. On an error, returns NULL with MAMUTO_ERROR_NUMPY, MAMUTO_ERROR_FUNCTION,
 * MAMUTO_ERROR_PYTHON, G_IO_ERROR_CANCELLED or G_IO_ERROR_TIMED_OUT. Can be called from any thread.
 */
LoopRunner *loop_runner_new(const LoopSetup *setup, GCancellable *cancellable, GError **error);
/* Measures the time of one loop over @rows evenly spaced rows. Blocks. Fails with
 * G_IO_ERROR_TIMED_OUT at @deadline. After this error, only loop_runner_free() may be called,
 * because the process is still computing. */
gboolean loop_runner_measure(LoopRunner *self, gint64 rows, gint64 deadline,
                             GCancellable *cancellable, double *seconds, GError **error);
void loop_runner_free(LoopRunner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LoopRunner, loop_runner_free)

G_END_DECLS
