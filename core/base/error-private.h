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
/* @command: (nullable): what to type in a shell for it. The first advice that is set stays. */
void error_set_advice(GError *error, MamutoAdvice advice, const char *command);
/* @traceback: of several lines, as the runner gave it; valid UTF-8. */
void error_set_traceback(GError *error, const char *traceback);
/* Copies @cause to the end of the causes. */
void error_add_cause(GError *error, const GError *cause);
/* As mamuto_error_format(), for a place that shows the host beside it. */
char *error_format_without_host(const GError *error, gboolean with_traceback);

G_END_DECLS
