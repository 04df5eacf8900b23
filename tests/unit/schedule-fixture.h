/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Steps that the unit tests of the schedule share. */
#pragma once

#include "schedule.h"

#define MS 1000

/* A schedule with chunks of usual sizes. */
Schedule *make(gint64 n_rows);
/* The host returns the result of a chunk, which is accepted and stored. */
void finish(Schedule *schedule, guint host, const ScheduleChunk *chunk, gint64 compute_us,
            gint64 now);
