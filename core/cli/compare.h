/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How mamuto-cli compare shows what it does and what it found. */
#pragma once

#include "mamuto-comparison.h"

/* What is about to be done, on stderr. */
void compare_show_plan(MamutoComparison *comparison, MamutoFunction *function, gboolean batch);
/* A line that is redrawn on stderr while it goes. */
void compare_show_state(MamutoComparison *comparison, gboolean utf8);
void compare_clear_state(void);
/* The table and the summary on stdout. */
void compare_show_timings(MamutoTimings *timings, gboolean utf8);
