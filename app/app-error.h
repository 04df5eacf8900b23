/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Errors as the window words them: hosts by the names they have here, and advice that names pages
 * and settings of the window. All give new text. */
#pragma once

#include <mamuto.h>

/* The host and what happened, on one line. */
char *app_error_summary(const GError *error);
/* All of it: advice, causes and traceback, too. */
char *app_error_describe(const GError *error);
/* The same where the host is shown beside it. */
char *app_error_describe_without_host(const GError *error);
/* (nullable): of a host: why it is lost or failed, else the stage it is at. */
char *app_error_describe_status(MamutoHostStatus *status);
