/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the parts of MamutoTimings share. */
#pragma once

#include "cost-model.h"
#include "mamuto-timings.h"

G_BEGIN_DECLS

/** TIMINGS_MAX_MEASUREMENTS: more in a file are taken for a mistake */
#define TIMINGS_MAX_MEASUREMENTS 1000

struct _MamutoTimings {
    GObject parent_instance;
    char *function, *job_name;
    guint n_hosts, n_cores;
    GDateTime *created;
    GArray *measurements; /* of MamutoMeasurement, sorted */
    GPtrArray *notes;     /* of MamutoNote */
};

gboolean timings_fit(MamutoTimings *self, MamutoContender contender, CostModel *model);
char *timings_summarise(const MamutoVerdict *verdict);

G_END_DECLS
