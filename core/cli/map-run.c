/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Executes mamuto-cli map: reads the input, connects to the hosts, and runs the job once or several
 * times. */
#include "map-run.h"
#include "arguments.h"
#include "command.h"
#include "mamuto-error.h"
#include "signals.h"
#include "tables.h"

/* With --repeat, results of at most this size in bytes stay in memory between the first and the
 * last run, because writing them takes longer than computing them. */
#define KEEP_SIZE (16u << 20)

static void
run_clear(MapRun *self)
{
    g_clear_object(&self->mapper);
    g_clear_pointer(&self->tty, tty_asker_free);
    g_clear_pointer(&self->progress, progress_free);
    g_clear_object(&self->report);
    g_clear_object(&self->run);
    g_clear_object(&self->result);
    g_clear_object(&self->unsaved);
    g_clear_pointer(&self->arguments, g_ptr_array_unref);
    g_clear_pointer(&self->given, g_ptr_array_unref);
    g_clear_object(&self->function);
    g_clear_object(&self->cluster);
    g_clear_object(&self->cancellable);
    g_clear_error(&self->error);
}

/* Returns the exit status for an error: STATUS_USAGE for wrong input, STATUS_FAILED for other
 * errors, or the status for a received signal. */
static int
status_of_error(const GError *error)
{
    if (signals_get_caught() != 0)
        return 128 + signals_get_caught();
    if (error->domain == MAMUTO_ERROR)
        switch ((MamutoError)error->code) {
        case MAMUTO_ERROR_INVALID_ARGUMENT:
        case MAMUTO_ERROR_INVALID_FILE:
        case MAMUTO_ERROR_UNSUPPORTED:
        case MAMUTO_ERROR_LENGTH:
            return STATUS_USAGE;
        default:
            break;
        }
    return STATUS_FAILED;
}

/* Fails if the output is a table, which cannot contain the axes of a grid. Otherwise the run would
 * fail at its end. */
static gboolean
check_axes(MapRun *self, GError **error)
{
    const char *output = self->options->output;
    g_autofree char *shown = NULL;
    guint n_axes = 0;

    if (!(mamuto_job_get_flags(self->options->job) & MAMUTO_MAP_GRID) || output == NULL ||
        map_is_streamed(output))
        return TRUE;
    for (guint i = 0; i < self->arguments->len; i++) {
        MamutoArgument *argument = self->arguments->pdata[i];
        MamutoArray *array = argument != NULL ? mamuto_argument_get_array(argument) : NULL;

        n_axes += array != NULL && !mamuto_argument_is_whole(argument) &&
                  mamuto_array_get_n_dims(array) > 0;
    }
    if (n_axes < 2)
        return TRUE;
    shown = g_filename_display_name(output);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED,
                "-o %s: the result of a grid has an axis for each of the %u combined arguments, "
                "which a table cannot contain; write it as .npy",
                shown, n_axes);
    return FALSE;
}

/* Reads the signature of the user's function and loads the arguments. Runs in a thread, because a
 * large file takes long to load. */
static gboolean
read_input(gpointer data, GCancellable *cancellable, GError **error)
{
    MapRun *self = data;
    MamutoJob *job = self->options->job;
    g_autofree char *python = command_find_python(self->cluster);

    if (!mamuto_function_inspect(self->function, python, cancellable, error) ||
        !arguments_bind(job, self->function, self->options->keep, error))
        return FALSE;
    self->arguments = mamuto_job_load_arguments(job, cancellable, error);
    return self->arguments != NULL && check_axes(self, error);
}

static void
on_interrupted(GCancellable *cancellable, MapRun *self)
{
    map_tell_saving(self);
}

static void
pause_display(gpointer data)
{
    progress_pause(data);
}

static void
resume_display(gpointer data)
{
    progress_resume(data);
}

static void
on_run(MamutoMapper *mapper, GParamSpec *pspec, MapRun *self)
{
    g_set_object(&self->run, mamuto_mapper_get_run(mapper));
    if (self->run != NULL)
        progress_begin(self->progress, self->run);
}

static gboolean
open_session(MapRun *self, GError **error)
{
    const MapOptions *options = self->options;

    self->mapper = mamuto_mapper_new(self->cluster, NULL);
    self->tty = tty_asker_new(pause_display, resume_display, self->progress);
    if (self->tty != NULL)
        mamuto_mapper_set_asker(self->mapper, tty_asker_get_asker(self->tty));
    if (options->has_seed)
        mamuto_mapper_set_seed(self->mapper, options->seed);
    g_signal_connect(self->mapper, "notify::run", G_CALLBACK(on_run), self);
    self->given =
        mamuto_job_apply(options->job, self->mapper, self->function, self->arguments, error);
    return self->given != NULL;
}

static void
on_remapped(GObject *source, GAsyncResult *result, gpointer data)
{
    MapRun *self = data;

    self->result = mamuto_mapper_remap_finish(MAMUTO_MAPPER(source), result, &self->error);
    self->finished = TRUE;
}

static gboolean
is_small(MamutoResult *result)
{
    return mamuto_array_get_n_bytes(mamuto_result_get_array(result)) <= KEEP_SIZE;
}

/* Executes the run with the number @turn, from 0. On an error, sets self->error and returns FALSE.
 * The first and the last run write the output file. The runs between them do so only if their
 * results are large. The last complete result, if it is small and not in the file, stays in
 * self->unsaved. */
static gboolean
remap(MapRun *self, guint turn)
{
    const MapOptions *options = self->options;
    MamutoMapFlags flags = mamuto_job_get_flags(options->job) | MAMUTO_MAP_DISCARD;
    gboolean streamed = options->output != NULL && map_is_streamed(options->output);
    gboolean last = turn == options->repeat - 1;
    gboolean written = streamed && (turn == 0 || last || !is_small(self->result));

    if (options->has_seed)
        flags |= MAMUTO_MAP_SEED;
    g_clear_object(&self->run);
    g_clear_object(&self->result);
    self->finished = FALSE;
    mamuto_mapper_remap_async(self->mapper, self->function, self->given, flags,
                              written ? options->output : NULL, self->cancellable, on_remapped,
                              self);
    while (!self->finished)
        g_main_context_iteration(NULL, TRUE);

    if (self->tty != NULL)
        tty_asker_break_off(self->tty);
    progress_end(self->progress, self->error);
    if (self->run != NULL) {
        mamuto_report_add_run(self->report, self->run);
        if (self->result == NULL && mamuto_run_get_result(self->run) != NULL)
            self->result = g_object_ref(mamuto_run_get_result(self->run));
    }
    if (self->error != NULL)
        return FALSE;
    g_clear_object(&self->unsaved);
    if (options->output != NULL && !written && !last && (streamed || is_small(self->result)))
        self->unsaved = g_object_ref(self->result);
    signals_hold(self->unsaved != NULL || self->told_saving);
    return TRUE;
}

static int
run_session(MapRun *self)
{
    g_autoptr(GError) error = NULL;
    int status;

    if (!open_session(self, &error))
        return map_fail(self, STATUS_USAGE, error);
    for (guint i = 0; i < self->options->repeat; i++)
        if (!remap(self, i)) {
            map_deliver_unsaved(self);
            status = status_of_error(self->error);
            if (signals_get_caught() == 0 && status != STATUS_USAGE) {
                map_deliver_part(self);
            }
            return map_fail(self, status, self->error);
        }
    return map_deliver(self);
}

int
map_run(const MapOptions *options)
{
    MapRun self = {.options = options};
    g_autoptr(GError) error = NULL;
    int status = STATUS_USAGE;

    self.cancellable = g_cancellable_new();
    self.report = mamuto_report_new();
    g_signal_connect(self.cancellable, "cancelled", G_CALLBACK(on_interrupted), &self);
    if (signals_catch(self.cancellable, &error))
        self.cluster = command_load_cluster(options->config, options->hosts, &error);
    if (self.cluster != NULL)
        self.function = mamuto_job_make_function(options->job, &error);
    if (self.function == NULL || !command_work(read_input, &self, self.cancellable, &error)) {
        status = map_fail(&self, STATUS_USAGE, error);
    } else {
        self.progress = progress_new(options->progress, options->repeat);
        tables_report(self.arguments, self.progress);
        if (options->progress != PROGRESS_JSON) /* the objects of JSON contain these lines */
            tables_tell(self.arguments);
        status = run_session(&self);
    }
    signals_release(status);
    if (self.mapper != NULL)
        mamuto_mapper_close(self.mapper);
    run_clear(&self);
    return status;
}
