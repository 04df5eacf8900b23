/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Includes the whole public API of libmamuto. */
#pragma once

#include "mamuto-error.h"

#include "mamuto-argument.h"
#include "mamuto-array.h"
#include "mamuto-asker.h"
#include "mamuto-check-stage.h"
#include "mamuto-check.h"
#include "mamuto-cluster.h"
#include "mamuto-comparison.h"
#include "mamuto-dtype.h"
#include "mamuto-failure.h"
#include "mamuto-file-kind.h"
#include "mamuto-file.h"
#include "mamuto-function.h"
#include "mamuto-host.h"
#include "mamuto-job.h"
#include "mamuto-map-flags.h"
#include "mamuto-mapper.h"
#include "mamuto-note.h"
#include "mamuto-parameter.h"
#include "mamuto-python.h"
#include "mamuto-report.h"
#include "mamuto-result.h"
#include "mamuto-run.h"
#include "mamuto-summary.h"
#include "mamuto-text.h"
#include "mamuto-timings.h"
#include "mamuto-trace.h"
