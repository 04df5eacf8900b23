/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-array-plot.h. */
#include "mamuto-array-plot.h"

#include <glib/gi18n.h>

#include "../array-view/array-text.h"
#include "../widgets/narrow-drop-down.h"
#include "../widgets/stack-hide.h"
#include "column-names.h"
#include "mamuto-plot-area.h"

struct _MamutoArrayPlot {
    AdwBin parent_instance;
    MamutoArray *array;
    MamutoResult *result;
    PlotData *data;
    GCancellable *cancellable;
    gboolean settling; /* TRUE while the program, and not the user, changes the column dropdown */

    GtkToggleButton *histogram_button;
    GtkDropDown *column_dropdown;
    GtkStack *stack;
    MamutoPlotArea *area;
    GtkLabel *message;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(MamutoArrayPlot, mamuto_array_plot, ADW_TYPE_BIN)

static void
show_data(MamutoArrayPlot *self, PlotData *data)
{
    mamuto_plot_area_set_data(self->area, data);
    g_clear_pointer(&self->data, plot_data_free);
    self->data = data;
    if (data) {
        gtk_label_set_text(self->message, data->n_rows == 0 ? _("No rows") : _("No finite values"));
        gtk_stack_set_visible_child_name(self->stack, data->n_bins > 0 ? "plot" : "message");
    }
    g_signal_emit(self, signals[CHANGED], 0);
}

static void
on_loaded(GObject *source, GAsyncResult *async_result, gpointer user_data)
{
    MamutoArrayPlot *self = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(PlotData) data = plot_data_load_finish(async_result, &error);

    /* do not use self, because it may already be freed if loading was cancelled */
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    if (error) {
        gtk_label_set_text(self->message,
                           g_error_matches(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED)
                               ? _("Only real numbers can be plotted")
                               : error->message);
        gtk_stack_set_visible_child_name(self->stack, "message");
        return;
    }
    show_data(self, g_steal_pointer(&data));
}

static void
load(MamutoArrayPlot *self)
{
    gint64 column = gtk_drop_down_get_selected(self->column_dropdown);

    g_cancellable_cancel(self->cancellable);
    g_clear_object(&self->cancellable);
    if (!self->array || array_text_count_columns(self->array) == 0) {
        show_data(self, NULL);
        gtk_label_set_text(self->message, self->array ? _("No values") : "");
        gtk_stack_set_visible_child_name(self->stack, "message");
        return;
    }
    show_data(self, NULL);
    gtk_stack_set_visible_child_name(self->stack, "busy");
    self->cancellable = g_cancellable_new();
    plot_data_load_async(self->array, self->result, column, self->cancellable, on_loaded, self);
}

static void
on_column(MamutoArrayPlot *self)
{
    if (!self->settling)
        load(self);
}

static void
on_kind(MamutoArrayPlot *self)
{
    mamuto_plot_area_set_kind(self->area, gtk_toggle_button_get_active(self->histogram_button)
                                              ? PLOT_HISTOGRAM
                                              : PLOT_LINE);
}

static void
show_array(MamutoArrayPlot *self, MamutoArray *array, MamutoResult *result)
{
    g_autoptr(GListModel) names = array ? column_names_new(array) : NULL;

    g_set_object(&self->array, array);
    g_set_object(&self->result, result);
    self->settling = TRUE;
    gtk_drop_down_set_model(self->column_dropdown, names);
    gtk_widget_set_visible(GTK_WIDGET(self->column_dropdown),
                           names && g_list_model_get_n_items(names) > 1);
    self->settling = FALSE;
    load(self);
}

void
mamuto_array_plot_set_array(MamutoArrayPlot *self, MamutoArray *array)
{
    if (self->array != array || self->result)
        show_array(self, array, NULL);
}

void
mamuto_array_plot_set_result(MamutoArrayPlot *self, MamutoResult *result)
{
    if (self->result != result || !result)
        show_array(self, result ? mamuto_result_get_array(result) : NULL, result);
}

const MamutoSummary *
mamuto_array_plot_get_summary(MamutoArrayPlot *self)
{
    return self->data ? self->data->summary : NULL;
}

static void
mamuto_array_plot_dispose(GObject *object)
{
    MamutoArrayPlot *self = MAMUTO_ARRAY_PLOT(object);

    g_cancellable_cancel(self->cancellable);
    g_clear_object(&self->cancellable);
    if (self->area)
        mamuto_plot_area_set_data(self->area, NULL);
    self->area = NULL;
    g_clear_pointer(&self->data, plot_data_free);
    g_clear_object(&self->array);
    g_clear_object(&self->result);
    G_OBJECT_CLASS(mamuto_array_plot_parent_class)->dispose(object);
}

static void
mamuto_array_plot_class_init(MamutoArrayPlotClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    g_type_ensure(MAMUTO_TYPE_PLOT_AREA);
    G_OBJECT_CLASS(klass)->dispose = mamuto_array_plot_dispose;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/mamuto/Mamuto/ui/mamuto-array-plot.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayPlot, histogram_button);
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayPlot, column_dropdown);
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayPlot, stack);
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayPlot, area);
    gtk_widget_class_bind_template_child(widget_class, MamutoArrayPlot, message);
    signals[CHANGED] = g_signal_new("changed", MAMUTO_TYPE_ARRAY_PLOT, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
}

static void
mamuto_array_plot_init(MamutoArrayPlot *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    narrow_drop_down_init(self->column_dropdown);
    stack_hide_others(self->stack);
    g_signal_connect_object(self->histogram_button, "toggled", G_CALLBACK(on_kind), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(self->column_dropdown, "notify::selected", G_CALLBACK(on_column), self,
                            G_CONNECT_SWAPPED);
}

GtkWidget *
mamuto_array_plot_new(void)
{
    return g_object_new(MAMUTO_TYPE_ARRAY_PLOT, NULL);
}
