/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a job file holds, shared by the object and by what reads and writes its text. */
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
    Ini *ini;             /* as it was loaded or saved last; NULL if it never was */
    char *folder;         /* what paths in @ini are relative to */
};

void job_argument_free(gpointer data);

/* Sets what @ini says, paths made absolute with @folder. */
gboolean job_read(MamutoJob *self, Ini *ini, const char *folder, GError **error);
/* Brings @ini up to what @self is, paths in @folder made relative; what has not changed since it
 * was read from @ini is not touched. */
gboolean job_write(MamutoJob *self, Ini *ini, const char *folder, GError **error);
