/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-cluster-document.h. */
#include "mamuto-cluster-document.h"

#include <glib/gi18n.h>

#include "known-documents.h"

struct _MamutoClusterDocument {
    GObject parent_instance;
    MamutoCluster *cluster;
    char *path;
    gboolean dirty;
    GPtrArray *hosts; /* The hosts to whose "notify" signal a handler is connected. */
};

enum { PROP_CLUSTER = 1, N_PROPS, PROP_PATH = N_PROPS, PROP_DIRTY };
enum { SIGNAL_HOSTS_CHANGED, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static void document_init(MamutoDocumentInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(MamutoClusterDocument, mamuto_cluster_document, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(MAMUTO_TYPE_DOCUMENT, document_init))

/* ---- changes ---- */

static void
set_dirty(MamutoClusterDocument *self, gboolean dirty)
{
    /* emit "edited" also when the flag for unsaved edits becomes FALSE, because the draft must then
     * be deleted */
    if (dirty || self->dirty)
        mamuto_document_emit_edited(MAMUTO_DOCUMENT(self));
    if (self->dirty == dirty)
        return;
    self->dirty = dirty;
    g_object_notify(G_OBJECT(self), "dirty");
}

static void
on_changed(GObject *object, GParamSpec *pspec, MamutoClusterDocument *self)
{
    g_signal_emit(self, signals[SIGNAL_HOSTS_CHANGED], 0);
    set_dirty(self, TRUE);
}

static void
watch_hosts(MamutoClusterDocument *self, guint position, guint removed, guint added)
{
    for (guint i = position; i < position + removed; i++)
        g_signal_handlers_disconnect_by_data(g_ptr_array_index(self->hosts, i), self);
    if (removed > 0)
        g_ptr_array_remove_range(self->hosts, position, removed);
    for (guint i = position; i < position + added; i++) {
        MamutoHost *host = mamuto_cluster_get_host(self->cluster, i);

        g_signal_connect(host, "notify", G_CALLBACK(on_changed), self);
        g_ptr_array_insert(self->hosts, (int)i, g_object_ref(host));
    }
}

static void
on_items_changed(GListModel *model, guint position, guint removed, guint added,
                 MamutoClusterDocument *self)
{
    watch_hosts(self, position, removed, added);
    on_changed(NULL, NULL, self);
}

static void
replace_cluster(MamutoClusterDocument *self, MamutoCluster *cluster)
{
    if (self->cluster)
        g_signal_handlers_disconnect_by_data(self->cluster, self);
    g_set_object(&self->cluster, cluster);
    watch_hosts(self, 0, self->hosts->len, cluster ? mamuto_cluster_get_n_hosts(cluster) : 0);
    if (!cluster)
        return;
    g_signal_connect(cluster, "notify", G_CALLBACK(on_changed), self);
    g_signal_connect(cluster, "items-changed", G_CALLBACK(on_items_changed), self);
}

/**
 * mamuto_cluster_document_set_cluster:
 * @path: (nullable): the file of @cluster
 * @dirty: whether @cluster differs from the content of @path
 *
 * Replaces the cluster of the document by @cluster.
 */
void
mamuto_cluster_document_set_cluster(MamutoClusterDocument *self, MamutoCluster *cluster,
                                    const char *path, gboolean dirty)
{
    replace_cluster(self, cluster);
    g_signal_emit(self, signals[SIGNAL_HOSTS_CHANGED], 0);
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_CLUSTER]);
    if (g_strcmp0(self->path, path) != 0) {
        g_free(self->path);
        self->path = g_strdup(path);
        g_object_notify(G_OBJECT(self), "path");
    }
    set_dirty(self, dirty);
}

/**
 * mamuto_cluster_document_get_cluster:
 *
 * Returns: (transfer none): the current cluster
 */
MamutoCluster *
mamuto_cluster_document_get_cluster(MamutoClusterDocument *self)
{
    return self->cluster;
}

/**
 * mamuto_cluster_document_copy_cluster:
 *
 * Returns: (transfer full): a deep copy of the cluster; later edits do not change the copy
 */
MamutoCluster *
mamuto_cluster_document_copy_cluster(MamutoClusterDocument *self)
{
    MamutoCluster *cluster = self->cluster;
    MamutoCluster *copy = mamuto_cluster_new();

    mamuto_cluster_set_python(copy, mamuto_cluster_get_python(cluster));
    mamuto_cluster_set_workdir(copy, mamuto_cluster_get_workdir(cluster));
    mamuto_cluster_set_nice(copy, mamuto_cluster_get_nice(cluster));
    for (guint i = 0; i < mamuto_cluster_get_n_hosts(cluster); i++) {
        MamutoHost *from = mamuto_cluster_get_host(cluster, i);
        g_autoptr(MamutoHost) to =
            mamuto_host_new(mamuto_host_get_name(from), mamuto_host_get_cores(from), NULL);
        static const char *const properties[] = {"enabled", "user",    "port",
                                                 "python",  "workdir", "nice"};

        for (gsize p = 0; p < G_N_ELEMENTS(properties); p++) {
            g_auto(GValue) value = G_VALUE_INIT;

            g_object_get_property(G_OBJECT(from), properties[p], &value);
            g_object_set_property(G_OBJECT(to), properties[p], &value);
        }
        mamuto_cluster_add(copy, to);
    }
    return copy;
}

/* ---- the document ---- */

static const char *
get_path(MamutoDocument *document)
{
    return MAMUTO_CLUSTER_DOCUMENT(document)->path;
}

static gboolean
get_dirty(MamutoDocument *document)
{
    return MAMUTO_CLUSTER_DOCUMENT(document)->dirty;
}

static char *
dup_title(MamutoDocument *document)
{
    MamutoClusterDocument *self = MAMUTO_CLUSTER_DOCUMENT(document);

    return self->path ? g_filename_display_basename(self->path) : g_strdup(_("New Cluster"));
}

static gboolean
open_file(MamutoDocument *document, const char *path, GError **error)
{
    g_autofree char *whole = g_canonicalize_filename(path, NULL);
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_from_file(whole, error);

    if (!cluster)
        return FALSE;
    known_documents_note_opened(cluster, whole);
    mamuto_cluster_document_set_cluster(MAMUTO_CLUSTER_DOCUMENT(document), cluster, whole, FALSE);
    return TRUE;
}

static gboolean
save(MamutoDocument *document, const char *path, GError **error)
{
    MamutoClusterDocument *self = MAMUTO_CLUSTER_DOCUMENT(document);
    char *whole = g_canonicalize_filename(path, NULL);

    if (!mamuto_cluster_save(self->cluster, whole, error)) {
        g_free(whole);
        return FALSE;
    }
    g_free(self->path);
    self->path = whole;
    known_documents_note_saved(self->cluster, whole);
    set_dirty(self, FALSE);
    /* notify even if the path is unchanged, because handlers of this property also react to new
     * content of the file */
    g_object_notify(G_OBJECT(self), "path");
    return TRUE;
}

static void
touch(MamutoDocument *document)
{
    set_dirty(MAMUTO_CLUSTER_DOCUMENT(document), TRUE);
}

static void
document_init(MamutoDocumentInterface *iface)
{
    iface->get_path = get_path;
    iface->get_dirty = get_dirty;
    iface->dup_title = dup_title;
    iface->open = open_file;
    iface->save = save;
    iface->touch = touch;
}

/* ---- the object ---- */

static void
mamuto_cluster_document_dispose(GObject *object)
{
    replace_cluster(MAMUTO_CLUSTER_DOCUMENT(object), NULL);
    G_OBJECT_CLASS(mamuto_cluster_document_parent_class)->dispose(object);
}

static void
mamuto_cluster_document_finalize(GObject *object)
{
    MamutoClusterDocument *self = MAMUTO_CLUSTER_DOCUMENT(object);

    g_ptr_array_unref(self->hosts);
    g_free(self->path);
    G_OBJECT_CLASS(mamuto_cluster_document_parent_class)->finalize(object);
}

static void
mamuto_cluster_document_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    MamutoClusterDocument *self = MAMUTO_CLUSTER_DOCUMENT(object);

    switch (id) {
    case PROP_CLUSTER:
        g_value_set_object(value, self->cluster);
        break;
    case PROP_PATH:
        g_value_set_string(value, self->path);
        break;
    case PROP_DIRTY:
        g_value_set_boolean(value, self->dirty);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void
mamuto_cluster_document_class_init(MamutoClusterDocumentClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);

    object_class->dispose = mamuto_cluster_document_dispose;
    object_class->finalize = mamuto_cluster_document_finalize;
    object_class->get_property = mamuto_cluster_document_get_property;
    props[PROP_CLUSTER] =
        g_param_spec_object("cluster", NULL, NULL, MAMUTO_TYPE_CLUSTER,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
    g_object_class_install_properties(object_class, N_PROPS, props);
    g_object_class_override_property(object_class, PROP_PATH, "path");
    g_object_class_override_property(object_class, PROP_DIRTY, "dirty");
    signals[SIGNAL_HOSTS_CHANGED] =
        g_signal_new("hosts-changed", MAMUTO_TYPE_CLUSTER_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL,
                     NULL, NULL, G_TYPE_NONE, 0);
}

static void
mamuto_cluster_document_init(MamutoClusterDocument *self)
{
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_local();

    self->hosts = g_ptr_array_new_with_free_func(g_object_unref);
    replace_cluster(self, cluster);
}

/**
 * mamuto_cluster_document_new:
 *
 * Returns: (transfer full): a document without a file; its only host is this computer
 */
MamutoClusterDocument *
mamuto_cluster_document_new(void)
{
    return g_object_new(MAMUTO_TYPE_CLUSTER_DOCUMENT, NULL);
}
