/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The struct of a job, for all source files of the job. */
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
    char **send; /* paths of data files and folders */
    MamutoMapFlags flags;
    double row_timeout, start_timeout; /* seconds; 0: no limit, or the default */
    GPtrArray *arguments;              /* elements: JobArgument */
    Ini *ini;     /* (nullable): text of the file; NULL: never loaded or saved */
    char *folder; /* absolute path of the folder that contains the job file */
};

/* Emits "changed". */
void job_changed(MamutoJob *self);
/* Sets a field of @self to a copy of @text, or to NULL if @text is empty. */
void job_set_text(MamutoJob *self, char **field, const char *text);

void job_argument_free(gpointer data);
/* Compares two lists of JobArgument, except the names, which are only displayed. */
gboolean job_arguments_equal(GPtrArray *a, GPtrArray *b);

/* Sets the fields of @self from the text of a job file. @folder: the folder of this file. */
gboolean job_read(MamutoJob *self, Ini *ini, const char *folder, GError **error);
/* Writes the fields of @self to the text of a job file. @folder: the folder of this file. Paths in
 * this folder become relative. Values that have not changed are left as the user wrote them. */
gboolean job_write(MamutoJob *self, Ini *ini, const char *folder, GError **error);
