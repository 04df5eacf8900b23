/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-array-view.h. */
#include "mamuto-array-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "../app-text.h"
#include "../compat/compat.h"
#include "mamuto-array-model.h"

#define MAX_COLUMNS 32
/* Least widths: "-1.234567891", "– Missing". */
#define VALUE_CHARS 12
#define STATUS_CHARS 9

struct _MamutoArrayView {
    GtkWidget parent_instance;
    MamutoArrayModel *model;
    GtkSingleSelection *selection;
    MamutoArray *array;
    MamutoResult *result;
    gint64 n_columns;    /* numbers in a row */
    gint64 first_column; /* that is shown */

    GtkColumnView *table;
    GtkEntry *row_entry;
    GtkLabel *hint_label;
    GtkWidget *pager;
    GtkLabel *pager_label;
    GtkWidget *previous_button;
    GtkWidget *next_button;
};

G_DEFINE_FINAL_TYPE(MamutoArrayView, mamuto_array_view, GTK_TYPE_WIDGET)

static void
mamuto_array_view_dispose(GObject *object)
{
    MamutoArrayView *self = MAMUTO_ARRAY_VIEW(object);
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(GTK_WIDGET(self))))
        gtk_widget_unparent(child);
    g_clear_object(&self->selection);
    g_clear_object(&self->model);
    g_clear_object(&self->array);
    g_clear_object(&self->result);
    G_OBJECT_CLASS(mamuto_array_view_parent_class)->dispose(object);
}

/* ---- cells ---- */

static gint64
row_of(GtkListItem *item)
{
    return mamuto_array_row_get_row(gtk_list_item_get_item(item));
}

static GtkInscription *
cell_of(GtkListItem *item)
{
    return GTK_INSCRIPTION(gtk_list_item_get_child(item));
}

/* A cell is named by what it shows. */
static void
set_cell_text(GtkListItem *item, const char *text)
{
    GtkWidget *cell = gtk_widget_get_parent(GTK_WIDGET(cell_of(item)));

    gtk_inscription_set_text(cell_of(item), text);
    if (cell)
        gtk_accessible_update_property(GTK_ACCESSIBLE(cell), GTK_ACCESSIBLE_PROPERTY_LABEL, text,
                                       -1);
}

static void
on_setup(GtkListItemFactory *factory, GtkListItem *item, gpointer data)
{
    GtkWidget *cell = gtk_inscription_new(NULL);

    gtk_inscription_set_xalign(GTK_INSCRIPTION(cell), 1);
    gtk_inscription_set_min_lines(GTK_INSCRIPTION(cell), 1);
    gtk_inscription_set_min_chars(GTK_INSCRIPTION(cell), GPOINTER_TO_UINT(data));
    gtk_inscription_set_text_overflow(GTK_INSCRIPTION(cell),
                                      GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
    gtk_list_item_set_child(item, cell);
}

static void
on_bind_number(GtkListItemFactory *factory, GtkListItem *item, MamutoArrayView *self)
{
    g_autofree char *text = app_text_count(row_of(item));

    gtk_widget_add_css_class(GTK_WIDGET(cell_of(item)), "dim-label");
    set_cell_text(item, text);
}

/* A column is one of the numbers in a row, in C order over the dimensions behind the first. */
static void
split_column(MamutoArray *array, gint64 column, gint64 *index)
{
    guint n_dims;
    const gint64 *shape = mamuto_array_get_shape(array, &n_dims);

    for (guint dim = n_dims - 1; dim > 0; dim--) {
        index[dim] = column % shape[dim];
        column /= shape[dim];
    }
}

/* Ten digits tell more than eyes can take; all of them are in the tooltip. */
static char *
shorten(MamutoArray *array, const char *text)
{
    MamutoDtype dtype;

    mamuto_array_get_dtype(array, &dtype);
    if (dtype.kind == 'f' && *text)
        return g_strdup_printf("%.10g", g_ascii_strtod(text, NULL));
    return g_strdup(text);
}

static void
on_bind_value(GtkListItemFactory *factory, GtkListItem *item, MamutoArrayView *self)
{
    gint64 column = *(gint64 *)g_object_get_data(G_OBJECT(factory), "column");
    gint64 index[MAMUTO_ARRAY_MAX_DIMS];
    g_autofree char *text = NULL;
    g_autofree char *shown = NULL;

    split_column(self->array, column, index);
    index[0] = row_of(item);
    text = mamuto_array_format_element(self->array, index);
    shown = shorten(self->array, text);
    set_cell_text(item, shown);
    gtk_widget_set_tooltip_text(GTK_WIDGET(cell_of(item)), strcmp(text, shown) != 0 ? text : NULL);
}

static void
on_bind_status(GtkListItemFactory *factory, GtkListItem *item, MamutoArrayView *self)
{
    MamutoRowStatus status = mamuto_result_get_status(self->result, row_of(item));
    const char *text = "";

    if (status == MAMUTO_ROW_FAILED)
        text = _("✕ Failed");
    else if (status == MAMUTO_ROW_MISSING)
        text = _("– Missing");
    gtk_inscription_set_xalign(cell_of(item), 0);
    set_cell_text(item, text);
}

/* ---- columns ---- */

static GtkListItemFactory *
add_column(MamutoArrayView *self, const char *title, GCallback bind, guint chars, gboolean expand)
{
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    g_autoptr(GtkColumnViewColumn) column = NULL;

    g_signal_connect(factory, "setup", G_CALLBACK(on_setup), GUINT_TO_POINTER(chars));
    g_signal_connect_object(factory, "bind", bind, self, 0);
    column = gtk_column_view_column_new(title, factory);
    gtk_column_view_column_set_expand(column, expand);
    gtk_column_view_column_set_resizable(column, TRUE);
    gtk_column_view_append_column(self->table, column);
    return factory;
}

static char *
column_title(MamutoArray *array, gint64 column)
{
    gint64 index[MAMUTO_ARRAY_MAX_DIMS];
    guint n_dims = mamuto_array_get_n_dims(array);
    GString *title = g_string_new("[");

    if (n_dims == 1) {
        g_string_assign(title, _("Value"));
        return g_string_free(title, FALSE);
    }
    split_column(array, column, index);
    for (guint dim = 1; dim < n_dims; dim++)
        g_string_append_printf(title, "%s%" G_GINT64_FORMAT, dim > 1 ? "," : "", index[dim]);
    g_string_append_c(title, ']');
    return g_string_free(title, FALSE);
}

static void
update_pager(MamutoArrayView *self, gint64 end)
{
    g_autofree char *first = app_text_count(self->first_column);
    g_autofree char *last = app_text_count(end - 1);
    g_autofree char *all = app_text_count(self->n_columns);
    /* Translators: "columns 0–31 of 64" */
    g_autofree char *text = g_strdup_printf(_("Columns %s–%s of %s"), first, last, all);

    gtk_label_set_label(self->pager_label, text);
    gtk_widget_set_visible(self->pager, self->n_columns > MAX_COLUMNS);
    gtk_widget_set_sensitive(self->previous_button, self->first_column > 0);
    gtk_widget_set_sensitive(self->next_button, end < self->n_columns);
}

static void
make_columns(MamutoArrayView *self)
{
    GListModel *columns = gtk_column_view_get_columns(self->table);
    gint64 end = MIN(self->first_column + MAX_COLUMNS, self->n_columns);
    g_autofree char *last = NULL;

    while (g_list_model_get_n_items(columns) > 0) {
        g_autoptr(GtkColumnViewColumn) column = g_list_model_get_item(columns, 0);

        gtk_column_view_remove_column(self->table, column);
    }
    if (!self->array)
        return;
    last = app_text_count(mamuto_array_get_n_rows(self->array));
    add_column(self, _("Row"), G_CALLBACK(on_bind_number), (guint)g_utf8_strlen(last, -1), FALSE);
    for (gint64 i = self->first_column; i < end; i++) {
        g_autofree char *title = column_title(self->array, i);
        GtkListItemFactory *factory =
            add_column(self, title, G_CALLBACK(on_bind_value), VALUE_CHARS, self->n_columns > 2);

        g_object_set_data_full(G_OBJECT(factory), "column", g_memdup2(&i, sizeof i), g_free);
    }
    if (self->result)
        add_column(self, _("Status"), G_CALLBACK(on_bind_status), STATUS_CHARS, TRUE);
    update_pager(self, end);
}

/* ---- where one is ---- */

static void
update_hint(MamutoArrayView *self)
{
    gint64 rows = self->array ? mamuto_array_get_n_rows(self->array) : 0;
    gint64 first = mamuto_array_model_get_first(self->model);
    g_autofree char *text = NULL;

    if (rows > MAMUTO_ARRAY_MODEL_MAX_ROWS) {
        g_autofree char *from = app_text_count(first);
        g_autofree char *to = app_text_count(MIN(first + MAMUTO_ARRAY_MODEL_MAX_ROWS, rows) - 1);

        /* Translators: the part of a very long table that can be scrolled */
        text = g_strdup_printf(_("Rows %s to %s"), from, to);
    }
    gtk_label_set_label(self->hint_label, text ? text : "");
}

static void
show_window(MamutoArrayView *self, gint64 first)
{
    mamuto_array_model_set_array(self->model, self->array, first);
    update_hint(self);
}

void
mamuto_array_view_go_to(MamutoArrayView *self, gint64 row)
{
    gint64 first = row / MAMUTO_ARRAY_MODEL_MAX_ROWS * MAMUTO_ARRAY_MODEL_MAX_ROWS;

    if (!self->array || row < 0 || row >= mamuto_array_get_n_rows(self->array))
        return;
    if (first != mamuto_array_model_get_first(self->model))
        show_window(self, first);
    gtk_single_selection_set_selected(self->selection, (guint)(row - first));
    compat_list_scroll_to(GTK_WIDGET(self->table), (guint)(row - first));
}

/* Separators of thousands, whichever they are, do not count. */
static gboolean
read_row(const char *text, gint64 *row)
{
    GString *digits = g_string_new(NULL);
    gboolean ok;

    for (; *text; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);

        if (g_ascii_isdigit((char)c) && c < 128)
            g_string_append_c(digits, (char)c);
        else if (g_unichar_isalpha(c) || c == '-')
            g_string_assign(digits, "?");
    }
    ok = g_ascii_string_to_signed(digits->str, 10, 0, G_MAXINT64, row, NULL);
    g_string_free(digits, TRUE);
    return ok;
}

static void
on_go(MamutoArrayView *self)
{
    gint64 rows = self->array ? mamuto_array_get_n_rows(self->array) : 0;
    gint64 row;
    gboolean ok =
        read_row(gtk_editable_get_text(GTK_EDITABLE(self->row_entry)), &row) && row < rows;

    if (ok) {
        gtk_widget_remove_css_class(GTK_WIDGET(self->row_entry), "error");
        update_hint(self);
        mamuto_array_view_go_to(self, row);
    } else {
        g_autofree char *last = app_text_count(MAX(rows - 1, 0));
        g_autofree char *text = g_strdup_printf(_("Rows go from 0 to %s"), last);

        gtk_widget_add_css_class(GTK_WIDGET(self->row_entry), "error");
        gtk_label_set_label(self->hint_label, text);
    }
}

static void
on_previous(MamutoArrayView *self)
{
    self->first_column = MAX(self->first_column - MAX_COLUMNS, 0);
    make_columns(self);
}

static void
on_next(MamutoArrayView *self)
{
    self->first_column += MAX_COLUMNS;
    make_columns(self);
}

/* ---- what is shown ---- */

static void
show(MamutoArrayView *self, MamutoArray *array, MamutoResult *result)
{
    guint n_dims;
    const gint64 *shape;

    if (self->array == array && self->result == result)
        return;
    /* no cell may ask for a row while the array is changed below it */
    mamuto_array_model_set_array(self->model, NULL, 0);
    g_set_object(&self->array, array);
    g_set_object(&self->result, result);
    self->first_column = 0;
    self->n_columns = array ? 1 : 0;
    if (array) {
        shape = mamuto_array_get_shape(array, &n_dims);
        for (guint dim = 1; dim < n_dims; dim++)
            self->n_columns *= shape[dim];
    }
    make_columns(self);
    show_window(self, 0);
}

void
mamuto_array_view_set_array(MamutoArrayView *self, MamutoArray *array)
{
    show(self, array, NULL);
}

void
mamuto_array_view_set_result(MamutoArrayView *self, MamutoResult *result)
{
    show(self, result ? mamuto_result_get_array(result) : NULL, result);
}

static void
mamuto_array_view_class_init(MamutoArrayViewClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_array_view_dispose;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/mamuto/Mamuto/ui/mamuto-array-view.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayView, table);
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayView, row_entry);
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayView, hint_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayView, pager);
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayView, pager_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayView, previous_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayView, next_button);
    gtk_widget_class_bind_template_callback(widget_class, on_go);
    gtk_widget_class_bind_template_callback(widget_class, on_previous);
    gtk_widget_class_bind_template_callback(widget_class, on_next);
}

static void
mamuto_array_view_init(MamutoArrayView *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    /* the list inside takes the focus, and has no name of its own */
    gtk_accessible_update_property(
        GTK_ACCESSIBLE(gtk_widget_get_last_child(GTK_WIDGET(self->table))),
        GTK_ACCESSIBLE_PROPERTY_LABEL, _("Rows"), -1);
    self->model = mamuto_array_model_new();
    self->selection = gtk_single_selection_new(g_object_ref(G_LIST_MODEL(self->model)));
    gtk_single_selection_set_autoselect(self->selection, FALSE);
    gtk_single_selection_set_can_unselect(self->selection, TRUE);
    gtk_column_view_set_model(self->table, GTK_SELECTION_MODEL(self->selection));
}

GtkWidget *
mamuto_array_view_new(void)
{
    return g_object_new(MAMUTO_TYPE_ARRAY_VIEW, NULL);
}
