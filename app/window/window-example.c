/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Opens the example. Copies the example's function to the user's data folder, so that the user can
 * edit it. The script make_arrays.py creates the arrays in the same folder. */
#include "window-private.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "../app-data.h"
#include "../dialogs/tell.h"
#include "../documents/known-documents.h"
#include "../start/local-python.h"

/* Number of rows. With this number, a run on two cores takes a few seconds, so that the user can
 * watch the progress without a long wait. */
#define EXAMPLE_ROWS "1500000"

#define JOB_NAME "likelihood.mamuto"

static const char *const array_names[] = {"p.npy", "data.npy"};

static gboolean
copy_file(const char *from_folder, const char *to_folder, const char *name, GError **error)
{
    g_autofree char *from = g_build_filename(from_folder, name, NULL);
    g_autofree char *to = g_build_filename(to_folder, name, NULL);
    g_autofree char *text = NULL;
    gsize length;

    if (g_file_test(to, G_FILE_TEST_EXISTS))
        return TRUE;
    return g_file_get_contents(from, &text, &length, error) &&
           g_file_set_contents(to, text, (gssize)length, error);
}

static gboolean
have_arrays(const char *folder)
{
    for (gsize i = 0; i < G_N_ELEMENTS(array_names); i++) {
        g_autofree char *path = g_build_filename(folder, array_names[i], NULL);

        if (!g_file_test(path, G_FILE_TEST_EXISTS))
            return FALSE;
    }
    return TRUE;
}

/* The last line of a traceback, which contains the error message. */
static const char *
last_line(char *text)
{
    const char *line;

    g_strchomp(text);
    line = strrchr(text, '\n');
    return line ? line + 1 : text;
}

/* Creates the arrays in a subfolder and then moves the complete files, so that an interrupted
 * script leaves no incomplete array under the final name. */
static gboolean
make_arrays(const char *examples, const char *folder, GCancellable *cancellable, GError **error)
{
    LocalPython what;
    g_autofree char *python = local_python_find(&what, cancellable);
    g_autofree char *script = g_build_filename(examples, "make_arrays.py", NULL);
    g_autofree char *part = g_build_filename(folder, "part", NULL);
    g_autoptr(GSubprocess) process = NULL;
    g_autofree char *said = NULL;

    if (!python) {
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_NUMPY,
            _("No Python with NumPy was found on this computer. Install both in a terminal: %s"),
            local_python_get_fix());
        return FALSE;
    }
    process = g_subprocess_new(G_SUBPROCESS_FLAGS_STDERR_PIPE, error, python, "-B", script,
                               "--rows", EXAMPLE_ROWS, part, NULL);
    if (!process)
        return FALSE;
    if (!g_subprocess_communicate_utf8(process, NULL, cancellable, NULL, &said, error)) {
        g_subprocess_force_exit(process);
        return FALSE;
    }
    if (!g_subprocess_get_successful(process)) {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_PYTHON, last_line(said));
        return FALSE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(array_names); i++) {
        g_autoptr(GFile) from = g_file_new_build_filename(part, array_names[i], NULL);
        g_autoptr(GFile) to = g_file_new_build_filename(folder, array_names[i], NULL);

        if (!g_file_move(from, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error))
            return FALSE;
    }
    g_rmdir(part);
    return TRUE;
}

static char *
example_folder(void)
{
    g_autofree char *data = app_data_make_data_folder();

    return g_build_filename(data, "example", NULL);
}

static void
prepare_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    g_autofree char *examples = app_data_find_examples();
    g_autofree char *folder = example_folder();
    GError *error = NULL;

    g_mkdir_with_parents(folder, 0755);
    if (copy_file(examples, folder, "model.py", &error) &&
        (have_arrays(folder) || make_arrays(examples, folder, cancellable, &error)))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

/* Saves the example as a job file, so that the list of recent files contains it. The user is not
 * asked before its first run. A file that the user or another program has changed is left as it is.
 */
static gboolean
make_job(const char *folder, const char *path, GError **error)
{
    g_autoptr(MamutoJob) job = mamuto_job_new();
    g_autoptr(MamutoJob) there = NULL;
    g_autofree char *function = g_build_filename(folder, "model.py:like", NULL);

    mamuto_job_set_function(job, function);
    mamuto_job_set_n_arguments(job, G_N_ELEMENTS(array_names));
    for (guint i = 0; i < G_N_ELEMENTS(array_names); i++) {
        g_autofree char *array = g_build_filename(folder, array_names[i], NULL);

        mamuto_job_set_argument(job, i, array);
    }
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        there = mamuto_job_new_from_file(path, NULL);
    else if (mamuto_job_save(job, path, error))
        there = g_object_ref(job);
    else
        return FALSE;
    if (there && mamuto_job_equal(there, job))
        known_documents_note_saved(there, path);
    return TRUE;
}

static void
on_prepared(GObject *source, GAsyncResult *result, gpointer data)
{
    MamutoWindow *window = data;
    g_autofree char *folder = example_folder();
    g_autofree char *path = g_build_filename(folder, JOB_NAME, NULL);
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autoptr(GError) error = NULL;
    gboolean prepared = g_task_propagate_boolean(G_TASK(result), &error);

    /* do not use the window, which may be disposed after a cancellation */
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    gtk_widget_action_set_enabled(GTK_WIDGET(window), "win.open-example", TRUE);
    if (!prepared || !make_job(folder, path, &error))
        tell_error(GTK_WIDGET(window), _("The Example Could Not Be Created"), error);
    else
        mamuto_opener_open_file(window->opener, file);
}

void
window_open_example(MamutoWindow *window)
{
    g_autoptr(GTask) task = g_task_new(NULL, window->cancellable, on_prepared, window);

    /* disable the action until the files are complete, because a second call could overwrite
     * them */
    gtk_widget_action_set_enabled(GTK_WIDGET(window), "win.open-example", FALSE);
    mamuto_task_run_in_thread(task, prepare_in_thread);
}
