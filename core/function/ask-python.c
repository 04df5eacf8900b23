/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Runs the script inspect.py with the configured Python. The user may have configured a program
 * that is not Python. Therefore the run time and the output size are limited, and the output
 * must have the first and last field that inspect.py prints. */
#include "ask-python.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cancel-poll.h"
#include "child.h"
#include "mamuto-error.h"
#include "mamuto-python.h"
#include "quote.h"

/* Time limit for inspect.py. Python needs much less, even for the largest source file on a slow
 * disk. */
#define TIMEOUT_US (60 * G_USEC_PER_SEC)
/* Maximum size of the output in bytes. The output of inspect.py consists mainly of parts of the
 * source: names, default values and a docstring. */
#define MAX_ANSWER (4 * ASK_PYTHON_MAX_SOURCE)
#define MAX_SHOWN 300

static const char script[] =
#include "inspect-py.h"
    ;
/* A const array, not a pointer, because sizeof must count the NUL that ends the field. */
static const char first_field[] = "mamuto-inspect";
static const char last_field[] = "end";

static char *
find_python(const char *python, GError **error)
{
    g_autofree char *found = mamuto_python_find(python);

    if (!found && python && *python)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PYTHON,
                    _("“%s” is not a program on this computer; a Python is needed to read the "
                      "function's parameters"),
                    python);
    else if (!found)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PYTHON,
                    _("there is no python3 on this computer; it is needed to read the function's "
                      "parameters"));
    return g_steal_pointer(&found);
}

/* Returns a file descriptor for the source file, or -1 with an error if the file cannot be opened,
 * is not a regular file or is too large. */
static int
open_source(const char *path, GError **error)
{
    struct stat info;
    /* Without O_NONBLOCK, open() of a FIFO would wait for a writer. */
    int fd = g_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);

    if (fd < 0 || fstat(fd, &info) != 0)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION, _("%s: cannot be read: %s"), path,
                    g_strerror(errno));
    else if (!S_ISREG(info.st_mode))
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION, _("%s: is not a regular file"),
                    path);
    else if (info.st_size > ASK_PYTHON_MAX_SOURCE)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                    _("%s: is larger than %d bytes, so it is not read as source code"), path,
                    ASK_PYTHON_MAX_SOURCE);
    else
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Waits until @fd is readable. Returns FALSE with an error at the time @deadline (in µs, as
 * g_get_monotonic_time()) or if @cancellable is cancelled. */
static gboolean
wait_for(int fd, gint64 deadline, const char *python, GCancellable *cancellable, GError **error)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    gint64 left = MAX(deadline - g_get_monotonic_time(), 0);
    int n = cancel_poll(&polled, 1, (int)((left + 999) / 1000), cancellable);

    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return FALSE;
    if (n > 0)
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PYTHON,
                _("%s did not finish within %d s when started to read source code; is it Python?"),
                python, (int)(TIMEOUT_US / G_USEC_PER_SEC));
    return FALSE;
}

static gboolean
read_answer(int fd, const char *python, GByteArray *answer, GCancellable *cancellable,
            GError **error)
{
    gint64 deadline = g_get_monotonic_time() + TIMEOUT_US;
    guint8 buffer[16384];

    for (;;) {
        ssize_t n;

        if (!wait_for(fd, deadline, python, cancellable, error))
            return FALSE;
        n = read(fd, buffer, sizeof buffer);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n <= 0)
            return TRUE;
        if (answer->len + n > MAX_ANSWER) {
            g_set_error(
                error, MAMUTO_ERROR, MAMUTO_ERROR_PYTHON,
                _("%s printed more than %d bytes when started to read source code; is it Python?"),
                python, MAX_ANSWER);
            return FALSE;
        }
        g_byte_array_append(answer, buffer, (guint)n);
    }
}

/* Splits the output of inspect.py into its fields, which end with NUL. Returns them without the
 * first and the last field. If the first or last field is missing, fails with an error that quotes
 * the output. */
static GPtrArray *
split_answer(GByteArray *answer, const char *python, GError **error)
{
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *valid = NULL;
    g_autofree char *shown = NULL;
    const char *at, *end;

    g_byte_array_append(answer, (const guint8 *)"", 1);
    /* Python may print warnings before the first field. */
    at = memmem(answer->data, answer->len - 1, first_field, sizeof first_field);
    if (at) {
        end = (const char *)answer->data + answer->len - 1;
        for (at += sizeof first_field; at < end; at += strlen(at) + 1)
            g_ptr_array_add(fields, g_utf8_make_valid(at, -1));
        if (fields->len > 0 &&
            strcmp(g_ptr_array_index(fields, fields->len - 1), last_field) == 0) {
            g_ptr_array_set_size(fields, (int)fields->len - 1);
            return g_steal_pointer(&fields);
        }
    }
    valid = g_utf8_make_valid((const char *)answer->data, MIN(answer->len - 1, MAX_SHOWN));
    shown = quote_text(valid);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PYTHON,
                _("%s cannot be used to read source code; Python 3.8 or newer is needed. Its "
                  "output was: “%s”"),
                python, shown);
    return NULL;
}

/* Starts Python with inspect.py, which reads the source from @source (-1: none). Returns its
 * process id and sets @output to the descriptor of its output, or returns 0 with an error. */
static pid_t
start_python(const char *program, int source, const char *const *args, int *output, GError **error)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autoptr(GError) failure = NULL;
    ChildSetup setup = {.stdin_fd = source, .last_signal = SIGKILL};
    int pipe_fds[2];
    pid_t pid = 0;

    for (const char *const *arg =
             (const char *const[]){program, "-I", "-S", "-W", "ignore", "-c", script, NULL};
         *arg; arg++)
        g_ptr_array_add(argv, (gpointer)*arg);
    for (; *args; args++)
        g_ptr_array_add(argv, (gpointer)*args);
    g_ptr_array_add(argv, NULL);
    setup.argv = (const char *const *)argv->pdata;
    if (g_unix_open_pipe(pipe_fds, FD_CLOEXEC, &failure)) {
        setup.output_fd = pipe_fds[1];
        pid = child_start(&setup, &failure);
        close(pipe_fds[1]);
        *output = pipe_fds[0];
        if (pid == 0)
            close(pipe_fds[0]);
    }
    if (pid == 0)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PYTHON, "%s: %s", program, failure->message);
    return pid;
}

GPtrArray *
ask_python(const char *python, const char *path, const char *const *args, GCancellable *cancellable,
           GError **error)
{
    g_autofree char *program = NULL;
    g_autoptr(GByteArray) answer = g_byte_array_new();
    int source = -1, output = -1;
    gboolean ok = FALSE;
    pid_t pid = 0;

    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return NULL;
    if (path && (source = open_source(path, error)) < 0)
        return NULL;
    program = find_python(python, error);
    if (program)
        pid = start_python(program, source, args, &output, error);
    if (source >= 0)
        close(source);
    if (pid == 0)
        return NULL;
    ok = read_answer(output, program, answer, cancellable, error);
    /* After an error or at the end of its output, Python may still be running. It is killed,
     * because its output is no longer needed. */
    child_kill(pid);
    close(output);
    return ok ? split_answer(answer, program, error) : NULL;
}
