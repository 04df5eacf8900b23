/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The table of runners has one entry for each language in which functions can be written. An entry
 * lists the interpreters to try, starts an interpreter, and explains why no interpreter is usable.
 * The started program reports its own path and versions in messages that slot-protocol.h describes.
 * A new language needs an entry in the table and a folder beside this file. No other part of the
 * agent depends on the language. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

/* The values that runner.exec() needs to start an interpreter. */
struct runner_start {
    char *interpreter; /* path of the interpreter to start */
    char *directory;   /* directory of the unpacked bundle, or "" */
    char *module, *name;
};

enum runner_number { NUMBER_OF_PYTHON, N_RUNNERS };

struct runner {
    enum runner_number number;
    const char *name; /* name of the runner in the frames PREPARE and PREPARED */
    /* Text of a program, which the interpreter reads from descriptor 3. NULL: no program. */
    const unsigned char *program;
    const size_t *program_size;
    /* Returns the path of an interpreter that the agent should try. `number`: 0 for the first
     * interpreter, 1 for the second, and so on. Returns NULL after the last interpreter.
     * `configured`: the command or path that the user set, or "" for the default interpreters. */
    char *(*get_candidate)(const char *configured, uint32_t number);
    /* Runs the interpreter in the calling process with execv(). Returns only on failure and sets
     * errno. */
    void (*exec)(const struct runner_start *start);
    /* Returns a message for the user: why no interpreter is usable, and what to do. `said`: the
     * error messages of the tried interpreters, or NULL. `lacks_package`: one of the interpreters
     * started, but lacks a package. */
    char *(*explain_unusable)(const char *configured, const char *said, bool lacks_package);
};

/* Returns NULL if no runner has this name. */
const struct runner *runner_find(struct wire_str name);

extern const struct runner python_runner;
