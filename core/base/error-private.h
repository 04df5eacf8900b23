/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Sets the fields of errors of MAMUTO_ERROR; errors of other domains are left as they are. */
#pragma once

#include "mamuto-error.h"

G_BEGIN_DECLS

/* The first host that is set stays: the code nearest to the fault knows the host best. */
void error_set_host(GError *error, const char *host);
/* The first stage that is set stays. */
void error_set_stage(GError *error, MamutoStage stage);

G_END_DECLS
