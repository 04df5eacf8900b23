/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The widgets for the options of a job: whether rows are computed one by one or in batches, whether
 * a run continues after a failed row, the modules to send to the hosts, and the output file. */
#pragma once

#include <adwaita.h>

#include "../documents/mamuto-job-document.h"

#define MAMUTO_TYPE_JOB_OPTIONS (mamuto_job_options_get_type())
G_DECLARE_FINAL_TYPE(MamutoJobOptions, mamuto_job_options, MAMUTO, JOB_OPTIONS, AdwExpanderRow)

void mamuto_job_options_set_document(MamutoJobOptions *self, MamutoJobDocument *document);
/* Copies the values of the job to the widgets. */
void mamuto_job_options_update(MamutoJobOptions *self);
