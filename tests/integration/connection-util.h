/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Helpers for tests that use connections without a mapper. They create runs of a function of
 * functions.py, which doubles numbers, and check the results. */
#pragma once

#include "connection.h"
#include "mamuto.h"
#include "run.h"

/* Maximum time of a run in seconds. */
enum { CONNECTION_DEADLINE_S = 120 };

/* Returns the code of the function for the hosts of one session. */
FunctionCode *connection_code(MamutoFunction *function);
/* Returns run @number of the session, which maps @function over @argument. @kept: whether the hosts
 * store the argument. *@complete becomes TRUE when the run is complete. The caller passes the run
 * to session_set_run(). */
Run *connection_run_new(Session *session, guint32 number, MamutoFunction *function,
                        MamutoArgument *argument, gboolean kept, gboolean *complete);
/* Iterates the main loop until @condition(@data) holds. Fails after CONNECTION_DEADLINE_S. */
void connection_wait(gboolean (*condition)(gpointer data), gpointer data);
gboolean connection_is_complete(gpointer complete);
/* Checks that the run has no error and that its results are 0, 2, 4, … */
void connection_expect_doubles(Run *run);
