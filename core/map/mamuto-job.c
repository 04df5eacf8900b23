/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The object of a job: its values, and a signal for changed values. A job that was loaded from a
 * file keeps the text of the file, so that mamuto_job_save() preserves comments and unknown keys.
 * job-arguments.c contains the functions for the arguments. */
#include "job-private.h"

#include <string.h>

#include "mamuto-error.h"

enum { SIGNAL_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(MamutoJob, mamuto_job, G_TYPE_OBJECT)

static void
mamuto_job_finalize(GObject *object)
{
    MamutoJob *self = MAMUTO_JOB(object);

    g_free(self->function);
    g_free(self->cluster);
    g_free(self->output);
    g_strfreev(self->depends);
    g_strfreev(self->send);
    g_ptr_array_unref(self->arguments);
    g_clear_pointer(&self->ini, ini_free);
    g_free(self->folder);
    G_OBJECT_CLASS(mamuto_job_parent_class)->finalize(object);
}

static void
mamuto_job_class_init(MamutoJobClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_job_finalize;
    /**
     * MamutoJob::changed:
     * @self: a job
     *
     * Emitted when a value of the job was changed, in the thread that changed the value.
     */
    signals[SIGNAL_CHANGED] = g_signal_new("changed", MAMUTO_TYPE_JOB, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
}

static void
mamuto_job_init(MamutoJob *self)
{
    self->arguments = g_ptr_array_new_with_free_func(job_argument_free);
    self->depends = g_new0(char *, 1);
    self->send = g_new0(char *, 1);
}

void
job_changed(MamutoJob *self)
{
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

/**
 * mamuto_job_new:
 *
 * Returns: (transfer full): an empty job
 */
MamutoJob *
mamuto_job_new(void)
{
    return g_object_new(MAMUTO_TYPE_JOB, NULL);
}

static char *
folder_of(const char *path)
{
    g_autofree char *whole = g_canonicalize_filename(path, NULL);

    return g_path_get_dirname(whole);
}

/**
 * mamuto_job_new_from_file:
 * @path: (type filename): a .mamuto file
 * @error: return location for an error
 *
 * Reads only the job file. The files that the job names need not exist.
 *
 * Returns: (transfer full): the job; %NULL with %MAMUTO_ERROR_INVALID_FILE that names file, line
 *   and key, or with an error of reading the file
 */
MamutoJob *
mamuto_job_new_from_file(const char *path, GError **error)
{
    g_autoptr(MamutoJob) self = NULL;
    g_autoptr(Ini) ini = NULL;

    g_return_val_if_fail(path != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);
    ini = ini_new_from_file(path, error);
    if (!ini)
        return NULL;
    self = mamuto_job_new();
    self->folder = folder_of(path);
    if (!job_read(self, ini, self->folder, error))
        return NULL;
    self->ini = g_steal_pointer(&ini);
    return g_steal_pointer(&self);
}

/**
 * mamuto_job_copy:
 * @self: a job
 *
 * Returns: (transfer full): a new job with the same values. The text of the job file is not copied
 */
MamutoJob *
mamuto_job_copy(MamutoJob *self)
{
    MamutoJob *copy;

    g_return_val_if_fail(MAMUTO_IS_JOB(self), NULL);
    copy = mamuto_job_new();
    copy->function = g_strdup(self->function);
    copy->cluster = g_strdup(self->cluster);
    copy->output = g_strdup(self->output);
    copy->flags = self->flags;
    copy->row_timeout = self->row_timeout;
    copy->start_timeout = self->start_timeout;
    g_strfreev(copy->depends);
    copy->depends = g_strdupv(self->depends);
    g_strfreev(copy->send);
    copy->send = g_strdupv(self->send);
    mamuto_job_set_n_arguments(copy, self->arguments->len);
    for (guint i = 0; i < self->arguments->len; i++) {
        const JobArgument *from = g_ptr_array_index(self->arguments, i);
        JobArgument *to = g_ptr_array_index(copy->arguments, i);

        to->name = g_strdup(from->name);
        to->text = g_strdup(from->text);
        to->keep = from->keep;
        to->by_name = from->by_name;
    }
    return copy;
}

/**
 * mamuto_job_save:
 * @self: a job
 * @path: (type filename): the file to write
 * @error: return location for an error
 *
 * Writes the job to a temporary file and renames this file to @path. Preserves the comments, the
 * order and the unknown keys of the file from which the job was loaded, or to which it was last
 * saved. Paths in the folder of @path are written as relative paths.
 *
 * Returns: whether the job was saved; %FALSE with %MAMUTO_ERROR_INVALID_ARGUMENT for a value that
 *   contains a line break, or with an error of writing @path
 */
gboolean
mamuto_job_save(MamutoJob *self, const char *path, GError **error)
{
    g_autofree char *folder = NULL;
    g_autoptr(Ini) ini = NULL;

    g_return_val_if_fail(MAMUTO_IS_JOB(self), FALSE);
    g_return_val_if_fail(path != NULL, FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);
    folder = folder_of(path);
    if (self->ini) {
        g_autofree char *data = NULL;
        gsize length;

        data = ini_to_data(self->ini, &length);
        ini = ini_new_from_data(path, data, length, error);
        if (!ini)
            return FALSE;
    } else {
        ini = ini_new(path);
    }
    if (!job_write(self, ini, folder, error) || !ini_save(ini, path, error))
        return FALSE;
    g_clear_pointer(&self->ini, ini_free);
    self->ini = g_steal_pointer(&ini);
    g_free(self->folder);
    self->folder = g_steal_pointer(&folder);
    return TRUE;
}

/**
 * mamuto_job_dup_file_hash:
 * @self: a job
 *
 * The hash belongs to the bytes from which the job was parsed, also if another program has replaced
 * the file since then.
 *
 * Returns: (transfer full) (nullable): the SHA-256 of the file that was last loaded or saved, in
 *   hexadecimal digits; %NULL for a job without a file
 */
char *
mamuto_job_dup_file_hash(MamutoJob *self)
{
    g_return_val_if_fail(MAMUTO_IS_JOB(self), NULL);
    return self->ini ? ini_hash(self->ini) : NULL;
}

/**
 * mamuto_job_equal:
 * @self: a job
 * @other: a job
 *
 * Returns: whether both jobs have the same values; argument names that are only displayed are
 *   ignored
 */
gboolean
mamuto_job_equal(MamutoJob *self, MamutoJob *other)
{
    g_return_val_if_fail(MAMUTO_IS_JOB(self), FALSE);
    g_return_val_if_fail(MAMUTO_IS_JOB(other), FALSE);
    if (g_strcmp0(self->function, other->function) != 0 ||
        g_strcmp0(self->cluster, other->cluster) != 0 ||
        g_strcmp0(self->output, other->output) != 0 || self->flags != other->flags ||
        self->row_timeout < other->row_timeout || self->row_timeout > other->row_timeout ||
        self->start_timeout < other->start_timeout || self->start_timeout > other->start_timeout ||
        !g_strv_equal((const char *const *)self->depends, (const char *const *)other->depends) ||
        !g_strv_equal((const char *const *)self->send, (const char *const *)other->send))
        return FALSE;
    return job_arguments_equal(self->arguments, other->arguments);
}

void
job_set_text(MamutoJob *self, char **field, const char *text)
{
    if (text && !*text)
        text = NULL;
    if (g_strcmp0(*field, text) == 0)
        return;
    g_free(*field);
    *field = g_strdup(text);
    job_changed(self);
}

static void
set_list(MamutoJob *self, char ***field, const char *const *list)
{
    static const char *const none[] = {NULL};

    if (!list)
        list = none;
    if (g_strv_equal((const char *const *)*field, list))
        return;
    g_strfreev(*field);
    *field = g_strdupv((char **)list);
    job_changed(self);
}

/**
 * mamuto_job_get_function:
 * @self: a job
 *
 * Returns: (nullable): a spec as for mamuto_function_new(); %NULL if not set
 */
const char *
mamuto_job_get_function(MamutoJob *self)
{
    g_return_val_if_fail(MAMUTO_IS_JOB(self), NULL);
    return self->function;
}

/**
 * mamuto_job_set_function:
 * @self: a job
 * @spec: (nullable): a spec as for mamuto_function_new(); %NULL if not set
 */
void
mamuto_job_set_function(MamutoJob *self, const char *spec)
{
    g_return_if_fail(MAMUTO_IS_JOB(self));
    job_set_text(self, &self->function, spec);
}

/**
 * mamuto_job_get_cluster:
 * @self: a job
 *
 * Returns: (nullable) (type filename): the path of a cluster.cfg; %NULL for this computer
 */
const char *
mamuto_job_get_cluster(MamutoJob *self)
{
    g_return_val_if_fail(MAMUTO_IS_JOB(self), NULL);
    return self->cluster;
}

/**
 * mamuto_job_set_cluster:
 * @self: a job
 * @path: (nullable) (type filename): the path of a cluster.cfg; %NULL for this computer
 */
void
mamuto_job_set_cluster(MamutoJob *self, const char *path)
{
    g_return_if_fail(MAMUTO_IS_JOB(self));
    job_set_text(self, &self->cluster, path);
}

/**
 * mamuto_job_get_output:
 * @self: a job
 *
 * Returns: (nullable) (type filename): the file for the result; %NULL if the result stays in memory
 */
const char *
mamuto_job_get_output(MamutoJob *self)
{
    g_return_val_if_fail(MAMUTO_IS_JOB(self), NULL);
    return self->output;
}

/**
 * mamuto_job_set_output:
 * @self: a job
 * @path: (nullable) (type filename): the file for the result; %NULL to keep the result in memory
 */
void
mamuto_job_set_output(MamutoJob *self, const char *path)
{
    g_return_if_fail(MAMUTO_IS_JOB(self));
    job_set_text(self, &self->output, path);
}

/**
 * mamuto_job_get_depends:
 * @self: a job
 *
 * Returns: (transfer none) (array zero-terminated=1): modules that are sent with the function
 */
const char *const *
mamuto_job_get_depends(MamutoJob *self)
{
    g_return_val_if_fail(MAMUTO_IS_JOB(self), NULL);
    return (const char *const *)self->depends;
}

/**
 * mamuto_job_set_depends:
 * @self: a job
 * @depends: (nullable) (array zero-terminated=1): modules that are sent with the function
 */
void
mamuto_job_set_depends(MamutoJob *self, const char *const *depends)
{
    g_return_if_fail(MAMUTO_IS_JOB(self));
    set_list(self, &self->depends, depends);
}

/**
 * mamuto_job_get_send:
 * @self: a job
 *
 * Returns: (transfer none) (array zero-terminated=1) (element-type filename): the data files and
 *   folders that are sent with the function
 */
const char *const *
mamuto_job_get_send(MamutoJob *self)
{
    g_return_val_if_fail(MAMUTO_IS_JOB(self), NULL);
    return (const char *const *)self->send;
}

/**
 * mamuto_job_set_send:
 * @self: a job
 * @paths: (nullable) (array zero-terminated=1) (element-type filename): data files and folders that
 *   are sent with the function, as for mamuto_function_add_file()
 */
void
mamuto_job_set_send(MamutoJob *self, const char *const *paths)
{
    g_return_if_fail(MAMUTO_IS_JOB(self));
    set_list(self, &self->send, paths);
}

/**
 * mamuto_job_get_flags:
 * @self: a job
 *
 * Returns: a combination of %MAMUTO_MAP_BATCH, %MAMUTO_MAP_CONTINUE and %MAMUTO_MAP_GRID
 */
MamutoMapFlags
mamuto_job_get_flags(MamutoJob *self)
{
    g_return_val_if_fail(MAMUTO_IS_JOB(self), MAMUTO_MAP_DEFAULT);
    return self->flags;
}

/**
 * mamuto_job_set_flags:
 * @self: a job
 * @flags: a combination of %MAMUTO_MAP_BATCH, %MAMUTO_MAP_CONTINUE and %MAMUTO_MAP_GRID; other
 * flags are ignored
 */
void
mamuto_job_set_flags(MamutoJob *self, MamutoMapFlags flags)
{
    g_return_if_fail(MAMUTO_IS_JOB(self));
    flags &= MAMUTO_MAP_BATCH | MAMUTO_MAP_CONTINUE | MAMUTO_MAP_GRID;
    if (self->flags == flags)
        return;
    self->flags = flags;
    job_changed(self);
}

/**
 * mamuto_job_parse_timeout:
 * @text: a number of seconds, in any locale with a decimal point
 * @seconds: (out): the number
 *
 * Returns: whether @text is a number from 0 to %MAMUTO_MAX_TIMEOUT
 */
gboolean
mamuto_job_parse_timeout(const char *text, double *seconds)
{
    char *end;

    g_return_val_if_fail(text != NULL && seconds != NULL, FALSE);
    *seconds = g_ascii_strtod(text, &end);
    return *text != '\0' && text[strspn(text, "0123456789.eE+-")] == '\0' && *end == '\0' &&
           *seconds >= 0 && *seconds <= MAMUTO_MAX_TIMEOUT;
}

/**
 * mamuto_job_format_timeout:
 * @seconds: a time limit
 *
 * Returns: (transfer full): a text that mamuto_job_parse_timeout() converts to @seconds
 */
char *
mamuto_job_format_timeout(double seconds)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    double back;

    g_ascii_formatd(text, sizeof text, "%.15g", seconds);
    back = g_ascii_strtod(text, NULL);
    if (back < seconds || back > seconds)
        g_ascii_dtostr(text, sizeof text, seconds);
    return g_strdup(text);
}

static void
set_timeout(MamutoJob *self, double *field, double seconds)
{
    if (seconds >= *field && seconds <= *field)
        return;
    *field = seconds;
    job_changed(self);
}

/**
 * mamuto_job_get_row_timeout:
 * @self: a job
 *
 * Returns: the time limit of the call for one row in seconds; 0: none
 */
double
mamuto_job_get_row_timeout(MamutoJob *self)
{
    g_return_val_if_fail(MAMUTO_IS_JOB(self), 0);
    return self->row_timeout;
}

/**
 * mamuto_job_set_row_timeout:
 * @self: a job
 * @seconds: as for mamuto_mapper_set_row_timeout()
 */
void
mamuto_job_set_row_timeout(MamutoJob *self, double seconds)
{
    g_return_if_fail(MAMUTO_IS_JOB(self));
    g_return_if_fail(seconds >= 0 && seconds <= MAMUTO_MAX_TIMEOUT);
    set_timeout(self, &self->row_timeout, seconds);
}

/**
 * mamuto_job_get_start_timeout:
 * @self: a job
 *
 * Returns: the time limit of Python's start and of the import in seconds; 0: the default
 */
double
mamuto_job_get_start_timeout(MamutoJob *self)
{
    g_return_val_if_fail(MAMUTO_IS_JOB(self), 0);
    return self->start_timeout;
}

/**
 * mamuto_job_set_start_timeout:
 * @self: a job
 * @seconds: as for mamuto_mapper_set_start_timeout()
 */
void
mamuto_job_set_start_timeout(MamutoJob *self, double seconds)
{
    g_return_if_fail(MAMUTO_IS_JOB(self));
    g_return_if_fail(seconds >= 0 && seconds <= MAMUTO_MAX_TIMEOUT);
    set_timeout(self, &self->start_timeout, seconds);
}
