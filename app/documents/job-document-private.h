/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the files of MamutoJobDocument share: mamuto-job-document.c and job-document-inputs.c. */
#pragma once

#include "mamuto-job-document.h"

struct _MamutoJobDocument {
    GObject parent_instance;
    MamutoJob *job;
    MamutoJob *saved_job; /* The job as it was last read, saved or created. Edits are unsaved if
                             @job differs from it. */
    char *path;
    gboolean dirty;
    gboolean arranging; /* TRUE while the program, not the user, changes the arguments. */
    MamutoClusterDocument *cluster;
    MamutoInspector *inspector;
    GPtrArray *inputs;
};

/* Emits "edited", and sets the property "dirty", after the job or the saved job has changed. */
void job_document_update_dirty(MamutoJobDocument *self);
/* Creates or removes inputs. A removed input stops its loading. */
void job_document_set_n_inputs(MamutoJobDocument *self, guint n);
/* Handlers of the signals "changed" of the job and of the inspector. */
void job_document_on_changed(MamutoJob *job, MamutoJobDocument *self);
void job_document_on_inspected(MamutoInspector *inspector, MamutoJobDocument *self);
