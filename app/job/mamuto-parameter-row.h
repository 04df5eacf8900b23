/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A list row in which the user chooses a parameter for an argument that has none, because another
 * function was chosen. */
#pragma once

#include <adwaita.h>

#include "../documents/mamuto-job-document.h"

#define MAMUTO_TYPE_PARAMETER_ROW (mamuto_parameter_row_get_type())
G_DECLARE_FINAL_TYPE(MamutoParameterRow, mamuto_parameter_row, MAMUTO, PARAMETER_ROW, AdwComboRow)

/* Shows the parameters without a value. Hides the row if the argument at @position has a parameter,
 * or if all parameters have values. */
void mamuto_parameter_row_update(MamutoParameterRow *self, MamutoJobDocument *document,
                                 guint position);
