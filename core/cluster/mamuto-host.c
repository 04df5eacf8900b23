/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * MamutoHost: a host's parsed name and its settings. A change of a property emits "notify". */
#include "mamuto-host.h"

#include <glib/gi18n-lib.h>

#include "host-name.h"
#include "mamuto-error.h"

struct _MamutoHost {
    GObject parent_instance;
    char *name;
    HostName parts;
    guint cores;
    gboolean enabled;
    char *user;
    guint port;
    char *python;
    char *workdir;
    int nice;
};

enum {
    PROP_NAME = 1,
    PROP_CORES,
    PROP_ENABLED,
    PROP_USER,
    PROP_PORT,
    PROP_PYTHON,
    PROP_WORKDIR,
    PROP_NICE,
    N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE(MamutoHost, mamuto_host, G_TYPE_OBJECT)

static void
mamuto_host_finalize(GObject *object)
{
    MamutoHost *self = MAMUTO_HOST(object);

    g_free(self->name);
    host_name_clear(&self->parts);
    g_free(self->user);
    g_free(self->python);
    g_free(self->workdir);
    G_OBJECT_CLASS(mamuto_host_parent_class)->finalize(object);
}

static void
mamuto_host_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    MamutoHost *self = MAMUTO_HOST(object);

    switch (id) {
    case PROP_NAME:
        g_value_set_string(value, self->name);
        break;
    case PROP_CORES:
        g_value_set_uint(value, self->cores);
        break;
    case PROP_ENABLED:
        g_value_set_boolean(value, self->enabled);
        break;
    case PROP_USER:
        g_value_set_string(value, mamuto_host_get_user(self));
        break;
    case PROP_PORT:
        g_value_set_uint(value, mamuto_host_get_port(self));
        break;
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
mamuto_host_set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
    MamutoHost *self = MAMUTO_HOST(object);

    switch (id) {
    case PROP_CORES:
        mamuto_host_set_cores(self, g_value_get_uint(value));
        break;
    case PROP_ENABLED:
        mamuto_host_set_enabled(self, g_value_get_boolean(value));
        break;
    case PROP_USER:
        mamuto_host_set_user(self, g_value_get_string(value));
        break;
    case PROP_PORT:
        mamuto_host_set_port(self, g_value_get_uint(value));
        break;
    case PROP_PYTHON:
        mamuto_host_set_python(self, g_value_get_string(value));
        break;
    case PROP_WORKDIR:
        mamuto_host_set_workdir(self, g_value_get_string(value));
        break;
    case PROP_NICE:
        mamuto_host_set_nice(self, g_value_get_int(value));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void
mamuto_host_class_init(MamutoHostClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);
    GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

    object_class->finalize = mamuto_host_finalize;
    object_class->get_property = mamuto_host_get_property;
    object_class->set_property = mamuto_host_set_property;
    /* A property setter cannot return an error, so the name is set only by
     * mamuto_host_set_name(). */
    props[PROP_NAME] =
        g_param_spec_string("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    props[PROP_CORES] = g_param_spec_uint("cores", NULL, NULL, 0, MAMUTO_HOST_MAX_CORES, 0, flags);
    props[PROP_ENABLED] = g_param_spec_boolean("enabled", NULL, NULL, TRUE, flags);
    props[PROP_USER] = g_param_spec_string("user", NULL, NULL, NULL, flags);
    props[PROP_PORT] = g_param_spec_uint("port", NULL, NULL, 0, 65535, 0, flags);
    props[PROP_PYTHON] = g_param_spec_string("python", NULL, NULL, NULL, flags);
    props[PROP_WORKDIR] = g_param_spec_string("workdir", NULL, NULL, NULL, flags);
    props[PROP_NICE] = g_param_spec_int("nice", NULL, NULL, G_MININT, 19, MAMUTO_NICE_UNSET, flags);
    g_object_class_install_properties(object_class, N_PROPS, props);
}

static void
mamuto_host_init(MamutoHost *self)
{
    self->enabled = TRUE;
    self->nice = MAMUTO_NICE_UNSET;
}

/**
 * mamuto_host_new:
 * @name: `host`, `user@host`, `host:port`, `user@host:port`, `[::1]`, `[::1]:port` or `localhost`
 * @cores: the number of cores to use, at most %MAMUTO_HOST_MAX_CORES; 0 for all cores
 * @error: return location for an error
 *
 * Creates a host that is enabled and has no settings of its own. `localhost` without user or port
 * is this computer and is used without ssh. `127.0.0.1`, and `localhost` with user or port, are
 * reached by ssh.
 *
 * A host belongs to the thread that created it.
 *
 * Returns: (transfer full): the host, or %NULL with %MAMUTO_ERROR_INVALID_ARGUMENT
 */
MamutoHost *
mamuto_host_new(const char *name, guint cores, GError **error)
{
    g_autoptr(MamutoHost) self = NULL;

    g_return_val_if_fail(name != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);
    if (cores > MAMUTO_HOST_MAX_CORES) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("host “%s”: %u cores; expected at most %d (0 means all it has)"), name, cores,
                    MAMUTO_HOST_MAX_CORES);
        return NULL;
    }
    self = g_object_new(MAMUTO_TYPE_HOST, "cores", cores, NULL);
    return mamuto_host_set_name(self, name, error) ? g_steal_pointer(&self) : NULL;
}

/**
 * mamuto_host_check:
 * @property: `name`, `user`, `python` or `workdir`
 * @value: (nullable): the value to check; for a setting, %NULL and the empty text are valid and
 *   unset the setting
 * @error: return location for an error
 *
 * Checks whether @value is valid for a setter of a host, or for the `python` or `workdir` of a
 * cluster. Setters must not be called with an invalid value, so check user input with this function
 * first. Can be called from any thread.
 *
 * Returns: %FALSE with %MAMUTO_ERROR_INVALID_ARGUMENT, whose message gives the reason
 */
gboolean
mamuto_host_check(const char *property, const char *value, GError **error)
{
    g_return_val_if_fail(g_strcmp0(property, "name") == 0 || g_strcmp0(property, "user") == 0 ||
                             g_strcmp0(property, "python") == 0 ||
                             g_strcmp0(property, "workdir") == 0,
                         FALSE);
    if ((!value || !*value) && g_strcmp0(property, "name") != 0)
        return TRUE;
    return host_check_value(property, value ? value : "", error);
}

/**
 * mamuto_host_get_name:
 * @self: a host
 *
 * Returns: the name as it was set, including user and port if the name contains them
 */
const char *
mamuto_host_get_name(MamutoHost *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST(self), NULL);
    return self->name;
}

/**
 * mamuto_host_get_cores:
 * @self: a host
 *
 * Returns: the number of cores to use; 0 for all cores
 */
guint
mamuto_host_get_cores(MamutoHost *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST(self), 0);
    return self->cores;
}

/**
 * mamuto_host_get_enabled:
 * @self: a host
 *
 * Returns: whether runs use the host
 */
gboolean
mamuto_host_get_enabled(MamutoHost *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST(self), FALSE);
    return self->enabled;
}

/**
 * mamuto_host_get_address:
 * @self: a host
 *
 * Returns: the host name or IP address to connect to, without user, port and brackets
 */
const char *
mamuto_host_get_address(MamutoHost *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST(self), NULL);
    return self->parts.address;
}

/**
 * mamuto_host_get_user:
 * @self: a host
 *
 * Returns: (nullable): the user that was set or, if unset, the user in the name; %NULL if neither
 *   exists, so that ssh selects the user
 */
const char *
mamuto_host_get_user(MamutoHost *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST(self), NULL);
    return self->user ? self->user : self->parts.user;
}

/**
 * mamuto_host_get_port:
 * @self: a host
 *
 * Returns: the port that was set or, if unset, the port in the name; 0 if neither exists, so that
 *   ssh selects the port
 */
guint
mamuto_host_get_port(MamutoHost *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST(self), 0);
    return self->port ? self->port : self->parts.port;
}

/**
 * mamuto_host_get_python:
 * @self: a host
 *
 * Returns: (nullable): the Python to use on the host, or %NULL to use the cluster's Python
 */
const char *
mamuto_host_get_python(MamutoHost *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST(self), NULL);
    return self->python;
}

/**
 * mamuto_host_get_workdir:
 * @self: a host
 *
 * Returns: (nullable): the folder on the host in which functions run, or %NULL to use the cluster's
 *   folder
 */
const char *
mamuto_host_get_workdir(MamutoHost *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST(self), NULL);
    return self->workdir;
}

/**
 * mamuto_host_get_nice:
 * @self: a host
 *
 * Returns: the nice value of processes on the host, -20 to 19, or %MAMUTO_NICE_UNSET to use the
 *   cluster's nice value
 */
int
mamuto_host_get_nice(MamutoHost *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST(self), MAMUTO_NICE_UNSET);
    return self->nice;
}

/**
 * mamuto_host_is_local:
 * @self: a host
 *
 * Returns: whether the host is this computer, used without ssh: `localhost` without user or port
 */
gboolean
mamuto_host_is_local(MamutoHost *self)
{
    g_return_val_if_fail(MAMUTO_IS_HOST(self), FALSE);
    return !mamuto_host_get_user(self) && mamuto_host_get_port(self) == 0 &&
           g_ascii_strcasecmp(self->parts.address, "localhost") == 0;
}

/**
 * mamuto_host_set_name:
 * @self: a host
 * @name: as in mamuto_host_new()
 * @error: return location for an error
 *
 * Returns: %FALSE with %MAMUTO_ERROR_INVALID_ARGUMENT if @name is not valid; the host is then
 *   unchanged
 */
gboolean
mamuto_host_set_name(MamutoHost *self, const char *name, GError **error)
{
    HostName parts = {0};

    g_return_val_if_fail(MAMUTO_IS_HOST(self), FALSE);
    g_return_val_if_fail(name != NULL, FALSE);
    if (!host_name_parse(name, &parts, error))
        return FALSE;
    host_name_clear(&self->parts);
    self->parts = parts;
    if (g_strcmp0(self->name, name) != 0) {
        g_autofree char *old = self->name;

        self->name = g_strdup(name);
        g_object_freeze_notify(G_OBJECT(self));
        g_object_notify_by_pspec(G_OBJECT(self), props[PROP_NAME]);
        g_object_notify_by_pspec(G_OBJECT(self), props[PROP_USER]);
        g_object_notify_by_pspec(G_OBJECT(self), props[PROP_PORT]);
        g_object_thaw_notify(G_OBJECT(self));
    }
    return TRUE;
}

/**
 * mamuto_host_set_cores:
 * @self: a host
 * @cores: the number of cores to use, at most %MAMUTO_HOST_MAX_CORES; 0 for all cores
 */
void
mamuto_host_set_cores(MamutoHost *self, guint cores)
{
    g_return_if_fail(MAMUTO_IS_HOST(self));
    g_return_if_fail(cores <= MAMUTO_HOST_MAX_CORES);
    if (self->cores == cores)
        return;
    self->cores = cores;
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_CORES]);
}

/**
 * mamuto_host_set_enabled:
 * @self: a host
 * @enabled: whether runs use the host
 */
void
mamuto_host_set_enabled(MamutoHost *self, gboolean enabled)
{
    g_return_if_fail(MAMUTO_IS_HOST(self));
    enabled = enabled != FALSE;
    if (self->enabled == enabled)
        return;
    self->enabled = enabled;
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_ENABLED]);
}

static void
set_text(MamutoHost *self, char **field, const char *value, int prop)
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
 * mamuto_host_set_user:
 * @self: a host
 * @user: (nullable): a user that mamuto_host_check() accepts, which replaces the user in the name;
 *   %NULL or empty unsets it
 */
void
mamuto_host_set_user(MamutoHost *self, const char *user)
{
    g_return_if_fail(MAMUTO_IS_HOST(self));
    set_text(self, &self->user, user, PROP_USER);
}

/**
 * mamuto_host_set_port:
 * @self: a host
 * @port: a port, at most 65535, which replaces the port in the name; 0 unsets it
 */
void
mamuto_host_set_port(MamutoHost *self, guint port)
{
    g_return_if_fail(MAMUTO_IS_HOST(self));
    g_return_if_fail(port <= 65535);
    if (self->port == port)
        return;
    self->port = port;
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_PORT]);
}

/**
 * mamuto_host_set_python:
 * @self: a host
 * @python: (nullable): a program that mamuto_host_check() accepts; %NULL or empty to use the
 *   cluster's Python
 */
void
mamuto_host_set_python(MamutoHost *self, const char *python)
{
    g_return_if_fail(MAMUTO_IS_HOST(self));
    set_text(self, &self->python, python, PROP_PYTHON);
}

/**
 * mamuto_host_set_workdir:
 * @self: a host
 * @workdir: (nullable): a folder that mamuto_host_check() accepts; %NULL or empty to use the
 *   cluster's folder
 */
void
mamuto_host_set_workdir(MamutoHost *self, const char *workdir)
{
    g_return_if_fail(MAMUTO_IS_HOST(self));
    set_text(self, &self->workdir, workdir, PROP_WORKDIR);
}

/**
 * mamuto_host_set_nice:
 * @self: a host
 * @nice: -20 to 19, or %MAMUTO_NICE_UNSET to use the cluster's nice value
 */
void
mamuto_host_set_nice(MamutoHost *self, int nice)
{
    g_return_if_fail(MAMUTO_IS_HOST(self));
    g_return_if_fail(nice == MAMUTO_NICE_UNSET || (nice >= -20 && nice <= 19));
    if (self->nice == nice)
        return;
    self->nice = nice;
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_NICE]);
}
