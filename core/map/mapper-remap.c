/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Executes a run, from mamuto_mapper_remap_async() to the result. The main context checks the
 * arguments and passes the run to the hosts. Other threads read source files and write the output
 * file, because these steps may wait for a disk. A run that reads and writes no file uses no such
 * thread, because the start of a thread would noticeably slow down a run of 0.5 ms. */
#include "mapper-private.h"

#include <glib/gi18n-lib.h>

#include "mamuto-error.h"
#include "mamuto-file-kind.h"

/* Interval in milliseconds at which the counters of a run, which other threads update, are copied
 * to the object of the run. */
#define SNAPSHOT_MS 100

static gboolean
on_snapshot(gpointer data)
{
    MamutoMapper *self = data;
    RunSnapshot snapshot;

    run_snapshot_take(&snapshot, self->object, self->run);
    run_snapshot_tell(&snapshot);
    if (mamuto_run_get_state(snapshot.object) == MAMUTO_RUN_RUNNING)
        run_object_update(snapshot.object, &snapshot.counts);
    g_object_unref(snapshot.object);
    return G_SOURCE_CONTINUE;
}

/* ---- the end of a run ---- */

typedef struct {
    GTask *task;
    MamutoResult *result;
    GError *error;
} Answer;

static void
return_task(GTask *task, MamutoResult *result, const GError *error)
{
    if (error != NULL)
        g_task_return_error(task, g_error_copy(error));
    else
        g_task_return_pointer(task, g_object_ref(result), g_object_unref);
}

static Answer *
answer_new(GTask *task, MamutoResult *result, const GError *error)
{
    Answer *answer = g_new0(Answer, 1);

    answer->task = g_object_ref(task);
    answer->result = result != NULL ? g_object_ref(result) : NULL;
    answer->error = error != NULL ? g_error_copy(error) : NULL;
    return answer;
}

static gboolean
on_answer(gpointer data)
{
    Answer *answer = data;

    return_task(answer->task, answer->result, answer->error);
    return G_SOURCE_REMOVE;
}

static void
answer_free(gpointer data)
{
    Answer *answer = data;

    g_object_unref(answer->task);
    g_clear_object(&answer->result);
    g_clear_error(&answer->error);
    g_free(answer);
}

/* Completes the task in a later iteration of the main loop. g_task_return_pointer() may call the
 * callback at once. A public function of the mapper must not do this, because the callback may call
 * the mapper again. */
static void
return_task_later(GTask *task, MamutoResult *result, const GError *error)
{
    g_autoptr(GSource) source = g_idle_source_new();

    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, on_answer, answer_new(task, result, error), answer_free);
    g_source_attach(source, g_task_get_context(task));
}

void
mapper_end_run(MamutoMapper *self, MamutoResult *result, const GError *error, gboolean later)
{
    g_autoptr(GTask) task = g_steal_pointer(&self->task); /* the task keeps @self alive */
    g_autoptr(Run) run = g_steal_pointer(&self->run);
    MamutoRunState state = MAMUTO_RUN_DONE;
    RunSnapshot snapshot;

    run->complete = NULL;
    self->stage = MAPPER_IDLE;
    g_source_destroy(self->snapshot_source);
    g_clear_pointer(&self->snapshot_source, g_source_unref);
    if (self->cancellable != NULL)
        g_cancellable_disconnect(self->cancellable, self->cancelled_handler);
    g_clear_object(&self->cancellable);
    if (run->error != NULL)
        error = run->error;
    if (error != NULL)
        state = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? MAMUTO_RUN_CANCELLED
                                                                         : MAMUTO_RUN_FAILED;
    run_snapshot_take(&snapshot, self->object, run);
    run_snapshot_tell(&snapshot);
    run_object_end(snapshot.object, state, g_get_monotonic_time(), result, &snapshot.counts);
    g_object_unref(snapshot.object);
    if (later)
        return_task_later(task, result, error);
    else
        return_task(task, result, error);
    mapper_continue_close(self);
}

static void
finish(MapperWork *work)
{
    work->result = run_finish(work->run, &work->error);
}

static void
on_finished(MamutoMapper *self, MapperWork *work)
{
    mapper_end_run(self, work->result, work->error, FALSE);
}

/* Makes the result of a complete run. A result in memory is usually made without a thread, because
 * starting a thread would take longer than making the result. A result in a file is made in a
 * thread, because the disk may be slow. */
static void
make_result(MamutoMapper *self, Run *run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoResult) result = NULL;

    if (!result_store_is_quick_to_finish(run->store)) {
        MapperWork *work = mapper_work_new(self, run->context, finish, on_finished);

        work->run = run_ref(run);
        self->stage = MAPPER_FINISHING;
        mapper_work_start(work);
        return;
    }
    result = run_finish(run, &error);
    mapper_end_run(self, result, error, FALSE);
}

static void
on_run_complete(Run *run, gpointer data)
{
    MamutoMapper *self = data;

    if (self->stage == MAPPER_RUNNING)
        make_result(self, run);
    else /* the run was stopped before the hosts received rows */
        mapper_end_run(self, NULL, NULL, FALSE);
}

static void
on_cancelled(GCancellable *cancellable, gpointer data)
{
    g_autoptr(GError) error =
        g_error_new(G_IO_ERROR, G_IO_ERROR_CANCELLED, _("the run was cancelled"));

    run_stop(data, error);
}

void
mapper_cancel_run(MamutoMapper *self)
{
    if (self->run != NULL)
        on_cancelled(NULL, self->run);
}

/* ---- the beginning of a run ---- */

/* Passes the prepared run to the hosts. @code and @store are (transfer full). */
static void
begin_run(MamutoMapper *self, FunctionCode *code, ResultStore *store)
{
    Run *run = self->run;

    run->code = code;
    run->store = store;
    if (run->flags & MAMUTO_MAP_JSON)
        result_store_set_json(store);
    else if (run->grid.n_axes > 0)
        result_store_set_axes(store, run->grid.n_axes, run->grid.axes);
    if (run->flags & MAMUTO_MAP_CONTINUE)
        result_store_set_odd_aside(store);
    self->stage = MAPPER_RUNNING;
    session_set_run(self->session, run);
    if (run->n_rows == 0)
        run_stop(run, NULL);
}

/* Returns (transfer full): the code of the function. If the sources were changed and changed back,
 * the code has the same id as before, so that the hosts need not receive it again. */
static FunctionCode *
make_code(MamutoMapper *self, MapperWork *work)
{
    MamutoFunction *function = work->function;
    FunctionCode *code = g_atomic_rc_box_new0(FunctionCode);
    g_autofree char *elsewhere = function_sources_format_places(work->sources, FALSE);
    /* The key contains the places of the modules, because the same code in another folder finds
     * other data beside it. */
    g_autofree char *key = g_strdup_printf(
        "%s:%s:%s:%s:%s:%s", mamuto_function_get_language(function),
        mamuto_function_get_module(function), mamuto_function_get_name(function), work->bundle_hash,
        work->files != NULL ? sent_files_get_hash(work->files) : "", elsewhere);
    guint id = GPOINTER_TO_UINT(g_hash_table_lookup(self->code_ids, key));

    if (id == 0) {
        id = g_hash_table_size(self->code_ids) + 1;
        g_hash_table_insert(self->code_ids, g_steal_pointer(&key), GUINT_TO_POINTER(id));
    }
    code->id = id;
    code->spec = g_strdup(mamuto_function_get_spec(function));
    code->language = g_strdup(mamuto_function_get_language(function));
    code->module = g_strdup(mamuto_function_get_module(function));
    code->name = g_strdup(mamuto_function_get_name(function));
    code->bundle = g_steal_pointer(&work->bundle);
    code->bundle_hash = g_steal_pointer(&work->bundle_hash);
    code->files = g_steal_pointer(&work->files);
    code->places_here = function_sources_format_places(work->sources, TRUE);
    code->places_elsewhere = g_steal_pointer(&elsewhere);
    return code;
}

/* Reads the modules and the data files of the function. */
static void
read_sources(MapperWork *work)
{
    const FunctionSources *sources = work->sources;
    const char *const *units = (const char *const *)sources->units;
    GCancellable *cancellable = work->run->hashing;

    work->bundle = function_read_units(work->language, units, work->stamp, cancellable,
                                       &work->bundle_hash, &work->error);
    if (work->bundle != NULL)
        work->files = sent_files_read(sources->root, (const char *const *)sources->files, units,
                                      work->old_files, work->stamp, cancellable, &work->error);
}

static void
prepare(MapperWork *work)
{
    Run *run = work->run;

    session_join_hasher(run->session);
    read_sources(work);
    if (work->error == NULL)
        work->store = result_store_new(run->n_rows, work->output, &work->error);
    /* If the run was stopped meanwhile, frees the store, which removes the output file. This thread
     * does it, so that the main context need not wait for a slow disk. */
    if (run_is_over(run))
        g_clear_pointer(&work->store, result_store_free);
}

static void
on_prepared(MamutoMapper *self, MapperWork *work)
{
    MapperFunction *entry;

    if (self->run != work->run || run_is_over(work->run))
        return;
    if (work->error != NULL) {
        run_stop(work->run, work->error);
        return;
    }
    entry = mapper_find_function(self, work->function);
    mapper_function_forget_code(entry);
    entry->code = make_code(self, work);
    entry->sources = g_steal_pointer(&work->sources);
    entry->stamp = g_steal_pointer(&work->stamp);
    begin_run(self, g_atomic_rc_box_acquire(entry->code), g_steal_pointer(&work->store));
}

/* Returns (transfer full) (nullable): the code of the function, or NULL if its source files have
 * changed since they were last read. */
static FunctionCode *
find_code(MamutoMapper *self, MamutoFunction *function, const FunctionSources *sources)
{
    MapperFunction *entry = mapper_find_function(self, function);

    if (entry->code == NULL || !function_sources_equal(entry->sources, sources) ||
        !source_stamp_is_current(entry->stamp))
        return NULL;
    return g_atomic_rc_box_acquire(entry->code);
}

/* Begins the run at once if no file has to be read or created. Otherwise starts a thread that reads
 * and creates the files. */
static void
prepare_run(MamutoMapper *self, MamutoFunction *function, const char *output)
{
    g_autoptr(FunctionSources) sources = function_list_sources(function);
    const FunctionCode *last = mapper_find_function(self, function)->code;
    g_autoptr(GError) error = NULL;
    FunctionCode *code = NULL;
    ResultStore *store;
    MapperWork *work;

    if (output == NULL && !session_is_hashing(self->session))
        code = find_code(self, function, sources);
    if (code != NULL) {
        store = result_store_new(self->run->n_rows, NULL, &error);
        if (store != NULL) {
            begin_run(self, code, store);
        } else {
            g_atomic_rc_box_release_full(code, function_code_clear);
            run_stop(self->run, error);
        }
        return;
    }
    work = mapper_work_new(self, self->run->context, prepare, on_prepared);
    work->run = run_ref(self->run);
    work->function = g_object_ref(function);
    work->language = function_get_language(function);
    work->sources = g_steal_pointer(&sources);
    if (last != NULL && last->files != NULL)
        work->old_files = sent_files_ref(last->files);
    work->stamp = source_stamp_new();
    work->output = g_strdup(output);
    mapper_work_start(work);
}

static MamutoRun *
make_object(MamutoMapper *self, MamutoFunction *function, Run *run)
{
    g_autofree const char **names = g_new0(const char *, self->session->n_hosts);

    for (guint i = 0; i < self->session->n_hosts; i++)
        names[i] = self->session->hosts[i].name;
    return run_object_new(mamuto_function_get_spec(function), run->n_rows, names,
                          self->session->n_hosts, run->trace);
}

/* Sets the property MamutoMapper:run and connects @cancellable, so that the user sees the run and
 * can cancel it during the preparation. */
static void
show_run(MamutoMapper *self, MamutoFunction *function, Run *run, GCancellable *cancellable)
{
    g_autoptr(MamutoRun) object = make_object(self, function, run);

    run->context = g_main_context_ref_thread_default();
    run->complete = on_run_complete;
    run->data = self;
    self->stage = MAPPER_PREPARING;
    self->run = run_ref(run);
    self->snapshot_source = g_timeout_source_new(SNAPSHOT_MS);
    g_source_set_callback(self->snapshot_source, on_snapshot, self, NULL);
    g_source_attach(self->snapshot_source, run->context);
    if (cancellable != NULL) {
        self->cancellable = g_object_ref(cancellable);
        self->cancelled_handler = g_cancellable_connect(cancellable, G_CALLBACK(on_cancelled),
                                                        run_ref(run), (GDestroyNotify)run_unref);
    }
    mapper_set_object(self, object);
}

/* Results become lines of JSON if, and only if, they are saved as such. */
static gboolean
check_output(const char *output, MamutoMapFlags *flags, GError **error)
{
    g_autofree char *shown = NULL;

    if (output == NULL)
        return TRUE;
    if (mamuto_file_kind_from_name(output) == MAMUTO_FILE_JSON_LINES) {
        *flags |= MAMUTO_MAP_JSON;
        return TRUE;
    }
    if ((*flags & MAMUTO_MAP_JSON) == 0)
        return TRUE;
    shown = g_filename_display_name(output);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                _("%s: lines of JSON are saved as .jsonl; use this suffix"), shown);
    return FALSE;
}

/**
 * mamuto_mapper_remap_async:
 * @self: a mapper without a current run
 * @function: the function; added to the mapper if necessary
 * @arguments: (element-type MamutoArgument): those without a name in the order of the parameters,
 *   with %NULL for parameters whose arguments are kept on the hosts; those with a name anywhere.
 *   All arrays that are mapped over must have the same length, unless @flags contains
 *   %MAMUTO_MAP_GRID
 * @flags: how to call the function, and whether failed rows end the run
 * @output: (nullable) (type filename): the .npy or .jsonl file for the results, or %NULL to keep
 *   the results in memory, where texts for which an array would be too large become JSON strings
 *   (see mamuto_array_is_text()), and bytes become JSON objects with their base64. In a .jsonl
 * file, each result is a line of JSON
 *   (%MAMUTO_MAP_JSON). Results are written to a temporary file, which is renamed to @output at the
 *   end
 * @cancellable: (nullable): cancels the run at once
 * @callback: called when the run has ended
 * @user_data: data for @callback
 *
 * Calls the function for every row on the hosts of the cluster and collects the results in the
 * order of the rows. Sets #MamutoMapper:run before the return, unless @arguments or the cluster
 * are invalid. If the run fails or is cancelled, mamuto_run_get_result() returns the results
 * computed so far. The mapper stays alive until @callback has been called.
 */
void
mamuto_mapper_remap_async(MamutoMapper *self, MamutoFunction *function, GPtrArray *arguments,
                          MamutoMapFlags flags, const char *output, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(GTask) task = NULL;
    g_autoptr(Run) run = NULL;
    RunArgument *taken = NULL;
    RunGrid grid = {0};
    GError *error = NULL;
    gint64 n_rows;
    guint n;

    g_return_if_fail(MAMUTO_IS_MAPPER(self));
    g_return_if_fail(MAMUTO_IS_FUNCTION(function));
    g_return_if_fail(arguments != NULL);
    g_return_if_fail(self->life == MAPPER_OPEN);

    task = g_task_new(self, NULL, callback, user_data);
    g_task_set_source_tag(task, mamuto_mapper_remap_async);
    if (self->task != NULL) {
        g_task_return_new_error(task, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                                _("another remap is running on this mapper"));
        return;
    }
    if (check_output(output, &flags, &error) && mamuto_mapper_add_function(self, function, &error))
        taken =
            run_arguments_gather(function, mapper_find_function(self, function)->kept, arguments,
                                 flags & MAMUTO_MAP_GRID ? &grid : NULL, &n, &n_rows, &error);
    if (taken == NULL || !mapper_start_session(self, &error)) {
        if (taken != NULL)
            run_arguments_free(taken, n);
        g_task_return_error(task, error);
        return;
    }
    run = run_new(self->session, ++self->n_runs, taken, n, n_rows);
    run->flags = flags;
    run->grid = grid;
    run->seed = self->seed;
    run->row_limit_us = self->row_limit_us;
    run->start_limit_us = self->start_limit_us;
    self->task = g_object_ref(task);
    show_run(self, function, run, cancellable);
    if (self->run == run) /* a handler of notify::run may have closed the mapper */
        prepare_run(self, function, output);
}

/**
 * mamuto_mapper_remap_finish:
 * @self: a mapper
 * @result: the result passed to the callback
 * @error: %MAMUTO_ERROR_FAILED if another run is current, %MAMUTO_ERROR_LENGTH or
 *   %MAMUTO_ERROR_INVALID_ARGUMENT for invalid arguments, %MAMUTO_ERROR_FUNCTION for sources that
 *   cannot be read, %MAMUTO_ERROR_ROW for a failed row, %MAMUTO_ERROR_LOST or the error of a host
 *   if no host can be used, %MAMUTO_ERROR_RESULT for results that do not fit into one array,
 *   %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full): the results, in the order of the rows
 */
MamutoResult *
mamuto_mapper_remap_finish(MamutoMapper *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, self), NULL);
    return g_task_propagate_pointer(G_TASK(result), error);
}
