/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The row in which the user chooses what is read from the file of an argument: the columns of a
 * table and how the table is read, an array of an NPZ file, or a key of JSON lines. It shows the
 * first lines of a table as they are in the file, and says how they were understood. */
#pragma once

#include <adwaita.h>

#include "../documents/mamuto-input.h"

#define MAMUTO_TYPE_FILE_PART (mamuto_file_part_get_type())
/* Signal "chosen" (const char *text): the user has changed the text of the argument. */
G_DECLARE_FINAL_TYPE(MamutoFilePart, mamuto_file_part, MAMUTO, FILE_PART, AdwExpanderRow)

/* Shows the file of an argument. Hides the row if there is nothing to choose. @input: the argument,
 * loaded or not. @text: (nullable): its text. */
void mamuto_file_part_show(MamutoFilePart *self, MamutoInput *input, const char *text);
