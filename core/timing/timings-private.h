/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The struct of MamutoTimings and functions shared by its source files. */
#pragma once

#include "cost-model.h"
#include "mamuto-timings.h"

G_BEGIN_DECLS

/** TIMINGS_MAX_MEASUREMENTS: maximum number of measurements in a file; also the maximum number of
 * notes */
#define TIMINGS_MAX_MEASUREMENTS 1000

struct _MamutoTimings {
    GObject parent_instance;
    char *function, *job_name;
    guint n_hosts, n_cores;
    GDateTime *created;
    GArray *measurements; /* elements: MamutoMeasurement, sorted by contender, then by rows */
    GPtrArray *notes;     /* elements: MamutoNote */
};

gboolean timings_fit(MamutoTimings *self, MamutoContender contender, CostModel *model);
char *timings_summarise(const MamutoVerdict *verdict);

G_END_DECLS
