/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Arranges the arguments of a job for its function: each argument gets the parameter of its name,
 * also after another function was chosen. */
#pragma once

#include <mamuto.h>

void job_arrange_note_opened(MamutoJob *job);
gboolean job_arrange_is_opened(MamutoJob *job);
const char *job_arrange_get_function(MamutoJob *job);
void job_arrange_set_function(MamutoJob *job, const char *function);
void job_arrange(MamutoJob *job, MamutoFunction *function, MamutoJob *saved);
void job_arrange_names(MamutoJob *job, MamutoFunction *function, MamutoJob *saved);
void job_arrange_assign(MamutoJob *job, MamutoFunction *function, MamutoJob *saved, guint position,
                        const char *name);
