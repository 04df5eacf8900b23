/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Exit status, options, messages, signals and background work, shared by all subcommands. */
#pragma once

#include <gio/gio.h>

#include "mamuto-cluster.h"

/* After a signal the exit status is 128 + its number, as in shells. */
enum { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_FAILED_ROWS = 3 };

int map_command(int argc, char **argv);
int config_command(int argc, char **argv);
int check_command(int argc, char **argv);
int compare_command(int argc, char **argv);

/* Parses the options of a subcommand. On FALSE, the error was printed to stderr: exit with
 * STATUS_USAGE. @name: such as "map"; @usage: the synopsis after the name; @more: the end of
 * --help. */
gboolean command_parse(const char *name, const char *usage, const char *summary, const char *more,
                       const GOptionEntry *entries, int argc, char **argv);
/* Prints "mamuto-cli: …" to stderr, with control characters escaped. */
void command_tell(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* The same for an error with its advice, traceback and causes; @before: a prefix, may be "". */
void command_tell_error(const char *before, const GError *error);
/* The same for wrong usage, with a hint to --help; returns STATUS_USAGE. */
int command_refuse(const char *name, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* (transfer full): the cluster of -c or -H; without either, this computer. */
MamutoCluster *command_load_cluster(const char *config, const char *hosts, GError **error);

/* (transfer full) (nullable): the Python that reads the function's signature: that of the cluster,
 * if this computer has it. */
char *command_find_python(MamutoCluster *cluster);
/* (transfer full): splits "a, b" into {"a", "b"}. */
char **command_split_list(const char *text);
/* Parses "1,3", argument numbers from 1, and appends indices from 0 (guint) to @keep. On FALSE, the
 * error was printed. */
gboolean command_read_keep(const char *name, const char *text, guint n_args, GArray *keep);

/* Makes SIGINT, SIGTERM and SIGHUP cancel @cancellable; a second signal ends the program at once.
 */
void command_catch_signals(GCancellable *cancellable);
/* Returns the number of the received signal, or 0. */
int command_get_signal(void);

/* Runs @func in a thread and iterates the main context meanwhile, for signals and the display. */
typedef gboolean (*WorkFunc)(gpointer data, GCancellable *cancellable, GError **error);
gboolean command_work(WorkFunc func, gpointer data, GCancellable *cancellable, GError **error);
