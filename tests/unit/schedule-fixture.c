/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See schedule-fixture.h. */
#include "schedule-fixture.h"

Schedule *
make(gint64 n_rows)
{
    return schedule_new(
        &(ScheduleConfig){.n_rows = n_rows, .max_chunk_bytes = 32 << 20, .target_us = 500 * MS});
}

void
finish(Schedule *schedule, guint host, const ScheduleChunk *chunk, gint64 compute_us, gint64 now)
{
    g_assert_cmpint(schedule_result(schedule, host, chunk->id, chunk->attempt, compute_us,
                                    8 * (gsize)(chunk->hi - chunk->lo), now, NULL),
                    ==, SCHEDULE_ACCEPT);
    schedule_stored(schedule, chunk->id);
}
