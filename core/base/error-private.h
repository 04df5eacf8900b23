/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Setters for the fields of a GError of the domain MAMUTO_ERROR. Errors of other domains are left
 * unchanged. */
#pragma once

#include "mamuto-error.h"

G_BEGIN_DECLS

/* Does nothing if the error already has a host, because the innermost caller sets the most exact
 * name first. */
void error_set_host(GError *error, const char *host);
/* Does nothing if the error already has a stage. */
void error_set_stage(GError *error, MamutoStage stage);
/* Does nothing if the error already has an advice. @command: (nullable): the shell command that the
 * advice recommends. */
void error_set_advice(GError *error, MamutoAdvice advice, const char *command);
/* @traceback: several lines of valid UTF-8, as the runner sent them. */
void error_set_traceback(GError *error, const char *traceback);
/* Appends a copy of @cause to the causes. */
void error_add_cause(GError *error, const GError *cause);
/* As mamuto_error_format(), but without the host's name, for callers that show the name
 * themselves. */
char *error_format_without_host(const GError *error, gboolean with_traceback);

G_END_DECLS
