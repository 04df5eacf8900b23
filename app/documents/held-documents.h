/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An object that stores the current job and cluster, including unsaved edits. It is created before
 * another file replaces them. Undo restores the job and the cluster from this object. */
#pragma once

#include "mamuto-job-document.h"

typedef struct _MamutoHeldDocuments MamutoHeldDocuments;
typedef enum { MAMUTO_LOSS_JOB = 1 << 0, MAMUTO_LOSS_CLUSTER = 1 << 1 } MamutoLoss;

MamutoHeldDocuments *mamuto_held_documents_new(MamutoJobDocument *job,
                                               MamutoClusterDocument *cluster);
void mamuto_held_documents_free(MamutoHeldDocuments *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MamutoHeldDocuments, mamuto_held_documents_free)
MamutoLoss mamuto_held_documents_find_loss(MamutoHeldDocuments *self);
void mamuto_held_documents_put_back(MamutoHeldDocuments *self);
