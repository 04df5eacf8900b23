/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The cluster page. It shows the list of hosts, which can be searched and sorted, the details of
 * the selected hosts, and a summary of the cluster. */
#include <glib/gi18n.h>
#include <string.h>

#include "../app-text.h"
#include "../compat/compat.h"
#include "../documents/mamuto-page.h"
#include "../widgets/narrow-button.h"
#include "cluster-page-private.h"
#include "mamuto-host-line.h"

/* If the cluster has fewer hosts, the search entry is hidden, because the whole list is visible. */
#define MIN_TO_SEARCH 8

static void page_init(MamutoPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(MamutoClusterPage, mamuto_cluster_page, ADW_TYPE_BIN,
                              G_IMPLEMENT_INTERFACE(MAMUTO_TYPE_PAGE, page_init))

/* ---- items ---- */

static gboolean on_update(gpointer data);

/* Schedules an update of the page, if none is scheduled. Several changes then cause only one
 * update, because a check of the cluster changes many hosts in a short time. */
static void
queue_update(MamutoClusterPage *self)
{
    if (!self->update_source)
        self->update_source = g_idle_add(on_update, self);
}

MamutoHostItem *
cluster_page_get_item(MamutoClusterPage *self, MamutoHost *host)
{
    MamutoHostItem *item = g_hash_table_lookup(self->items, host);

    if (!item) {
        item = mamuto_host_item_new(host);
        g_signal_connect_object(item, "changed", G_CALLBACK(queue_update), self, G_CONNECT_SWAPPED);
        g_hash_table_insert(self->items, g_object_ref(host), item);
    }
    return item;
}

static gboolean
has_problem(MamutoClusterPage *self, gconstpointer host)
{
    return mamuto_host_item_get_state(cluster_page_get_item(self, (gpointer)host)) ==
           HOST_STATE_FAILED;
}

static gboolean
match(gpointer host, gpointer data)
{
    MamutoClusterPage *self = data;
    MamutoHostItem *item = cluster_page_get_item(self, host);
    const char *words = gtk_editable_get_text(GTK_EDITABLE(self->search_entry));
    g_autofree char *folded = NULL;
    g_autofree char *title = NULL;
    g_autofree char *state = NULL;

    if (gtk_drop_down_get_selected(self->show_drop) == CLUSTER_SHOW_PROBLEMS_ONLY &&
        !has_problem(self, host))
        return FALSE;
    if (!*words)
        return TRUE;
    folded = g_utf8_casefold(words, -1);
    title = g_utf8_casefold(mamuto_host_item_get_title(item), -1);
    state = g_utf8_casefold(mamuto_host_item_get_word(item), -1);
    return strstr(title, folded) || strstr(state, folded);
}

static int
compare(gconstpointer a, gconstpointer b, gpointer data)
{
    return has_problem(data, b) - has_problem(data, a);
}

/* Sets a sorter if the user has chosen the order "problems first". For other orders, sets no
 * sorter, because sorting takes time even if it does not change the order. */
static void
set_order(MamutoClusterPage *self)
{
    gboolean first = gtk_drop_down_get_selected(self->show_drop) == CLUSTER_SHOW_PROBLEMS_FIRST;

    gtk_sort_list_model_set_sorter(self->sorted, first ? self->sorter : NULL);
}

gboolean
cluster_page_is_movable(MamutoClusterPage *self)
{
    return gtk_drop_down_get_selected(self->show_drop) == CLUSTER_SHOW_ALL &&
           !*gtk_editable_get_text(GTK_EDITABLE(self->search_entry));
}

/* ---- selection ---- */

GPtrArray *
cluster_page_get_selected(MamutoClusterPage *self)
{
    GPtrArray *items = g_ptr_array_new();
    g_autoptr(GtkBitset) selected = gtk_selection_model_get_selection(self->selection);
    GtkBitsetIter iter;
    guint position;
    gboolean more = gtk_bitset_iter_init_first(&iter, selected, &position);

    for (; more; more = gtk_bitset_iter_next(&iter, &position)) {
        g_autoptr(MamutoHost) host = g_list_model_get_item(G_LIST_MODEL(self->selection), position);

        if (host)
            g_ptr_array_add(items, cluster_page_get_item(self, host));
    }
    return items;
}

static void
on_selection(MamutoClusterPage *self)
{
    g_autoptr(GPtrArray) items = NULL;

    if (self->selecting)
        return;
    items = cluster_page_get_selected(self);
    mamuto_host_details_set_items(self->details, items);
    cluster_page_update_actions(self);
}

static void
select_hosts(MamutoClusterPage *self, GPtrArray *hosts, gboolean scroll)
{
    GListModel *model = G_LIST_MODEL(self->selection);
    guint n = g_list_model_get_n_items(model);
    g_autoptr(GHashTable) wanted = g_hash_table_new(NULL, NULL);
    g_autoptr(GtkBitset) selected = gtk_bitset_new_empty();
    g_autoptr(GtkBitset) all = gtk_bitset_new_range(0, n);

    for (guint i = 0; i < hosts->len; i++)
        g_hash_table_add(wanted, g_ptr_array_index(hosts, i));
    for (guint i = 0; i < n; i++) {
        g_autoptr(MamutoHost) host = g_list_model_get_item(model, i);

        if (g_hash_table_contains(wanted, host))
            gtk_bitset_add(selected, i);
    }
    gtk_selection_model_set_selection(self->selection, selected, all);
    if (scroll && !gtk_bitset_is_empty(selected))
        compat_list_scroll_to(GTK_WIDGET(self->hosts_list), gtk_bitset_get_minimum(selected));
    on_selection(self);
}

void
cluster_page_select(MamutoClusterPage *self, GPtrArray *hosts)
{
    select_hosts(self, hosts, TRUE);
}

/* ---- display ---- */

/* Returns the number of cores that a run would use. If the user has set no number for a host,
 * counts the cores that the last check found. Sets @more to TRUE if the number of cores of a host
 * is unknown. */
static guint
count_cores(MamutoClusterPage *self, gboolean *more)
{
    guint n_cores = 0;

    *more = FALSE;
    for (guint i = 0; i < mamuto_cluster_get_n_hosts(self->cluster); i++) {
        MamutoHost *host = mamuto_cluster_get_host(self->cluster, i);
        guint cores = mamuto_host_get_cores(host);

        if (!mamuto_host_get_enabled(host))
            continue;
        if (cores == 0)
            cores = mamuto_host_item_get_found_cores(cluster_page_get_item(self, host));
        if (cores == 0 && mamuto_host_is_local(host))
            cores = g_get_num_processors();
        *more |= cores == 0;
        n_cores += cores;
    }
    return n_cores;
}

static void
count_states(MamutoClusterPage *self, guint *n_failed, guint *n_checking)
{
    *n_failed = *n_checking = 0;
    for (guint i = 0; i < mamuto_cluster_get_n_hosts(self->cluster); i++) {
        MamutoHost *host = mamuto_cluster_get_host(self->cluster, i);
        HostState state = mamuto_host_item_get_state(cluster_page_get_item(self, host));

        *n_failed += state == HOST_STATE_FAILED;
        *n_checking += state == HOST_STATE_CHECKING;
    }
}

static void
show_summary(MamutoClusterPage *self)
{
    guint n = mamuto_cluster_get_n_hosts(self->cluster), n_failed, n_checking;
    gboolean more;
    guint n_cores = count_cores(self, &more);
    g_autofree char *hosts = app_text_count(n);
    g_autofree char *cores = app_text_count(n_cores);
    g_autoptr(GString) text = g_string_new(NULL);

    count_states(self, &n_failed, &n_checking);
    /* Translators: %s is a number */
    g_string_append_printf(text, ngettext("%s host", "%s hosts", n), hosts);
    g_string_append(text, " · ");
    if (more)
        /* Translators: %s is a number; the plus sign means that more cores exist, but their number
         * is not known yet */
        g_string_append_printf(text, ngettext("%s+ core", "%s+ cores", n_cores), cores);
    else
        /* Translators: %s is a number */
        g_string_append_printf(text, ngettext("%s core", "%s cores", n_cores), cores);
    if (n_checking > 0) {
        g_string_append(text, " · ");
        /* Translators: the number of hosts that are being checked */
        g_string_append_printf(text, ngettext("checking %u", "checking %u", n_checking),
                               n_checking);
    }
    if (n_failed > 0) {
        g_string_append(text, " · ");
        g_string_append_printf(text, ngettext("%u failed", "%u failed", n_failed), n_failed);
    }
    gtk_label_set_text(self->summary_label, text->str);
    gtk_button_set_label(self->check_button, n_checking > 0 ? _("Stop C_hecks") : _("C_heck All"));
    gtk_actionable_set_action_name(GTK_ACTIONABLE(self->check_button),
                                   n_checking > 0 ? "cluster.stop-checks" : "cluster.check-all");
}

static void
show_title(MamutoClusterPage *self)
{
    const char *path = mamuto_document_get_path(MAMUTO_DOCUMENT(self->document));
    g_autofree char *name = mamuto_document_dup_title(MAMUTO_DOCUMENT(self->document));
    g_autofree char *shown = path ? app_text_path(path) : NULL;
    g_autofree char *text = mamuto_document_get_dirty(MAMUTO_DOCUMENT(self->document))
                                ? g_strconcat("• ", name, NULL)
                                : g_strdup(name);

    gtk_label_set_text(self->title_label, text);
    gtk_widget_set_tooltip_text(GTK_WIDGET(self->title_label), shown);
}

static void
show_rows(MamutoClusterPage *self)
{
    gboolean movable = cluster_page_is_movable(self);
    gboolean narrow = mamuto_split_get_narrow(self->split);

    for (guint i = 0; i < self->rows->len; i++) {
        mamuto_host_line_set_movable(g_ptr_array_index(self->rows, i), movable);
        mamuto_host_line_set_narrow(g_ptr_array_index(self->rows, i), narrow);
    }
}

static void
show_list(MamutoClusterPage *self)
{
    guint n = mamuto_cluster_get_n_hosts(self->cluster);
    guint n_shown = g_list_model_get_n_items(G_LIST_MODEL(self->selection));

    gtk_stack_set_visible_child_name(self->stack, n == 0         ? "empty"
                                                  : n_shown == 0 ? "none"
                                                                 : "hosts");
    gtk_widget_set_visible(GTK_WIDGET(self->find_box),
                           n >= MIN_TO_SEARCH || !cluster_page_is_movable(self) ||
                               gtk_widget_get_focus_child(GTK_WIDGET(self->find_box)));
    for (GtkWidget *page = gtk_widget_get_first_child(GTK_WIDGET(self->stack)); page;
         page = gtk_widget_get_next_sibling(page))
        gtk_accessible_update_state(GTK_ACCESSIBLE(page), GTK_ACCESSIBLE_STATE_HIDDEN,
                                    page != gtk_stack_get_visible_child(self->stack), -1);
}

static gboolean
on_update(gpointer data)
{
    MamutoClusterPage *self = data;

    self->update_source = 0;
    if (gtk_drop_down_get_selected(self->show_drop) != CLUSTER_SHOW_ALL) {
        g_autoptr(GPtrArray) items = cluster_page_get_selected(self);
        g_autoptr(GPtrArray) hosts = g_ptr_array_new();

        for (guint i = 0; i < items->len; i++)
            g_ptr_array_add(hosts, mamuto_host_item_get_host(g_ptr_array_index(items, i)));
        self->selecting = TRUE;
        gtk_sorter_changed(self->sorter, GTK_SORTER_CHANGE_DIFFERENT);
        gtk_filter_changed(self->filter, GTK_FILTER_CHANGE_DIFFERENT);
        self->selecting = FALSE;
        /* select the hosts again without scrolling, because the user may be reading another part of
         * the list */
        if (hosts->len > 0)
            select_hosts(self, hosts, FALSE);
    }
    show_summary(self);
    show_list(self);
    cluster_page_update_actions(self);
    return G_SOURCE_REMOVE;
}

static void
on_find(MamutoClusterPage *self)
{
    set_order(self);
    gtk_filter_changed(self->filter, GTK_FILTER_CHANGE_DIFFERENT);
    show_rows(self);
    queue_update(self);
}

/* Called when the user presses Escape in the search entry. Clears the entry. */
static void
on_stop_search(MamutoClusterPage *self)
{
    gtk_editable_set_text(GTK_EDITABLE(self->search_entry), "");
    gtk_widget_grab_focus(GTK_WIDGET(self->hosts_list));
}

static void
on_narrow(MamutoClusterPage *self)
{
    gboolean narrow = mamuto_split_get_narrow(self->split);

    gtk_orientable_set_orientation(GTK_ORIENTABLE(self->tools),
                                   narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
    narrow_button_show(self->open_button, _("_Open…"), "document-open-symbolic", narrow);
    narrow_button_show(self->save_button, _("_Save"), "document-save-symbolic", narrow);
    mamuto_host_details_set_narrow(self->details, narrow);
    show_rows(self);
}

/* ---- rows ---- */

static void
on_moved(MamutoHostLine *row, MamutoHostItem *item, gboolean after, MamutoClusterPage *self)
{
    MamutoHostItem *target = mamuto_host_line_get_item(row);
    g_autoptr(GPtrArray) selected = cluster_page_get_selected(self);
    g_autoptr(GPtrArray) hosts = g_ptr_array_new();

    /* if the dragged host belongs to the selection, move all selected hosts */
    if (g_ptr_array_find(selected, item, NULL))
        for (guint i = 0; i < selected->len; i++)
            g_ptr_array_add(hosts, mamuto_host_item_get_host(g_ptr_array_index(selected, i)));
    else
        g_ptr_array_add(hosts, mamuto_host_item_get_host(item));
    if (target && cluster_page_is_movable(self))
        cluster_page_move(self, hosts, mamuto_host_item_get_host(target), after);
}

static void
on_clicked(MamutoHostLine *row, MamutoClusterPage *self)
{
    if (mamuto_split_get_narrow(self->split))
        mamuto_split_set_show_end(self->split, TRUE);
}

/* Called when the user presses Return on a host. Moves the focus to the details of the host. */
static void
on_activated(MamutoClusterPage *self, guint position)
{
    mamuto_split_set_show_end(self->split, TRUE);
    gtk_widget_child_focus(GTK_WIDGET(self->details), GTK_DIR_TAB_FORWARD);
}

static void
on_row_gone(GtkWidget *row, MamutoClusterPage *self)
{
    if (self->rows)
        g_ptr_array_remove_fast(self->rows, row);
}

static void
on_setup(GtkSignalListItemFactory *factory, GtkListItem *item, MamutoClusterPage *self)
{
    GtkWidget *row = mamuto_host_line_new();

    g_signal_connect(row, "moved", G_CALLBACK(on_moved), self);
    g_signal_connect(row, "clicked", G_CALLBACK(on_clicked), self);
    g_signal_connect_object(row, "destroy", G_CALLBACK(on_row_gone), self, 0);
    gtk_list_item_set_child(item, row);
    g_ptr_array_add(self->rows, row);
    mamuto_host_line_set_movable(MAMUTO_HOST_LINE(row), cluster_page_is_movable(self));
    mamuto_host_line_set_narrow(MAMUTO_HOST_LINE(row), mamuto_split_get_narrow(self->split));
}

static void
on_bind(GtkSignalListItemFactory *factory, GtkListItem *item, MamutoClusterPage *self)
{
    mamuto_host_line_set_item(MAMUTO_HOST_LINE(gtk_list_item_get_child(item)),
                              cluster_page_get_item(self, gtk_list_item_get_item(item)));
}

static void
on_unbind(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    mamuto_host_line_set_item(MAMUTO_HOST_LINE(gtk_list_item_get_child(item)), NULL);
}

/* ---- the cluster ---- */

/* Called after a shared setting of the cluster has changed. Hosts that do not set the value
 * themselves use the shared value. Discards the checks of these hosts, because the checks used the
 * old value. */
static void
on_shared_changed(MamutoClusterPage *self, GParamSpec *pspec)
{
    for (guint i = 0; i < mamuto_cluster_get_n_hosts(self->cluster); i++) {
        MamutoHost *host = mamuto_cluster_get_host(self->cluster, i);

        if ((g_strcmp0(pspec->name, "python") == 0 && !mamuto_host_get_python(host)) ||
            (g_strcmp0(pspec->name, "workdir") == 0 && !mamuto_host_get_workdir(host)))
            mamuto_host_item_forget(cluster_page_get_item(self, host));
    }
}

static void
let_go_of_cluster(MamutoClusterPage *self)
{
    GHashTableIter iter;
    gpointer item;

    if (self->cluster)
        g_signal_handlers_disconnect_by_data(self->cluster, self);
    g_hash_table_iter_init(&iter, self->items);
    while (g_hash_table_iter_next(&iter, NULL, &item))
        mamuto_host_item_stop(item);
    g_hash_table_remove_all(self->items);
    g_clear_object(&self->cluster);
}

static void
on_cluster(MamutoClusterPage *self)
{
    GtkFilterListModel *filtered;

    let_go_of_cluster(self);
    g_clear_object(&self->selection);
    g_clear_object(&self->sorted);
    self->cluster = g_object_ref(mamuto_cluster_document_get_cluster(self->document));
    self->sorted = gtk_sort_list_model_new(G_LIST_MODEL(g_object_ref(self->cluster)), NULL);
    set_order(self);
    filtered = gtk_filter_list_model_new(G_LIST_MODEL(g_object_ref(self->sorted)),
                                         g_object_ref(self->filter));
    self->selection = GTK_SELECTION_MODEL(gtk_multi_selection_new(G_LIST_MODEL(filtered)));
    g_signal_connect_object(self->selection, "selection-changed", G_CALLBACK(on_selection), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(self->selection, "items-changed", G_CALLBACK(on_selection), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(self->cluster, "items-changed", G_CALLBACK(queue_update), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(self->cluster, "notify", G_CALLBACK(on_shared_changed), self,
                            G_CONNECT_SWAPPED);
    mamuto_host_details_set_cluster(self->details, self->cluster);
    gtk_list_view_set_model(self->hosts_list, self->selection);
    on_selection(self);
    mamuto_split_set_show_end(self->split, FALSE);
    show_summary(self);
    show_list(self);
    cluster_page_watch_file(self);
}

static void
on_document(MamutoClusterPage *self, GParamSpec *pspec)
{
    show_title(self);
    /* watch the file again after each opening and saving; both set the property "path" */
    if (g_strcmp0(pspec->name, "path") == 0)
        cluster_page_watch_file(self);
}

/* ---- problems ---- */

static gboolean
has_field(MamutoPage *page, MamutoField field)
{
    return field == MAMUTO_FIELD_HOSTS;
}

static void
show_problem(MamutoPage *page, const MamutoProblem *problem)
{
    gtk_widget_child_focus(GTK_WIDGET(MAMUTO_CLUSTER_PAGE(page)->stack), GTK_DIR_TAB_FORWARD);
}

static void
page_init(MamutoPageInterface *iface)
{
    iface->has_field = has_field;
    iface->show_problem = show_problem;
}

/* ---- the widget ---- */

static void
mamuto_cluster_page_dispose(GObject *object)
{
    MamutoClusterPage *self = MAMUTO_CLUSTER_PAGE(object);

    g_clear_handle_id(&self->update_source, g_source_remove);
    if (self->selection) {
        g_signal_handlers_disconnect_by_data(self->selection, self);
        gtk_list_view_set_model(self->hosts_list, NULL);
    }
    g_clear_object(&self->selection);
    if (self->items)
        let_go_of_cluster(self);
    g_clear_pointer(&self->items, g_hash_table_unref);
    g_clear_pointer(&self->rows, g_ptr_array_unref);
    g_clear_object(&self->sorted);
    g_clear_object(&self->filter);
    g_clear_object(&self->sorter);
    g_clear_object(&self->document);
    g_clear_object(&self->job);
    g_clear_object(&self->asker);
    g_weak_ref_set(&self->undo_toast, NULL);
    G_OBJECT_CLASS(mamuto_cluster_page_parent_class)->dispose(object);
}

#define BIND(name) gtk_widget_class_bind_template_child(widget_class, MamutoClusterPage, name)

static void
mamuto_cluster_page_class_init(MamutoClusterPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_cluster_page_dispose;
    g_type_ensure(MAMUTO_TYPE_SPLIT);
    g_type_ensure(MAMUTO_TYPE_DISK_NOTICE);
    g_type_ensure(MAMUTO_TYPE_HOST_DETAILS);
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-cluster-page.ui");
    BIND(disk_notice);
    BIND(title_label);
    BIND(summary_label);
    BIND(open_button);
    BIND(save_button);
    BIND(tools);
    BIND(check_button);
    BIND(find_box);
    BIND(search_entry);
    BIND(show_drop);
    BIND(split);
    BIND(stack);
    BIND(hosts_list);
    BIND(details);
    gtk_widget_class_bind_template_callback(widget_class, on_activated);
    gtk_widget_class_bind_template_callback(widget_class, cluster_page_reload);
    gtk_widget_class_bind_template_callback(widget_class, cluster_page_keep_mine);
    cluster_page_install_actions(widget_class);
}

static void
mamuto_cluster_page_init(MamutoClusterPage *self)
{
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();

    self->items = g_hash_table_new_full(NULL, NULL, g_object_unref, g_object_unref);
    self->rows = g_ptr_array_new();
    gtk_widget_init_template(GTK_WIDGET(self));
    self->filter = GTK_FILTER(gtk_custom_filter_new(match, self, NULL));
    self->sorter = GTK_SORTER(gtk_custom_sorter_new(compare, self, NULL));
    g_signal_connect(factory, "setup", G_CALLBACK(on_setup), self);
    g_signal_connect(factory, "bind", G_CALLBACK(on_bind), self);
    g_signal_connect(factory, "unbind", G_CALLBACK(on_unbind), NULL);
    gtk_list_view_set_factory(self->hosts_list, factory);
    g_object_unref(factory);
    cluster_page_add_shortcuts(self);
    g_signal_connect_swapped(self->search_entry, "search-changed", G_CALLBACK(on_find), self);
    g_signal_connect_swapped(self->search_entry, "stop-search", G_CALLBACK(on_stop_search), self);
    g_signal_connect_swapped(self->show_drop, "notify::selected", G_CALLBACK(on_find), self);
    g_signal_connect_swapped(self->split, "notify::narrow", G_CALLBACK(on_narrow), self);
}

GtkWidget *
mamuto_cluster_page_new(MamutoJobDocument *job, MamutoAsker *asker)
{
    MamutoClusterPage *self = g_object_new(MAMUTO_TYPE_CLUSTER_PAGE, NULL);
    MamutoClusterDocument *document = mamuto_job_document_get_cluster(job);

    self->job = g_object_ref(job);
    self->document = g_object_ref(document);
    self->asker = g_object_ref(asker);
    g_signal_connect_object(document, "notify::cluster", G_CALLBACK(on_cluster), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(document, "notify::path", G_CALLBACK(on_document), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(document, "notify::dirty", G_CALLBACK(on_document), self,
                            G_CONNECT_SWAPPED);
    on_cluster(self);
    show_title(self);
    return GTK_WIDGET(self);
}
