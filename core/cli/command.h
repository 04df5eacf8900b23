/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the subcommands share: exit states, options, signals, waiting. */
#pragma once

#include <gio/gio.h>

#include "mamuto-cluster.h"

/* An interrupted program ends with 128 + the signal's number, as shells count. */
enum { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_FAILED_ROWS = 3 };

int map_command(int argc, char **argv);
int config_command(int argc, char **argv);
int check_command(int argc, char **argv);
int compare_command(int argc, char **argv);

/* Reads the options of a subcommand. FALSE: told on stderr, end with STATUS_USAGE. @name: as in
 * "map"; @usage: what comes after it; @more: the end of --help. */
gboolean command_parse(const char *name, const char *usage, const char *summary, const char *more,
                       const GOptionEntry *entries, int argc, char **argv);
/* "mamuto-cli: …" on stderr, escaped. */
void command_tell(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* The same for an error with all its fields, after @before ("": nothing). */
void command_tell_error(const char *before, const GError *error);
/* The same for wrong usage, with a hint; returns STATUS_USAGE. */
int command_refuse(const char *name, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* From -c and -H; of neither: this computer. */
MamutoCluster *command_load_cluster(const char *config, const char *hosts, GError **error);

/* The Python that reads the signature: that of the cluster, if this computer has it; (transfer
 * full) (nullable). */
char *command_find_python(MamutoCluster *cluster);
/* "a, b" → {"a", "b"}; (transfer full). */
char **command_split_list(const char *text);
/* "1,3": numbers of arguments, from 1, as numbers from 0 (guint) at the end of @keep. FALSE: told.
 */
gboolean command_read_keep(const char *name, const char *text, guint n_args, GArray *keep);

/* SIGINT, SIGTERM and SIGHUP cancel @cancellable; the second one ends the program at once. */
void command_catch_signals(GCancellable *cancellable);
/* The signal that came, or 0. */
int command_get_signal(void);

/* Runs @func in a thread while signals and displays are served here. */
typedef gboolean (*WorkFunc)(gpointer data, GCancellable *cancellable, GError **error);
gboolean command_work(WorkFunc func, gpointer data, GCancellable *cancellable, GError **error);
