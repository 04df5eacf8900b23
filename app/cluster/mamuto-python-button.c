/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-python-button.h. The search starts when the popover is opened. The result of the
 * search is kept until the button is used for another host. */
#include "mamuto-python-button.h"

#include <glib/gi18n.h>

#include "mamuto-python-search.h"

struct _MamutoPythonButton {
    AdwBin parent_instance;
    MamutoHost *host; /* The host on which Pythons are searched. */
    GPtrArray *hosts; /* The hosts that get the Python which the user chooses. */
    MamutoPythonSearch *search;
    GtkMenuButton *button;
    GtkListBox *list;
    guint n_rows;
    GtkSpinner *spinner;
    GtkLabel *title;
    GtkLabel *label;
};

G_DEFINE_FINAL_TYPE(MamutoPythonButton, mamuto_python_button, ADW_TYPE_BIN)

static void
let_go(MamutoPythonButton *self)
{
    if (self->search)
        g_signal_handlers_disconnect_by_data(self->search, self);
    g_clear_object(&self->search);
}

static void
mamuto_python_button_dispose(GObject *object)
{
    MamutoPythonButton *self = MAMUTO_PYTHON_BUTTON(object);

    let_go(self);
    g_clear_object(&self->host);
    g_clear_pointer(&self->hosts, g_ptr_array_unref);
    G_OBJECT_CLASS(mamuto_python_button_parent_class)->dispose(object);
}

static void
mamuto_python_button_class_init(MamutoPythonButtonClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = mamuto_python_button_dispose;
}

static void
add_row(MamutoPythonButton *self, const FoundPython *found)
{
    GtkWidget *row = adw_action_row_new();
    g_autofree char *title = g_strdup_printf(
        /* Translators: two versions: "Python 3.11.2, NumPy 1.24.2" */
        _("Python %s, NumPy %s"), found->version, found->numpy);

    adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(row), FALSE);
    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
    adw_action_row_set_subtitle(ADW_ACTION_ROW(row), found->path);
    gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), TRUE);
    g_object_set_data_full(G_OBJECT(row), "path", g_strdup(found->path), g_free);
    gtk_list_box_append(self->list, row);
}

static char *
explain(MamutoPythonButton *self)
{
    const char *problem = mamuto_python_search_get_problem(self->search);

    if (mamuto_python_search_get_running(self->search))
        return g_strdup(_("Looking in the usual places…"));
    return g_strdup(problem ? problem : _("No Python with NumPy was found in the usual places."));
}

static void
show(MamutoPythonButton *self)
{
    g_autofree char *text = explain(self);
    GPtrArray *found = mamuto_python_search_get_found(self->search);
    gboolean running = mamuto_python_search_get_running(self->search);

    while (self->n_rows < found->len)
        add_row(self, g_ptr_array_index(found, self->n_rows++));
    gtk_widget_set_visible(GTK_WIDGET(self->list), found->len > 0);
    gtk_widget_set_visible(GTK_WIDGET(self->spinner), running);
    gtk_spinner_set_spinning(self->spinner, running);
    gtk_widget_set_visible(GTK_WIDGET(self->label), running || found->len == 0);
    gtk_label_set_text(self->label, text);
}

static void
clear_rows(MamutoPythonButton *self)
{
    GtkWidget *row;

    while ((row = gtk_widget_get_first_child(GTK_WIDGET(self->list))))
        gtk_list_box_remove(self->list, row);
    self->n_rows = 0;
}

static void
show_title(MamutoPythonButton *self)
{
    g_autofree char *text = g_strdup_printf(
        /* Translators: title of a list of Pythons on the host %s. The chosen Python is set for all
         * selected hosts */
        _("Pythons on %s, for all selected hosts"),
        mamuto_host_is_local(self->host) ? _("This Computer") : mamuto_host_get_name(self->host));

    gtk_label_set_text(self->title, text);
    gtk_widget_set_visible(GTK_WIDGET(self->title), self->hosts->len > 1);
}

static void
on_opened(MamutoPythonButton *self)
{
    if (self->host)
        show_title(self);
    if (self->search || !self->host)
        return;
    clear_rows(self);
    self->search = mamuto_python_search_new(self->host);
    g_signal_connect_swapped(self->search, "changed", G_CALLBACK(show), self);
    show(self);
}

static void
on_activated(GtkListBox *list, GtkListBoxRow *row, MamutoPythonButton *self)
{
    const char *path = g_object_get_data(G_OBJECT(row), "path");
    g_autoptr(GPtrArray) hosts = NULL;

    gtk_menu_button_popdown(self->button);
    if (!mamuto_host_check("python", path, NULL))
        return;
    /* hold a reference, because a handler may call mamuto_python_button_set_hosts() while the loop
     * runs */
    hosts = g_ptr_array_ref(self->hosts);
    for (guint i = 0; i < hosts->len; i++)
        mamuto_host_set_python(g_ptr_array_index(hosts, i), path);
}

static GtkWidget *
make_content(MamutoPythonButton *self)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 9);
    GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 9);

    self->list = GTK_LIST_BOX(gtk_list_box_new());
    self->spinner = GTK_SPINNER(gtk_spinner_new());
    self->title = GTK_LABEL(gtk_label_new(NULL));
    gtk_label_set_wrap(self->title, TRUE);
    gtk_label_set_wrap_mode(self->title, PANGO_WRAP_WORD_CHAR);
    gtk_label_set_xalign(self->title, 0);
    gtk_label_set_max_width_chars(self->title, 30);
    gtk_widget_add_css_class(GTK_WIDGET(self->title), "heading");
    self->label = GTK_LABEL(gtk_label_new(NULL));
    gtk_label_set_wrap(self->label, TRUE);
    gtk_label_set_wrap_mode(self->label, PANGO_WRAP_WORD_CHAR);
    gtk_label_set_xalign(self->label, 0);
    gtk_label_set_max_width_chars(self->label, 30);
    gtk_list_box_set_selection_mode(self->list, GTK_SELECTION_NONE);
    gtk_widget_add_css_class(GTK_WIDGET(self->list), "boxed-list");
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Pythons on This Host"), -1);
    g_signal_connect(self->list, "row-activated", G_CALLBACK(on_activated), self);
    gtk_box_append(GTK_BOX(line), GTK_WIDGET(self->spinner));
    gtk_box_append(GTK_BOX(line), GTK_WIDGET(self->label));
    gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->title));
    gtk_box_append(GTK_BOX(box), GTK_WIDGET(self->list));
    gtk_box_append(GTK_BOX(box), line);
    gtk_widget_set_margin_top(box, 6);
    gtk_widget_set_margin_bottom(box, 6);
    gtk_widget_set_margin_start(box, 6);
    gtk_widget_set_margin_end(box, 6);
    return box;
}

static void
mamuto_python_button_init(MamutoPythonButton *self)
{
    GtkWidget *popover = gtk_popover_new();

    self->hosts = g_ptr_array_new_with_free_func(g_object_unref);
    self->button = GTK_MENU_BUTTON(gtk_menu_button_new());
    gtk_popover_set_child(GTK_POPOVER(popover), make_content(self));
    gtk_menu_button_set_popover(self->button, popover);
    gtk_menu_button_set_icon_name(self->button, "system-search-symbolic");
    gtk_widget_set_valign(GTK_WIDGET(self->button), GTK_ALIGN_CENTER);
    gtk_widget_add_css_class(GTK_WIDGET(self->button), "flat");
    gtk_widget_set_tooltip_text(GTK_WIDGET(self->button), _("Find Pythons on This Host"));
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Find Pythons on This Host"), -1);
    g_signal_connect_swapped(popover, "show", G_CALLBACK(on_opened), self);
    adw_bin_set_child(ADW_BIN(self), GTK_WIDGET(self->button));
}

void
mamuto_python_button_set_host(MamutoPythonButton *self, MamutoHost *host)
{
    g_autoptr(GPtrArray) hosts = g_ptr_array_new();

    if (host)
        g_ptr_array_add(hosts, host);
    mamuto_python_button_set_hosts(self, hosts);
}

void
mamuto_python_button_set_hosts(MamutoPythonButton *self, GPtrArray *hosts)
{
    MamutoHost *first = hosts->len > 0 ? g_ptr_array_index(hosts, 0) : NULL;

    g_ptr_array_unref(self->hosts);
    self->hosts = g_ptr_array_new_with_free_func(g_object_unref);
    for (guint i = 0; i < hosts->len; i++)
        g_ptr_array_add(self->hosts, g_object_ref(g_ptr_array_index(hosts, i)));
    if (self->host == first)
        return;
    let_go(self);
    g_set_object(&self->host, first);
}
