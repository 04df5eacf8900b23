/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Completes the file name that the user has entered in a file chooser. */
#pragma once

#include <gio/gio.h>

typedef enum {
    SAVE_NAME_KEEP_OTHERS, /* A name with another suffix is not changed. */
    SAVE_NAME_ALWAYS,      /* @suffix is also appended to another suffix. */
} SaveNameRule;

/* Returns (transfer full): the path, or NULL with @error. @suffix is, for example, ".csv"; the
 * function appends it to a name without suffix. If the resulting file exists, the function returns
 * an error, because the file chooser has not asked the user whether to replace this file. */
char *save_name_get_path(GFile *file, const char *suffix, SaveNameRule rule, GError **error);
