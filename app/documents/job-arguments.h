/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Assigns the arguments of a job to the parameters of its function. Adds and removes arguments. */
#pragma once

#include <mamuto.h>

/* @function: NULL if the function is not inspected yet. Only job_arguments_fit() does not accept
 * NULL. */
const MamutoParameter *job_arguments_find_parameter(MamutoFunction *function, guint position);
const MamutoParameter *job_arguments_find_named(MamutoJob *job, MamutoFunction *function,
                                                guint position);
gboolean job_arguments_may_add(MamutoJob *job, MamutoFunction *function);
void job_arguments_add(MamutoJob *job, MamutoFunction *function);
void job_arguments_remove(MamutoJob *job, MamutoFunction *function, guint position);
void job_arguments_fit(MamutoJob *job, MamutoFunction *function);
guint job_arguments_count_given(MamutoJob *job);
