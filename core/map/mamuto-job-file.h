/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a person wants to be mapped over what, as a document: a .mamuto file that the window and the
 * terminal program both run. Belongs to the thread that made it. */
#pragma once

#include "mamuto-argument.h"
#include "mamuto-function.h"
#include "mamuto-mapper.h"

G_BEGIN_DECLS

/**
 * MAMUTO_JOB_FILE_MAX_ARGUMENTS:
 *
 * more arguments of one function are taken for a mistake
 */
#define MAMUTO_JOB_FILE_MAX_ARGUMENTS 64

#define MAMUTO_TYPE_JOB_FILE (mamuto_job_file_get_type())
/* Signal "changed" (): something was set to another value. */
G_DECLARE_FINAL_TYPE(MamutoJobFile, mamuto_job_file, MAMUTO, JOB_FILE, GObject)

MamutoJobFile *mamuto_job_file_new(void);
MamutoJobFile *mamuto_job_file_new_from_file(const char *path, GError **error);
MamutoJobFile *mamuto_job_file_copy(MamutoJobFile *self);
/* Keeps comments, order and keys that it does not know; temporary file, fsync, rename. */
gboolean mamuto_job_file_save(MamutoJobFile *self, const char *path, GError **error);
/* Whether both ask for the same. */
gboolean mamuto_job_file_equal(MamutoJobFile *self, MamutoJobFile *other);

/* Paths in what these give are absolute, or relative to the current folder if they were set so.
 * NULL: not set. */
const char *mamuto_job_file_get_function(MamutoJobFile *self);
void mamuto_job_file_set_function(MamutoJobFile *self, const char *spec);
const char *mamuto_job_file_get_cluster(MamutoJobFile *self);
void mamuto_job_file_set_cluster(MamutoJobFile *self, const char *path);
const char *mamuto_job_file_get_output(MamutoJobFile *self);
void mamuto_job_file_set_output(MamutoJobFile *self, const char *path);
const char *const *mamuto_job_file_get_depends(MamutoJobFile *self);
void mamuto_job_file_set_depends(MamutoJobFile *self, const char *const *depends);
/* MAMUTO_MAP_BATCH and MAMUTO_MAP_CONTINUE. */
MamutoMapFlags mamuto_job_file_get_flags(MamutoJobFile *self);
void mamuto_job_file_set_flags(MamutoJobFile *self, MamutoMapFlags flags);

guint mamuto_job_file_get_n_arguments(MamutoJobFile *self);
void mamuto_job_file_set_n_arguments(MamutoJobFile *self, guint n);
/* Drops those at the end that have no value. */
void mamuto_job_file_trim_arguments(MamutoJobFile *self);
/* The parameter's name, only shown. */
const char *mamuto_job_file_get_argument_name(MamutoJobFile *self, guint position);
void mamuto_job_file_set_argument_name(MamutoJobFile *self, guint position, const char *name);
/* What the terminal calls ARG (mamuto_argument_parse()). */
const char *mamuto_job_file_get_argument(MamutoJobFile *self, guint position);
void mamuto_job_file_set_argument(MamutoJobFile *self, guint position, const char *text);
gboolean mamuto_job_file_get_keep(MamutoJobFile *self, guint position);
void mamuto_job_file_set_keep(MamutoJobFile *self, guint position, gboolean keep);

/* From words to what a mapper takes. */
MamutoFunction *mamuto_job_file_make_function(MamutoJobFile *self, GError **error);
MamutoCluster *mamuto_job_file_load_cluster(MamutoJobFile *self, GError **error);
GPtrArray *mamuto_job_file_load_arguments(MamutoJobFile *self, GCancellable *cancellable,
                                          GError **error);
GPtrArray *mamuto_job_file_apply(MamutoJobFile *self, MamutoMapper *mapper,
                                 MamutoFunction *function, GPtrArray *arguments, GError **error);
/* What would be known too late, when all is computed. */
gboolean mamuto_job_file_check_output(MamutoJobFile *self, GError **error);
gboolean mamuto_job_file_check_place(const char *path, GError **error);
char *mamuto_job_file_to_command(MamutoJobFile *self, const char *program);

G_END_DECLS
