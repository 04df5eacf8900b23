/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Completes the file name that the user has entered in a file chooser. */
#pragma once

#include <gio/gio.h>

typedef enum {
    SAVE_NAME_KEEP_OTHERS, /* Appends @suffix only to a name without any suffix. */
    SAVE_NAME_ALWAYS,      /* Appends @suffix to any name that does not end with it. */
} SaveNameRule;

/* Returns (transfer full): the path of @file, with @suffix appended according to @rule. @suffix:
 * for example ".csv". If @suffix was appended and a file with this name exists, returns NULL and
 * sets @error: the file chooser asked only about the name without @suffix, so the user has not
 * agreed to replace this file. */
char *save_name_get_path(GFile *file, const char *suffix, SaveNameRule rule, GError **error);
