/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Assigns a job's arguments to the parameters of its function; adds and removes arguments. */
#pragma once

#include <mamuto.h>

/* @function: (nullable) except for job_arguments_fit(): NULL until it is inspected. */
const MamutoParameter *job_arguments_find_parameter(MamutoFunction *function, guint position);
gboolean job_arguments_may_add(MamutoJob *job, MamutoFunction *function);
void job_arguments_add(MamutoJob *job, MamutoFunction *function);
void job_arguments_remove(MamutoJob *job, MamutoFunction *function, guint position);
void job_arguments_fit(MamutoJob *job, MamutoFunction *function);
guint job_arguments_count_given(MamutoJob *job);
