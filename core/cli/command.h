/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Exit status, options, messages, signals and background work, shared by all subcommands. */
#pragma once

#include <gio/gio.h>

#include "mamuto-cluster.h"

/* Exit status of the program. If a signal ended the program, the status is 128 + the number of the
 * signal, as in shells. */
enum { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_FAILED_ROWS = 3 };

int map_command(int argc, char **argv);
int config_command(int argc, char **argv);
int check_command(int argc, char **argv);
int compare_command(int argc, char **argv);

/* Parses the options of a subcommand. If the function returns FALSE, it has printed the error to
 * stderr, and the caller exits with STATUS_USAGE. @name: the subcommand, such as "map". @usage: the
 * part of the synopsis after the name. @more: text for the end of --help. */
gboolean command_parse(const char *name, const char *usage, const char *summary, const char *more,
                       const GOptionEntry *entries, int argc, char **argv);
/* Prints "mamuto-cli: " and the message to stderr, with control characters escaped. */
void command_tell(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* Like command_tell(), but prints an error with its advice, traceback and causes. @before: a text
 * to print before the error; may be "". */
void command_tell_error(const char *before, const GError *error);
/* Like command_tell(), for wrong usage. The message ends with a hint that names --help. Returns
 * STATUS_USAGE. */
int command_refuse(const char *name, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Returns (transfer full): the cluster given by the option -c (@config) or -H (@hosts). If both are
 * NULL, the cluster consists of this computer. */
MamutoCluster *command_load_cluster(const char *config, const char *hosts, GError **error);

/* Returns (transfer full) (nullable): the Python interpreter that reads the function's signature.
 * This is the interpreter set in the cluster, or NULL if it does not exist on this computer. */
char *command_find_python(MamutoCluster *cluster);
/* (transfer full): the parts of a list: "a, b" → {"a", "b"}. */
char **command_split_list(const char *text);
/* Parses a list of argument numbers, such as "1,3". The numbers count from 1. Appends the indices
 * (guint) to @keep; the indices count from 0. If the function returns FALSE, it has printed the
 * error. */
gboolean command_read_keep(const char *name, const char *text, guint n_args, GArray *keep);

/* After this call, SIGINT, SIGTERM and SIGHUP cancel @cancellable. A second signal ends the program
 * at once. */
void command_catch_signals(GCancellable *cancellable);
/* Returns the number of the received signal, or 0. */
int command_get_signal(void);

/* Runs @func in a thread. Meanwhile iterates the main context, so that signals are handled and the
 * display is updated. */
typedef gboolean (*WorkFunc)(gpointer data, GCancellable *cancellable, GError **error);
gboolean command_work(WorkFunc func, gpointer data, GCancellable *cancellable, GError **error);
