/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Formats numbers, sizes and times in the user's locale. Only for display: files use
 * locale-independent formats. Functions that return char * return (transfer full) strings. */
#pragma once

#include <mamuto.h>

/* "1,000,000" */
char *app_text_count(gint64 n);
/* "1 row", "1,000 rows" */
char *app_text_rows(gint64 n);
/* "0.4 ms", "12.3 s", "2 min 5 s", "1 h 20 min" */
char *app_text_seconds(double seconds);
/* "float64", "text of up to 12 characters" */
char *app_text_dtype(const MamutoDtype *dtype);
/* "100,000 × 3 · float64" */
char *app_text_describe_array(MamutoArray *array);
/* (transfer none): the displayed name of a host: "This Computer" for localhost, else @name. */
const char *app_text_host(const char *name);
/* The displayed form of @path: valid UTF-8, without "..", and with "~" for the home folder. */
char *app_text_path(const char *path);
