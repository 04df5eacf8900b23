/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The object of a mapper. This file adds functions and arguments and starts the session, which is
 * the set of connected hosts. mapper-remap.c has the runs, mapper-close.c the end of the session,
 * and mapper-work.c the threads. */
#include "mapper-private.h"

#include "host-set.h"
#include "mamuto-error.h"

G_DEFINE_FINAL_TYPE(MamutoMapper, mamuto_mapper, G_TYPE_OBJECT)

enum { PROP_0, PROP_RUN, N_PROPS };
static GParamSpec *properties[N_PROPS];

void
mapper_function_forget_code(MapperFunction *entry)
{
    if (entry->code != NULL)
        g_atomic_rc_box_release_full(g_steal_pointer(&entry->code), function_code_clear);
    g_clear_pointer(&entry->sources, function_sources_free);
    g_clear_pointer(&entry->stamp, source_stamp_free);
}

static void
mapper_function_free(gpointer data)
{
    MapperFunction *entry = data;

    g_object_unref(entry->function);
    g_clear_pointer(&entry->kept, g_ptr_array_unref);
    mapper_function_forget_code(entry);
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
    g_ptr_array_unref(self->works);
    g_ptr_array_unref(self->closers);
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
     * The current run. If no run is current, the last run.
     */
    properties[PROP_RUN] = g_param_spec_object("run", NULL, NULL, MAMUTO_TYPE_RUN,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, N_PROPS, properties);
}

static void
mamuto_mapper_init(MamutoMapper *self)
{
    self->functions = g_ptr_array_new_with_free_func(mapper_function_free);
    self->works = g_ptr_array_new_with_free_func(mapper_work_unref);
    self->closers = g_ptr_array_new_with_free_func(g_object_unref);
    self->code_ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * mamuto_mapper_new:
 * @cluster: the cluster whose enabled hosts are used. The mapper reads the settings of the cluster
 *   when the first run begins
 * @depends: (nullable) (array zero-terminated=1): modules that are sent with every function
 *
 * Returns: (transfer full): a mapper. The mapper connects to the hosts when the first run begins
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
 * @asker: (nullable): answers questions about passwords and host keys
 *
 * Set the asker before the first run. Without an asker, a connection that needs an answer fails.
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
 * @seed: the seed of the random numbers in later runs with %MAMUTO_MAP_SEED
 */
void
mamuto_mapper_set_seed(MamutoMapper *self, guint64 seed)
{
    g_return_if_fail(MAMUTO_IS_MAPPER(self));
    self->seed = seed;
}

static gint64
to_limit(double seconds)
{
    return seconds > 0 ? MAX((gint64)(MIN(seconds, MAMUTO_MAX_TIMEOUT) * G_USEC_PER_SEC), 1) : 0;
}

/**
 * mamuto_mapper_set_row_timeout:
 * @self: a mapper
 * @seconds: the time limit of the call for one row, at most %MAMUTO_MAX_TIMEOUT; 0: none, which is
 *   the default
 *
 * Sets the time limit of the rows of later runs. A row that exceeds the limit is a failed row. Its
 * process on the host is killed and replaced. A process notices the end of the limit up to an
 * eighth of the limit late, at most a second. With %MAMUTO_MAP_BATCH the limit of a call is
 * multiplied by the number of its rows; if the call exceeds this limit, the rows are called one by
 * one.
 */
void
mamuto_mapper_set_row_timeout(MamutoMapper *self, double seconds)
{
    g_return_if_fail(MAMUTO_IS_MAPPER(self));
    g_return_if_fail(seconds >= 0);
    self->row_limit_us = to_limit(seconds);
}

/**
 * mamuto_mapper_set_start_timeout:
 * @self: a mapper
 * @seconds: the time limit of the start of Python on a host, including the import of the function,
 *   at most %MAMUTO_MAX_TIMEOUT; 0: the default
 *
 * Sets the time limit of starts in later runs. A host on which the start exceeds the limit is not
 * used. By default a start may take any time, but it fails if Python used no CPU time, did no I/O
 * and printed nothing for 60 s. A process that a signal stopped (SIGSTOP) is replaced after the
 * same time.
 */
void
mamuto_mapper_set_start_timeout(MamutoMapper *self, double seconds)
{
    g_return_if_fail(MAMUTO_IS_MAPPER(self));
    g_return_if_fail(seconds >= 0);
    self->start_limit_us = to_limit(seconds);
}

MapperFunction *
mapper_find_function(MamutoMapper *self, MamutoFunction *function)
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
 * @function: the function to map
 * @error: %MAMUTO_ERROR_FUNCTION if one of the mapper's modules is not found on this computer
 *
 * Adds a function to the mapper. The modules that were passed to mamuto_mapper_new() are sent with
 * the function. Does nothing if the function was added before.
 *
 * Returns: whether the function was added
 */
gboolean
mamuto_mapper_add_function(MamutoMapper *self, MamutoFunction *function, GError **error)
{
    MapperFunction *entry;

    g_return_val_if_fail(MAMUTO_IS_MAPPER(self), FALSE);
    g_return_val_if_fail(MAMUTO_IS_FUNCTION(function), FALSE);

    if (mapper_find_function(self, function) != NULL)
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
 * @function: the function; added to the mapper if necessary
 * @arguments: (element-type MamutoArgument): those without a name in the order of the parameters,
 *   with %NULL for parameters whose arguments are passed to each run; those with a name anywhere. A
 *   run can replace each of them by an argument of the same position or name
 * @error: %MAMUTO_ERROR_FUNCTION as for mamuto_mapper_add_function()
 *
 * Sets the arguments that are kept on the hosts between runs. A host receives such an array in the
 * first run that needs the array, and not again in later runs. A host that already stores an array
 * with the same content does not receive the array at all. A further call replaces the arguments of
 * @function. The lengths of the arrays are checked when a run begins.
 *
 * Returns: whether the arguments were set
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
    entry = mapper_find_function(self, function);
    g_clear_pointer(&entry->kept, g_ptr_array_unref);
    entry->kept = copy_arguments(arguments);
    return TRUE;
}

/* ---- the session ---- */

gboolean
mapper_start_session(MamutoMapper *self, GError **error)
{
    if (self->session != NULL)
        return TRUE;
    self->session = session_new();
    self->hosts = host_set_new(self->session, self->cluster, self->asker, error);
    if (self->hosts == NULL)
        g_clear_pointer(&self->session, session_free);
    return self->session != NULL;
}

void
mapper_set_object(MamutoMapper *self, MamutoRun *object)
{
    g_set_object(&self->object, object);
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_RUN]);
}

/**
 * mamuto_mapper_get_run:
 * @self: a mapper
 *
 * Returns: (transfer none) (nullable): the current run, or the last run if no run is current;
 *   %NULL before the first run
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
 * @host: the position of the host in mamuto_run_get_hosts()
 * @cores: the number of cores to use from now on; 0: none
 *
 * Changes the number of cores that a host uses. May be called during a run. Must be called after
 * the first run has begun and before the mapper is closed. A core that is no longer used first
 * finishes its current rows.
 */
void
mamuto_mapper_set_host_cores(MamutoMapper *self, guint host, guint cores)
{
    g_return_if_fail(MAMUTO_IS_MAPPER(self));
    g_return_if_fail(self->session != NULL && host < self->session->n_hosts);
    host_set_cores(host_set_get(self->hosts, host), cores);
}
