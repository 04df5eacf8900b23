/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The list of hosts and their shared settings. A cluster that was loaded from a file also stores
 * the text of the file, so that saving preserves comments and unknown keys. */
#include "mamuto-cluster.h"

#include <glib/gi18n-lib.h>

#include "cluster-private.h"
#include "host-list.h"
#include "mamuto-error.h"

enum { PROP_PYTHON = 1, PROP_WORKDIR, PROP_NICE, N_PROPS };

static GParamSpec *props[N_PROPS];

static GType
get_item_type(GListModel *model)
{
    return MAMUTO_TYPE_HOST;
}

static guint
get_n_items(GListModel *model)
{
    return MAMUTO_CLUSTER(model)->hosts->len;
}

static gpointer
get_item(GListModel *model, guint position)
{
    MamutoCluster *self = MAMUTO_CLUSTER(model);

    return position < self->hosts->len ? g_object_ref(g_ptr_array_index(self->hosts, position))
                                       : NULL;
}

static void
list_model_init(GListModelInterface *iface)
{
    iface->get_item_type = get_item_type;
    iface->get_n_items = get_n_items;
    iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE(MamutoCluster, mamuto_cluster, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(G_TYPE_LIST_MODEL, list_model_init))

static void
mamuto_cluster_finalize(GObject *object)
{
    MamutoCluster *self = MAMUTO_CLUSTER(object);

    g_ptr_array_unref(self->hosts);
    g_free(self->python);
    g_free(self->workdir);
    ini_free(self->ini);
    g_hash_table_unref(self->names);
    G_OBJECT_CLASS(mamuto_cluster_parent_class)->finalize(object);
}

static void
mamuto_cluster_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    MamutoCluster *self = MAMUTO_CLUSTER(object);

    switch (id) {
    case PROP_PYTHON:
        g_value_set_string(value, self->python);
        break;
    case PROP_WORKDIR:
        g_value_set_string(value, self->workdir);
        break;
    case PROP_NICE:
        g_value_set_int(value, self->nice);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void
mamuto_cluster_set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
    MamutoCluster *self = MAMUTO_CLUSTER(object);

    switch (id) {
    case PROP_PYTHON:
        mamuto_cluster_set_python(self, g_value_get_string(value));
        break;
    case PROP_WORKDIR:
        mamuto_cluster_set_workdir(self, g_value_get_string(value));
        break;
    case PROP_NICE:
        mamuto_cluster_set_nice(self, g_value_get_int(value));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void
mamuto_cluster_class_init(MamutoClusterClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);
    GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

    object_class->finalize = mamuto_cluster_finalize;
    object_class->get_property = mamuto_cluster_get_property;
    object_class->set_property = mamuto_cluster_set_property;
    props[PROP_PYTHON] = g_param_spec_string("python", NULL, NULL, NULL, flags);
    props[PROP_WORKDIR] = g_param_spec_string("workdir", NULL, NULL, NULL, flags);
    props[PROP_NICE] = g_param_spec_int("nice", NULL, NULL, -20, 19, 0, flags);
    g_object_class_install_properties(object_class, N_PROPS, props);
}

static void
mamuto_cluster_init(MamutoCluster *self)
{
    self->hosts = g_ptr_array_new_with_free_func(g_object_unref);
    self->names = g_hash_table_new_full(NULL, NULL, g_object_unref, g_free);
}

void
cluster_keep_ini(MamutoCluster *self, Ini *ini)
{
    ini_free(self->ini);
    self->ini = ini;
    g_hash_table_remove_all(self->names);
    for (guint i = 0; i < self->hosts->len; i++) {
        MamutoHost *host = g_ptr_array_index(self->hosts, i);

        g_hash_table_insert(self->names, g_object_ref(host), g_strdup(mamuto_host_get_name(host)));
    }
}

/**
 * mamuto_cluster_new:
 *
 * Returns: (transfer full): a cluster without hosts
 */
MamutoCluster *
mamuto_cluster_new(void)
{
    return g_object_new(MAMUTO_TYPE_CLUSTER, NULL);
}

/**
 * mamuto_cluster_new_local:
 *
 * Returns: (transfer full): a cluster with this computer as its only host, with all cores that this
 *   process may use
 */
MamutoCluster *
mamuto_cluster_new_local(void)
{
    MamutoCluster *self = mamuto_cluster_new();
    g_autoptr(MamutoHost) host =
        mamuto_host_new("localhost", MIN(g_get_num_processors(), MAMUTO_HOST_MAX_CORES), NULL);

    mamuto_cluster_add(self, host);
    return self;
}

/**
 * mamuto_cluster_new_from_string:
 * @hosts: a list such as `localhost:4,rem1:4,user@rem2:2222*8,rem[01-20]:8`
 * @error: return location for an error
 *
 * Parses a comma-separated list of hosts, each written as HOST (all its cores), HOST:CORES or
 * HOST[:PORT]*CORES. The number after the colon is the port if the item contains `*`, otherwise the
 * number of cores. A range in brackets is expanded to one host per number. The numbers are padded
 * with zeros to the width of the first number. An IPv6 address must be in brackets.
 *
 * Returns: (transfer full): the cluster, or %NULL with %MAMUTO_ERROR_INVALID_ARGUMENT
 */
MamutoCluster *
mamuto_cluster_new_from_string(const char *hosts, GError **error)
{
    g_autoptr(MamutoCluster) self = mamuto_cluster_new();
    g_autoptr(GPtrArray) list = NULL;

    g_return_val_if_fail(hosts != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);
    list = host_list_parse(hosts, error);
    if (!list)
        return NULL;
    for (guint i = 0; i < list->len; i++)
        mamuto_cluster_add(self, g_ptr_array_index(list, i));
    return g_steal_pointer(&self);
}

/**
 * mamuto_cluster_add:
 * @self: a cluster
 * @host: (transfer none): a host to append
 */
void
mamuto_cluster_add(MamutoCluster *self, MamutoHost *host)
{
    g_return_if_fail(MAMUTO_IS_CLUSTER(self));
    mamuto_cluster_insert(self, self->hosts->len, host);
}

/**
 * mamuto_cluster_insert:
 * @self: a cluster
 * @position: the index of the new host, at most mamuto_cluster_get_n_hosts()
 * @host: (transfer none): a host
 */
void
mamuto_cluster_insert(MamutoCluster *self, guint position, MamutoHost *host)
{
    g_return_if_fail(MAMUTO_IS_CLUSTER(self));
    g_return_if_fail(MAMUTO_IS_HOST(host));
    g_return_if_fail(position <= self->hosts->len);
    g_ptr_array_insert(self->hosts, (int)position, g_object_ref(host));
    g_list_model_items_changed(G_LIST_MODEL(self), position, 0, 1);
}

/**
 * mamuto_cluster_remove:
 * @self: a cluster
 * @position: the index of the host
 */
void
mamuto_cluster_remove(MamutoCluster *self, guint position)
{
    g_return_if_fail(MAMUTO_IS_CLUSTER(self));
    g_return_if_fail(position < self->hosts->len);
    g_ptr_array_remove_index(self->hosts, position);
    g_list_model_items_changed(G_LIST_MODEL(self), position, 1, 0);
}

/**
 * mamuto_cluster_get_n_hosts:
 * @self: a cluster
 *
 * Returns: the number of hosts, including disabled hosts
 */
guint
mamuto_cluster_get_n_hosts(MamutoCluster *self)
{
    g_return_val_if_fail(MAMUTO_IS_CLUSTER(self), 0);
    return self->hosts->len;
}

/**
 * mamuto_cluster_get_host:
 * @self: a cluster
 * @position: the index of the host
 *
 * Returns: (transfer none) (nullable): the host, or %NULL if @position is not less than the number
 *   of hosts
 */
MamutoHost *
mamuto_cluster_get_host(MamutoCluster *self, guint position)
{
    g_return_val_if_fail(MAMUTO_IS_CLUSTER(self), NULL);
    return position < self->hosts->len ? g_ptr_array_index(self->hosts, position) : NULL;
}

/**
 * mamuto_cluster_find_host:
 * @self: a cluster
 * @name: a host's name, as returned by mamuto_host_get_name()
 *
 * Returns: (transfer none) (nullable): the first host of that name, or %NULL if no host has this
 *   name
 */
MamutoHost *
mamuto_cluster_find_host(MamutoCluster *self, const char *name)
{
    g_return_val_if_fail(MAMUTO_IS_CLUSTER(self), NULL);
    g_return_val_if_fail(name != NULL, NULL);
    for (guint i = 0; i < self->hosts->len; i++) {
        MamutoHost *host = g_ptr_array_index(self->hosts, i);

        if (g_strcmp0(mamuto_host_get_name(host), name) == 0)
            return host;
    }
    return NULL;
}

/**
 * mamuto_cluster_get_n_cores:
 * @self: a cluster
 *
 * Returns: the sum of the cores of all enabled hosts. A host with the setting 0 uses all its cores.
 *   For this computer, their real number is added. For any other host, 0 is added, because the
 *   number is unknown
 */
guint
mamuto_cluster_get_n_cores(MamutoCluster *self)
{
    guint n = 0;

    g_return_val_if_fail(MAMUTO_IS_CLUSTER(self), 0);
    for (guint i = 0; i < self->hosts->len; i++) {
        MamutoHost *host = g_ptr_array_index(self->hosts, i);
        guint cores = mamuto_host_get_cores(host);

        if (!mamuto_host_get_enabled(host))
            continue;
        if (cores == 0 && mamuto_host_is_local(host))
            cores = g_get_num_processors();
        n += cores;
    }
    return n;
}

/**
 * mamuto_cluster_get_python:
 * @self: a cluster
 *
 * Returns: (nullable): the Python that hosts use, or %NULL for the default: `python3` on the host's
 *   PATH or, if it has no numpy, `/usr/bin/python3`
 */
const char *
mamuto_cluster_get_python(MamutoCluster *self)
{
    g_return_val_if_fail(MAMUTO_IS_CLUSTER(self), NULL);
    return self->python;
}

/**
 * mamuto_cluster_get_workdir:
 * @self: a cluster
 *
 * Returns: (nullable): the folder on hosts in which functions run, or %NULL for the user's home
 *   folder
 */
const char *
mamuto_cluster_get_workdir(MamutoCluster *self)
{
    g_return_val_if_fail(MAMUTO_IS_CLUSTER(self), NULL);
    return self->workdir;
}

/**
 * mamuto_cluster_get_nice:
 * @self: a cluster
 *
 * Returns: the nice value of processes on hosts, -20 to 19; 0 if it was not set
 */
int
mamuto_cluster_get_nice(MamutoCluster *self)
{
    g_return_val_if_fail(MAMUTO_IS_CLUSTER(self), 0);
    return self->nice;
}

static void
set_text(MamutoCluster *self, char **field, const char *value, int prop)
{
    g_autofree char *old = NULL;

    if (value && !*value)
        value = NULL;
    g_return_if_fail(mamuto_host_check(props[prop]->name, value, NULL));
    if (g_strcmp0(*field, value) == 0)
        return;
    old = *field;
    *field = g_strdup(value);
    g_object_notify_by_pspec(G_OBJECT(self), props[prop]);
}

/**
 * mamuto_cluster_set_python:
 * @self: a cluster
 * @python: (nullable): a program that mamuto_host_check() accepts; %NULL or empty unsets it
 */
void
mamuto_cluster_set_python(MamutoCluster *self, const char *python)
{
    g_return_if_fail(MAMUTO_IS_CLUSTER(self));
    set_text(self, &self->python, python, PROP_PYTHON);
}

/**
 * mamuto_cluster_set_workdir:
 * @self: a cluster
 * @workdir: (nullable): a folder that mamuto_host_check() accepts; %NULL or empty unsets it
 */
void
mamuto_cluster_set_workdir(MamutoCluster *self, const char *workdir)
{
    g_return_if_fail(MAMUTO_IS_CLUSTER(self));
    set_text(self, &self->workdir, workdir, PROP_WORKDIR);
}

/**
 * mamuto_cluster_set_nice:
 * @self: a cluster
 * @nice: the nice value of processes on hosts, -20 to 19
 */
void
mamuto_cluster_set_nice(MamutoCluster *self, int nice)
{
    g_return_if_fail(MAMUTO_IS_CLUSTER(self));
    g_return_if_fail(nice >= -20 && nice <= 19);
    if (self->nice == nice)
        return;
    self->nice = nice;
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_NICE]);
}

/**
 * mamuto_cluster_get_host_python:
 * @self: a cluster
 * @host: a host
 *
 * Returns: (nullable): the Python set for the host or, if unset, for the cluster
 */
const char *
mamuto_cluster_get_host_python(MamutoCluster *self, MamutoHost *host)
{
    g_return_val_if_fail(MAMUTO_IS_CLUSTER(self), NULL);
    g_return_val_if_fail(MAMUTO_IS_HOST(host), NULL);
    return mamuto_host_get_python(host) ? mamuto_host_get_python(host) : self->python;
}

/**
 * mamuto_cluster_get_host_workdir:
 * @self: a cluster
 * @host: a host
 *
 * Returns: (nullable): the folder set for the host or, if unset, for the cluster
 */
const char *
mamuto_cluster_get_host_workdir(MamutoCluster *self, MamutoHost *host)
{
    g_return_val_if_fail(MAMUTO_IS_CLUSTER(self), NULL);
    g_return_val_if_fail(MAMUTO_IS_HOST(host), NULL);
    return mamuto_host_get_workdir(host) ? mamuto_host_get_workdir(host) : self->workdir;
}

/**
 * mamuto_cluster_get_host_nice:
 * @self: a cluster
 * @host: a host
 *
 * Returns: the nice value set for the host or, if unset, for the cluster
 */
int
mamuto_cluster_get_host_nice(MamutoCluster *self, MamutoHost *host)
{
    g_return_val_if_fail(MAMUTO_IS_CLUSTER(self), 0);
    g_return_val_if_fail(MAMUTO_IS_HOST(host), 0);
    return mamuto_host_get_nice(host) == MAMUTO_NICE_UNSET ? self->nice
                                                           : mamuto_host_get_nice(host);
}

/**
 * mamuto_create_config_file:
 * @filename: (type filename): the file to write; an existing file is replaced
 * @hosts: as in mamuto_cluster_new_from_string()
 * @workdir: (nullable): the folder on hosts in which functions run
 * @python: (nullable): the Python on hosts
 * @nice: the nice value of processes on hosts, -20 to 19
 * @error: return location for an error
 *
 * Writes a new cluster.cfg, in the syntax of Python's configparser. Blocks while writing; any
 * thread.
 *
 * Returns: %FALSE with %MAMUTO_ERROR_INVALID_ARGUMENT or %MAMUTO_ERROR_FAILED
 */
gboolean
mamuto_create_config_file(const char *filename, const char *hosts, const char *workdir,
                          const char *python, int nice, GError **error)
{
    g_autoptr(MamutoCluster) cluster = NULL;

    g_return_val_if_fail(filename != NULL, FALSE);
    g_return_val_if_fail(hosts != NULL, FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);
    if (!mamuto_host_check("workdir", workdir, error) ||
        !mamuto_host_check("python", python, error))
        return FALSE;
    if (nice < -20 || nice > 19) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("nice: %d: expected a whole number from -20 to 19"), nice);
        return FALSE;
    }
    cluster = mamuto_cluster_new_from_string(hosts, error);
    if (!cluster) {
        g_prefix_error(error, "hosts: ");
        return FALSE;
    }
    mamuto_cluster_set_workdir(cluster, workdir);
    mamuto_cluster_set_python(cluster, python);
    mamuto_cluster_set_nice(cluster, nice);
    return mamuto_cluster_save(cluster, filename, error);
}
