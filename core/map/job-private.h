/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The struct of a job, for all source files of the job. */
#pragma once

#include "argument-spec.h"
#include "ini.h"
#include "mamuto-job.h"

typedef struct {
    char *name; /* (nullable): only displayed unless `by_name` is set */
    /* (nullable): if `by_name` is set, a SPEC, else [NAME=]SPEC; see argument-spec.h */
    char *text;
    gboolean keep;
    gboolean by_name; /* the argument is passed to the parameter `name`, not by its position */
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
/* Compares two lists of JobArgument, except names that are only displayed. */
gboolean job_arguments_equal(GPtrArray *a, GPtrArray *b);

/* Sets the fields of @self from the text of a job file. @folder: the folder of this file. */
gboolean job_read(MamutoJob *self, Ini *ini, const char *folder, GError **error);
/* Writes the fields of @self to the text of a job file. @folder: the folder of this file. Paths in
 * this folder become relative. Values that have not changed are left as the user wrote them. */
gboolean job_write(MamutoJob *self, Ini *ini, const char *folder, GError **error);

/* Whether @name can be the name of a parameter. The name of one of several arguments for *args,
 * such as "args[0]", cannot. */
gboolean job_is_parameter_name(const char *name);

/* Returns @text with @folder before it if @text is a relative path. Otherwise returns a copy. */
char *job_resolve_path(const char *text, const char *folder);
/* Returns the path relative to @folder if the file is in @folder, else the absolute path. */
char *job_make_path_relative(const char *text, const char *folder);

/* Convert the value of an argument from a job file of this version to the text in memory, and back.
 * @folder: the folder of the job file. @by_name: whether the file binds the argument to a
 * parameter. Return the text (transfer full). */
char *job_value_resolve(const char *text, gboolean by_name, guint version, const char *folder);
char *job_value_make_relative(const char *text, gboolean by_name, guint version,
                              const char *folder);
/* Whether @text, from a job file, is both the name of a file in @folder and a value for a
 * parameter. */
gboolean job_value_is_ambiguous(const char *text, const char *folder);
/* Returns (transfer full) (nullable): the existing file that an argument in memory is read from. */
char *job_value_find_file(const char *text, gboolean by_name);
/* Whether the text of an argument in memory cannot be written to a job file of version 1. */
gboolean job_value_is_new(const char *text);

/* Adds "argument 2, sigma: " before the message of an error. */
void job_prefix_argument(MamutoJob *self, guint position, GError **error);
/* Whether argument @position has no value, and all later arguments with a value, at least one, are
 * passed by name, so that the function uses its default value for it. */
gboolean job_argument_is_skipped(MamutoJob *self, guint position);
/* Checks that the arrays to map over have the same length, unless the job is a grid. @arguments:
 * (element-type MamutoArgument): (nullable elements): the arguments of the job. */
gboolean job_check_lengths(MamutoJob *self, GPtrArray *arguments, GError **error);
