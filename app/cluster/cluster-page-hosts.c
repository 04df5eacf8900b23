/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The actions of the cluster page: add, remove, restore, move and check hosts. */
#include <glib/gi18n.h>

#include "../dialogs/approve.h"
#include "cluster-page-private.h"
#include "mamuto-add-hosts.h"

static GPtrArray *
selected_hosts(MamutoClusterPage *self)
{
    g_autoptr(GPtrArray) items = cluster_page_get_selected(self);
    GPtrArray *hosts = g_ptr_array_new_with_free_func(g_object_unref);

    for (guint i = 0; i < items->len; i++)
        g_ptr_array_add(hosts,
                        g_object_ref(mamuto_host_item_get_host(g_ptr_array_index(items, i))));
    return hosts;
}

static guint
find_position(MamutoCluster *cluster, MamutoHost *host)
{
    guint n = mamuto_cluster_get_n_hosts(cluster), i = 0;

    while (i < n && mamuto_cluster_get_host(cluster, i) != host)
        i++;
    return i;
}

static void
add_toast(MamutoClusterPage *self, AdwToast *toast)
{
    GtkWidget *overlay = gtk_widget_get_ancestor(GTK_WIDGET(self), ADW_TYPE_TOAST_OVERLAY);

    adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(overlay), toast);
}

/* ---- adding ---- */

static void
on_add_hosts(MamutoAddHosts *window, GPtrArray *hosts, MamutoClusterPage *self)
{
    gtk_editable_set_text(GTK_EDITABLE(self->search_entry), "");
    gtk_drop_down_set_selected(self->show_drop, CLUSTER_SHOW_ALL);
    self->selecting = TRUE;
    for (guint i = 0; i < hosts->len; i++)
        mamuto_cluster_add(self->cluster, g_ptr_array_index(hosts, i));
    self->selecting = FALSE;
    cluster_page_select(self, hosts);
    gtk_widget_grab_focus(GTK_WIDGET(self->hosts_list));
}

static void
activate_add(GtkWidget *widget, const char *name, GVariant *parameter)
{
    MamutoClusterPage *self = MAMUTO_CLUSTER_PAGE(widget);
    GtkWidget *window =
        mamuto_add_hosts_new(GTK_WINDOW(gtk_widget_get_root(widget)), self->cluster);

    g_signal_connect_object(window, "add", G_CALLBACK(on_add_hosts), self, 0);
    gtk_window_present(GTK_WINDOW(window));
}

static void
activate_add_local(GtkWidget *widget, const char *name, GVariant *parameter)
{
    g_autoptr(MamutoCluster) local = mamuto_cluster_new_local();

    mamuto_cluster_add(MAMUTO_CLUSTER_PAGE(widget)->cluster, mamuto_cluster_get_host(local, 0));
}

/* ---- removing ---- */

typedef struct {
    GPtrArray *hosts;
    GArray *positions; /* Positions that the elements of @hosts had in the cluster, ascending. */
    MamutoCluster *cluster;
    GWeakRef page;
} Removed;

static void
removed_free(gpointer data, GClosure *closure)
{
    Removed *removed = data;

    g_ptr_array_unref(removed->hosts);
    g_array_unref(removed->positions);
    g_object_unref(removed->cluster);
    g_weak_ref_clear(&removed->page);
    g_free(removed);
}

static void
undo_remove(AdwToast *toast, Removed *removed)
{
    g_autoptr(MamutoClusterPage) self = g_weak_ref_get(&removed->page);

    for (guint i = 0; i < removed->hosts->len; i++) {
        guint position = g_array_index(removed->positions, guint, i);
        MamutoHost *host = g_ptr_array_index(removed->hosts, i);

        /* do not restore a host if the user has added a host with the same name */
        if (mamuto_cluster_find_host(removed->cluster, mamuto_host_get_name(host)))
            continue;
        mamuto_cluster_insert(removed->cluster,
                              MIN(position, mamuto_cluster_get_n_hosts(removed->cluster)), host);
    }
    if (self && self->cluster == removed->cluster)
        cluster_page_select(self, removed->hosts);
}

static void
activate_remove(GtkWidget *widget, const char *name, GVariant *parameter)
{
    MamutoClusterPage *self = MAMUTO_CLUSTER_PAGE(widget);
    Removed *removed = g_new0(Removed, 1);
    g_autoptr(GPtrArray) selected = selected_hosts(self);
    g_autoptr(GHashTable) chosen = g_hash_table_new(NULL, NULL);
    g_autofree char *text = NULL;
    AdwToast *toast;

    *removed = (Removed){.hosts = g_ptr_array_new_with_free_func(g_object_unref),
                         .positions = g_array_new(FALSE, FALSE, sizeof(guint)),
                         .cluster = g_object_ref(self->cluster)};
    g_weak_ref_init(&removed->page, self);
    for (guint i = 0; i < selected->len; i++)
        g_hash_table_add(chosen, g_ptr_array_index(selected, i));
    for (guint i = 0; i < mamuto_cluster_get_n_hosts(self->cluster); i++) {
        MamutoHost *host = mamuto_cluster_get_host(self->cluster, i);

        if (g_hash_table_contains(chosen, host)) {
            g_ptr_array_add(removed->hosts, g_object_ref(host));
            g_array_append_val(removed->positions, i);
        }
    }
    self->selecting = TRUE;
    for (guint i = removed->positions->len; i-- > 0;)
        mamuto_cluster_remove(self->cluster, g_array_index(removed->positions, guint, i));
    self->selecting = FALSE;
    gtk_selection_model_unselect_all(self->selection);
    mamuto_split_set_show_end(self->split, FALSE);
    if (removed->hosts->len == 1)
        /* Translators: %s is the name of a host */
        text = g_strdup_printf(_("%s removed"), mamuto_host_item_get_title(cluster_page_get_item(
                                                    self, g_ptr_array_index(removed->hosts, 0))));
    else
        text = g_strdup_printf(ngettext("%u host removed", "%u hosts removed", removed->hosts->len),
                               removed->hosts->len);
    {
        g_autofree char *markup = g_markup_escape_text(text, -1);

        toast = adw_toast_new(markup);
    }
    adw_toast_set_button_label(toast, _("_Undo"));
    g_signal_connect_data(toast, "button-clicked", G_CALLBACK(undo_remove), removed, removed_free,
                          0);
    g_weak_ref_set(&self->undo_toast, toast);
    add_toast(self, toast);
}

/* Called for the keyboard shortcut of Undo. Does the same as the Undo button in the toast. */
static void
activate_undo(GtkWidget *widget, const char *name, GVariant *parameter)
{
    g_autoptr(AdwToast) toast = g_weak_ref_get(&MAMUTO_CLUSTER_PAGE(widget)->undo_toast);

    if (!toast)
        return;
    g_weak_ref_set(&MAMUTO_CLUSTER_PAGE(widget)->undo_toast, NULL);
    g_signal_emit_by_name(toast, "button-clicked");
    /* do not call adw_toast_dismiss(): libadwaita 1.2 crashes if a queued toast is dismissed while
     * another toast disappears */
    adw_toast_set_button_label(toast, NULL);
}

/* ---- moving ---- */

void
cluster_page_move(MamutoClusterPage *self, GPtrArray *hosts, MamutoHost *target, gboolean after)
{
    g_autoptr(GPtrArray) order = g_ptr_array_new_with_free_func(g_object_unref);
    guint at;

    if (g_ptr_array_find(hosts, target, NULL))
        return;
    /* sort @hosts in the order of the cluster file, because the user can select hosts in another
     * order */
    for (guint i = 0; i < mamuto_cluster_get_n_hosts(self->cluster); i++) {
        MamutoHost *host = mamuto_cluster_get_host(self->cluster, i);

        if (g_ptr_array_find(hosts, host, NULL))
            g_ptr_array_add(order, g_object_ref(host));
    }
    self->selecting = TRUE;
    for (guint i = 0; i < order->len; i++)
        mamuto_cluster_remove(self->cluster,
                              find_position(self->cluster, g_ptr_array_index(order, i)));
    at = find_position(self->cluster, target) + (after ? 1 : 0);
    for (guint i = 0; i < order->len; i++)
        mamuto_cluster_insert(self->cluster, at + i, g_ptr_array_index(order, i));
    self->selecting = FALSE;
    cluster_page_select(self, order);
}

static void
move_by_key(MamutoClusterPage *self, gboolean down)
{
    g_autoptr(GPtrArray) hosts = selected_hosts(self);
    MamutoHost *target = NULL;
    guint first = G_MAXUINT, last = 0, n = mamuto_cluster_get_n_hosts(self->cluster);

    if (hosts->len == 0 || !cluster_page_is_movable(self))
        return;
    for (guint i = 0; i < hosts->len; i++) {
        guint position = find_position(self->cluster, g_ptr_array_index(hosts, i));

        first = MIN(first, position);
        last = MAX(last, position);
    }
    if (down ? last + 1 < n : first > 0)
        target = mamuto_cluster_get_host(self->cluster, down ? last + 1 : first - 1);
    if (target)
        cluster_page_move(self, hosts, target, down);
}

static void
activate_move_up(GtkWidget *widget, const char *name, GVariant *parameter)
{
    move_by_key(MAMUTO_CLUSTER_PAGE(widget), FALSE);
}

static void
activate_move_down(GtkWidget *widget, const char *name, GVariant *parameter)
{
    move_by_key(MAMUTO_CLUSTER_PAGE(widget), TRUE);
}

/* ---- checking ---- */

static void
check_hosts(MamutoClusterPage *self, GPtrArray *hosts)
{
    for (guint i = 0; i < hosts->len; i++)
        mamuto_host_item_check(cluster_page_get_item(self, g_ptr_array_index(hosts, i)),
                               self->cluster, self->asker, hosts->len);
}

static void
check_selected(GtkWidget *page)
{
    MamutoClusterPage *self = MAMUTO_CLUSTER_PAGE(page);
    g_autoptr(GPtrArray) hosts = selected_hosts(self);

    check_hosts(self, hosts);
}

static void
activate_check(GtkWidget *widget, const char *name, GVariant *parameter)
{
    approve_documents(widget, MAMUTO_CLUSTER_PAGE(widget)->job, APPROVE_CHECK, check_selected);
}

static void
activate_stop_check(GtkWidget *widget, const char *name, GVariant *parameter)
{
    g_autoptr(GPtrArray) items = cluster_page_get_selected(MAMUTO_CLUSTER_PAGE(widget));

    for (guint i = 0; i < items->len; i++)
        mamuto_host_item_stop(g_ptr_array_index(items, i));
}

static void
check_all(GtkWidget *page)
{
    MamutoClusterPage *self = MAMUTO_CLUSTER_PAGE(page);
    g_autoptr(GPtrArray) hosts = g_ptr_array_new();

    for (guint i = 0; i < mamuto_cluster_get_n_hosts(self->cluster); i++) {
        MamutoHost *host = mamuto_cluster_get_host(self->cluster, i);

        if (mamuto_host_get_enabled(host))
            g_ptr_array_add(hosts, host);
    }
    check_hosts(self, hosts);
}

static void
activate_check_all(GtkWidget *widget, const char *name, GVariant *parameter)
{
    approve_documents(widget, MAMUTO_CLUSTER_PAGE(widget)->job, APPROVE_CHECK, check_all);
}

static void
activate_stop_checks(GtkWidget *widget, const char *name, GVariant *parameter)
{
    MamutoClusterPage *self = MAMUTO_CLUSTER_PAGE(widget);

    for (guint i = 0; i < mamuto_cluster_get_n_hosts(self->cluster); i++)
        mamuto_host_item_stop(
            cluster_page_get_item(self, mamuto_cluster_get_host(self->cluster, i)));
}

static void
activate_use_found(GtkWidget *widget, const char *name, GVariant *parameter)
{
    MamutoClusterPage *self = MAMUTO_CLUSTER_PAGE(widget);
    g_autoptr(GPtrArray) hosts = selected_hosts(self);

    for (guint i = 0; i < hosts->len; i++) {
        MamutoHost *host = g_ptr_array_index(hosts, i);
        guint cores = mamuto_host_item_get_found_cores(cluster_page_get_item(self, host));

        if (cores > 0)
            mamuto_host_set_cores(host, MIN(cores, MAMUTO_HOST_MAX_CORES));
    }
}

/* ---- other actions ---- */

static void
activate_unselect(GtkWidget *widget, const char *name, GVariant *parameter)
{
    gtk_selection_model_unselect_all(MAMUTO_CLUSTER_PAGE(widget)->selection);
}

static void
activate_shared(GtkWidget *widget, const char *name, GVariant *parameter)
{
    activate_unselect(widget, NULL, NULL);
    mamuto_split_set_show_end(MAMUTO_CLUSTER_PAGE(widget)->split, TRUE);
}

static void
activate_back(GtkWidget *widget, const char *name, GVariant *parameter)
{
    MamutoClusterPage *self = MAMUTO_CLUSTER_PAGE(widget);

    mamuto_split_set_show_end(self->split, FALSE);
    gtk_widget_grab_focus(GTK_WIDGET(self->hosts_list));
}

static void
activate_find(GtkWidget *widget, const char *name, GVariant *parameter)
{
    MamutoClusterPage *self = MAMUTO_CLUSTER_PAGE(widget);

    gtk_widget_set_visible(GTK_WIDGET(self->find_box), TRUE);
    gtk_widget_grab_focus(GTK_WIDGET(self->search_entry));
}

void
cluster_page_update_actions(MamutoClusterPage *self)
{
    static const char *const of_selected[] = {"cluster.check", "cluster.remove",
                                              "cluster.unselect"};
    g_autoptr(GtkBitset) selected = gtk_selection_model_get_selection(self->selection);
    gboolean any = !gtk_bitset_is_empty(selected);

    for (gsize i = 0; i < G_N_ELEMENTS(of_selected); i++)
        gtk_widget_action_set_enabled(GTK_WIDGET(self), of_selected[i], any);
    gtk_widget_action_set_enabled(GTK_WIDGET(self), "cluster.check-all",
                                  mamuto_cluster_get_n_hosts(self->cluster) > 0);
}

/* Called for a keyboard shortcut with any focus. Activates the action of the shortcut if the page
 * is visible. */
static gboolean
on_shortcut(GtkWidget *widget, GVariant *arguments, gpointer action)
{
    if (!gtk_widget_get_mapped(widget))
        return FALSE;
    return gtk_widget_activate_action(widget, action, NULL);
}

/* Called for the Tab key. By default, GTK would move the focus through the widgets of all rows, for
 * example 400 widgets for 200 hosts. This function moves the focus only through the widgets of the
 * current row, and then out of the list. */
static gboolean
on_list_key(GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
            MamutoClusterPage *self)
{
    GtkWidget *line = gtk_widget_get_focus_child(GTK_WIDGET(self->hosts_list));
    gboolean back = key == GDK_KEY_ISO_Left_Tab || (state & GDK_SHIFT_MASK);
    GtkDirectionType direction = back ? GTK_DIR_TAB_BACKWARD : GTK_DIR_TAB_FORWARD;
    gboolean details = !back && !mamuto_split_get_narrow(self->split);

    if ((key != GDK_KEY_Tab && key != GDK_KEY_ISO_Left_Tab) || (state & GDK_CONTROL_MASK) || !line)
        return GDK_EVENT_PROPAGATE;
    return gtk_widget_child_focus(line, direction) ||
           gtk_widget_child_focus(details ? GTK_WIDGET(self->details) : GTK_WIDGET(self->tools),
                                  direction);
}

static void
watch_list_keys(MamutoClusterPage *self)
{
    GtkEventController *keys = gtk_event_controller_key_new();

    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_list_key), self);
    gtk_widget_add_controller(GTK_WIDGET(self->hosts_list), keys);
}

void
cluster_page_add_shortcuts(MamutoClusterPage *self)
{
    static const struct {
        const char *keys;
        const char *action;
    } shortcuts[] = {{"<Control>f", "cluster.find"},
                     {"<Control>plus|<Control>KP_Add", "cluster.add"},
                     {"<Control>z", "cluster.undo"}};
    GtkEventController *controller = gtk_shortcut_controller_new();

    gtk_shortcut_controller_set_scope(GTK_SHORTCUT_CONTROLLER(controller),
                                      GTK_SHORTCUT_SCOPE_GLOBAL);
    for (gsize i = 0; i < G_N_ELEMENTS(shortcuts); i++)
        gtk_shortcut_controller_add_shortcut(
            GTK_SHORTCUT_CONTROLLER(controller),
            gtk_shortcut_new(
                gtk_shortcut_trigger_parse_string(shortcuts[i].keys),
                gtk_callback_action_new(on_shortcut, (gpointer)shortcuts[i].action, NULL)));
    gtk_widget_add_controller(GTK_WIDGET(self), controller);
    watch_list_keys(self);
}

void
cluster_page_install_actions(GtkWidgetClass *klass)
{
    static const struct {
        const char *name;
        GtkWidgetActionActivateFunc activate;
    } actions[] = {
        {"cluster.add", activate_add},
        {"cluster.add-local", activate_add_local},
        {"cluster.remove", activate_remove},
        {"cluster.undo", activate_undo},
        {"cluster.move-up", activate_move_up},
        {"cluster.move-down", activate_move_down},
        {"cluster.check", activate_check},
        {"cluster.check-all", activate_check_all},
        {"cluster.stop-check", activate_stop_check},
        {"cluster.stop-checks", activate_stop_checks},
        {"cluster.use-found", activate_use_found},
        {"cluster.unselect", activate_unselect},
        {"cluster.shared", activate_shared},
        {"cluster.back", activate_back},
        {"cluster.find", activate_find},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++)
        gtk_widget_class_install_action(klass, actions[i].name, NULL, actions[i].activate);
    gtk_widget_class_add_binding_action(klass, GDK_KEY_Up, GDK_ALT_MASK, "cluster.move-up", NULL);
    gtk_widget_class_add_binding_action(klass, GDK_KEY_Down, GDK_ALT_MASK, "cluster.move-down",
                                        NULL);
    gtk_widget_class_add_binding_action(klass, GDK_KEY_Delete, 0, "cluster.remove", NULL);
    gtk_widget_class_add_binding_action(klass, GDK_KEY_Escape, 0, "cluster.unselect", NULL);
}
