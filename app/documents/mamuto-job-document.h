/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The document that contains the job. It also contains the inspected function, the loaded arguments
 * and the problems that prevent a run. */
#pragma once

#include <mamuto.h>

#include "mamuto-cluster-document.h"
#include "mamuto-document.h"
#include "mamuto-input.h"
#include "mamuto-inspector.h"
#include "problem.h"

#define MAMUTO_TYPE_JOB_DOCUMENT (mamuto_job_document_get_type())
/* Implements MamutoDocument.
 * Property "job" (MamutoJob): notified, because opening a file replaces the object.
 * Signal "inputs-changed" (): the job, the function or an input has changed. */
G_DECLARE_FINAL_TYPE(MamutoJobDocument, mamuto_job_document, MAMUTO, JOB_DOCUMENT, GObject)

MamutoJobDocument *mamuto_job_document_new(MamutoClusterDocument *cluster);
MamutoJob *mamuto_job_document_get_job(MamutoJobDocument *self);
MamutoJob *mamuto_job_document_get_saved_job(MamutoJobDocument *self);
void mamuto_job_document_set_job(MamutoJobDocument *self, MamutoJob *job, MamutoJob *saved,
                                 const char *path);
void mamuto_job_document_clear(MamutoJobDocument *self);
gboolean mamuto_job_document_is_blank(MamutoJobDocument *self);

MamutoClusterDocument *mamuto_job_document_get_cluster(MamutoJobDocument *self);
gboolean mamuto_job_document_open_cluster(MamutoJobDocument *self, GError **error);
void mamuto_job_document_adopt_cluster(MamutoJobDocument *self);
gboolean mamuto_job_document_names_python(MamutoJobDocument *self);

MamutoInspector *mamuto_job_document_get_inspector(MamutoJobDocument *self);
void mamuto_job_document_choose_function(MamutoJobDocument *self, const char *name);
guint mamuto_job_document_get_n_inputs(MamutoJobDocument *self);
MamutoInput *mamuto_job_document_get_input(MamutoJobDocument *self, guint position);
const MamutoParameter *mamuto_job_document_get_parameter(MamutoJobDocument *self, guint position);
gboolean mamuto_job_document_may_add_argument(MamutoJobDocument *self);
void mamuto_job_document_add_argument(MamutoJobDocument *self);
void mamuto_job_document_remove_argument(MamutoJobDocument *self, guint position);
int mamuto_job_document_find_free_position(MamutoJobDocument *self);
char **mamuto_job_document_list_free_parameters(MamutoJobDocument *self);
void mamuto_job_document_assign_argument(MamutoJobDocument *self, guint position, const char *name);
gboolean mamuto_job_document_get_loading(MamutoJobDocument *self);
void mamuto_job_document_refresh(MamutoJobDocument *self);

/* Implemented in job-check.c: */
char *mamuto_job_document_check_input(MamutoJobDocument *self, guint position);
MamutoProblem *mamuto_job_document_check(MamutoJobDocument *self);
