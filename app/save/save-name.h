/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The path that a file is saved under, from what a person has chosen. */
#pragma once

#include <gio/gio.h>

typedef enum {
    SAVE_NAME_KEEP_OTHERS, /* a name with another ending stays as it is */
    SAVE_NAME_ALWAYS,      /* it gets the suffix too */
} SaveNameRule;

/* @suffix: (".csv") appended to a name without ending. A file whose name was completed is never
 * replaced: the file chooser has not asked about that one. (transfer full): NULL with an error. */
char *save_name_get_path(GFile *file, const char *suffix, SaveNameRule rule, GError **error);
