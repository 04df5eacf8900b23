/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Runs the script inspect.py with the configured Python. The user may have configured a program
 * that is not Python. Therefore the run time and the output size are limited, and the output
 * must have the first and last field that inspect.py prints. */
#include "ask-python.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cancel-poll.h"
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
read_answer(GSubprocess *process, const char *python, GByteArray *answer, GCancellable *cancellable,
            GError **error)
{
    int fd = g_unix_input_stream_get_fd(G_UNIX_INPUT_STREAM(g_subprocess_get_stdout_pipe(process)));
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

GPtrArray *
ask_python(const char *python, const char *path, const char *const *args, GCancellable *cancellable,
           GError **error)
{
    g_autofree char *program = NULL;
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
    g_autoptr(GSubprocess) process = NULL;
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autoptr(GByteArray) answer = g_byte_array_new();
    GError *failure = NULL;
    gboolean ok;

    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return NULL;
    if (path) {
        int fd = open_source(path, error);

        if (fd < 0)
            return NULL;
        g_subprocess_launcher_take_stdin_fd(launcher, fd);
    }
    program = find_python(python, error);
    if (!program)
        return NULL;
    for (const char *const *arg =
             (const char *const[]){program, "-I", "-S", "-W", "ignore", "-c", script, NULL};
         *arg; arg++)
        g_ptr_array_add(argv, (gpointer)*arg);
    for (; *args; args++)
        g_ptr_array_add(argv, (gpointer)*args);
    g_ptr_array_add(argv, NULL);
    process = g_subprocess_launcher_spawnv(launcher, (const char *const *)argv->pdata, &failure);
    if (!process) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PYTHON, "%s: %s", program, failure->message);
        g_clear_error(&failure);
        return NULL;
    }
    ok = read_answer(process, program, answer, cancellable, error);
    /* After an error or at the end of its output, Python may still be running. It is killed,
     * because its output is no longer needed. */
    g_subprocess_force_exit(process);
    return ok ? split_answer(answer, program, error) : NULL;
}
