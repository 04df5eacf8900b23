/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What tests of the mapper share: arrays, remaps that are waited for, and hosts as the test's
 * environment names them (MAMUTO_TEST_HOSTS, as for mamuto_cluster_new_from_string()). */
#pragma once

#include "mamuto.h"

/* A remap and what came of it; cleared by map_clear(). */
typedef struct {
    MamutoResult *result;
    GError *error;
    GString *log; /* what was printed */
    MamutoRun *run;
    GCancellable *cancellable;
    void (*updated)(MamutoRun *run, gpointer data); /* with each "updated" */
    gpointer data;
    gboolean done;
} Map;

MamutoMapper *new_mapper(void);
/* A mapper over hosts as the string names them. */
MamutoMapper *new_mapper_on(const char *hosts);
/* 0, 1, 2, … n - 1 as float64 of shape (n,), or with @columns > 0 of shape (n, columns). */
MamutoArgument *count_up(gint64 n, gint64 columns);
/* The same over memory that is no file. */
MamutoArgument *count_up_in_memory(gint64 n);
MamutoArgument *value(const char *json);
/* Maps functions.py:NAME over arguments (ended by NULL), waits, and fills @map. Deadline: 120 s. */
void map_run(Map *map, MamutoMapper *mapper, const char *name, MamutoMapFlags flags,
             const char *output, MamutoArgument *first, ...) G_GNUC_NULL_TERMINATED;
/* The same with a function that the mapper may know already. */
void map_run_function(Map *map, MamutoMapper *mapper, MamutoFunction *function,
                      MamutoMapFlags flags, const char *output, MamutoArgument *first,
                      ...) G_GNUC_NULL_TERMINATED;
void map_expect(Map *map);
void map_clear(Map *map);
const double *map_doubles(Map *map, gint64 n);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Map, map_clear)
