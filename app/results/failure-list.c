/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See failure-list.h. */
#include "failure-list.h"

#include <glib/gi18n.h>

#include "../app-error.h"
#include "../app-text.h"

/* Height of a row in pixels in the default font. With a larger font, fewer than ROWS_IN_SIGHT rows
 * are visible. */
#define ROW_HEIGHT 53
#define ROWS_IN_SIGHT 4

#define MAMUTO_TYPE_FAILED_ROW (mamuto_failed_row_get_type())
G_DECLARE_FINAL_TYPE(MamutoFailedRow, mamuto_failed_row, MAMUTO, FAILED_ROW, GObject)

struct _MamutoFailedRow {
    GObject parent_instance;
    MamutoRowFailure *failure;
    char *place; /* (nullable): the indices in the array of results, "[2, 3]"; only for a grid */
};

G_DEFINE_FINAL_TYPE(MamutoFailedRow, mamuto_failed_row, G_TYPE_OBJECT)

static void
mamuto_failed_row_finalize(GObject *object)
{
    g_clear_pointer(&MAMUTO_FAILED_ROW(object)->failure, mamuto_row_failure_free);
    g_free(MAMUTO_FAILED_ROW(object)->place);
    G_OBJECT_CLASS(mamuto_failed_row_parent_class)->finalize(object);
}

static void
mamuto_failed_row_class_init(MamutoFailedRowClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_failed_row_finalize;
}

static void
mamuto_failed_row_init(MamutoFailedRow *self)
{
}

static void
on_setup(GtkListItemFactory *factory, GtkListItem *item, gpointer data)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
    GtkWidget *row = gtk_label_new(NULL);
    GtkWidget *cause = gtk_label_new(NULL);

    gtk_label_set_xalign(GTK_LABEL(row), 0);
    gtk_widget_add_css_class(row, "numeric");
    gtk_label_set_xalign(GTK_LABEL(cause), 0);
    gtk_label_set_ellipsize(GTK_LABEL(cause), PANGO_ELLIPSIZE_END);
    gtk_widget_add_css_class(cause, "dim-label");
    gtk_widget_add_css_class(cause, "caption");
    gtk_box_append(GTK_BOX(box), row);
    gtk_box_append(GTK_BOX(box), cause);
    gtk_widget_set_margin_start(box, 10);
    gtk_widget_set_margin_end(box, 10);
    gtk_widget_set_margin_top(box, 6);
    gtk_widget_set_margin_bottom(box, 6);
    gtk_list_item_set_child(item, box);
}

/* (transfer full) (nullable) */
static char *
describe_place(MamutoResult *result, gint64 row)
{
    guint n_axes = mamuto_result_get_n_axes(result);
    const gint64 *shape = mamuto_array_get_shape(mamuto_result_get_array(result), NULL);
    GString *text;

    if (n_axes < 2)
        return NULL;
    text = g_string_new("]");
    for (guint i = n_axes; i-- > 0; row /= MAX(shape[i], 1)) {
        g_autofree char *index = g_strdup_printf("%" G_GINT64_FORMAT, row % MAX(shape[i], 1));

        g_string_prepend(text, index);
        g_string_prepend(text, i > 0 ? ", " : "[");
    }
    return g_string_free(text, FALSE);
}

static void
on_bind(GtkListItemFactory *factory, GtkListItem *item, gpointer data)
{
    MamutoFailedRow *self = gtk_list_item_get_item(item);
    const MamutoRowFailure *failure = self->failure;
    GtkWidget *box = gtk_list_item_get_child(item);
    GtkWidget *row = gtk_widget_get_first_child(box), *cause = gtk_widget_get_last_child(box);
    g_autofree char *number = app_text_count(failure->row);
    g_autofree char *row_title = g_strdup_printf(_("Row %s"), number);
    g_autofree char *title = g_strconcat(row_title, self->place ? " · " : "", self->place, NULL);
    g_autofree char *line =
        g_strdelimit(app_error_cause(failure->cause, failure->advice), "\r\n\t", ' ');
    g_autofree char *spoken = g_strdup_printf("%s: %s", title, line);

    gtk_label_set_text(GTK_LABEL(row), title);
    gtk_label_set_text(GTK_LABEL(cause), line);
    gtk_widget_set_tooltip_text(box, line);
    gtk_accessible_update_property(GTK_ACCESSIBLE(gtk_widget_get_parent(box)),
                                   GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

void
failure_list_init(GtkListView *list)
{
    g_autoptr(GtkListItemFactory) factory = gtk_signal_list_item_factory_new();

    g_signal_connect(factory, "setup", G_CALLBACK(on_setup), NULL);
    g_signal_connect(factory, "bind", G_CALLBACK(on_bind), NULL);
    gtk_list_view_set_factory(list, factory);
}

void
failure_list_show(GtkListView *list, MamutoResult *result)
{
    g_autoptr(GListStore) store = g_list_store_new(MAMUTO_TYPE_FAILED_ROW);
    g_autoptr(GtkNoSelection) selection = NULL;
    GPtrArray *failures = result ? mamuto_result_get_failures(result) : NULL;

    for (guint i = 0; failures && i < failures->len; i++) {
        g_autoptr(MamutoFailedRow) item = g_object_new(MAMUTO_TYPE_FAILED_ROW, NULL);

        item->failure = mamuto_row_failure_copy(g_ptr_array_index(failures, i));
        item->place = describe_place(result, item->failure->row);
        g_list_store_append(store, item);
    }
    /* request a height for several rows, because the minimum height of GtkListView is one row */
    gtk_scrolled_window_set_min_content_height(
        GTK_SCROLLED_WINDOW(gtk_widget_get_ancestor(GTK_WIDGET(list), GTK_TYPE_SCROLLED_WINDOW)),
        failures ? (int)MIN(failures->len, ROWS_IN_SIGHT) * ROW_HEIGHT : -1);
    selection = gtk_no_selection_new(G_LIST_MODEL(g_steal_pointer(&store)));
    gtk_list_view_set_model(list, GTK_SELECTION_MODEL(selection));
}

gint64
failure_list_get_row(GtkListView *list, guint position)
{
    g_autoptr(MamutoFailedRow) item =
        g_list_model_get_item(G_LIST_MODEL(gtk_list_view_get_model(list)), position);

    return item ? item->failure->row : 0;
}
