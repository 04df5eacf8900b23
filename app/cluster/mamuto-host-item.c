/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-host-item.h. */
#include "mamuto-host-item.h"

#include <glib/gi18n.h>

struct _MamutoHostItem {
    GObject parent_instance;
    MamutoHost *host;
    MamutoCheck *check;
    GCancellable *cancellable; /* Cancels the running check; NULL if no check is running. */
};

G_DEFINE_FINAL_TYPE(MamutoHostItem, mamuto_host_item, G_TYPE_OBJECT)

static guint changed_signal;

static void
changed(MamutoHostItem *self)
{
    g_signal_emit(self, changed_signal, 0);
}

static void
mamuto_host_item_dispose(GObject *object)
{
    MamutoHostItem *self = MAMUTO_HOST_ITEM(object);

    g_cancellable_cancel(self->cancellable);
    g_clear_object(&self->cancellable);
    g_clear_object(&self->check);
    g_clear_object(&self->host);
    G_OBJECT_CLASS(mamuto_host_item_parent_class)->dispose(object);
}

static void
mamuto_host_item_class_init(MamutoHostItemClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = mamuto_host_item_dispose;
    changed_signal = g_signal_new("changed", MAMUTO_TYPE_HOST_ITEM, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
mamuto_host_item_init(MamutoHostItem *self)
{
}

static void
on_host_changed(MamutoHost *host, GParamSpec *pspec, MamutoHostItem *self)
{
    /* keep the check if the property "cores" or "enabled" has changed, because the check does not
     * use them */
    if (g_strcmp0(pspec->name, "cores") != 0 && g_strcmp0(pspec->name, "enabled") != 0)
        mamuto_host_item_forget(self);
    else
        changed(self);
}

MamutoHostItem *
mamuto_host_item_new(MamutoHost *host)
{
    MamutoHostItem *self = g_object_new(MAMUTO_TYPE_HOST_ITEM, NULL);

    self->host = g_object_ref(host);
    g_signal_connect_object(host, "notify", G_CALLBACK(on_host_changed), self, 0);
    return self;
}

MamutoHost *
mamuto_host_item_get_host(MamutoHostItem *self)
{
    return self->host;
}

const char *
mamuto_host_item_get_title(MamutoHostItem *self)
{
    return mamuto_host_is_local(self->host) ? _("This Computer") : mamuto_host_get_name(self->host);
}

MamutoCheck *
mamuto_host_item_get_check(MamutoHostItem *self)
{
    return self->check;
}

guint
mamuto_host_item_get_found_cores(MamutoHostItem *self)
{
    return self->check ? mamuto_check_get_cores(self->check) : 0;
}

/* Returns the first stage of the check with @outcome, or MAMUTO_N_CHECK_STAGES if no stage has this
 * outcome. */
static MamutoCheckStage
find_stage(MamutoHostItem *self, MamutoCheckOutcome outcome)
{
    MamutoCheckStage stage = 0;

    while (stage < MAMUTO_N_CHECK_STAGES && mamuto_check_get_outcome(self->check, stage) != outcome)
        stage++;
    return stage;
}

HostState
mamuto_host_item_get_state(MamutoHostItem *self)
{
    if (self->cancellable)
        return HOST_STATE_CHECKING;
    if (!mamuto_host_get_enabled(self->host))
        return HOST_STATE_OFF;
    if (!self->check)
        return HOST_STATE_UNKNOWN;
    return mamuto_check_get_passed(self->check) ? HOST_STATE_READY : HOST_STATE_FAILED;
}

static const char *
failure_word(MamutoCheckStage stage)
{
    switch (stage) {
    case MAMUTO_CHECK_RESOLVE:
        /* Translators: the state of a host whose name cannot be resolved. Please keep all states of
         * hosts short */
        return _("Not found");
    case MAMUTO_CHECK_CONNECT:
        return _("No answer");
    case MAMUTO_CHECK_HOST_KEY:
        /* Translators: the state of a host whose ssh key is unknown or has changed */
        return _("Key refused");
    case MAMUTO_CHECK_AUTH:
        /* Translators: the state of a host that rejects the login */
        return _("No access");
    case MAMUTO_CHECK_AGENT:
        return _("No agent");
    case MAMUTO_CHECK_PYTHON:
        return _("No Python");
    case MAMUTO_CHECK_NUMPY:
        return _("No NumPy");
    default:
        return C_("host", "Failed");
    }
}

const char *
mamuto_host_item_get_word(MamutoHostItem *self)
{
    MamutoCheckStage stage;

    switch (mamuto_host_item_get_state(self)) {
    case HOST_STATE_OFF:
        /* Translators: the state of a host that the user has switched off */
        return _("Off");
    case HOST_STATE_CHECKING:
        stage = find_stage(self, MAMUTO_CHECK_RUNNING);
        return stage < MAMUTO_N_CHECK_STAGES ? host_stage_title(stage) : _("Checking");
    case HOST_STATE_READY:
        return _("Ready");
    case HOST_STATE_FAILED:
        return failure_word(find_stage(self, MAMUTO_CHECK_FAILED));
    default:
        /* Translators: the state of a host that has not been checked */
        return _("Not checked");
    }
}

const char *
mamuto_host_item_get_icon_name(MamutoHostItem *self)
{
    switch (mamuto_host_item_get_state(self)) {
    case HOST_STATE_READY:
        return "object-select-symbolic";
    case HOST_STATE_FAILED:
        return "dialog-error-symbolic";
    case HOST_STATE_OFF:
        return "list-remove-symbolic";
    case HOST_STATE_UNKNOWN:
        return "mamuto-unchecked-symbolic";
    default:
        return NULL;
    }
}

const GError *
mamuto_host_item_get_error(MamutoHostItem *self)
{
    return self->check ? mamuto_check_get_error(self->check) : NULL;
}

static void
on_updated(MamutoHostItem *self)
{
    changed(self);
}

static void
on_checked(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(MamutoHostItem) self = data;
    gboolean whole = mamuto_check_run_finish(MAMUTO_CHECK(source), result, NULL);

    if (self->check != MAMUTO_CHECK(source))
        return; /* ignore the result, because a newer check has started */
    g_clear_object(&self->cancellable);
    if (!whole)
        g_clear_object(&self->check);
    changed(self);
}

void
mamuto_host_item_check(MamutoHostItem *self, MamutoCluster *cluster, MamutoAsker *asker,
                       guint n_at_once)
{
    mamuto_host_item_stop(self);
    g_clear_object(&self->cancellable);
    g_clear_object(&self->check);
    self->check = mamuto_check_new(cluster, self->host, asker);
    self->cancellable = g_cancellable_new();
    g_signal_connect_object(self->check, "updated", G_CALLBACK(on_updated), self,
                            G_CONNECT_SWAPPED);
    mamuto_check_run_async(self->check, n_at_once, self->cancellable, on_checked,
                           g_object_ref(self));
    changed(self);
}

void
mamuto_host_item_stop(MamutoHostItem *self)
{
    g_cancellable_cancel(self->cancellable);
}

void
mamuto_host_item_forget(MamutoHostItem *self)
{
    g_cancellable_cancel(self->cancellable);
    g_clear_object(&self->cancellable);
    g_clear_object(&self->check);
    changed(self);
}

const char *
host_stage_title(MamutoCheckStage stage)
{
    switch (stage) {
    case MAMUTO_CHECK_RESOLVE:
        /* Translators: a stage of the check of a host: whether the host's name can be resolved */
        return C_("check", "Name");
    case MAMUTO_CHECK_CONNECT:
        /* Translators: a stage of the check of a host: whether the ssh port of the host responds */
        return C_("check", "Port");
    case MAMUTO_CHECK_HOST_KEY:
        return C_("check", "Host Key");
    case MAMUTO_CHECK_AUTH:
        /* Translators: a stage of the check of a host: whether the host accepts the login */
        return C_("check", "Login");
    case MAMUTO_CHECK_AGENT:
        /* Translators: a stage of the check of a host: whether Mamuto's program runs on the host */
        return C_("check", "Agent");
    case MAMUTO_CHECK_PYTHON:
        return C_("check", "Python");
    case MAMUTO_CHECK_NUMPY:
        return C_("check", "NumPy");
    case MAMUTO_CHECK_SPEED:
        /* Translators: a stage of the check of a host: the speed of the connection */
        return C_("check", "Speed");
    default:
        return "";
    }
}
