/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Helpers for tests of MamutoMapper. They create arrays, map functions over them, and wait for the
 * results. The environment variable MAMUTO_TEST_HOSTS contains the hosts in the syntax of
 * mamuto_cluster_new_from_string(). */
#pragma once

#include "mamuto.h"

/* A call of mamuto_mapper_remap_async(): its callbacks, and its result or error. map_clear() frees
 * the fields. */
typedef struct {
    MamutoResult *result;
    GError *error;
    GString *log; /* text that the user's function printed */
    MamutoRun *run;
    GCancellable *cancellable;
    /* (nullable): handler of the run's signal "updated" */
    void (*updated)(MamutoRun *run, gpointer data);
    gpointer data;
    gboolean done;
} Map;

MamutoMapper *new_mapper(void);
/* Returns a mapper that uses @hosts, for example "localhost:2" (two cores of this computer). */
MamutoMapper *new_mapper_on(const char *hosts);
/* Returns the array 0, 1, 2, … as float64. Its shape is (n,), or (n, columns) if @columns > 0. */
MamutoArgument *count_up(gint64 n, gint64 columns);
/* Returns the array 0, 1, 2, … as float64 of shape (n,). The array has no file descriptor, so the
 * library must send its data. */
MamutoArgument *count_up_in_memory(gint64 n);
MamutoArgument *value(const char *json);
/* Returns the function @name of functions.py. */
MamutoFunction *find_function(const char *name);
/* Makes the hosts keep @argument (transfer full), which has the index @i in the arguments of
 * @function. */
void keep_argument(MamutoMapper *mapper, MamutoFunction *function, guint i,
                   MamutoArgument *argument);
/* Maps the function @name of functions.py over the arguments, whose list ends with NULL. Waits for
 * the end of the run and fills @map. Fails after 120 s. */
void map_run(Map *map, MamutoMapper *mapper, const char *name, MamutoMapFlags flags,
             const char *output, MamutoArgument *first, ...) G_GNUC_NULL_TERMINATED;
/* Like map_run(), but maps @function. A test can call this several times with the same object. */
void map_run_function(Map *map, MamutoMapper *mapper, MamutoFunction *function,
                      MamutoMapFlags flags, const char *output, MamutoArgument *first,
                      ...) G_GNUC_NULL_TERMINATED;
void map_expect(Map *map);
void map_clear(Map *map);
const double *map_doubles(Map *map, gint64 n);
/* Runs the command MAMUTO_TEST_CONTROL of the script with-hosts. @what: a fault or its end, for
 * example "freeze" or "thaw". @host: the host that it affects. */
void control_host(const char *what, const char *host);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Map, map_clear)
