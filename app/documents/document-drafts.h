/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A draft is a copy of a job or cluster with unsaved edits. Drafts are stored in the user's state
 * folder, so that the edits are not lost when the window is closed or the program crashes. */
#pragma once

#include "mamuto-job-document.h"

void document_drafts_save(MamutoJobDocument *job, MamutoClusterDocument *cluster);
void document_drafts_restore(MamutoJobDocument *job, MamutoClusterDocument *cluster,
                             const char *last_job, const char *last_cluster);
