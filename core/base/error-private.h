/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Functions that set the additional fields of an error of the domain MAMUTO_ERROR. They do not
 * change errors of other domains. */
#pragma once

#include "mamuto-error.h"

G_BEGIN_DECLS

/* Sets the name of the host where the error occurred, unless a name is already set. The first name
 * is kept, because the function nearest to the failure sets it. */
void error_set_host(GError *error, const char *host);
/* Sets the stage in which the error occurred, unless a stage is already set. */
void error_set_stage(GError *error, MamutoStage stage);
/* Sets the recommended action, unless one is already set. @command (nullable): the shell command
 * that the advice recommends. */
void error_set_advice(GError *error, MamutoAdvice advice, const char *command);
/* Appends @text to the message, which is the advice in the terminal's words, such as "; or write
 * -o out.jsonl". Other programs leave it out (mamuto_error_get_fact()) and use their own words. */
void error_append_advice(GError *error, MamutoAdvice advice, const char *text);
/* Sets the traceback of the Python exception. @traceback: several lines of valid UTF-8, as sent by
 * the runner, the Python program on a host. */
void error_set_traceback(GError *error, const char *traceback);
/* Appends a copy of @cause to the errors that caused @error. */
void error_add_cause(GError *error, const GError *cause);
/* Formats an error like mamuto_error_format(), but without the host's name. Used by callers that
 * show the host's name in another place. */
char *error_format_without_host(const GError *error, gboolean with_traceback);

G_END_DECLS
