/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The mapper: checks what it is asked, makes a Run of it, lets the hosts' threads loose, shows
 * them to the main context through a MamutoRun, and gives back the result. */
#include "mamuto-mapper.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "host-set.h"
#include "mamuto-error.h"
#include "run-snapshot.h"
#include "run.h"

/* How often the main context sees what the threads do. */
#define SNAPSHOT_MS 100

/* A function that was added, and what stays on the hosts for it. */
typedef struct {
    MamutoFunction *function;
    GPtrArray *kept; /* of MamutoArgument, nullable elements; (nullable) */
} MapperFunction;

struct _MamutoMapper {
    GObject parent_instance;
    MamutoCluster *cluster;
    char **depends;
    guint64 seed;
    GPtrArray *functions; /* of MapperFunction */
    GHashTable *code_ids; /* "module:name:hash" → id */
    Session *session;     /* NULL until the first run, and after close */
    HostSet *hosts;       /* of the session */
    MamutoAsker *asker;
    guint32 n_runs;
    gboolean closed;

    /* the run that runs */
    GTask *task;
    Run *run;
    MamutoRun *object; /* kept after its end */
    char *output;
    GSource *snapshot_source;
    gboolean finishing; /* its output file is completed in a thread */
    GCancellable *cancellable;
    gulong cancelled_handler;
};

G_DEFINE_FINAL_TYPE(MamutoMapper, mamuto_mapper, G_TYPE_OBJECT)

enum { PROP_0, PROP_RUN, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void
mapper_function_free(gpointer data)
{
    MapperFunction *entry = data;

    g_object_unref(entry->function);
    g_clear_pointer(&entry->kept, g_ptr_array_unref);
    g_free(entry);
}

static void
mamuto_mapper_dispose(GObject *object)
{
    mamuto_mapper_close(MAMUTO_MAPPER(object));
    G_OBJECT_CLASS(mamuto_mapper_parent_class)->dispose(object);
}

static void
mamuto_mapper_finalize(GObject *object)
{
    MamutoMapper *self = MAMUTO_MAPPER(object);

    g_clear_object(&self->cluster);
    g_clear_object(&self->asker);
    g_clear_object(&self->object);
    g_strfreev(self->depends);
    g_ptr_array_unref(self->functions);
    g_hash_table_unref(self->code_ids);
    G_OBJECT_CLASS(mamuto_mapper_parent_class)->finalize(object);
}

static void
mamuto_mapper_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    MamutoMapper *self = MAMUTO_MAPPER(object);

    switch (id) {
    case PROP_RUN:
        g_value_set_object(value, self->object);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void
mamuto_mapper_class_init(MamutoMapperClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);

    object_class->dispose = mamuto_mapper_dispose;
    object_class->finalize = mamuto_mapper_finalize;
    object_class->get_property = mamuto_mapper_get_property;

    /**
     * MamutoMapper:run:
     *
     * The job that runs, else the last one.
     */
    properties[PROP_RUN] = g_param_spec_object("run", NULL, NULL, MAMUTO_TYPE_RUN,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, N_PROPS, properties);
}

static void
mamuto_mapper_init(MamutoMapper *self)
{
    self->functions = g_ptr_array_new_with_free_func(mapper_function_free);
    self->code_ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * mamuto_mapper_new:
 * @cluster: whose enabled hosts are used, as they are when the first run begins
 * @depends: (nullable) (array zero-terminated=1): modules that travel with every function
 *
 * Returns: (transfer full): a mapper; nothing is connected before the first run
 */
MamutoMapper *
mamuto_mapper_new(MamutoCluster *cluster, const char *const *depends)
{
    MamutoMapper *self;

    g_return_val_if_fail(MAMUTO_IS_CLUSTER(cluster), NULL);

    self = g_object_new(MAMUTO_TYPE_MAPPER, NULL);
    self->cluster = g_object_ref(cluster);
    self->depends = g_strdupv((char **)depends);
    return self;
}

/**
 * mamuto_mapper_set_asker:
 * @self: a mapper
 * @asker: (nullable): who is asked for passwords and host keys
 *
 * To be set before the first run. Without one, whatever would have to be asked fails.
 */
void
mamuto_mapper_set_asker(MamutoMapper *self, MamutoAsker *asker)
{
    g_return_if_fail(MAMUTO_IS_MAPPER(self));
    g_return_if_fail(self->session == NULL);
    g_set_object(&self->asker, asker);
}

/**
 * mamuto_mapper_set_seed:
 * @self: a mapper
 * @seed: what rows are seeded from in runs with %MAMUTO_MAP_SEED
 */
void
mamuto_mapper_set_seed(MamutoMapper *self, guint64 seed)
{
    g_return_if_fail(MAMUTO_IS_MAPPER(self));
    self->seed = seed;
}

static MapperFunction *
find_function(MamutoMapper *self, MamutoFunction *function)
{
    for (guint i = 0; i < self->functions->len; i++) {
        MapperFunction *entry = g_ptr_array_index(self->functions, i);

        if (entry->function == function)
            return entry;
    }
    return NULL;
}

/**
 * mamuto_mapper_add_function:
 * @self: a mapper
 * @function: what will be mapped
 * @error: %MAMUTO_ERROR_FUNCTION if a module of the mapper's depends is not here
 *
 * Adds a function; the modules that the mapper was made with travel with it. Adding one twice does
 * nothing.
 *
 * Returns: whether it was added
 */
gboolean
mamuto_mapper_add_function(MamutoMapper *self, MamutoFunction *function, GError **error)
{
    MapperFunction *entry;

    g_return_val_if_fail(MAMUTO_IS_MAPPER(self), FALSE);
    g_return_val_if_fail(MAMUTO_IS_FUNCTION(function), FALSE);

    if (find_function(self, function) != NULL)
        return TRUE;
    for (guint i = 0; self->depends != NULL && self->depends[i] != NULL; i++)
        if (!mamuto_function_add_depend(function, self->depends[i], error))
            return FALSE;
    entry = g_new0(MapperFunction, 1);
    entry->function = g_object_ref(function);
    g_ptr_array_add(self->functions, entry);
    return TRUE;
}

static void
unref_if_given(gpointer argument)
{
    if (argument != NULL)
        mamuto_argument_unref(argument);
}

static GPtrArray *
copy_arguments(GPtrArray *arguments)
{
    GPtrArray *copy = g_ptr_array_new_full(arguments->len, NULL);

    g_ptr_array_set_free_func(copy, unref_if_given);
    for (guint i = 0; i < arguments->len; i++) {
        MamutoArgument *argument = g_ptr_array_index(arguments, i);

        g_ptr_array_add(copy, argument != NULL ? mamuto_argument_ref(argument) : NULL);
    }
    return copy;
}

/**
 * mamuto_mapper_add_remote_arguments:
 * @self: a mapper
 * @function: a function that was added
 * @arguments: (element-type MamutoArgument): one for each parameter; %NULL for those that each
 *   run will give
 * @error: %MAMUTO_ERROR_LENGTH if arrays among them are of differing length
 *
 * Names the arguments that stay on the hosts. They are sent once to each host, when it first needs
 * them, shared by its cores, and not sent again for the same content. Calling it again replaces
 * what was set.
 *
 * Returns: whether they were taken
 */
gboolean
mamuto_mapper_add_remote_arguments(MamutoMapper *self, MamutoFunction *function,
                                   GPtrArray *arguments, GError **error)
{
    MapperFunction *entry;

    g_return_val_if_fail(MAMUTO_IS_MAPPER(self), FALSE);
    g_return_val_if_fail(MAMUTO_IS_FUNCTION(function), FALSE);
    g_return_val_if_fail(arguments != NULL, FALSE);

    if (!mamuto_mapper_add_function(self, function, error))
        return FALSE;
    entry = find_function(self, function);
    g_clear_pointer(&entry->kept, g_ptr_array_unref);
    entry->kept = copy_arguments(arguments);
    return TRUE;
}

/* ---- what a run is asked for ---- */

/* The function as its sources are now. The same content has the same number in the session. */
static FunctionCode *
read_code(MamutoMapper *self, MamutoFunction *function, GError **error)
{
    g_autofree char *hash = NULL;
    g_autofree char *key = NULL;
    g_autoptr(GBytes) bundle = mamuto_function_bundle(function, &hash, error);
    FunctionCode *code;
    guint id;

    if (bundle == NULL)
        return NULL;
    key = g_strdup_printf("%s:%s:%s", mamuto_function_get_module(function),
                          mamuto_function_get_name(function), hash);
    id = GPOINTER_TO_UINT(g_hash_table_lookup(self->code_ids, key));
    if (id == 0) {
        id = g_hash_table_size(self->code_ids) + 1;
        g_hash_table_insert(self->code_ids, g_steal_pointer(&key), GUINT_TO_POINTER(id));
    }
    code = g_atomic_rc_box_new0(FunctionCode);
    code->id = id;
    code->spec = g_strdup(mamuto_function_get_spec(function));
    code->module = g_strdup(mamuto_function_get_module(function));
    code->name = g_strdup(mamuto_function_get_name(function));
    code->bundle = g_steal_pointer(&bundle);
    code->bundle_hash = g_steal_pointer(&hash);
    return code;
}

/* ---- the session ---- */

static gboolean
start_session(MamutoMapper *self, GError **error)
{
    if (self->session != NULL)
        return TRUE;
    self->session = session_new();
    self->hosts = host_set_new(self->session, self->cluster, self->asker, error);
    if (self->hosts == NULL)
        g_clear_pointer(&self->session, session_free);
    return self->session != NULL;
}

static MamutoRun *
make_run(MamutoMapper *self, Run *run)
{
    g_autofree const char **names = g_new0(const char *, self->session->n_hosts);

    for (guint i = 0; i < self->session->n_hosts; i++)
        names[i] = self->session->hosts[i].name;
    return run_object_new(run->code->spec, run->n_rows, names, self->session->n_hosts, run->trace);
}

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

static void
finish_task(MamutoMapper *self, MamutoResult *result, const GError *error)
{
    g_autoptr(GTask) task = g_steal_pointer(&self->task);
    g_autoptr(Run) run = g_steal_pointer(&self->run);
    MamutoRunState state = MAMUTO_RUN_DONE;
    RunSnapshot snapshot;

    run->complete = NULL;
    self->finishing = FALSE;
    g_source_destroy(self->snapshot_source);
    g_clear_pointer(&self->snapshot_source, g_source_unref);
    if (self->cancellable != NULL)
        g_cancellable_disconnect(self->cancellable, self->cancelled_handler);
    g_clear_object(&self->cancellable);
    if (error != NULL)
        state = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? MAMUTO_RUN_CANCELLED
                                                                         : MAMUTO_RUN_FAILED;
    run_snapshot_take(&snapshot, self->object, run);
    run_snapshot_tell(&snapshot);
    run_object_end(snapshot.object, state, g_get_monotonic_time(), result, &snapshot.counts);
    g_object_unref(snapshot.object);
    if (error != NULL)
        g_task_return_error(task, g_error_copy(error));
    else
        g_task_return_pointer(task, g_object_ref(result), g_object_unref);
}

static void
on_finished(GObject *source, GAsyncResult *result, gpointer data)
{
    MamutoMapper *self = MAMUTO_MAPPER(source);
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoResult) computed = g_task_propagate_pointer(G_TASK(result), &error);

    finish_task(self, computed, self->run->error != NULL ? self->run->error : error);
}

static void
finish_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    GError *error = NULL;
    MamutoResult *result = run_finish(data, &error);

    if (result != NULL)
        g_task_return_pointer(task, result, g_object_unref);
    else
        g_task_return_error(task, error);
}

/* All rows are stored, or nothing more will come: makes the result, a file in a thread since that
 * waits for the disk. */
static void
on_run_complete(Run *run, gpointer data)
{
    MamutoMapper *self = data;

    if (self->output != NULL) {
        g_autoptr(GTask) task = g_task_new(self, NULL, on_finished, NULL);

        g_task_set_task_data(task, run_ref(run), (GDestroyNotify)run_unref);
        self->finishing = TRUE;
        g_task_run_in_thread(task, finish_in_thread);
    } else {
        g_autoptr(GError) error = NULL;
        g_autoptr(MamutoResult) result = run_finish(run, &error);

        finish_task(self, result, run->error != NULL ? run->error : error);
    }
}

static void
on_cancelled(GCancellable *cancellable, gpointer data)
{
    g_autoptr(GError) error =
        g_error_new(G_IO_ERROR, G_IO_ERROR_CANCELLED, _("the run was cancelled"));

    run_stop(data, error);
}

static void
start_run(MamutoMapper *self, Run *run, GCancellable *cancellable)
{
    run->context = g_main_context_ref_thread_default();
    run->complete = on_run_complete;
    run->data = self;
    self->run = run_ref(run);
    g_set_object(&self->cancellable, cancellable);
    g_clear_object(&self->object);
    self->object = make_run(self, run);
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_RUN]);
    self->snapshot_source = g_timeout_source_new(SNAPSHOT_MS);
    g_source_set_callback(self->snapshot_source, on_snapshot, self, NULL);
    g_source_attach(self->snapshot_source, run->context);

    session_set_run(self->session, run);
    if (run->n_rows == 0)
        run_stop(run, NULL);
    if (cancellable != NULL)
        self->cancelled_handler = g_cancellable_connect(cancellable, G_CALLBACK(on_cancelled),
                                                        run_ref(run), (GDestroyNotify)run_unref);
}

/**
 * mamuto_mapper_remap_async:
 * @self: a mapper on which no run runs
 * @function: a function that was added
 * @arguments: (element-type MamutoArgument): one for each parameter, %NULL for those that are kept
 *   on the hosts; arrays must be of one length
 * @flags: how to call and what to do on failed rows
 * @output: (nullable): the .npy file that results are written to while they come, or %NULL for
 *   memory; nothing appears under this name before the end
 * @cancellable: (nullable): cancelling ends the run at once
 * @callback: called when it has ended
 * @user_data: for @callback
 *
 * Calls the function for every row on the hosts of the cluster and collects the results in order.
 * #MamutoMapper:run tells at once which job shows it. When it fails or is cancelled, what was
 * computed until then is in mamuto_run_get_result().
 */
void
mamuto_mapper_remap_async(MamutoMapper *self, MamutoFunction *function, GPtrArray *arguments,
                          MamutoMapFlags flags, const char *output, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(GTask) task = NULL;
    g_autoptr(Run) run = NULL;
    RunArgument *taken = NULL;
    FunctionCode *code = NULL;
    ResultStore *store = NULL;
    MapperFunction *entry;
    GError *error = NULL;
    gint64 n_rows;
    guint n;

    g_return_if_fail(MAMUTO_IS_MAPPER(self));
    g_return_if_fail(MAMUTO_IS_FUNCTION(function));
    g_return_if_fail(arguments != NULL);
    g_return_if_fail(!self->closed);

    task = g_task_new(self, NULL, callback, user_data);
    g_task_set_source_tag(task, mamuto_mapper_remap_async);
    if (self->task != NULL) {
        g_task_return_new_error(task, MAMUTO_ERROR, MAMUTO_ERROR_FAILED,
                                _("another remap is running on this mapper"));
        return;
    }
    if (!mamuto_mapper_add_function(self, function, &error))
        goto fail;
    entry = find_function(self, function);
    taken = run_arguments_gather(entry->kept, arguments, &n, &n_rows, &error);
    if (taken == NULL || !mamuto_function_check_n_arguments(function, n, &error) ||
        (code = read_code(self, function, &error)) == NULL ||
        (store = result_store_new(n_rows, output, &error)) == NULL || !start_session(self, &error))
        goto fail;
    run = run_new(self->session, ++self->n_runs, code, taken, n, n_rows, store);
    run->flags = flags;
    run->seed = self->seed;
    self->task = g_steal_pointer(&task);
    g_free(self->output);
    self->output = g_strdup(output);
    start_run(self, run, cancellable);
    return;
fail:
    if (taken != NULL)
        run_arguments_free(taken, n);
    if (code != NULL)
        g_atomic_rc_box_release_full(code, function_code_clear);
    g_clear_pointer(&store, result_store_free);
    g_task_return_error(task, error);
}

/**
 * mamuto_mapper_remap_finish:
 * @self: a mapper
 * @result: what the callback was given
 * @error: %MAMUTO_ERROR_LENGTH and %MAMUTO_ERROR_INVALID_ARGUMENT for wrong arguments,
 *   %MAMUTO_ERROR_ROW for a row that failed, %MAMUTO_ERROR_LOST or the reason of the hosts when
 * none is left, %MAMUTO_ERROR_RESULT for results that cannot stand in one array,
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

/**
 * mamuto_mapper_get_run:
 * @self: a mapper
 *
 * Returns: (transfer none) (nullable): the running job, else the last one
 */
MamutoRun *
mamuto_mapper_get_run(MamutoMapper *self)
{
    g_return_val_if_fail(MAMUTO_IS_MAPPER(self), NULL);
    return self->object;
}

/**
 * mamuto_mapper_set_host_cores:
 * @self: a mapper
 * @host: number of the host among the enabled ones, as in the job
 * @cores: how many cores to use from now on; 0: none
 *
 * Changes the cores of a host, during a run too. A core that is given up finishes its chunk first.
 */
void
mamuto_mapper_set_host_cores(MamutoMapper *self, guint host, guint cores)
{
    g_return_if_fail(MAMUTO_IS_MAPPER(self));
    g_return_if_fail(self->session != NULL && host < self->session->n_hosts);
    host_set_cores(host_set_get(self->hosts, host), cores);
}

/**
 * mamuto_mapper_close:
 * @self: a mapper
 *
 * Ends the session: what runs is cancelled, agents end, connections are closed. Blocks, about a
 * second at most. The mapper can do nothing more after it.
 */
void
mamuto_mapper_close(MamutoMapper *self)
{
    g_return_if_fail(MAMUTO_IS_MAPPER(self));

    self->closed = TRUE;
    while (self->finishing) /* as long as the disk takes */
        g_main_context_iteration(self->run->context, TRUE);
    if (self->session == NULL)
        return;
    if (self->run != NULL)
        on_cancelled(NULL, self->run);
    host_set_end(self->hosts);
    if (self->run != NULL) {
        g_autoptr(GError) error = NULL;
        g_autoptr(MamutoResult) result = run_finish(self->run, &error);

        finish_task(self, result, self->run->error);
    }
    g_clear_pointer(&self->hosts, host_set_free);
    g_clear_pointer(&self->session, session_free);
    g_clear_pointer(&self->output, g_free);
}
