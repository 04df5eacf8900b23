/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Numbers, sizes and times as people read them: by locale, on screen only. All give new text. */
#pragma once

#include <mamuto.h>

/* 1,000,000 */
char *app_text_count(gint64 n);
/* "1 row", "1,000 rows" */
char *app_text_rows(gint64 n);
/* "0.4 ms", "12.3 s", "2 min 5 s", "1 h 20 min" */
char *app_text_seconds(double seconds);
/* "float64", "text, up to 12 characters" */
char *app_text_dtype(const MamutoDtype *dtype);
/* "100,000 × 3 · float64" */
char *app_text_describe_array(MamutoArray *array);
/* A host's name for people: "This Computer" for localhost; valid as long as @name. */
const char *app_text_host(const char *name);
/* A path for people: "~" for their home, UTF-8, and without "..". */
char *app_text_path(const char *path);
