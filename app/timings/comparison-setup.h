/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Creates the comparison of a plain loop, this computer and the cluster for the open job. Describes
 * the comparison before it starts. */
#pragma once

#include "../runner/mamuto-runner.h"

/* Creates a comparison for the job's function and arguments; (transfer full). Returns NULL and sets
 * @error if the function cannot be used. */
MamutoComparison *comparison_setup_new(MamutoRunner *runner, GError **error);
/* Describes the planned comparison; (transfer full). */
char *comparison_setup_describe(MamutoComparison *comparison, MamutoRunner *runner);
