/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Completes the file name that the user has entered in a file chooser. */
#pragma once

#include <gio/gio.h>

typedef enum {
    SAVE_NAME_KEEP_OTHERS, /* A name with another suffix is not changed. */
    SAVE_NAME_ALWAYS,      /* A name with another suffix gets @suffix, too. */
} SaveNameRule;

/* Returns (transfer full): the path, or NULL with @error. @suffix: ".csv", appended to a name
 * without suffix. If the completed name exists, this is an error: the file chooser has not asked
 * whether to replace that file. */
char *save_name_get_path(GFile *file, const char *suffix, SaveNameRule rule, GError **error);
