/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The fields of a job, shared by the object and by the code that reads and writes its file. */
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
    GPtrArray *arguments; /* JobArgument */
    Ini *ini;             /* as last loaded or saved; nullable: never */
    char *folder;         /* absolute; paths in @ini are relative to it */
};

void job_argument_free(gpointer data);

/* Reads the fields from @ini; relative paths are resolved against @folder. */
gboolean job_read(MamutoJob *self, Ini *ini, const char *folder, GError **error);
/* Writes the fields to @ini, with paths below @folder relative to it. Values that are unchanged
 * since they were read from @ini are not rewritten, so they keep their form. */
gboolean job_write(MamutoJob *self, Ini *ini, const char *folder, GError **error);
