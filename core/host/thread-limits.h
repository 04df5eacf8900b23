/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The numbers of threads of numerical libraries that the user has set for this program, for example
 * by OMP_NUM_THREADS=2. They are sent to the hosts, because ssh does not send the environment. */
#pragma once

#include <glib.h>

#include "wire.h"

/* Reads the variables wire_thread_limits[] of the environment. An element of @limits is 0 if the
 * variable is not set or cannot be sent. */
void thread_limits_read(guint32 limits[WIRE_N_THREAD_LIMITS]);
/* Returns (transfer full) (nullable): a line for each variable that is set but cannot be sent,
 * because its value is not a number from 1 to WIRE_MAX_THREADS. */
char *thread_limits_explain_unsent(void);
