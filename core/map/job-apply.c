/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Creates from a job the objects that a mapper needs: a function, a cluster and arguments. Also
 * checks the output file. */
#include "job-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "mamuto-error.h"
#include "mamuto-file-kind.h"

/**
 * mamuto_job_make_function:
 * @self: a job
 * @error: return location for an error
 *
 * Returns: (transfer full): the job's function and the modules and files to send with it; %NULL
 *   with %MAMUTO_ERROR_INVALID_ARGUMENT if the job has no function; %NULL with
 *   %MAMUTO_ERROR_FUNCTION if the function, a module or a file cannot be used
 */
MamutoFunction *
mamuto_job_make_function(MamutoJob *self, GError **error)
{
    g_autoptr(MamutoFunction) function = NULL;

    g_return_val_if_fail(MAMUTO_IS_JOB(self), NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);
    if (!self->function) {
        g_set_error_literal(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                            _("the job has no function; choose one, as FILE.py:NAME"));
        return NULL;
    }
    function = mamuto_function_new(self->function, error);
    if (!function)
        return NULL;
    for (char **module = self->depends; *module; module++)
        if (!mamuto_function_add_depend(function, *module, error))
            return NULL;
    for (char **path = self->send; *path; path++)
        if (!mamuto_function_add_file(function, *path, error))
            return NULL;
    return g_steal_pointer(&function);
}

/**
 * mamuto_job_load_cluster:
 * @self: a job
 * @error: return location for an error
 *
 * Returns: (transfer full): the cluster read from the job's cluster file, or a cluster of this
 *   computer if no file is set; %NULL with an error if the file cannot be read
 */
MamutoCluster *
mamuto_job_load_cluster(MamutoJob *self, GError **error)
{
    g_return_val_if_fail(MAMUTO_IS_JOB(self), NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);
    return self->cluster ? mamuto_cluster_new_from_file(self->cluster, error)
                         : mamuto_cluster_new_local();
}

static void
argument_clear(gpointer data)
{
    if (data)
        mamuto_argument_unref(data);
}

/* Returns (transfer full) (nullable): the argument at @position; NULL without an error if the
 * function uses its default value. */
static MamutoArgument *
load_argument(MamutoJob *self, guint position, GCancellable *cancellable, GError **error)
{
    const JobArgument *argument = g_ptr_array_index(self->arguments, position);
    MamutoArgument *loaded;

    if (argument->text) {
        loaded = mamuto_argument_parse_for_function(
            argument->text, NULL, argument->by_name ? argument->name : NULL, cancellable, error);
        if (!loaded)
            job_prefix_argument(self, position, error);
        return loaded;
    }
    if (job_argument_is_skipped(self, position))
        return NULL;
    if (argument->name)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("argument %u, %s has no value; give it a file or =JSON"), position + 1,
                    argument->name);
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("argument %u has no value; give it a file or =JSON"), position + 1);
    return NULL;
}

/**
 * mamuto_job_load_arguments:
 * @self: a job
 * @cancellable: (nullable): stops loading
 * @error: return location for an error
 *
 * Loads the files of the arguments, which may take long for CSV files. To load in another thread,
 * pass a mamuto_job_copy() to that thread, because jobs have no lock. If the parameters of the
 * function are known, call mamuto_job_bind() before.
 *
 * Returns: (transfer full) (element-type MamutoArgument): the arguments, or %NULL with an error
 *   that names the invalid argument, or %MAMUTO_ERROR_LENGTH if the arrays that are mapped over
 * have different lengths. An element is %NULL if the argument has no value and all later arguments
 * are passed by name
 */
GPtrArray *
mamuto_job_load_arguments(MamutoJob *self, GCancellable *cancellable, GError **error)
{
    g_autoptr(GPtrArray) arguments = NULL;
    GError *failure = NULL;

    g_return_val_if_fail(MAMUTO_IS_JOB(self), NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);
    arguments = g_ptr_array_new_with_free_func(argument_clear);
    for (guint i = 0; i < self->arguments->len; i++) {
        g_ptr_array_add(arguments, load_argument(self, i, cancellable, &failure));
        if (failure) {
            g_propagate_error(error, failure);
            return NULL;
        }
    }
    return job_check_lengths(self, arguments, error) ? g_steal_pointer(&arguments) : NULL;
}

/**
 * mamuto_job_apply:
 * @self: a job
 * @mapper: the mapper that will run the job
 * @function: a function returned by mamuto_job_make_function() for this job; the same object may be
 *   passed again for later runs
 * @arguments: (element-type MamutoArgument): the arguments of mamuto_job_load_arguments()
 * @error: return location for an error
 *
 * Adds the function and the arguments to keep on the hosts to the mapper, and sets the time limits
 * of the mapper. To run the job, call mamuto_mapper_remap_async() with the returned arguments,
 * mamuto_job_get_flags() and mamuto_job_get_output().
 *
 * Returns: (transfer full) (element-type MamutoArgument): the arguments with the names of their
 *   parameters, without those that have no value or are kept on the hosts. A kept argument without
 *   a name is %NULL, because it takes a position. %NULL with an error
 */
GPtrArray *
mamuto_job_apply(MamutoJob *self, MamutoMapper *mapper, MamutoFunction *function,
                 GPtrArray *arguments, GError **error)
{
    g_autoptr(GPtrArray) given = NULL;
    g_autoptr(GPtrArray) kept = NULL;

    g_return_val_if_fail(MAMUTO_IS_JOB(self), NULL);
    g_return_val_if_fail(MAMUTO_IS_MAPPER(mapper), NULL);
    g_return_val_if_fail(MAMUTO_IS_FUNCTION(function), NULL);
    g_return_val_if_fail(arguments != NULL && arguments->len == self->arguments->len, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);
    given = g_ptr_array_new_with_free_func(argument_clear);
    kept = g_ptr_array_new_with_free_func(argument_clear);
    for (guint i = 0; i < arguments->len; i++) {
        g_autoptr(MamutoArgument) argument = mamuto_job_dup_argument(self, i, arguments);
        gboolean keep = mamuto_job_get_keep(self, i);

        if (!argument)
            continue;
        /* The hosts do not keep the arguments that are combined. If they were not given, the axes
         * of the result would have another order. */
        if ((self->flags & MAMUTO_MAP_GRID) && mamuto_argument_get_array(argument) != NULL)
            keep = FALSE;
        /* In these lists a NULL takes a position, so it stands only for an argument without a
         * name. */
        if (!keep || !mamuto_argument_get_name(argument))
            g_ptr_array_add(given, keep ? NULL : mamuto_argument_ref(argument));
        if (keep || !mamuto_argument_get_name(argument))
            g_ptr_array_add(kept, keep ? mamuto_argument_ref(argument) : NULL);
    }
    if (!mamuto_mapper_add_function(mapper, function, error) ||
        !mamuto_mapper_add_remote_arguments(mapper, function, kept, error))
        return NULL;
    mamuto_mapper_set_row_timeout(mapper, self->row_timeout);
    mamuto_mapper_set_start_timeout(mapper, self->start_timeout);
    return g_steal_pointer(&given);
}

/**
 * mamuto_job_check_place:
 * @path: (type filename): a file to create
 * @error: return location for an error
 *
 * Returns: whether a file can be created at @path; %FALSE with %MAMUTO_ERROR_INVALID_ARGUMENT that
 *   names @path
 */
gboolean
mamuto_job_check_place(const char *path, GError **error)
{
    g_autofree char *folder = NULL;
    g_autofree char *shown = NULL;
    g_autofree char *shown_folder = NULL;

    g_return_val_if_fail(path != NULL, FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);
    folder = g_path_get_dirname(path);
    shown = g_filename_display_name(path);
    shown_folder = g_filename_display_name(folder);
    if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%s: the folder %s does not exist"), shown, shown_folder);
    else if (g_file_test(path, G_FILE_TEST_IS_DIR))
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%s: this is a folder; give the name of a file"), shown);
    else if (g_access(folder, W_OK | X_OK) < 0)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%s: the folder %s is not writable: %s"), shown, shown_folder,
                    g_strerror(errno));
    else
        return TRUE;
    return FALSE;
}

/* Checks that the output file is not the file of an argument, because the result would overwrite
 * the user's input. */
static gboolean
check_is_no_argument(MamutoJob *self, GError **error)
{
    GStatBuf output, input;

    if (g_stat(self->output, &output) != 0 || !S_ISREG(output.st_mode))
        return TRUE;
    for (guint i = 0; i < self->arguments->len; i++) {
        const JobArgument *argument = g_ptr_array_index(self->arguments, i);
        g_autofree char *file =
            argument->text ? job_value_find_file(argument->text, argument->by_name) : NULL;
        g_autofree char *shown = NULL;

        if (!file || g_stat(file, &input) != 0 || input.st_dev != output.st_dev ||
            input.st_ino != output.st_ino)
            continue;
        shown = g_filename_display_name(self->output);
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("%s: argument %u is read from this file; give the result another name"),
                    shown, i + 1);
        return FALSE;
    }
    return TRUE;
}

/**
 * mamuto_job_check_output:
 * @self: a job
 * @error: return location for an error
 *
 * Returns: %TRUE if the job has no output file, or if the output file can be created and is not
 *   the file of an argument; %FALSE with %MAMUTO_ERROR_INVALID_ARGUMENT that names the output file
 */
gboolean
mamuto_job_check_output(MamutoJob *self, GError **error)
{
    g_auto(GStrv) suffixes = NULL;
    g_autofree char *shown = NULL;

    g_return_val_if_fail(MAMUTO_IS_JOB(self), FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);
    if (!self->output)
        return TRUE;
    suffixes = mamuto_file_kind_get_saved_suffixes(MAMUTO_FILE_ROWS);
    for (char **suffix = suffixes; *suffix; suffix++)
        if (g_str_has_suffix(self->output, *suffix))
            return mamuto_job_check_place(self->output, error) && check_is_no_argument(self, error);
    shown = g_filename_display_name(self->output);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                _("%s: the name must end in .npy, .csv, .tsv or .jsonl"), shown);
    return FALSE;
}
