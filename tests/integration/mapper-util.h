/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Helpers for tests of the mapper: arrays, remap calls that are waited for, and the hosts given by
 * the environment variable MAMUTO_TEST_HOSTS (in the notation of
 * mamuto_cluster_new_from_string()). */
#pragma once

#include "mamuto.h"

/* A remap call with its result or error; cleared by map_clear(). */
typedef struct {
    MamutoResult *result;
    GError *error;
    GString *log; /* output of user code */
    MamutoRun *run;
    GCancellable *cancellable;
    void (*updated)(MamutoRun *run, gpointer data); /* (nullable): called with each "updated" */
    gpointer data;
    gboolean done;
} Map;

MamutoMapper *new_mapper(void);
/* A mapper for the hosts that the string names. */
MamutoMapper *new_mapper_on(const char *hosts);
/* 0, 1, 2, … n - 1 as float64 of shape (n,), or of shape (n, columns) if @columns > 0. */
MamutoArgument *count_up(gint64 n, gint64 columns);
/* The same in memory without a file descriptor. */
MamutoArgument *count_up_in_memory(gint64 n);
MamutoArgument *value(const char *json);
/* Maps functions.py:NAME over arguments (terminated by NULL), waits for the end, and fills @map.
 * Deadline: 120 s. */
void map_run(Map *map, MamutoMapper *mapper, const char *name, MamutoMapFlags flags,
             const char *output, MamutoArgument *first, ...) G_GNUC_NULL_TERMINATED;
/* The same with a function object, which may have been mapped before. */
void map_run_function(Map *map, MamutoMapper *mapper, MamutoFunction *function,
                      MamutoMapFlags flags, const char *output, MamutoArgument *first,
                      ...) G_GNUC_NULL_TERMINATED;
void map_expect(Map *map);
void map_clear(Map *map);
const double *map_doubles(Map *map, gint64 n);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Map, map_clear)
