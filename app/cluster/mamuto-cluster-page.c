/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The hosts that a job may use. */
#include "mamuto-cluster-page.h"

#include <glib/gi18n.h>

struct _MamutoClusterPage {
    AdwBin parent_instance;
    MamutoWorkspace *workspace;
    GtkStack *stack;
    GtkListBox *hosts_list;
};

G_DEFINE_FINAL_TYPE(MamutoClusterPage, mamuto_cluster_page, ADW_TYPE_BIN)

static void
mamuto_cluster_page_dispose(GObject *object)
{
    MamutoClusterPage *self = MAMUTO_CLUSTER_PAGE(object);

    g_clear_object(&self->workspace);
    G_OBJECT_CLASS(mamuto_cluster_page_parent_class)->dispose(object);
}

static void
mamuto_cluster_page_class_init(MamutoClusterPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_cluster_page_dispose;
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-cluster-page.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoClusterPage, stack);
    gtk_widget_class_bind_template_child(widget_class, MamutoClusterPage, hosts_list);
}

static void
mamuto_cluster_page_init(MamutoClusterPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}

static GtkWidget *
make_row(gpointer item, gpointer data)
{
    MamutoHost *host = item;
    GtkWidget *row = adw_action_row_new();
    guint cores = mamuto_host_get_cores(host);
    g_autofree char *text = NULL;

    if (cores == 0)
        text = g_strdup(_("All its cores"));
    else
        text = g_strdup_printf(ngettext("%u core", "%u cores", cores), cores);
    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), mamuto_host_is_local(host)
                                                                ? _("This Computer")
                                                                : mamuto_host_get_name(host));
    adw_action_row_set_subtitle(ADW_ACTION_ROW(row), text);
    return row;
}

static void
on_cluster(MamutoClusterPage *self)
{
    MamutoCluster *cluster = mamuto_workspace_get_cluster(self->workspace);

    gtk_list_box_bind_model(self->hosts_list, G_LIST_MODEL(cluster), make_row, NULL, NULL);
    gtk_stack_set_visible_child_name(self->stack,
                                     mamuto_cluster_get_n_hosts(cluster) > 0 ? "hosts" : "empty");
}

GtkWidget *
mamuto_cluster_page_new(MamutoWorkspace *workspace)
{
    MamutoClusterPage *self = g_object_new(MAMUTO_TYPE_CLUSTER_PAGE, NULL);

    self->workspace = g_object_ref(workspace);
    g_signal_connect_object(workspace, "notify::cluster", G_CALLBACK(on_cluster), self,
                            G_CONNECT_SWAPPED);
    on_cluster(self);
    return GTK_WIDGET(self);
}
