/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The output of mamuto-cli compare. */
#pragma once

#include "mamuto-comparison.h"

/* Prints the estimated number of calls and the estimated duration to stderr. */
void compare_show_plan(MamutoComparison *comparison, MamutoFunction *function, gboolean batch);
/* Redraws the status line, which shows the progress of the measurements, on stderr. */
void compare_show_state(MamutoComparison *comparison, gboolean utf8);
void compare_clear_state(void);
/* Prints the table, the summary and the notes to stdout. */
void compare_show_timings(MamutoTimings *timings, gboolean utf8);
