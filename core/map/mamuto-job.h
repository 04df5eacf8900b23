/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A job: a function with its arguments and options, stored as a document (a .mamuto file). A job
 * has no lock. Therefore only one thread may use it at a time. */
#pragma once

#include "mamuto-argument.h"
#include "mamuto-function.h"
#include "mamuto-mapper.h"

G_BEGIN_DECLS

/**
 * MAMUTO_JOB_MAX_ARGUMENTS:
 *
 * Maximum number of arguments of a job.
 */
#define MAMUTO_JOB_MAX_ARGUMENTS 64

#define MAMUTO_TYPE_JOB (mamuto_job_get_type())
G_DECLARE_FINAL_TYPE(MamutoJob, mamuto_job, MAMUTO, JOB, GObject)

MamutoJob *mamuto_job_new(void);
MamutoJob *mamuto_job_new_from_file(const char *path, GError **error);
MamutoJob *mamuto_job_copy(MamutoJob *self);
gboolean mamuto_job_save(MamutoJob *self, const char *path, GError **error);
gboolean mamuto_job_equal(MamutoJob *self, MamutoJob *other);
char *mamuto_job_dup_file_hash(MamutoJob *self);

/* Paths are returned as they were set: absolute, or relative to the current folder. A value that
 * is not set is NULL. */
const char *mamuto_job_get_function(MamutoJob *self);
void mamuto_job_set_function(MamutoJob *self, const char *spec);
const char *mamuto_job_get_cluster(MamutoJob *self);
void mamuto_job_set_cluster(MamutoJob *self, const char *path);
const char *mamuto_job_get_output(MamutoJob *self);
void mamuto_job_set_output(MamutoJob *self, const char *path);
const char *const *mamuto_job_get_depends(MamutoJob *self);
void mamuto_job_set_depends(MamutoJob *self, const char *const *depends);
const char *const *mamuto_job_get_send(MamutoJob *self);
void mamuto_job_set_send(MamutoJob *self, const char *const *paths);
char **mamuto_job_parse_list(const char *text, GError **error);
char *mamuto_job_format_list(const char *const *paths);
MamutoMapFlags mamuto_job_get_flags(MamutoJob *self);
void mamuto_job_set_flags(MamutoJob *self, MamutoMapFlags flags);
double mamuto_job_get_row_timeout(MamutoJob *self);
void mamuto_job_set_row_timeout(MamutoJob *self, double seconds);
double mamuto_job_get_start_timeout(MamutoJob *self);
void mamuto_job_set_start_timeout(MamutoJob *self, double seconds);
gboolean mamuto_job_parse_timeout(const char *text, double *seconds);
char *mamuto_job_format_timeout(double seconds);

guint mamuto_job_get_n_arguments(MamutoJob *self);
void mamuto_job_set_n_arguments(MamutoJob *self, guint n);
void mamuto_job_trim_arguments(MamutoJob *self);
const char *mamuto_job_get_argument_name(MamutoJob *self, guint position);
void mamuto_job_set_argument_name(MamutoJob *self, guint position, const char *name);
const char *mamuto_job_get_argument(MamutoJob *self, guint position);
void mamuto_job_set_argument(MamutoJob *self, guint position, const char *text);
gboolean mamuto_job_get_by_name(MamutoJob *self, guint position);
void mamuto_job_set_by_name(MamutoJob *self, guint position, gboolean by_name);
gboolean mamuto_job_get_keep(MamutoJob *self, guint position);
void mamuto_job_set_keep(MamutoJob *self, guint position, gboolean keep);

/* Defined in job-binding.c. */
gboolean mamuto_job_bind(MamutoJob *self, MamutoFunction *function, GError **error);
int mamuto_job_find_argument(MamutoJob *self, const char *name);
MamutoArgument *mamuto_job_dup_argument(MamutoJob *self, guint position, GPtrArray *arguments);

/* Defined in job-apply.c. */
MamutoFunction *mamuto_job_make_function(MamutoJob *self, GError **error);
MamutoCluster *mamuto_job_load_cluster(MamutoJob *self, GError **error);
GPtrArray *mamuto_job_load_arguments(MamutoJob *self, GCancellable *cancellable, GError **error);
GPtrArray *mamuto_job_apply(MamutoJob *self, MamutoMapper *mapper, MamutoFunction *function,
                            GPtrArray *arguments, GError **error);
gboolean mamuto_job_check_output(MamutoJob *self, GError **error);
gboolean mamuto_job_check_place(const char *path, GError **error);

/* Defined in job-command.c. */
char *mamuto_job_to_command(MamutoJob *self, const char *program);

G_END_DECLS
