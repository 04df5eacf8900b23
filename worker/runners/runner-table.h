/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The table of runners: one row per language that functions can be written in. A row says which
 * interpreters may be there, how one is started, and how to explain that none is of use; what the
 * interpreter and its packages are (path, versions) the started program says itself, in the slot
 * protocol. A new language is a row here and a folder beside this file; nothing else in the agent
 * knows a language. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

/* What an interpreter is started with. */
struct runner_start {
    char *interpreter; /* path: one of the candidates */
    char *directory;   /* of the unpacked bundle, or "" */
    char *module, *name;
};

enum runner_number { NUMBER_OF_PYTHON, N_RUNNERS };

struct runner {
    enum runner_number number;
    const char *name; /* as PREPARE and PREPARED have it */
    /* A text that the interpreter finds as descriptor 3; NULL: an empty one. */
    const unsigned char *program;
    const size_t *program_size;
    /* The path of the interpreter to try as number `number` (from 0), or NULL behind the last one.
     * `configured`: command or path that a person set, or "" for the usual ones. */
    char *(*get_candidate)(const char *configured, uint32_t number);
    /* Becomes the interpreter, in a child of the agent; returns, with errno set, only on failure.
     */
    void (*exec)(const struct runner_start *start);
    /* Why no candidate is of use, and what to do. `said`: what those that were tried said, or NULL
     * if there was none; `lacks_package`: one of them started, but lacks a package. */
    char *(*explain_unusable)(const char *configured, const char *said, bool lacks_package);
};

/* NULL: the agent has no such runner. */
const struct runner *runner_find(struct wire_str name);

/* the rows */
extern const struct runner python_runner;
