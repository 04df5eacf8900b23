/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Python's row in the table of runners. The interpreter is the configured one, else the first of
 * PATH's python3 and /usr/bin/python3 that imports numpy; the program that finds out whether it
 * does, and that runs the slots, is the text made of the Python files in this folder. */
#include "agent.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reads the program from descriptor 3, so that __main__ stays empty for user code. */
#define BOOT                                                                                       \
    "import os;exec(compile(os.pread(3,1<<20,0),'<mamuto>','exec'),{'__name__':'mamuto_runner'})"

/* made by the build */
extern const unsigned char python_runner_text[];
extern const size_t python_runner_text_size;

/* A slot is one core's: libraries must not start threads for the others. */
static const char *const environment[][2] = {
    {"OPENBLAS_NUM_THREADS", "1"}, {"OMP_NUM_THREADS", "1"},
    {"MKL_NUM_THREADS", "1"},      {"BLIS_NUM_THREADS", "1"},
    {"NUMEXPR_NUM_THREADS", "1"},  {"VECLIB_MAXIMUM_THREADS", "1"},
    {"NUMBA_NUM_THREADS", "1"},    {"PYTHONDONTWRITEBYTECODE", "1"},
};

static char *
get_configured(const char *configured)
{
    char *path =
        strchr(configured, '/') != NULL ? expand_home(configured) : find_in_path(configured);
    if (path != NULL && access(path, X_OK) == 0)
        return path;
    free(path);
    return NULL;
}

static char *
get_candidate(const char *configured, uint32_t number)
{
    static const char standard[] = "/usr/bin/python3";
    if (configured[0] != '\0')
        return number == 0 ? get_configured(configured) : NULL;
    char *first = find_in_path("python3");
    if (number == 0 && first != NULL)
        return first;
    bool is_second = access(standard, X_OK) == 0 && number == (first != NULL ? 1 : 0) &&
                     (first == NULL || strcmp(first, standard) != 0);
    free(first);
    return is_second ? xprintf("%s", standard) : NULL;
}

static void
start(const struct runner_start *s)
{
    for (size_t i = 0; i < sizeof environment / sizeof environment[0]; i++)
        setenv(environment[i][0], environment[i][1], 1);
    char *argv[] = {s->interpreter,
                    (char *)(uintptr_t) "-c",
                    (char *)(uintptr_t)BOOT,
                    (char *)(uintptr_t) "runner",
                    s->directory,
                    s->module,
                    s->name,
                    NULL};
    execv(s->interpreter, argv);
}

static char *
explain_unusable(const char *configured, const char *said, bool lacks_package)
{
    if (configured[0] != '\0' && said == NULL)
        return xprintf("the configured Python %s is not on this host", configured);
    if (said == NULL)
        return xprintf("there is no python3 in PATH (%s) and no /usr/bin/python3 on this host",
                       getenv("PATH") != NULL ? getenv("PATH") : "");
    if (lacks_package)
        return xprintf("numpy cannot be imported on this host (%s)", said);
    return xprintf("Python does not start on this host (%s)", said);
}

const struct runner python_runner = {
    .number = NUMBER_OF_PYTHON,
    .name = "python",
    .program = python_runner_text,
    .program_size = &python_runner_text_size,
    .get_candidate = get_candidate,
    .exec = start,
    .explain_unusable = explain_unusable,
};
