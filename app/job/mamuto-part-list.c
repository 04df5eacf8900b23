/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-part-list.h. */
#include "mamuto-part-list.h"

/* Number of rows that are visible at once. The half row shows that there are more. */
#define MAX_ROWS 6.5
/* Least height of the content of a row and its padding in pixels, as in style.css. */
#define ROW_HEIGHT 26
#define ROW_PADDING 12

struct _MamutoPartList {
    AdwBin parent_instance;
    GListStore *store; /* (element-type MamutoPartItem) */
    GtkScrolledWindow *scroller;
    GtkListView *view;
    gboolean several;
    gboolean updating;
    /* With a group, a check button is drawn as a radio button. The group has no other member that
     * lives as long as the list. */
    GtkWidget *group;
};

enum { SIGNAL_TOGGLED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(MamutoPartList, mamuto_part_list, ADW_TYPE_BIN)

/* The widgets of a row, which GTK binds to one item after the other. */
typedef struct {
    GtkCheckButton *check;
    GtkLabel *name;
    GtkLabel *detail;
    gulong handler; /* of notify::chosen of the item */
} Row;

static Row *
row_of(GtkListItem *list_item)
{
    return g_object_get_data(G_OBJECT(list_item), "row");
}

static void
show_chosen(GtkListItem *list_item)
{
    MamutoPartItem *item = gtk_list_item_get_item(list_item);
    MamutoPartList *self = g_object_get_data(G_OBJECT(list_item), "list");
    gboolean updating = self->updating;

    self->updating = TRUE;
    gtk_check_button_set_active(row_of(list_item)->check, mamuto_part_item_get_chosen(item));
    self->updating = updating;
}

static void
on_check_toggled(GtkCheckButton *check, GtkListItem *list_item)
{
    MamutoPartList *self = g_object_get_data(G_OBJECT(list_item), "list");
    gboolean active = gtk_check_button_get_active(check);

    if (self->updating || !gtk_list_item_get_item(list_item))
        return;
    /* a radio button is released because another one of its group was pressed */
    if (!active && !self->several)
        return;
    g_signal_emit(self, signals[SIGNAL_TOGGLED], 0, gtk_list_item_get_position(list_item), active);
    /* the owner may have decided otherwise */
    show_chosen(list_item);
}

/* A click beside the check box toggles it too. */
static void
on_clicked(GtkGestureClick *click, int n, double x, double y, GtkListItem *list_item)
{
    GtkCheckButton *check = row_of(list_item)->check;
    MamutoPartList *self = g_object_get_data(G_OBJECT(list_item), "list");

    if (gtk_widget_is_sensitive(GTK_WIDGET(check)))
        gtk_check_button_set_active(check, !self->several || !gtk_check_button_get_active(check));
}

static void
on_setup(GtkListItemFactory *factory, GtkListItem *list_item, MamutoPartList *self)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 9);
    GtkWidget *check = gtk_check_button_new();
    GtkWidget *name = gtk_label_new(NULL);
    GtkWidget *detail = gtk_label_new(NULL);
    GtkGesture *click = gtk_gesture_click_new();
    Row *row = g_new0(Row, 1);

    row->check = GTK_CHECK_BUTTON(check);
    row->name = GTK_LABEL(name);
    row->detail = GTK_LABEL(detail);
    gtk_label_set_ellipsize(row->name, PANGO_ELLIPSIZE_MIDDLE);
    gtk_label_set_xalign(row->name, 0);
    gtk_widget_set_hexpand(name, TRUE);
    gtk_label_set_ellipsize(row->detail, PANGO_ELLIPSIZE_END);
    gtk_label_set_xalign(row->detail, 1);
    gtk_widget_add_css_class(detail, "dim-label");
    gtk_widget_add_css_class(detail, "numeric");
    gtk_box_append(GTK_BOX(box), check);
    gtk_box_append(GTK_BOX(box), name);
    gtk_box_append(GTK_BOX(box), detail);
    g_object_set_data_full(G_OBJECT(list_item), "row", row, g_free);
    g_object_set_data(G_OBJECT(list_item), "list", self);
    g_signal_connect(check, "toggled", G_CALLBACK(on_check_toggled), list_item);
    g_object_set_data(G_OBJECT(box), "list-item", list_item);
    g_signal_connect(click, "released", G_CALLBACK(on_clicked), list_item);
    gtk_widget_add_controller(box, GTK_EVENT_CONTROLLER(click));
    /* the check box gets the focus instead of its row, so that the space bar toggles it */
    gtk_list_item_set_activatable(list_item, FALSE);
    gtk_list_item_set_selectable(list_item, FALSE);
    gtk_list_item_set_child(list_item, box);
}

static void
on_bind(GtkListItemFactory *factory, GtkListItem *list_item, MamutoPartList *self)
{
    MamutoPartItem *item = gtk_list_item_get_item(list_item);
    Row *row = row_of(list_item);
    GtkWidget *box = gtk_list_item_get_child(list_item);
    const char *name = mamuto_part_item_get_name(item);
    const char *detail = mamuto_part_item_get_detail(item);
    g_autofree char *words = g_strconcat(name, *detail ? ", " : "", detail, NULL);

    gtk_label_set_label(row->name, name);
    gtk_label_set_label(row->detail, detail);
    gtk_widget_set_tooltip_text(box, words);
    gtk_widget_set_sensitive(box, mamuto_part_item_get_enabled(item));
    gtk_check_button_set_group(row->check, self->several ? NULL : GTK_CHECK_BUTTON(self->group));
    gtk_accessible_update_property(GTK_ACCESSIBLE(row->check), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                   -1);
    gtk_accessible_update_property(GTK_ACCESSIBLE(gtk_widget_get_parent(box)),
                                   GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
    row->handler =
        g_signal_connect_swapped(item, "notify::chosen", G_CALLBACK(show_chosen), list_item);
    show_chosen(list_item);
}

static void
on_unbind(GtkListItemFactory *factory, GtkListItem *list_item, MamutoPartList *self)
{
    g_signal_handler_disconnect(gtk_list_item_get_item(list_item), row_of(list_item)->handler);
}

/* (transfer none) (nullable): the list item that a child of the list view shows. */
static GtkListItem *
item_of(GtkWidget *child)
{
    GtkWidget *box = child ? gtk_widget_get_first_child(child) : NULL;

    return box ? g_object_get_data(G_OBJECT(box), "list-item") : NULL;
}

/* The arrow keys move the focus from check box to check box. A list view itself moves it only
 * between rows that can have the focus. */
static gboolean
on_key(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state,
       MamutoPartList *self)
{
    GtkWidget *focus = gtk_widget_get_focus_child(GTK_WIDGET(self->view));
    GtkListItem *from = item_of(focus);
    guint step = key == GDK_KEY_Down || key == GDK_KEY_KP_Down ? 1 : (guint)-1;

    if (!from || (step != 1 && key != GDK_KEY_Up && key != GDK_KEY_KP_Up))
        return FALSE;
    for (GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(self->view)); child;
         child = gtk_widget_get_next_sibling(child)) {
        GtkListItem *item = item_of(child);

        if (item && gtk_list_item_get_item(item) &&
            gtk_list_item_get_position(item) == gtk_list_item_get_position(from) + step)
            return gtk_widget_grab_focus(GTK_WIDGET(row_of(item)->check));
    }
    return FALSE; /* the first or last row: the focus leaves the list */
}

static gboolean
shows(MamutoPartList *self, GPtrArray *items)
{
    if (g_list_model_get_n_items(G_LIST_MODEL(self->store)) != items->len)
        return FALSE;
    for (guint i = 0; i < items->len; i++) {
        g_autoptr(MamutoPartItem) item = g_list_model_get_item(G_LIST_MODEL(self->store), i);

        if (!mamuto_part_item_equal(item, items->pdata[i]))
            return FALSE;
    }
    return TRUE;
}

/* Sets the height of the list. GTK measures a list before its rows exist. */
static void
update_height(MamutoPartList *self, guint n)
{
    g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(GTK_WIDGET(self), "X");
    int text, row;

    pango_layout_get_pixel_size(layout, NULL, &text);
    row = MAX(text, ROW_HEIGHT) + ROW_PADDING;
    /* the greatest height must never be less than the least one */
    gtk_scrolled_window_set_max_content_height(self->scroller, -1);
    gtk_scrolled_window_set_min_content_height(self->scroller, (int)(MIN(n, MAX_ROWS) * row));
    gtk_scrolled_window_set_max_content_height(self->scroller, (int)(MIN(n, MAX_ROWS) * row));
}

void
mamuto_part_list_set_items(MamutoPartList *self, GPtrArray *items, gboolean several,
                           const char *label)
{
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                   -1);
    update_height(self, items->len);
    if (self->several == several && shows(self, items))
        return;
    self->several = several;
    g_list_store_splice(self->store, 0, g_list_model_get_n_items(G_LIST_MODEL(self->store)),
                        items->pdata, items->len);
}

void
mamuto_part_list_choose(MamutoPartList *self, const GArray *positions)
{
    guint n = g_list_model_get_n_items(G_LIST_MODEL(self->store));
    g_autofree gboolean *chosen = g_new0(gboolean, n + 1);

    for (guint i = 0; i < positions->len; i++)
        if (g_array_index(positions, guint, i) < n)
            chosen[g_array_index(positions, guint, i)] = TRUE;
    for (guint i = 0; i < n; i++) {
        g_autoptr(MamutoPartItem) item = g_list_model_get_item(G_LIST_MODEL(self->store), i);

        mamuto_part_item_set_chosen(item, chosen[i]);
    }
}

static void
mamuto_part_list_dispose(GObject *object)
{
    MamutoPartList *self = MAMUTO_PART_LIST(object);

    adw_bin_set_child(ADW_BIN(self), NULL);
    g_clear_object(&self->store);
    g_clear_object(&self->group);
    G_OBJECT_CLASS(mamuto_part_list_parent_class)->dispose(object);
}

static void
mamuto_part_list_class_init(MamutoPartListClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = mamuto_part_list_dispose;
    signals[SIGNAL_TOGGLED] =
        g_signal_new("toggled", MAMUTO_TYPE_PART_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                     G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_BOOLEAN);
}

static void
mamuto_part_list_init(MamutoPartList *self)
{
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    GtkEventController *keys = gtk_event_controller_key_new();
    GtkSelectionModel *model;

    self->store = g_list_store_new(MAMUTO_TYPE_PART_ITEM);
    self->group = g_object_ref_sink(gtk_check_button_new());
    model = GTK_SELECTION_MODEL(gtk_no_selection_new(g_object_ref(G_LIST_MODEL(self->store))));
    g_signal_connect(factory, "setup", G_CALLBACK(on_setup), self);
    g_signal_connect(factory, "bind", G_CALLBACK(on_bind), self);
    g_signal_connect(factory, "unbind", G_CALLBACK(on_unbind), self);
    self->view = GTK_LIST_VIEW(gtk_list_view_new(model, factory));
    gtk_widget_add_css_class(GTK_WIDGET(self->view), "parts");
    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), self);
    gtk_widget_add_controller(GTK_WIDGET(self->view), keys);
    self->scroller = GTK_SCROLLED_WINDOW(gtk_scrolled_window_new());
    gtk_scrolled_window_set_policy(self->scroller, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_child(self->scroller, GTK_WIDGET(self->view));
    adw_bin_set_child(ADW_BIN(self), GTK_WIDGET(self->scroller));
}
