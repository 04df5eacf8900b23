/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Which of the files that the window opens one is: told by what it holds, else by its name. */
#pragma once

#include <glib.h>

typedef enum {
    FILE_KIND_JOB,
    FILE_KIND_CLUSTER,
    FILE_KIND_FUNCTION,
    FILE_KIND_ARRAY,
    FILE_KIND_UNKNOWN,
} FileKind;

/* A job or a cluster may have any name; a file that is not there has the kind of its name. */
FileKind file_kind_find(const char *path);

/* The path to save a file of that kind under when somebody has chosen @path: with the kind's ending
 * where it has none of them. A file that is there already is meant as it is named. */
char *file_kind_name(FileKind kind, const char *path);
