/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-array-view.h. */
#include "array-view-private.h"

#include <glib/gi18n.h>

#include "../app-text.h"
#include "../compat/compat.h"
#include "../widgets/stack-hide.h"
#include "array-copy.h"
#include "array-text.h"

enum { COPIED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(MamutoArrayView, mamuto_array_view, GTK_TYPE_WIDGET)

static void
update_bar(MamutoArrayView *self)
{
    gint64 n_rows = self->array ? mamuto_array_get_n_rows(self->array) : 0;
    gint64 first = mamuto_array_model_get_first(self->model);
    gint64 shown = g_list_model_get_n_items(G_LIST_MODEL(self->model));
    gint64 last_column = MIN(self->first_column + ARRAY_VIEW_MAX_COLUMNS, self->n_columns);
    g_autofree char *columns_from = app_text_count(self->first_column);
    g_autofree char *columns_to = app_text_count(last_column - 1);
    g_autofree char *columns_all = app_text_count(self->n_columns);
    g_autofree char *rows_from = app_text_count(first);
    g_autofree char *rows_to = app_text_count(first + shown - 1);
    g_autofree char *rows_all = app_text_count(n_rows);
    g_autofree char *columns = g_strdup_printf(
        /* Translators: columns of a table: the first, the last, and the total number of columns */
        _("Columns %s–%s of %s"), columns_from, columns_to, columns_all);
    /* Translators: rows of a table: the first, the last, and the total number of rows */
    g_autofree char *rows = g_strdup_printf(_("Rows %s–%s of %s"), rows_from, rows_to, rows_all);

    gtk_stack_set_visible_child_name(self->stack, n_rows > 0 ? "table" : "empty");
    gtk_widget_set_visible(self->bar, n_rows > 0);
    gtk_widget_set_visible(self->columns_box, self->n_columns > ARRAY_VIEW_MAX_COLUMNS);
    gtk_label_set_text(self->columns_label, columns);
    gtk_widget_set_visible(self->rows_box, n_rows > shown);
    gtk_label_set_text(self->rows_label, rows);
    gtk_widget_action_set_enabled(GTK_WIDGET(self), "array.previous-columns",
                                  self->first_column > 0);
    gtk_widget_action_set_enabled(GTK_WIDGET(self), "array.next-columns",
                                  last_column < self->n_columns);
    gtk_widget_action_set_enabled(GTK_WIDGET(self), "array.previous-rows", first > 0);
    gtk_widget_action_set_enabled(GTK_WIDGET(self), "array.next-rows", first + shown < n_rows);
    gtk_widget_action_set_enabled(GTK_WIDGET(self), "array.copy", n_rows > 0);
}

static void
show_columns(MamutoArrayView *self, gint64 first)
{
    self->first_column = first;
    array_view_make_columns(self);
    update_bar(self);
}

static void
show_rows(MamutoArrayView *self, gint64 first)
{
    mamuto_array_model_set_array(self->model, self->array, first);
    update_bar(self);
}

static void
on_page(GtkWidget *widget, const char *action, GVariant *parameter)
{
    MamutoArrayView *self = MAMUTO_ARRAY_VIEW(widget);
    gint64 first = mamuto_array_model_get_first(self->model);

    if (g_str_equal(action, "array.next-columns"))
        show_columns(self, self->first_column + ARRAY_VIEW_MAX_COLUMNS);
    else if (g_str_equal(action, "array.previous-columns"))
        show_columns(self, self->first_column - ARRAY_VIEW_MAX_COLUMNS);
    else if (g_str_equal(action, "array.next-rows"))
        show_rows(self, first + MAMUTO_ARRAY_MODEL_MAX_ROWS);
    else
        show_rows(self, first - MAMUTO_ARRAY_MODEL_MAX_ROWS);
}

/* ---- going to a row ---- */

void
mamuto_array_view_go_to(MamutoArrayView *self, gint64 row)
{
    gint64 first, n_rows = self->array ? mamuto_array_get_n_rows(self->array) : 0;
    guint position;

    if (n_rows == 0)
        return;
    row = CLAMP(row, 0, n_rows - 1);
    first = row - row % MAMUTO_ARRAY_MODEL_MAX_ROWS;
    if (first != mamuto_array_model_get_first(self->model))
        show_rows(self, first);
    position = (guint)(row - first);
    gtk_selection_model_select_item(GTK_SELECTION_MODEL(self->selection), position, TRUE);
    compat_list_scroll_to(GTK_WIDGET(self->table), position);
}

/* Parses a row number with or without thousands separators. Returns -1 if @text is not a number. */
static gint64
parse_row(const char *text)
{
    gint64 row = -1;

    for (; *text; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);

        if (g_unichar_isdigit(c))
            row = MIN(MAX(row, 0) * 10 + g_unichar_digit_value(c), G_MAXINT64 / 100);
        else if (!g_unichar_isspace(c) && !g_unichar_ispunct(c))
            return -1;
    }
    return row;
}

static void
on_row_changed(GtkEntry *entry)
{
    const char *text = gtk_editable_get_text(GTK_EDITABLE(entry));

    if (*text && parse_row(text) < 0)
        gtk_widget_add_css_class(GTK_WIDGET(entry), "error");
    else
        gtk_widget_remove_css_class(GTK_WIDGET(entry), "error");
}

static void
on_row_activate(MamutoArrayView *self)
{
    gint64 row = parse_row(gtk_editable_get_text(GTK_EDITABLE(self->row_entry)));

    if (row >= 0)
        mamuto_array_view_go_to(self, row);
    else
        gtk_widget_error_bell(GTK_WIDGET(self->row_entry));
}

/* ---- copying ---- */

static void
cancel_copy(MamutoArrayView *self)
{
    g_cancellable_cancel(self->cancellable);
    g_clear_object(&self->cancellable);
}

static void
on_copied(GObject *source, GAsyncResult *result, gpointer data)
{
    MamutoArrayView *self = data;
    gint64 n_rows;
    gboolean all;
    g_autofree char *text = array_copy_finish(result, &n_rows, &all);

    /* copying was cancelled; self must not be used, because it may already be freed */
    if (!text)
        return;
    g_clear_object(&self->cancellable);
    gdk_clipboard_set_text(gtk_widget_get_clipboard(GTK_WIDGET(self)), text);
    g_signal_emit(self, signals[COPIED], 0, n_rows, all);
}

void
mamuto_array_view_copy(MamutoArrayView *self)
{
    g_autoptr(GtkBitset) rows = NULL;

    if (!self->array)
        return;
    rows = gtk_selection_model_get_selection(GTK_SELECTION_MODEL(self->selection));
    if (gtk_bitset_is_empty(rows)) {
        g_clear_pointer(&rows, gtk_bitset_unref);
        rows = gtk_bitset_new_range(0, g_list_model_get_n_items(G_LIST_MODEL(self->model)));
    }
    cancel_copy(self);
    self->cancellable = g_cancellable_new();
    array_copy_async(self->array, rows, mamuto_array_model_get_first(self->model),
                     self->cancellable, on_copied, self);
}

static void
on_copy(GtkWidget *widget, const char *action, GVariant *parameter)
{
    mamuto_array_view_copy(MAMUTO_ARRAY_VIEW(widget));
}

/* ---- content ---- */

static void
show_array(MamutoArrayView *self, MamutoArray *array, MamutoResult *result)
{
    /* empty the model before the old array is freed, because GTK could request a row of the old
     * array */
    mamuto_array_model_set_array(self->model, NULL, 0);
    g_set_object(&self->array, array);
    g_set_object(&self->result, result);
    self->n_columns = array ? array_text_count_columns(array) : 0;
    self->first_column = 0;
    array_view_make_columns(self);
    gtk_editable_set_text(GTK_EDITABLE(self->row_entry), "");
    show_rows(self, 0);
}

void
mamuto_array_view_set_array(MamutoArrayView *self, MamutoArray *array)
{
    if (self->array != array || self->result)
        show_array(self, array, NULL);
}

void
mamuto_array_view_set_result(MamutoArrayView *self, MamutoResult *result)
{
    if (self->result != result || !result)
        show_array(self, result ? mamuto_result_get_array(result) : NULL, result);
}

/* ---- the widget ---- */

static void
mamuto_array_view_dispose(GObject *object)
{
    MamutoArrayView *self = MAMUTO_ARRAY_VIEW(object);
    GtkWidget *child;

    cancel_copy(self);
    if (self->table)
        gtk_column_view_set_model(self->table, NULL);
    while ((child = gtk_widget_get_first_child(GTK_WIDGET(self))))
        gtk_widget_unparent(child);
    self->table = NULL;
    g_clear_object(&self->selection);
    g_clear_object(&self->model);
    g_clear_object(&self->result);
    g_clear_object(&self->array);
    G_OBJECT_CLASS(mamuto_array_view_parent_class)->dispose(object);
}

/* The Tab key moves the focus out of the table, because the table can have millions of rows. The
 * arrow keys move the focus between rows. */
static gboolean
mamuto_array_view_focus(GtkWidget *widget, GtkDirectionType direction)
{
    MamutoArrayView *self = MAMUTO_ARRAY_VIEW(widget);
    GtkWidget *focus = gtk_root_get_focus(gtk_widget_get_root(widget));

    if (focus && gtk_widget_is_ancestor(focus, GTK_WIDGET(self->table))) {
        if (direction == GTK_DIR_TAB_FORWARD)
            return gtk_widget_child_focus(self->bar, direction);
        if (direction == GTK_DIR_TAB_BACKWARD)
            return FALSE;
    }
    return GTK_WIDGET_CLASS(mamuto_array_view_parent_class)->focus(widget, direction);
}

static void
mamuto_array_view_class_init(MamutoArrayViewClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_array_view_dispose;
    widget_class->focus = mamuto_array_view_focus;
    gtk_widget_class_set_layout_manager_type(widget_class, GTK_TYPE_BOX_LAYOUT);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/mamuto/Mamuto/ui/mamuto-array-view.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayView, stack);
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayView, table);
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayView, bar);
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayView, row_entry);
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayView, columns_box);
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayView, columns_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayView, rows_box);
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayView, rows_label);
    gtk_widget_class_install_action(widget_class, "array.copy", NULL, on_copy);
    gtk_widget_class_install_action(widget_class, "array.next-columns", NULL, on_page);
    gtk_widget_class_install_action(widget_class, "array.previous-columns", NULL, on_page);
    gtk_widget_class_install_action(widget_class, "array.next-rows", NULL, on_page);
    gtk_widget_class_install_action(widget_class, "array.previous-rows", NULL, on_page);
    gtk_widget_class_add_binding_action(widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "array.copy",
                                        NULL);
    signals[COPIED] = g_signal_new("copied", MAMUTO_TYPE_ARRAY_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_BOOLEAN);
}

static void
mamuto_array_view_init(MamutoArrayView *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    stack_hide_others(self->stack);
    /* set the label on the list inside the table, because this list receives the focus and screen
     * readers speak the label of the focused widget */
    gtk_accessible_update_property(
        GTK_ACCESSIBLE(gtk_widget_get_last_child(GTK_WIDGET(self->table))),
        GTK_ACCESSIBLE_PROPERTY_LABEL, _("Rows"), -1);
    self->model = mamuto_array_model_new();
    self->selection = gtk_multi_selection_new(G_LIST_MODEL(g_object_ref(self->model)));
    gtk_column_view_set_model(self->table, GTK_SELECTION_MODEL(self->selection));
    g_signal_connect_object(self->row_entry, "activate", G_CALLBACK(on_row_activate), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(self->row_entry, "icon-press", G_CALLBACK(on_row_activate), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect(self->row_entry, "changed", G_CALLBACK(on_row_changed), NULL);
    update_bar(self);
}

GtkWidget *
mamuto_array_view_new(void)
{
    return g_object_new(MAMUTO_TYPE_ARRAY_VIEW, NULL);
}
