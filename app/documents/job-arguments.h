/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The arguments of a job beside the parameters of its function: which belongs to which, and how
 * they are added and removed. */
#pragma once

#include <mamuto.h>

/* Each @function is (nullable): not known yet. */
const MamutoParameter *job_arguments_find_parameter(MamutoFunction *function, guint position);
gboolean job_arguments_may_add(MamutoJob *job, MamutoFunction *function);
void job_arguments_add(MamutoJob *job, MamutoFunction *function);
void job_arguments_remove(MamutoJob *job, MamutoFunction *function, guint position);
void job_arguments_fit(MamutoJob *job, MamutoFunction *function);
guint job_arguments_count_given(MamutoJob *job);
