/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The numbers of rows of the arguments that are mapped over: whether they fit together, which
 * arguments may be meant as whole arrays if they do not, and how many combinations they have. */
#pragma once

#include "mamuto-job-document.h"

/* (transfer full) (nullable): why the number of rows of the argument at @position does not fit to
 * those of the others; NULL if it fits or is unknown. */
char *job_lengths_check(MamutoJobDocument *document, guint position);
/* (transfer full) (nullable): why the combinations of all arguments cannot be computed. */
MamutoProblem *job_lengths_check_grid(MamutoJobDocument *document);
/* (transfer full) (element-type guint): the positions of the files that can be passed as whole
 * arrays to mend a difference of lengths, the most probable one first. */
GArray *job_lengths_list_whole(MamutoJobDocument *document);
/* Returns the number of arguments that are mapped over, also of those that are not loaded yet. */
guint job_lengths_count_mapped(MamutoJobDocument *document);
/* Whether the argument at @position is mapped over, as far as is known. */
gboolean job_lengths_is_mapped(MamutoJobDocument *document, guint position);
/* Returns the number of calls: the common length, or the number of all combinations if @grid. -1 if
 * a length is unknown or the lengths differ; G_MAXINT64 if there are too many combinations. */
gint64 job_lengths_count_calls(MamutoJobDocument *document, gboolean grid);
