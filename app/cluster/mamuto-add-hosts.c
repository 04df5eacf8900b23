/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-add-hosts.h. The text view contains all hosts that will be added. If the user chooses
 * a host known to ssh, the window appends a line with this host to the text. */
#include "mamuto-add-hosts.h"

#include <glib/gi18n.h>
#include <string.h>

#include "host-lines.h"

/* Maximum number of problems that the label lists. If more problems exist, the label ends with "…".
 */
#define MAX_SAID 6

struct _MamutoAddHosts {
    AdwWindow parent_instance;
    MamutoCluster *cluster;
    HostLines found;
    GtkTextTag *wrong;
    GtkStringList *known;

    GtkButton *add_button;
    GtkTextView *text_view;
    GtkLabel *problems_label;
    GtkLabel *notes_label;
    GtkWidget *known_group;
    GtkSearchEntry *known_search;
    GtkListView *known_list;
};

G_DEFINE_FINAL_TYPE(MamutoAddHosts, mamuto_add_hosts, ADW_TYPE_WINDOW)

static guint add_signal;

static void
on_add(MamutoAddHosts *self)
{
    if (!self->found.hosts || self->found.hosts->len == 0 || self->found.n_wrong > 0)
        return;
    g_signal_emit(self, add_signal, 0, self->found.hosts);
    gtk_window_close(GTK_WINDOW(self));
}

static void
say(GtkLabel *label, const GString *text)
{
    gtk_label_set_text(label, text->str);
    gtk_widget_set_visible(GTK_WIDGET(label), text->len > 0);
}

static void
mark_line(MamutoAddHosts *self, guint line)
{
    GtkTextBuffer *buffer = gtk_text_view_get_buffer(self->text_view);
    GtkTextIter start, end;

    gtk_text_buffer_get_iter_at_line(buffer, &start, (int)line);
    end = start;
    if (!gtk_text_iter_ends_line(&end))
        gtk_text_iter_forward_to_line_end(&end);
    gtk_text_buffer_apply_tag(buffer, self->wrong, &start, &end);
}

static void
show_problems(MamutoAddHosts *self)
{
    g_autoptr(GString) wrong = g_string_new(NULL);
    g_autoptr(GString) notes = g_string_new(NULL);
    guint n_said[2] = {0};

    for (guint i = 0; i < self->found.problems->len; i++) {
        const HostLineProblem *problem = g_ptr_array_index(self->found.problems, i);
        GString *text = problem->skipped ? notes : wrong;
        guint n = n_said[problem->skipped]++;

        if (!problem->skipped)
            mark_line(self, problem->line);
        if (n > MAX_SAID)
            continue;
        if (text->len > 0)
            g_string_append_c(text, '\n');
        if (n == MAX_SAID)
            g_string_append(text, "…");
        else
            /* Translators: the number of a line, and the error in that line */
            g_string_append_printf(text, _("Line %u: %s"), problem->line + 1, problem->message);
    }
    say(self->problems_label, wrong);
    say(self->notes_label, notes);
}

static void
on_text_changed(MamutoAddHosts *self)
{
    GtkTextBuffer *buffer = gtk_text_view_get_buffer(self->text_view);
    GtkTextIter start, end;
    g_autofree char *text = NULL;
    g_autofree char *label = NULL;
    guint n;

    gtk_text_buffer_get_bounds(buffer, &start, &end);
    gtk_text_buffer_remove_tag(buffer, self->wrong, &start, &end);
    text = gtk_text_buffer_get_text(buffer, &start, &end, FALSE);
    host_lines_clear(&self->found);
    host_lines_parse(&self->found, text, self->cluster);
    show_problems(self);
    n = self->found.hosts->len;
    label = n == 0 ? g_strdup(_("_Add"))
                   : g_strdup_printf(ngettext("_Add %u Host", "_Add %u Hosts", n), n);
    gtk_button_set_label(self->add_button, label);
    gtk_widget_set_sensitive(GTK_WIDGET(self->add_button), n > 0 && self->found.n_wrong == 0);
}

/* ---- hosts known to ssh ---- */

static void
on_known_activated(MamutoAddHosts *self, guint position)
{
    GtkTextBuffer *buffer = gtk_text_view_get_buffer(self->text_view);
    g_autoptr(GtkStringObject) item =
        g_list_model_get_item(G_LIST_MODEL(gtk_list_view_get_model(self->known_list)), position);
    g_autofree char *name = item ? g_strdup(gtk_string_object_get_string(item)) : NULL;
    g_autofree char *line = NULL;
    GtkTextIter end;

    if (!name)
        return;
    gtk_text_buffer_get_end_iter(buffer, &end);
    line = g_strdup_printf("%s%s\n", gtk_text_iter_starts_line(&end) ? "" : "\n", name);
    gtk_text_buffer_insert(buffer, &end, line, -1);
    for (guint i = 0; i < g_list_model_get_n_items(G_LIST_MODEL(self->known)); i++)
        if (strcmp(gtk_string_list_get_string(self->known, i), name) == 0) {
            gtk_string_list_remove(self->known, i);
            break;
        }
    gtk_widget_set_visible(self->known_group, g_list_model_get_n_items(G_LIST_MODEL(self->known)));
}

static void
on_setup(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 9);
    GtkWidget *icon = gtk_image_new_from_icon_name("list-add-symbolic");
    GtkWidget *label = gtk_label_new(NULL);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_MIDDLE);
    gtk_widget_set_hexpand(label, TRUE);
    gtk_widget_set_margin_top(box, 6);
    gtk_widget_set_margin_bottom(box, 6);
    gtk_widget_set_margin_start(box, 9);
    gtk_widget_set_margin_end(box, 9);
    gtk_box_append(GTK_BOX(box), label);
    gtk_box_append(GTK_BOX(box), icon);
    gtk_list_item_set_child(item, box);
}

static void
on_bind(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    GtkWidget *box = gtk_list_item_get_child(item);
    const char *name = gtk_string_object_get_string(gtk_list_item_get_item(item));
    /* Translators: %s is the name of a host */
    g_autofree char *words = g_strdup_printf(_("Add %s"), name);

    gtk_label_set_text(GTK_LABEL(gtk_widget_get_first_child(box)), name);
    gtk_accessible_update_property(GTK_ACCESSIBLE(gtk_widget_get_parent(box)),
                                   GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
fill_known(MamutoAddHosts *self)
{
    g_auto(GStrv) names = mamuto_list_ssh_hosts();
    GtkExpression *name = gtk_property_expression_new(GTK_TYPE_STRING_OBJECT, NULL, "string");
    GtkStringFilter *filter = gtk_string_filter_new(name);
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    g_autoptr(GtkNoSelection) selection = NULL;
    guint n = 0;

    self->known = gtk_string_list_new(NULL);
    for (char **host = names; host && *host; host++)
        if (!mamuto_cluster_find_host(self->cluster, *host)) {
            gtk_string_list_append(self->known, *host);
            n++;
        }
    gtk_widget_set_visible(self->known_group, n > 0);
    gtk_widget_set_visible(GTK_WIDGET(self->known_search), n > 8);
    g_object_bind_property(self->known_search, "text", filter, "search", G_BINDING_DEFAULT);
    g_signal_connect(factory, "setup", G_CALLBACK(on_setup), NULL);
    g_signal_connect(factory, "bind", G_CALLBACK(on_bind), NULL);
    gtk_list_view_set_factory(self->known_list, factory);
    g_object_unref(factory);
    selection = gtk_no_selection_new(G_LIST_MODEL(
        gtk_filter_list_model_new(G_LIST_MODEL(g_object_ref(self->known)), GTK_FILTER(filter))));
    gtk_list_view_set_model(self->known_list, GTK_SELECTION_MODEL(selection));
}

/* ---- the window ---- */

static void
mamuto_add_hosts_dispose(GObject *object)
{
    MamutoAddHosts *self = MAMUTO_ADD_HOSTS(object);

    host_lines_clear(&self->found);
    g_clear_object(&self->cluster);
    g_clear_object(&self->known);
    G_OBJECT_CLASS(mamuto_add_hosts_parent_class)->dispose(object);
}

static void
activate_add(GtkWidget *widget, const char *name, GVariant *parameter)
{
    on_add(MAMUTO_ADD_HOSTS(widget));
}

static void
mamuto_add_hosts_class_init(MamutoAddHostsClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_add_hosts_dispose;
    add_signal = g_signal_new("add", MAMUTO_TYPE_ADD_HOSTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/mamuto/Mamuto/ui/mamuto-add-hosts.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoAddHosts, add_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoAddHosts, text_view);
    gtk_widget_class_bind_template_child(widget_class, MamutoAddHosts, problems_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoAddHosts, notes_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoAddHosts, known_group);
    gtk_widget_class_bind_template_child(widget_class, MamutoAddHosts, known_search);
    gtk_widget_class_bind_template_child(widget_class, MamutoAddHosts, known_list);
    gtk_widget_class_bind_template_callback(widget_class, on_add);
    gtk_widget_class_bind_template_callback(widget_class, on_known_activated);
    gtk_widget_class_install_action(widget_class, "hosts.add", NULL, activate_add);
    gtk_widget_class_add_binding_action(widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, "hosts.add",
                                        NULL);
    gtk_widget_class_add_binding_action(widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
mamuto_add_hosts_init(MamutoAddHosts *self)
{
    GtkTextBuffer *buffer;

    gtk_widget_init_template(GTK_WIDGET(self));
    buffer = gtk_text_view_get_buffer(self->text_view);
    self->wrong =
        gtk_text_buffer_create_tag(buffer, NULL, "underline", PANGO_UNDERLINE_ERROR, NULL);
    g_signal_connect_object(buffer, "changed", G_CALLBACK(on_text_changed), self,
                            G_CONNECT_SWAPPED);
}

GtkWidget *
mamuto_add_hosts_new(GtkWindow *parent, MamutoCluster *cluster)
{
    MamutoAddHosts *self = g_object_new(MAMUTO_TYPE_ADD_HOSTS, "transient-for", parent, NULL);

    self->cluster = g_object_ref(cluster);
    fill_known(self);
    gtk_widget_grab_focus(GTK_WIDGET(self->text_view));
    return GTK_WIDGET(self);
}
