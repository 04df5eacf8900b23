/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The rows below the arguments that tell how the rows of several arguments are combined. If their
 * numbers differ, the user can give all of a file to every call. The user can also have the
 * function called for all combinations. */
#pragma once

#include <adwaita.h>

#include "../documents/mamuto-job-document.h"

#define MAMUTO_TYPE_COMBINE_GROUP (mamuto_combine_group_get_type())
G_DECLARE_FINAL_TYPE(MamutoCombineGroup, mamuto_combine_group, MAMUTO, COMBINE_GROUP,
                     AdwPreferencesGroup)

void mamuto_combine_group_set_document(MamutoCombineGroup *self, MamutoJobDocument *document);
/* Copies the values of the job to the widgets. */
void mamuto_combine_group_update(MamutoCombineGroup *self);
