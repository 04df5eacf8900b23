/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Creates the columns of the table and the text of their cells. */
#include "array-view-private.h"

#include <glib/gi18n.h>

#include "../app-text.h"
#include "array-text.h"

/* Maximum number of values in the label that screen readers speak for a row. */
#define MAX_SPOKEN 4

/* Maximum number of values that are shown before the status column. If a row has more values, the
 * status column is the first column, because users would have to scroll to see it at the end. */
#define MAX_BEFORE_STATUS 3

typedef struct {
    MamutoArrayView *view; /* no reference is held, because the view lives longer than its cells */
    gint64 column;         /* -1: the column does not show values of the array */
    guint width;
    gboolean at_end;
} Cells;

static const char *
describe_status(MamutoRowStatus status)
{
    switch (status) {
    case MAMUTO_ROW_OK:
        /* Translators: the status of a row that was computed */
        return _("✓ OK");
    case MAMUTO_ROW_FAILED:
        return _("✕ Failed");
    default:
        /* Translators: the status of a row that was not computed */
        return _("– Missing");
    }
}

/* Returns the number of rows of the run that one row of the table shows. For a grid of shape (n1,
 * n2) this is n2, because the rows of the run are numbered in C order. */
static gint64
get_n_calls(MamutoArrayView *view)
{
    return mamuto_result_get_n_rows(view->result) / MAX(mamuto_array_get_n_rows(view->array), 1);
}

/* Returns the status of a row of the table: the worst one of the rows of the run in it. */
static MamutoRowStatus
find_status(MamutoArrayView *view, gint64 row)
{
    gint64 n = get_n_calls(view);
    MamutoRowStatus worst = MAMUTO_ROW_OK;

    if (mamuto_result_get_n_ok(view->result) == mamuto_result_get_n_rows(view->result))
        return MAMUTO_ROW_OK;
    for (gint64 i = row * n; i < (row + 1) * n && worst != MAMUTO_ROW_FAILED; i++) {
        MamutoRowStatus status = mamuto_result_get_status(view->result, i);

        if (status != MAMUTO_ROW_OK)
            worst = status;
    }
    return worst;
}

static gboolean
has_value(MamutoArrayView *view, gint64 row, gint64 column)
{
    gint64 n = view->result ? get_n_calls(view) : 0;

    return !view->result ||
           mamuto_result_get_status(view->result, row * n + column / (view->n_columns / n)) ==
               MAMUTO_ROW_OK;
}

static char *
format_value(MamutoArrayView *view, gint64 row, gint64 column)
{
    /* if a row has no result, its value in the array is undefined */
    return has_value(view, row, column) ? array_text_cell(view->array, row, column, FALSE)
                                        : g_strdup("–");
}

/* (transfer full): the accessible label of a row, for example "Row 12: 0.98, 1.5, ✓ OK". */
static char *
describe_row(MamutoArrayView *view, gint64 row)
{
    g_autofree char *number = app_text_count(row);
    gint64 n = MIN(view->n_columns - view->first_column, MAX_SPOKEN);
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, _("Row %s"), number);
    for (gint64 i = 0; i < n; i++) {
        g_autofree char *value = format_value(view, row, view->first_column + i);

        g_string_append_printf(text, "%s%s", i > 0 ? ", " : ": ", value);
    }
    if (view->n_columns - view->first_column > n)
        g_string_append(text, ", …");
    if (view->result)
        g_string_append_printf(text, ", %s", describe_status(find_status(view, row)));
    return g_string_free(text, FALSE);
}

static gint64
get_row(GtkListItem *item)
{
    return mamuto_array_row_get_row(gtk_list_item_get_item(item));
}

/* Shows the number with all its digits as a tooltip, because the cell shows a rounded number. */
static gboolean
on_tooltip(GtkWidget *cell, int x, int y, gboolean keyboard, GtkTooltip *tooltip, Cells *cells)
{
    GtkListItem *item = g_object_get_data(G_OBJECT(cell), "item");
    g_autofree char *text = NULL;

    if (!gtk_list_item_get_item(item) || !has_value(cells->view, get_row(item), cells->column))
        return FALSE;
    text = array_text_cell(cells->view->array, get_row(item), cells->column, TRUE);
    gtk_tooltip_set_text(tooltip, text);
    return g_strcmp0(text, gtk_inscription_get_text(GTK_INSCRIPTION(cell))) != 0;
}

/* Hides the cell from screen readers. The label of the row already contains the text of the cells
 * (see describe_row()), and a screen reader would otherwise stop at each cell. */
static void
on_parent(GtkWidget *cell)
{
    GtkWidget *place = gtk_widget_get_parent(cell);

    if (place)
        gtk_accessible_update_state(GTK_ACCESSIBLE(place), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
}

static void
on_setup(GtkListItemFactory *factory, GtkListItem *item, Cells *cells)
{
    GtkWidget *cell = gtk_inscription_new(NULL);

    gtk_inscription_set_text_overflow(GTK_INSCRIPTION(cell),
                                      GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
    gtk_inscription_set_min_chars(GTK_INSCRIPTION(cell), cells->width);
    gtk_inscription_set_nat_chars(GTK_INSCRIPTION(cell), cells->width);
    gtk_inscription_set_xalign(GTK_INSCRIPTION(cell), cells->at_end ? 1 : 0);
    gtk_widget_add_css_class(cell, "numeric");
    g_signal_connect(cell, "notify::parent", G_CALLBACK(on_parent), NULL);
    gtk_list_item_set_child(item, cell);
    if (cells->column < 0)
        return;
    g_object_set_data(G_OBJECT(cell), "item", item);
    gtk_widget_set_has_tooltip(cell, TRUE);
    g_signal_connect(cell, "query-tooltip", G_CALLBACK(on_tooltip), cells);
}

static void
on_bind_row(GtkListItemFactory *factory, GtkListItem *item, Cells *cells)
{
    GtkWidget *cell = gtk_list_item_get_child(item);
    GtkWidget *in_table = gtk_widget_get_parent(cell);
    g_autofree char *text = app_text_count(get_row(item));
    g_autofree char *spoken = describe_row(cells->view, get_row(item));

    gtk_inscription_set_text(GTK_INSCRIPTION(cell), text);
    /* screen readers speak the label of the row, because the row has the focus; the row is the
     * grandparent of the cell */
    in_table = in_table ? gtk_widget_get_parent(in_table) : NULL;
    if (in_table)
        gtk_accessible_update_property(GTK_ACCESSIBLE(in_table), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       spoken, -1);
}

static void
on_bind_value(GtkListItemFactory *factory, GtkListItem *item, Cells *cells)
{
    g_autofree char *text = format_value(cells->view, get_row(item), cells->column);

    gtk_inscription_set_text(GTK_INSCRIPTION(gtk_list_item_get_child(item)), text);
}

static void
on_bind_status(GtkListItemFactory *factory, GtkListItem *item, Cells *cells)
{
    static const char *const classes[] = {[MAMUTO_ROW_MISSING] = "dim-label",
                                          [MAMUTO_ROW_OK] = "success",
                                          [MAMUTO_ROW_FAILED] = "error"};
    GtkWidget *cell = gtk_list_item_get_child(item);
    MamutoRowStatus status = find_status(cells->view, get_row(item));

    gtk_inscription_set_text(GTK_INSCRIPTION(cell), describe_status(status));
    for (guint i = 0; i < G_N_ELEMENTS(classes); i++)
        if (i == status)
            gtk_widget_add_css_class(cell, classes[i]);
        else
            gtk_widget_remove_css_class(cell, classes[i]);
}

static void
free_cells(gpointer data, GClosure *closure)
{
    g_free(data);
}

/* Aligns the title of the last column at the end of the cell, because the numbers below the title
 * are aligned there. GTK has no property for the alignment of titles. Therefore the function
 * changes the box that GTK creates inside the title. */
static void
align_title(MamutoArrayView *self)
{
    GtkWidget *header = gtk_widget_get_first_child(GTK_WIDGET(self->table));
    GtkWidget *title = header ? gtk_widget_get_last_child(header) : NULL;
    GtkWidget *box = title ? gtk_widget_get_first_child(title) : NULL;

    if (GTK_IS_BOX(box))
        gtk_widget_set_halign(box, GTK_ALIGN_END);
}

static void
add_column(MamutoArrayView *self, const char *title, const Cells *cells, GCallback bind,
           gboolean expand)
{
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    GtkColumnViewColumn *column = gtk_column_view_column_new(title, factory);
    Cells *own = g_memdup2(cells, sizeof *cells);

    g_signal_connect_data(factory, "setup", G_CALLBACK(on_setup), own, free_cells, 0);
    if (bind)
        g_signal_connect(factory, "bind", bind, own);
    gtk_column_view_column_set_resizable(column, TRUE);
    gtk_column_view_column_set_expand(column, expand);
    gtk_column_view_append_column(self->table, column);
    if (cells->at_end)
        align_title(self);
    g_object_unref(column);
}

static guint
count_digits(gint64 n)
{
    g_autofree char *text = app_text_count(n);

    return (guint)g_utf8_strlen(text, -1) + 1;
}

static void
add_values(MamutoArrayView *self, gint64 end, gboolean expand)
{
    Cells cells = {.view = self};
    MamutoDtype dtype;

    mamuto_array_get_dtype(self->array, &dtype);
    cells.width = array_text_width(&dtype);
    cells.at_end = array_text_is_number(&dtype);
    for (gint64 i = self->first_column; i < end; i++) {
        g_autofree char *title = array_text_column_title(self->array, i);

        cells.column = i;
        add_column(self, title, &cells, G_CALLBACK(on_bind_value), expand);
    }
}

static void
add_status(MamutoArrayView *self, gboolean expand)
{
    Cells cells = {.view = self, .column = -1};

    for (MamutoRowStatus status = MAMUTO_ROW_MISSING; status <= MAMUTO_ROW_FAILED; status++)
        cells.width = MAX(cells.width, (guint)g_utf8_strlen(describe_status(status), -1) + 1);
    if (self->result)
        /* Translators: the title of the column that shows whether a row was computed */
        add_column(self, _("Status"), &cells, G_CALLBACK(on_bind_status), expand);
}

void
array_view_make_columns(MamutoArrayView *self)
{
    GListModel *columns = gtk_column_view_get_columns(self->table);
    gint64 end = MIN(self->first_column + ARRAY_VIEW_MAX_COLUMNS, self->n_columns);
    /* lines of JSON are wider than a narrow window, and fill the width of a wide one */
    gboolean is_json = self->array && mamuto_array_is_json(self->array);
    gboolean status_first = self->n_columns > MAX_BEFORE_STATUS || is_json;
    Cells cells = {.view = self, .column = -1, .at_end = TRUE};

    for (guint i = g_list_model_get_n_items(columns); i-- > 0;) {
        g_autoptr(GtkColumnViewColumn) column = g_list_model_get_item(columns, i);

        gtk_column_view_remove_column(self->table, column);
    }
    if (!self->array)
        return;
    cells.width = MAX(count_digits(mamuto_array_get_n_rows(self->array)), 4);
    add_column(self, _("Row"), &cells, G_CALLBACK(on_bind_row), FALSE);
    if (status_first)
        add_status(self, FALSE);
    add_values(self, end, is_json);
    if (!status_first && self->result) {
        add_status(self, TRUE);
    } else if (!is_json) {
        /* an empty last column fills the remaining width, because GTK draws a shadow beside a table
         * that is narrower than its scrolled window */
        cells.width = 0;
        add_column(self, NULL, &cells, NULL, TRUE);
    }
}
