/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Drafts: unsaved edits, kept in the user's state folder so that neither closing the window nor a
 * crash loses them. */
#pragma once

#include "mamuto-job-document.h"

void document_drafts_save(MamutoJobDocument *job, MamutoClusterDocument *cluster);
void document_drafts_restore(MamutoJobDocument *job, MamutoClusterDocument *cluster,
                             const char *last_job, const char *last_cluster);
