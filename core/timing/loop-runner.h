/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A Python process that calls the function in a plain loop and times it: loop.py, seen from here.
 */
#pragma once

#include "mamuto-argument.h"
#include "mamuto-function.h"

G_BEGIN_DECLS

typedef struct _LoopRunner LoopRunner;

typedef struct {
    const char *python;  /* (nullable): the first with numpy, as on any host */
    const char *workdir; /* (nullable) */
    int nice;
    MamutoFunction *function;
    GPtrArray *arguments; /* of MamutoArgument */
    gint64 n_rows;
    gboolean batch, go_on;
    gint64 deadline; /* of g_get_monotonic_time(), to be started */
} LoopSetup;

/* Blocks until the function is imported and the arrays are mapped; any thread. */
LoopRunner *loop_runner_new(const LoopSetup *setup, GCancellable *cancellable, GError **error);
/* Seconds of one loop over @rows rows, evenly spaced among all. Blocks. After @deadline it fails
 * with G_IO_ERROR_TIMED_OUT; the runner is then of no more use, since it is still at work. */
gboolean loop_runner_measure(LoopRunner *self, gint64 rows, gint64 deadline,
                             GCancellable *cancellable, double *seconds, GError **error);
void loop_runner_free(LoopRunner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LoopRunner, loop_runner_free)

G_END_DECLS
