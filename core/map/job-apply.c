/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Creates from a job the objects that a mapper needs: a function, a cluster and arguments. Also
 * creates the command line of mamuto-cli that runs the job. */
#include "job-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "mamuto-error.h"
#include "mamuto-file-kind.h"
#include "quote.h"

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

/**
 * mamuto_job_load_arguments:
 * @self: a job
 * @cancellable: (nullable): stops loading
 * @error: return location for an error
 *
 * Loads the files of the arguments, which may take long for CSV files. To load in another thread,
 * pass a mamuto_job_copy() to that thread, because jobs have no lock.
 *
 * Returns: (transfer full) (element-type MamutoArgument): the arguments, or %NULL with an error
 *   that names the invalid argument
 */
GPtrArray *
mamuto_job_load_arguments(MamutoJob *self, GCancellable *cancellable, GError **error)
{
    g_autoptr(GPtrArray) arguments = NULL;

    g_return_val_if_fail(MAMUTO_IS_JOB(self), NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);
    arguments = g_ptr_array_new_with_free_func(argument_clear);
    for (guint i = 0; i < self->arguments->len; i++) {
        const JobArgument *argument = g_ptr_array_index(self->arguments, i);
        MamutoArgument *loaded;

        if (!argument->text) {
            if (argument->name)
                g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                            _("argument %u, %s has no value; give it a file or =JSON"), i + 1,
                            argument->name);
            else
                g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                            _("argument %u has no value; give it a file or =JSON"), i + 1);
            return NULL;
        }
        loaded = mamuto_argument_parse(argument->text, cancellable, error);
        if (!loaded) {
            if (argument->name)
                /* Translators: prefix of an error message; the number and the name of a function's
                 * argument */
                g_prefix_error(error, _("argument %u, %s: "), i + 1, argument->name);
            else
                g_prefix_error(error, _("argument %u: "), i + 1);
            return NULL;
        }
        g_ptr_array_add(arguments, loaded);
    }
    return g_steal_pointer(&arguments);
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
 * Returns: (transfer full) (element-type MamutoArgument): a copy of @arguments in which the
 *   arguments to keep on the hosts are %NULL, or %NULL with an error
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
        MamutoArgument *argument = g_ptr_array_index(arguments, i);
        gboolean keep = mamuto_job_get_keep(self, i);

        g_ptr_array_add(given, keep ? NULL : mamuto_argument_ref(argument));
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

/* Calls stat() for the file of an argument. Removes the name of an array or column, which may
 * follow the file name after a colon. */
static gboolean
stat_argument(const char *text, GStatBuf *info)
{
    g_autofree char *path = g_strdup(text);

    for (char *colon; g_stat(path, info) != 0; *colon = '\0')
        if ((colon = strrchr(path, ':')) == NULL)
            return FALSE;
    return TRUE;
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
        g_autofree char *shown = NULL;

        if (argument->text == NULL || *argument->text == '=' ||
            !stat_argument(argument->text, &input) || input.st_dev != output.st_dev ||
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

/* ---- the command line ---- */

static void
append_word(GString *line, const char *word)
{
    g_autofree char *quoted = quote_word(word);

    if (line->len > 0)
        g_string_append_c(line, ' ');
    g_string_append(line, quoted);
}

/* Returns the value of the option --keep: the numbers of the arguments to keep on the hosts.
 * Arguments without a value are not counted, because the command line omits them. */
static char *
kept_positions(MamutoJob *self)
{
    GString *list = g_string_new(NULL);
    guint position = 0;

    for (guint i = 0; i < self->arguments->len; i++) {
        const JobArgument *argument = g_ptr_array_index(self->arguments, i);

        if (argument->text == NULL)
            continue;
        position++;
        if (argument->keep)
            g_string_append_printf(list, "%s%u", list->len > 0 ? "," : "", position);
    }
    return g_string_free(list, FALSE);
}

/* Appends a file name to the command line. Inserts "./" before a name that begins with "-", because
 * mamuto-cli would read the name as an option. */
static void
append_file(GString *line, const char *word)
{
    g_autofree char *guarded = *word == '-' ? g_strconcat("./", word, NULL) : NULL;

    append_word(line, guarded ? guarded : word);
}

static void
append_option(GString *line, const char *option, const char *value)
{
    if (!value || !*value)
        return;
    append_word(line, option);
    append_file(line, value);
}

static void
append_timeout(GString *line, const char *option, double seconds)
{
    g_autofree char *text = mamuto_job_format_timeout(seconds);

    if (seconds > 0)
        append_option(line, option, text);
}

/**
 * mamuto_job_to_command:
 * @self: a job
 * @program: (nullable) (type filename): path of mamuto-cli; %NULL to find mamuto-cli in PATH
 *
 * Returns: (transfer full): the command line that runs the job in a terminal, quoted for sh;
 *   arguments without a value are omitted
 */
char *
mamuto_job_to_command(MamutoJob *self, const char *program)
{
    g_autofree char *keep = NULL;
    g_autofree char *depends = NULL;
    GString *line;

    g_return_val_if_fail(MAMUTO_IS_JOB(self), NULL);
    line = g_string_new(NULL);
    append_word(line, program ? program : "mamuto-cli");
    append_word(line, "map");
    keep = kept_positions(self);
    depends = g_strjoinv(",", self->depends);
    if (self->function)
        append_file(line, self->function);
    for (guint i = 0; i < self->arguments->len; i++) {
        const JobArgument *argument = g_ptr_array_index(self->arguments, i);

        if (argument->text)
            append_file(line, argument->text);
    }
    append_option(line, "-c", self->cluster);
    append_option(line, "-o", self->output);
    append_option(line, "--depends", depends);
    for (char **path = self->send; *path; path++)
        append_option(line, "--send", *path);
    append_option(line, "--keep", keep);
    if (self->flags & MAMUTO_MAP_BATCH)
        append_word(line, "--batch");
    if (self->flags & MAMUTO_MAP_CONTINUE)
        append_option(line, "--on-error", "continue");
    append_timeout(line, "--row-timeout", self->row_timeout);
    append_timeout(line, "--start-timeout", self->start_timeout);
    return g_string_free(line, FALSE);
}
