/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The parameters of the arguments of a job, which job_arrange() has arranged. Adds and removes
 * arguments. */
#pragma once

#include <mamuto.h>

/* @function: NULL if the function is not inspected yet. */
const MamutoParameter *job_arguments_find_parameter(MamutoFunction *function, guint position);
const MamutoParameter *job_arguments_find_named(MamutoJob *job, MamutoFunction *function,
                                                guint position);
gboolean job_arguments_is_own(const MamutoParameter *parameter);
gboolean job_arguments_are_known(MamutoFunction *function);
gboolean job_arguments_may_add(MamutoJob *job, MamutoFunction *function);
void job_arguments_add(MamutoJob *job, MamutoFunction *function);
void job_arguments_remove(MamutoJob *job, MamutoFunction *function, guint position);
guint job_arguments_count_given(MamutoJob *job);
