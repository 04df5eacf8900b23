/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Starts the scripts user_modules.py and loop.py as a child process and exchanges lines of JSON
 * with the child over a socket pair. The child unpacks the modules of the function into a temporary
 * folder. The child inherits file descriptors of the arrays and maps these files into its memory,
 * so that no array is copied. */
#include "loop-runner.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cancel-poll.h"
#include "child.h"
#include "function-private.h"
#include "json-writer.h"
#include "mamuto-error.h"
#include "mamuto-python.h"

/* Maximum size of an answer in bytes. An answer contains a number or the text of an exception. */
#define MAX_ANSWER (1 << 20)
/* File descriptors in the child: the socket to this process, the file with the modules, and a file
 * for each array. */
enum { FD_LINK = 3, FD_BUNDLE };

static const char script[] =
#include "loop-py.h"
    ;

struct _LoopRunner {
    pid_t pid; /* 0: not started */
    char *folder;
    int link;
};

static void
remove_tree(const char *path)
{
    GDir *dir = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        remove_tree(child);
    }
    g_clear_pointer(&dir, g_dir_close);
    g_remove(path);
}

void
loop_runner_free(LoopRunner *self)
{
    if (self->link >= 0)
        close(self->link);
    /* Waits until the child has exited, because it may still write to its folder, which is removed
     * next. */
    if (self->pid != 0)
        child_kill(self->pid);
    if (self->folder != NULL)
        remove_tree(self->folder);
    g_free(self->folder);
    g_free(self);
}

/* ---- exchanging lines ---- */

static gboolean
fail_ended(GError **error)
{
    g_set_error(
        error, MAMUTO_ERROR, MAMUTO_ERROR_PYTHON,
        _("the Python process of the plain loop has ended; the function may have killed it"));
    return FALSE;
}

static gboolean
send_line(LoopRunner *self, const char *order, GError **error)
{
    g_autofree char *line = g_strconcat(order, "\n", NULL);
    gsize length = strlen(line), sent = 0;

    /* Replaces line breaks by spaces, because the child reads one line per order. The user may have
     * written line breaks in a JSON value. This does not change the value, because JSON allows line
     * breaks only outside of strings. */
    for (gsize i = 0; i + 1 < length; i++)
        if (line[i] == '\n' || line[i] == '\r')
            line[i] = ' ';
    while (sent < length) {
        ssize_t n = send(self->link, line + sent, length - sent, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return fail_ended(error);
        sent += (gsize)n;
    }
    return TRUE;
}

static gboolean
wait_readable(int fd, gint64 deadline, GCancellable *cancellable, GError **error)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    gint64 left = MAX(deadline - g_get_monotonic_time(), 0);
    int n = cancel_poll(&polled, 1, (int)MIN((left + 999) / 1000, G_MAXINT), cancellable);

    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return FALSE;
    if (n == 0)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                    _("the plain loop did not end within the budget"));
    return n != 0;
}

/* Reads the next line from the child, which is the answer to the last order. */
static cJSON *
receive_line(LoopRunner *self, gint64 deadline, GCancellable *cancellable, GError **error)
{
    g_autoptr(GString) line = g_string_new(NULL);
    char buffer[4096];
    cJSON *answer;

    while (line->len == 0 || line->str[line->len - 1] != '\n') {
        ssize_t n;

        if (!wait_readable(self->link, deadline, cancellable, error))
            return NULL;
        n = recv(self->link, buffer, sizeof buffer, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0 || line->len + (gsize)n > MAX_ANSWER) {
            fail_ended(error);
            return NULL;
        }
        g_string_append_len(line, buffer, n);
    }
    answer = cJSON_Parse(line->str);
    if (answer == NULL)
        fail_ended(error);
    return answer;
}

static const char *
get_text(const cJSON *answer, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, name));
}

/* ---- starting ---- */

/* Writes the modules of the function to a file in memory. Returns its file descriptor, or -1 with
 * an error. */
static int
write_bundle(MamutoFunction *function, GError **error)
{
    g_autoptr(GBytes) bundle = mamuto_function_bundle(function, NULL, error);
    gsize size = 0, written = 0;
    const char *data;
    int fd;

    if (bundle == NULL)
        return -1;
    data = g_bytes_get_data(bundle, &size);
    fd = memfd_create("mamuto-bundle", MFD_CLOEXEC);
    while (fd >= 0 && written < size) {
        ssize_t n = pwrite(fd, data + written, size - written, (off_t)written);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            close(fd);
            fd = -1;
            break;
        }
        written += (gsize)n;
    }
    if (fd < 0)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                    _("the modules cannot be handed to the plain loop: %s"), g_strerror(errno));
    return fd;
}

static void
add_integers(JsonWriter *json, const char *name, const gint64 *values, guint n)
{
    json_writer_begin_array(json, name);
    for (guint i = 0; i < n; i++)
        json_writer_add_int(json, NULL, values[i]);
    json_writer_end(json);
}

/* elements: int */
typedef GArray Descriptors;

static void
close_all(Descriptors *fds)
{
    for (guint i = 0; i < fds->len; i++)
        close(g_array_index(fds, int, i));
    g_array_unref(fds);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Descriptors, close_all)

/* Adds the description of an array to the order, and the array's file to the descriptors that the
 * child inherits. */
static gboolean
describe_array(MamutoArray *array, Descriptors *fds, JsonWriter *json, GError **error)
{
    char dtype[MAMUTO_DTYPE_STRING_MAX];
    MamutoDtype type;
    const gint64 *shape, *strides;
    guint64 offset;
    guint n_dims;
    int fd = fcntl(mamuto_array_get_fd(array, &offset), F_DUPFD_CLOEXEC, 3);

    if (fd < 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                    _("an array cannot be handed to the plain loop: %s"), g_strerror(errno));
        return FALSE;
    }
    json_writer_add_int(json, "fd", FD_LINK + (int)fds->len);
    g_array_append_val(fds, fd);
    mamuto_array_get_dtype(array, &type);
    mamuto_dtype_to_string(&type, dtype);
    json_writer_add_uint(json, "offset", offset);
    json_writer_add_text(json, "dtype", dtype);
    if (mamuto_array_get_key(array) != NULL)
        json_writer_add_text(json, "key", mamuto_array_get_key(array));
    shape = mamuto_array_get_shape(array, &n_dims);
    add_integers(json, "shape", shape, n_dims);
    strides = mamuto_array_get_strides(array, &n_dims);
    add_integers(json, "strides", strides, n_dims);
    return TRUE;
}

/* Returns (transfer full): the first order for the child, which names the function and the
 * arguments, or NULL with an error. */
static char *
make_order(const LoopSetup *setup, Descriptors *fds, GError **error)
{
    g_autoptr(FunctionSources) sources = function_list_sources(setup->function);
    g_autofree char *places = function_sources_format_places(sources, TRUE);
    JsonWriter *json = json_writer_new(FALSE);
    g_autofree char *order = NULL;
    gboolean ok = TRUE;

    json_writer_begin_object(json, NULL);
    json_writer_add_text(json, "module", mamuto_function_get_module(setup->function));
    json_writer_add_text(json, "name", mamuto_function_get_name(setup->function));
    json_writer_add_int(json, "bundle", FD_BUNDLE);
    json_writer_add_raw(json, "places", places);
    json_writer_add_int(json, "nice", setup->nice);
    json_writer_add_int(json, "total", setup->n_rows);
    json_writer_add_bool(json, "batch", setup->batch);
    json_writer_add_bool(json, "go_on", setup->go_on);
    json_writer_begin_array(json, "arguments");
    for (guint i = 0; i < setup->arguments->len && ok; i++) {
        MamutoArgument *argument = g_ptr_array_index(setup->arguments, i);
        MamutoArray *array = mamuto_argument_get_array(argument);

        json_writer_begin_object(json, NULL);
        json_writer_add_text(json, "name", mamuto_argument_get_name(argument) ?: "");
        json_writer_add_bool(json, "mapped", array != NULL && !mamuto_argument_is_whole(argument));
        if (array == NULL)
            json_writer_add_raw(json, "value", mamuto_argument_get_json(argument));
        else
            ok = describe_array(array, fds, json, error);
        json_writer_end(json);
    }
    json_writer_end(json);
    json_writer_end(json);
    order = json_writer_finish(json);
    return ok ? g_steal_pointer(&order) : NULL;
}

/* Returns (transfer full): the environment of the child. Its PYTHONPATH has no empty and relative
 * entries. Python would search them in the working folder for a module sitecustomize, and import it
 * before the script begins. */
static char **
make_environment(void)
{
    g_auto(GStrv) entries = g_strsplit(g_getenv("PYTHONPATH") ?: "", ":", -1);
    g_autoptr(GString) kept = g_string_new(NULL);

    for (char **entry = entries; *entry != NULL; entry++)
        if (g_path_is_absolute(*entry))
            g_string_append_printf(kept, "%s%s", kept->len > 0 ? ":" : "", *entry);
    return kept->len > 0 ? g_environ_setenv(g_get_environ(), "PYTHONPATH", kept->str, TRUE)
                         : g_environ_unsetenv(g_get_environ(), "PYTHONPATH");
}

/* Starts loop.py with @python. Sets @order to the first order for the child. Returns FALSE with an
 * error if the order cannot be made, and with @failure if Python does not start. */
static gboolean
start_python(LoopRunner *self, const LoopSetup *setup, const char *python, char **order,
             GError **failure, GError **error)
{
    g_autoptr(Descriptors) fds = g_array_new(FALSE, FALSE, sizeof(int));
    g_auto(GStrv) environment = make_environment();
    /* The script ends by itself when its socket is closed, and removes its folder. */
    ChildSetup child = {
        .stdin_fd = -1, .output_fd = -1, .environment = environment, .last_signal = SIGCONT};
    int pair[2], bundle;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, _("cannot create a socket: %s"),
                    g_strerror(errno));
        return FALSE;
    }
    self->link = pair[0];
    g_array_append_val(fds, pair[1]);
    bundle = write_bundle(setup->function, error);
    if (bundle < 0)
        return FALSE;
    g_array_append_val(fds, bundle);
    self->folder = g_dir_make_tmp("mamuto-loop-XXXXXX", error);
    *order = self->folder != NULL ? make_order(setup, fds, error) : NULL;
    if (*order == NULL)
        return FALSE;
    if (setup->workdir != NULL && g_file_test(setup->workdir, G_FILE_TEST_IS_DIR))
        child.folder = setup->workdir;
    child.argv = (const char *const[]){python, "-c", script, self->folder, NULL};
    child.fds = (const int *)(gconstpointer)fds->data;
    child.n_fds = fds->len;
    self->pid = child_start(&child, failure);
    return self->pid != 0;
}

/* Returns (transfer full): why @python cannot be used. @answer: (nullable): its first answer. */
static char *
explain(const char *python, const cJSON *answer, const GError *failure)
{
    if (get_text(answer, "no_numpy") != NULL)
        return g_strdup_printf(_("%s: Python has no numpy (%s)"), python,
                               get_text(answer, "no_numpy"));
    if (get_text(answer, "no_thread") != NULL)
        return g_strdup_printf("%s: %s", python, get_text(answer, "no_thread"));
    if (failure != NULL && g_error_matches(failure, G_SPAWN_ERROR, G_SPAWN_ERROR_FORK))
        return g_strdup_printf("%s: %s", python, failure->message);
    return g_strdup_printf(_("%s cannot be used as Python"), python);
}

/* Starts loop.py with @python, which must have numpy. If @python cannot be used, sets @why to the
 * reason and returns NULL without an error. */
static LoopRunner *
start(const LoopSetup *setup, const char *python, char **why, GCancellable *cancellable,
      GError **error)
{
    g_autoptr(LoopRunner) self = g_new0(LoopRunner, 1);
    g_autoptr(GError) failure = NULL;
    g_autofree char *order = NULL;
    gboolean started;
    cJSON *answer;

    self->link = -1;
    started = start_python(self, setup, python, &order, &failure, error);
    if (!started && failure == NULL)
        return NULL;
    answer = started ? receive_line(self, setup->deadline, cancellable, &failure) : NULL;
    if (answer == NULL || get_text(answer, "no_numpy") != NULL ||
        get_text(answer, "no_thread") != NULL || !send_line(self, order, &failure)) {
        if (failure != NULL && failure->domain == G_IO_ERROR) /* cancelled or timed out */
            g_propagate_error(error, g_steal_pointer(&failure));
        else
            *why = explain(python, answer, failure);
        g_clear_pointer(&self, loop_runner_free);
    }
    cJSON_Delete(answer);
    return g_steal_pointer(&self);
}

static LoopRunner *
start_any(const LoopSetup *setup, GCancellable *cancellable, GError **error)
{
    g_auto(GStrv) programs = mamuto_python_list(setup->python);
    g_autofree char *why = NULL;

    for (char **program = programs; *program != NULL; program++) {
        g_autofree char *reason = NULL;
        GError *failure = NULL;
        LoopRunner *self = start(setup, *program, &reason, cancellable, &failure);

        if (self != NULL)
            return self;
        if (failure != NULL) {
            g_propagate_error(error, failure);
            return NULL;
        }
        if (why == NULL)
            why = g_steal_pointer(&reason);
    }
    if (why == NULL)
        why = g_strdup_printf(_("there is no %s on this computer"),
                              setup->python != NULL ? setup->python : "python3");
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_NUMPY,
                _("%s; a Python 3 with numpy is needed to time the plain loop"), why);
    return NULL;
}

LoopRunner *
loop_runner_new(const LoopSetup *setup, GCancellable *cancellable, GError **error)
{
    g_autoptr(LoopRunner) self = start_any(setup, cancellable, error);
    cJSON *answer = self != NULL ? receive_line(self, setup->deadline, cancellable, error) : NULL;
    const char *text = get_text(answer, "error");

    if (answer == NULL)
        return NULL;
    if (text != NULL) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FUNCTION,
                    _("%s cannot be imported on this computer for the plain loop: %s"),
                    mamuto_function_get_spec(setup->function), text);
        g_clear_pointer(&self, loop_runner_free);
    }
    cJSON_Delete(answer);
    return g_steal_pointer(&self);
}

gboolean
loop_runner_measure(LoopRunner *self, gint64 rows, gint64 deadline, GCancellable *cancellable,
                    double *seconds, GError **error)
{
    g_autofree char *order = g_strdup_printf("{\"rows\": %" G_GINT64_FORMAT "}", rows);
    cJSON *answer = NULL, *number;
    gboolean ok = FALSE;

    if (send_line(self, order, error))
        answer = receive_line(self, deadline, cancellable, error);
    number = cJSON_GetObjectItemCaseSensitive(answer, "seconds");
    if (cJSON_IsNumber(number)) {
        *seconds = MAX(number->valuedouble, 1e-9);
        ok = TRUE;
    } else if (answer != NULL) {
        const char *text = get_text(answer, "error");

        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_ROW, _("the plain loop failed: %s"),
                    text != NULL ? text : _("no time was reported"));
    }
    cJSON_Delete(answer);
    return ok;
}
