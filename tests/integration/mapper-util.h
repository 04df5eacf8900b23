/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Helpers for tests of MamutoMapper: they create arrays, start a call and wait for its result. The
 * environment variable MAMUTO_TEST_HOSTS lists the hosts in the notation of
 * mamuto_cluster_new_from_string(). */
#pragma once

#include "mamuto.h"

/* A call of mamuto_mapper_remap_async() and its result or error. map_clear() frees the fields. */
typedef struct {
    MamutoResult *result;
    GError *error;
    GString *log; /* text that the user's function printed */
    MamutoRun *run;
    GCancellable *cancellable;
    void (*updated)(MamutoRun *run,
                    gpointer data); /* (nullable): handler of the signal "updated" of the run */
    gpointer data;
    gboolean done;
} Map;

MamutoMapper *new_mapper(void);
/* Returns a mapper that uses the hosts in the string, for example "localhost:2". */
MamutoMapper *new_mapper_on(const char *hosts);
/* Returns the array 0, 1, 2, … as float64. Its shape is (n,), or (n, columns) if @columns > 0. */
MamutoArgument *count_up(gint64 n, gint64 columns);
/* Returns the array 0, 1, 2, … as float64 of shape (n,), in memory without a file descriptor. */
MamutoArgument *count_up_in_memory(gint64 n);
MamutoArgument *value(const char *json);
/* Maps the function functions.py:NAME over arguments (terminated by NULL), waits for the end of the
 * call, and fills @map. Deadline: 120 s. */
void map_run(Map *map, MamutoMapper *mapper, const char *name, MamutoMapFlags flags,
             const char *output, MamutoArgument *first, ...) G_GNUC_NULL_TERMINATED;
/* Like map_run(), but with a function object. Several calls may use the same object. */
void map_run_function(Map *map, MamutoMapper *mapper, MamutoFunction *function,
                      MamutoMapFlags flags, const char *output, MamutoArgument *first,
                      ...) G_GNUC_NULL_TERMINATED;
void map_expect(Map *map);
void map_clear(Map *map);
const double *map_doubles(Map *map, gint64 n);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Map, map_clear)
