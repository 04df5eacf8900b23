/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Drafts are copies of unsaved edits in the user's state folder. Drafts keep the edits when the
 * window is closed or the program crashes. */
#pragma once

#include "mamuto-job-document.h"

void document_drafts_save(MamutoJobDocument *job, MamutoClusterDocument *cluster);
void document_drafts_restore(MamutoJobDocument *job, MamutoClusterDocument *cluster,
                             const char *last_job, const char *last_cluster);
