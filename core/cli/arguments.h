/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The function and its arguments on the command line of map and compare. */
#pragma once

#include "mamuto-job.h"

/* Sets the function and the arguments of @job from the words that are no options. On an error,
 * prints the error to stderr and returns FALSE. @command: the subcommand. @words: (nullable). */
gboolean arguments_read(const char *command, MamutoJob *job, char **words);

/* Sets which arguments are kept on the hosts. @keep: the value of the option --keep: numbers from 1
 * and names, such as "1,sigma". Arguments with these names are set by arguments_bind(). On an
 * error, prints the error to stderr and returns FALSE. */
gboolean arguments_set_keep(const char *command, MamutoJob *job, const char *keep);

/* Binds the arguments to the parameters of the function, and checks that the function accepts them.
 * @keep: (nullable): as for arguments_set_keep(). May be called in any thread. */
gboolean arguments_bind(MamutoJob *job, MamutoFunction *function, const char *keep, GError **error);
