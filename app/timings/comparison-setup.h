/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A comparison of the job that is open, before it begins: made, and described. */
#pragma once

#include "../runner/mamuto-runner.h"

/* (transfer full): with all arguments that are given; NULL with an error. */
MamutoComparison *comparison_setup_new(MamutoRunner *runner, GError **error);
/* What a planned comparison will do; (transfer full). */
char *comparison_setup_describe(MamutoComparison *comparison, MamutoRunner *runner);
