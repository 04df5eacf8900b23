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
 * MAMUTO_JOB_MAX_ARGUMENTS:
 *
 * more arguments of one function are taken for a mistake
 */
#define MAMUTO_JOB_MAX_ARGUMENTS 64

#define MAMUTO_TYPE_JOB (mamuto_job_get_type())
/* Signal "changed" (): something was set to another value. */
G_DECLARE_FINAL_TYPE(MamutoJob, mamuto_job, MAMUTO, JOB, GObject)

MamutoJob *mamuto_job_new(void);
MamutoJob *mamuto_job_new_from_file(const char *path, GError **error);
MamutoJob *mamuto_job_copy(MamutoJob *self);
/* Keeps comments, order and keys that it does not know; temporary file, fsync, rename. */
gboolean mamuto_job_save(MamutoJob *self, const char *path, GError **error);
/* Whether both ask for the same. */
gboolean mamuto_job_equal(MamutoJob *self, MamutoJob *other);

/* Paths in what these give are absolute, or relative to the current folder if they were set so.
 * NULL: not set. */
const char *mamuto_job_get_function(MamutoJob *self);
void mamuto_job_set_function(MamutoJob *self, const char *spec);
const char *mamuto_job_get_cluster(MamutoJob *self);
void mamuto_job_set_cluster(MamutoJob *self, const char *path);
const char *mamuto_job_get_output(MamutoJob *self);
void mamuto_job_set_output(MamutoJob *self, const char *path);
const char *const *mamuto_job_get_depends(MamutoJob *self);
void mamuto_job_set_depends(MamutoJob *self, const char *const *depends);
/* MAMUTO_MAP_BATCH and MAMUTO_MAP_CONTINUE. */
MamutoMapFlags mamuto_job_get_flags(MamutoJob *self);
void mamuto_job_set_flags(MamutoJob *self, MamutoMapFlags flags);

guint mamuto_job_get_n_arguments(MamutoJob *self);
void mamuto_job_set_n_arguments(MamutoJob *self, guint n);
/* Drops those at the end that have no value. */
void mamuto_job_trim_arguments(MamutoJob *self);
/* The parameter's name, only shown. */
const char *mamuto_job_get_argument_name(MamutoJob *self, guint position);
void mamuto_job_set_argument_name(MamutoJob *self, guint position, const char *name);
/* What the terminal calls ARG (mamuto_argument_parse()). */
const char *mamuto_job_get_argument(MamutoJob *self, guint position);
void mamuto_job_set_argument(MamutoJob *self, guint position, const char *text);
gboolean mamuto_job_get_keep(MamutoJob *self, guint position);
void mamuto_job_set_keep(MamutoJob *self, guint position, gboolean keep);

/* From words to what a mapper takes. */
MamutoFunction *mamuto_job_make_function(MamutoJob *self, GError **error);
MamutoCluster *mamuto_job_load_cluster(MamutoJob *self, GError **error);
GPtrArray *mamuto_job_load_arguments(MamutoJob *self, GCancellable *cancellable, GError **error);
GPtrArray *mamuto_job_apply(MamutoJob *self, MamutoMapper *mapper, MamutoFunction *function,
                            GPtrArray *arguments, GError **error);
/* What would be known too late, when all is computed. */
gboolean mamuto_job_check_output(MamutoJob *self, GError **error);
gboolean mamuto_job_check_place(const char *path, GError **error);
char *mamuto_job_to_command(MamutoJob *self, const char *program);

G_END_DECLS
