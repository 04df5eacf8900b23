/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Error texts for the window. The texts contain host names as the window shows them, and advice
 * that names pages and settings of the window. All functions return (transfer full) strings. */
#pragma once

#include <mamuto.h>

/* One line: the host, the message and, if the error has exactly one cause, that cause. Contains the
 * advice only if the result should be saved as JSON lines. */
char *app_error_summary(const GError *error);
/* The full text: host, message, advice, traceback and causes. */
char *app_error_describe(const GError *error);
/* The full text without the host, for widgets that already show the host. */
char *app_error_describe_without_host(const GError *error);
/* The cause of the failure of a row, and the advice. */
char *app_error_cause(const char *cause, MamutoAdvice advice);
/* (nullable): the error if the host is lost or has failed, else the current stage of the host. */
char *app_error_describe_status(MamutoHostStatus *status);
