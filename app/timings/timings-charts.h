/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Fills the three charts of a comparison, in the user's language. */
#pragma once

#include <mamuto.h>

#include "../chart/mamuto-chart.h"

typedef enum { CHART_OF_TIME, CHART_OF_SPEED_UP, CHART_OF_EFFICIENCY, N_CHARTS } TimingsChart;

MamutoChart *timings_chart_new(TimingsChart which);
void timings_chart_fill(MamutoChart *chart, TimingsChart which, MamutoTimings *timings);
/* Returns the translated name of @contender, such as "Plain loop". */
const char *timings_get_contender_name(MamutoContender contender);
