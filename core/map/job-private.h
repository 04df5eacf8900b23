/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The fields of a job, shared by the object and by the code that reads and writes job files. */
#pragma once

#include "ini.h"
#include "mamuto-job.h"

typedef struct {
    char *name;
    char *text;
    gboolean keep;
} JobArgument;

struct _MamutoJob {
    GObject parent_instance;
    char *function;
    char *cluster;
    char *output;
    char **depends;
    MamutoMapFlags flags;
    GPtrArray *arguments; /* elements: JobArgument */
    Ini *ini;             /* (nullable): the file as last loaded or saved; NULL: never */
    char *folder;         /* absolute; paths in `ini` are relative to this folder */
};

void job_argument_free(gpointer data);

/* Reads the fields from @ini. Relative paths are relative to @folder. */
gboolean job_read(MamutoJob *self, Ini *ini, const char *folder, GError **error);
/* Writes the fields to @ini. Paths below @folder are written relative to @folder. A value that has
 * not changed since it was read from @ini is not rewritten, so that its spelling in the file is
 * preserved. */
gboolean job_write(MamutoJob *self, Ini *ini, const char *folder, GError **error);
