/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Functions that all subcommands of mamuto-cli share. */
#pragma once

#include <gio/gio.h>

#include "mamuto-cluster.h"

/* Exit status of the program. After a signal, the exit status is 128 plus the number of the signal,
 * as in shells. */
enum { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_FAILED_ROWS = 3 };

int map_command(int argc, char **argv);
int config_command(int argc, char **argv);
int check_command(int argc, char **argv);
int compare_command(int argc, char **argv);

/* Parses the options of a subcommand. On an error, prints the error to stderr and returns FALSE;
 * the caller then exits with STATUS_USAGE. @name: the subcommand, such as "map". The other texts
 * are printed by --help. @usage: the arguments of the subcommand. @more: text that --help prints
 * after the list of options. */
gboolean command_parse(const char *name, const char *usage, const char *summary, const char *more,
                       const GOptionEntry *entries, int argc, char **argv);
/* Prints "mamuto-cli: " and a message to stderr. Escapes control characters, because the message
 * may contain text from a host. */
void command_tell(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* Prints an error to stderr: @before, the message of the error, and its advice, traceback and
 * causes. @before may be "". */
void command_tell_error(const char *before, const GError *error);
/* Prints an error about wrong options to stderr and refers to --help. Returns STATUS_USAGE. @name:
 * the subcommand. */
int command_refuse(const char *name, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Returns (transfer full): the cluster of the option -c (@config) or -H (@hosts). If both options
 * are NULL, the cluster consists of this computer. */
MamutoCluster *command_load_cluster(const char *config, const char *hosts, GError **error);

/* Returns (transfer full) (nullable): the path of the cluster's Python interpreter on this
 * computer, or NULL if this computer does not have this interpreter. The caller uses the
 * interpreter to read the signature of the user's function. */
char *command_find_python(MamutoCluster *cluster);
/* Returns (transfer full): the elements of a comma-separated list: "a, b" → {"a", "b"}. */
char **command_split_list(const char *text);

/* Runs @func in a thread and returns its result. Iterates the main context until @func has
 * returned, so that the program reacts to signals and updates the display. */
typedef gboolean (*WorkFunc)(gpointer data, GCancellable *cancellable, GError **error);
gboolean command_work(WorkFunc func, gpointer data, GCancellable *cancellable, GError **error);
