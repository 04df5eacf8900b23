/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The job page. It contains the function, the arguments, the options and a preview of arrays. */
#pragma once

#include <adwaita.h>

#include "../documents/mamuto-job-document.h"

#define MAMUTO_TYPE_JOB_PAGE (mamuto_job_page_get_type())
G_DECLARE_FINAL_TYPE(MamutoJobPage, mamuto_job_page, MAMUTO, JOB_PAGE, AdwBin)

GtkWidget *mamuto_job_page_new(MamutoJobDocument *document);
