/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-host-line.h. */
#include "mamuto-host-line.h"

#include <glib/gi18n.h>
#include <string.h>

#include "../app-error.h"
#include "../compat/compat.h"
#include "host-field.h"

struct _MamutoHostLine {
    GtkWidget parent_instance;
    MamutoHostItem *item;
    gboolean updating;
    gboolean movable;

    GtkWidget *handle;
    GtkSwitch *enabled_switch;
    GtkLabel *name_label;
    GtkSpinButton *cores_spin;
    GtkStack *state_stack;
    GtkImage *state_icon;
    GtkSpinner *state_spinner;
    GtkLabel *state_label;
    GtkWidget *name_box;
    GtkLabel *below_label; /* Shows the state of the host below its name if the row is narrow. */
};

G_DEFINE_FINAL_TYPE(MamutoHostLine, mamuto_host_line, GTK_TYPE_WIDGET)

enum { SIGNAL_MOVED, SIGNAL_CLICKED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* ---- cores ---- */

static gboolean
show_cores(GtkSpinButton *spin, gpointer data)
{
    int cores = gtk_spin_button_get_value_as_int(spin);
    /* Translators: all cores of a host; shown instead of the number of cores */
    g_autofree char *text = cores == 0 ? g_strdup(_("All")) : g_strdup_printf("%d", cores);

    if (strcmp(gtk_editable_get_text(GTK_EDITABLE(spin)), text) != 0)
        gtk_editable_set_text(GTK_EDITABLE(spin), text);
    return TRUE;
}

static int
read_cores(GtkSpinButton *spin, double *value, gpointer data)
{
    g_autofree char *text = g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(spin))));

    if (g_utf8_collate(text, _("All")) != 0)
        return FALSE;
    *value = 0;
    return TRUE;
}

void
host_line_init_cores(GtkSpinButton *spin)
{
    g_signal_connect(spin, "output", G_CALLBACK(show_cores), NULL);
    g_signal_connect(spin, "input", G_CALLBACK(read_cores), NULL);
    compat_spin_ignore_wheel(spin);
    gtk_spin_button_update(spin);
}

static void
on_cores(MamutoHostLine *self)
{
    if (!self->updating && self->item)
        mamuto_host_set_cores(mamuto_host_item_get_host(self->item),
                              (guint)gtk_spin_button_get_value_as_int(self->cores_spin));
}

static void
on_enabled(MamutoHostLine *self)
{
    if (!self->updating && self->item)
        mamuto_host_set_enabled(mamuto_host_item_get_host(self->item),
                                gtk_switch_get_active(self->enabled_switch));
}

/* ---- display ---- */

static void
show_state(MamutoHostLine *self)
{
    static const char *const classes[] = {"success", "error", "dim-label"};
    HostState state = mamuto_host_item_get_state(self->item);
    const char *word = mamuto_host_item_get_word(self->item);
    const char *class = state == HOST_STATE_READY    ? "success"
                        : state == HOST_STATE_FAILED ? "error"
                                                     : "dim-label";

    gtk_stack_set_visible_child_name(self->state_stack,
                                     state == HOST_STATE_CHECKING ? "spinner" : "icon");
    gtk_spinner_set_spinning(self->state_spinner, state == HOST_STATE_CHECKING);
    gtk_image_set_from_icon_name(self->state_icon, mamuto_host_item_get_icon_name(self->item));
    for (gsize i = 0; i < G_N_ELEMENTS(classes); i++)
        if (classes[i] != class) {
            gtk_widget_remove_css_class(GTK_WIDGET(self->state_icon), classes[i]);
            gtk_widget_remove_css_class(GTK_WIDGET(self->state_label), classes[i]);
            gtk_widget_remove_css_class(GTK_WIDGET(self->below_label), classes[i]);
        }
    gtk_widget_add_css_class(GTK_WIDGET(self->state_icon), class);
    gtk_widget_add_css_class(GTK_WIDGET(self->state_label), class);
    gtk_widget_add_css_class(GTK_WIDGET(self->below_label), class);
    gtk_label_set_text(self->state_label, word);
    gtk_label_set_text(self->below_label, word);
}

static void
name_controls(MamutoHostLine *self, const char *title, const char *word)
{
    GtkWidget *line = gtk_widget_get_parent(GTK_WIDGET(self));
    /* Translators: the label of the switch that enables a host; %s is the name of the host */
    g_autofree char *use = g_strdup_printf(_("Use %s"), title);
    /* Translators: %s is the name of a host */
    g_autofree char *cores = g_strdup_printf(_("Cores of %s"), title);
    /* Translators: a host and its state: "rem1, Ready" */
    g_autofree char *whole = g_strdup_printf(_("%s, %s"), title, word);

    gtk_accessible_update_property(GTK_ACCESSIBLE(self->enabled_switch),
                                   GTK_ACCESSIBLE_PROPERTY_LABEL, use, -1);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->cores_spin), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   cores, -1);
    if (line)
        gtk_accessible_update_property(GTK_ACCESSIBLE(line), GTK_ACCESSIBLE_PROPERTY_LABEL, whole,
                                       -1);
}

static void
update(MamutoHostLine *self)
{
    MamutoHost *host = mamuto_host_item_get_host(self->item);
    const char *title = mamuto_host_item_get_title(self->item);
    gboolean enabled = mamuto_host_get_enabled(host);

    self->updating = TRUE;
    gtk_switch_set_active(self->enabled_switch, enabled);
    host_field_show_cores(self->cores_spin, mamuto_host_get_cores(host));
    self->updating = FALSE;
    gtk_label_set_text(self->name_label, title);
    if (enabled)
        gtk_widget_remove_css_class(GTK_WIDGET(self->name_label), "dim-label");
    else
        gtk_widget_add_css_class(GTK_WIDGET(self->name_label), "dim-label");
    show_state(self);
    name_controls(self, title, mamuto_host_item_get_word(self->item));
}

void
mamuto_host_line_set_item(MamutoHostLine *self, MamutoHostItem *item)
{
    if (self->item)
        g_signal_handlers_disconnect_by_data(self->item, self);
    g_set_object(&self->item, item);
    if (!item)
        return;
    g_signal_connect_swapped(item, "changed", G_CALLBACK(update), self);
    update(self);
}

MamutoHostItem *
mamuto_host_line_get_item(MamutoHostLine *self)
{
    return self->item;
}

void
mamuto_host_line_set_narrow(MamutoHostLine *self, gboolean narrow)
{
    gtk_widget_set_visible(GTK_WIDGET(self->state_label), !narrow);
    gtk_widget_set_visible(GTK_WIDGET(self->below_label), narrow);
}

void
mamuto_host_line_set_movable(MamutoHostLine *self, gboolean movable)
{
    self->movable = movable;
    gtk_widget_set_opacity(self->handle, movable ? 1 : 0);
    gtk_widget_set_cursor_from_name(self->handle, movable ? "grab" : NULL);
}

/* ---- moving ---- */

static GdkContentProvider *
on_drag_prepare(GtkDragSource *source, double x, double y, MamutoHostLine *self)
{
    if (!self->item || !self->movable)
        return NULL;
    return gdk_content_provider_new_typed(MAMUTO_TYPE_HOST_ITEM, self->item);
}

static void
on_drag_begin(GtkDragSource *source, GdkDrag *drag, MamutoHostLine *self)
{
    g_autoptr(GdkPaintable) picture = gtk_widget_paintable_new(GTK_WIDGET(self));

    gtk_drag_source_set_icon(source, picture, 8, gtk_widget_get_height(GTK_WIDGET(self)) / 2);
}

static void
mark_drop(MamutoHostLine *self, const char *mark)
{
    static const char *const marks[] = {"drop-above", "drop-below"};
    GtkWidget *line = gtk_widget_get_parent(GTK_WIDGET(self));

    for (gsize i = 0; line && i < G_N_ELEMENTS(marks); i++)
        if (g_strcmp0(marks[i], mark) == 0)
            gtk_widget_add_css_class(line, marks[i]);
        else
            gtk_widget_remove_css_class(line, marks[i]);
}

static gboolean
is_lower_half(MamutoHostLine *self, double y)
{
    return y > gtk_widget_get_height(GTK_WIDGET(self)) / 2.0;
}

static GdkDragAction
on_drop_motion(GtkDropTarget *target, double x, double y, MamutoHostLine *self)
{
    mark_drop(self, is_lower_half(self, y) ? "drop-below" : "drop-above");
    return GDK_ACTION_MOVE;
}

static void
on_drop_leave(GtkDropTarget *target, MamutoHostLine *self)
{
    mark_drop(self, NULL);
}

static gboolean
on_drop(GtkDropTarget *target, const GValue *value, double x, double y, MamutoHostLine *self)
{
    mark_drop(self, NULL);
    g_signal_emit(self, signals[SIGNAL_MOVED], 0, g_value_get_object(value),
                  is_lower_half(self, y));
    return TRUE;
}

static void
on_released(GtkGestureClick *gesture, int n_press, double x, double y, MamutoHostLine *self)
{
    g_signal_emit(self, signals[SIGNAL_CLICKED], 0);
}

/* Shows the whole text of the label as a tooltip if the label is too narrow for its text. */
static gboolean
on_tooltip(GtkLabel *label, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
    if (!pango_layout_is_ellipsized(gtk_label_get_layout(label)))
        return FALSE;
    gtk_tooltip_set_text(tooltip, gtk_label_get_text(label));
    return TRUE;
}

/* Creates the text of a tooltip when GTK shows the tooltip. gtk_widget_set_tooltip_text() is not
 * used, because each call queries the display. */
static gboolean
on_state_tooltip(GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip,
                 MamutoHostLine *self)
{
    const GError *error = self->item ? mamuto_host_item_get_error(self->item) : NULL;
    g_autofree char *reason = error ? app_error_describe_without_host(error) : NULL;
    g_autofree char *valid = reason ? g_utf8_make_valid(reason, -1) : NULL;

    if (!self->item)
        return FALSE;
    gtk_tooltip_set_text(tooltip, valid ? valid : mamuto_host_item_get_word(self->item));
    return TRUE;
}

static void
add_controllers(MamutoHostLine *self)
{
    GtkDragSource *source = gtk_drag_source_new();
    GtkDropTarget *target = gtk_drop_target_new(MAMUTO_TYPE_HOST_ITEM, GDK_ACTION_MOVE);
    GtkGesture *click = gtk_gesture_click_new();

    gtk_drag_source_set_actions(source, GDK_ACTION_MOVE);
    g_signal_connect(source, "prepare", G_CALLBACK(on_drag_prepare), self);
    g_signal_connect(source, "drag-begin", G_CALLBACK(on_drag_begin), self);
    gtk_widget_add_controller(self->handle, GTK_EVENT_CONTROLLER(source));
    g_signal_connect(target, "motion", G_CALLBACK(on_drop_motion), self);
    g_signal_connect(target, "leave", G_CALLBACK(on_drop_leave), self);
    g_signal_connect(target, "drop", G_CALLBACK(on_drop), self);
    gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(target));
    g_signal_connect(click, "released", G_CALLBACK(on_released), self);
    gtk_widget_add_controller(self->name_box, GTK_EVENT_CONTROLLER(click));
}

static void
mamuto_host_line_dispose(GObject *object)
{
    MamutoHostLine *self = MAMUTO_HOST_LINE(object);
    GtkWidget *child;

    mamuto_host_line_set_item(self, NULL);
    while ((child = gtk_widget_get_first_child(GTK_WIDGET(self))))
        gtk_widget_unparent(child);
    G_OBJECT_CLASS(mamuto_host_line_parent_class)->dispose(object);
}

static void
mamuto_host_line_class_init(MamutoHostLineClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_host_line_dispose;
    signals[SIGNAL_MOVED] =
        g_signal_new("moved", MAMUTO_TYPE_HOST_LINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                     G_TYPE_NONE, 2, MAMUTO_TYPE_HOST_ITEM, G_TYPE_BOOLEAN);
    signals[SIGNAL_CLICKED] = g_signal_new("clicked", MAMUTO_TYPE_HOST_LINE, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/mamuto/Mamuto/ui/mamuto-host-line.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoHostLine, handle);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostLine, enabled_switch);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostLine, name_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostLine, cores_spin);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostLine, state_stack);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostLine, state_icon);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostLine, state_spinner);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostLine, state_label);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostLine, name_box);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostLine, below_label);
    gtk_widget_class_bind_template_callback(widget_class, on_cores);
    gtk_widget_class_bind_template_callback(widget_class, on_enabled);
}

static void
mamuto_host_line_init(MamutoHostLine *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    host_line_init_cores(self->cores_spin);
    gtk_widget_set_has_tooltip(GTK_WIDGET(self->name_label), TRUE);
    g_signal_connect(self->name_label, "query-tooltip", G_CALLBACK(on_tooltip), NULL);
    gtk_widget_set_has_tooltip(GTK_WIDGET(self->state_stack), TRUE);
    g_signal_connect(self->state_stack, "query-tooltip", G_CALLBACK(on_state_tooltip), self);
    gtk_widget_set_has_tooltip(GTK_WIDGET(self->state_label), TRUE);
    g_signal_connect(self->state_label, "query-tooltip", G_CALLBACK(on_state_tooltip), self);
    add_controllers(self);
    self->movable = TRUE;
}

GtkWidget *
mamuto_host_line_new(void)
{
    return g_object_new(MAMUTO_TYPE_HOST_LINE, NULL);
}
