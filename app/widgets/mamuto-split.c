/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-split.h. This widget is used instead of AdwLeaflet, because later versions of
 * libadwaita deprecate AdwLeaflet. */
#include "mamuto-split.h"

struct _MamutoSplit {
    GtkWidget parent_instance;
    GtkWidget *start;
    GtkWidget *separator;
    GtkWidget *end;
    int end_width;
    int threshold;
    gboolean show_end;
    gboolean narrow;
    guint notify_source;
};

enum {
    PROP_START = 1,
    PROP_END,
    PROP_END_WIDTH,
    PROP_THRESHOLD,
    PROP_SHOW_END,
    PROP_NARROW,
    N_PROPS
};

static GParamSpec *props[N_PROPS];

static void buildable_init(GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(MamutoSplit, mamuto_split, GTK_TYPE_WIDGET,
                              G_IMPLEMENT_INTERFACE(GTK_TYPE_BUILDABLE, buildable_init))

static void
set_pane(MamutoSplit *self, GtkWidget **pane, GtkWidget *child)
{
    g_clear_pointer(pane, gtk_widget_unparent);
    *pane = child;
    if (child)
        gtk_widget_insert_before(child, GTK_WIDGET(self),
                                 pane == &self->start ? self->separator : NULL);
}

static void
add_child(GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
    MamutoSplit *self = MAMUTO_SPLIT(buildable);

    set_pane(self, g_strcmp0(type, "end") == 0 ? &self->end : &self->start, GTK_WIDGET(child));
}

static void
buildable_init(GtkBuildableIface *iface)
{
    iface->add_child = add_child;
}

static void
mamuto_split_dispose(GObject *object)
{
    MamutoSplit *self = MAMUTO_SPLIT(object);

    g_clear_handle_id(&self->notify_source, g_source_remove);
    g_clear_pointer(&self->start, gtk_widget_unparent);
    g_clear_pointer(&self->separator, gtk_widget_unparent);
    g_clear_pointer(&self->end, gtk_widget_unparent);
    G_OBJECT_CLASS(mamuto_split_parent_class)->dispose(object);
}

static void
mamuto_split_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    MamutoSplit *self = MAMUTO_SPLIT(object);

    switch (id) {
    case PROP_START:
        g_value_set_object(value, self->start);
        break;
    case PROP_END:
        g_value_set_object(value, self->end);
        break;
    case PROP_END_WIDTH:
        g_value_set_int(value, self->end_width);
        break;
    case PROP_THRESHOLD:
        g_value_set_int(value, self->threshold);
        break;
    case PROP_SHOW_END:
        g_value_set_boolean(value, self->show_end);
        break;
    case PROP_NARROW:
        g_value_set_boolean(value, self->narrow);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void
mamuto_split_set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
    MamutoSplit *self = MAMUTO_SPLIT(object);

    switch (id) {
    case PROP_START:
        set_pane(self, &self->start, g_value_get_object(value));
        break;
    case PROP_END:
        set_pane(self, &self->end, g_value_get_object(value));
        break;
    case PROP_END_WIDTH:
        self->end_width = g_value_get_int(value);
        gtk_widget_queue_resize(GTK_WIDGET(self));
        break;
    case PROP_THRESHOLD:
        self->threshold = g_value_get_int(value);
        gtk_widget_queue_resize(GTK_WIDGET(self));
        break;
    case PROP_SHOW_END:
        mamuto_split_set_show_end(self, g_value_get_boolean(value));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void
measure_child(GtkWidget *child, GtkOrientation orientation, int for_size, int *minimum,
              int *natural)
{
    *minimum = *natural = 0;
    if (child)
        gtk_widget_measure(child, orientation, for_size, minimum, natural, NULL, NULL);
}

static void
mamuto_split_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                     int *natural, int *minimum_baseline, int *natural_baseline)
{
    MamutoSplit *self = MAMUTO_SPLIT(widget);
    int start_minimum, start_natural, end_minimum, end_natural;

    /* measure the height without a given width (-1): both panes scroll, so their minimum height
     * does not depend on the width */
    measure_child(self->start, orientation, -1, &start_minimum, &start_natural);
    measure_child(self->end, orientation, -1, &end_minimum, &end_natural);
    *minimum = MAX(start_minimum, end_minimum);
    if (orientation == GTK_ORIENTATION_HORIZONTAL)
        *natural = MAX(start_natural + end_natural + 1, *minimum);
    else
        *natural = MAX(start_natural, end_natural);
}

static gboolean
on_settled(gpointer data)
{
    MamutoSplit *self = data;

    self->notify_source = 0;
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_NARROW]);
    return G_SOURCE_REMOVE;
}

static void
set_narrow(MamutoSplit *self, gboolean narrow)
{
    if (self->narrow == narrow)
        return;
    self->narrow = narrow;
    /* notify after the layout, because handlers must not queue a resize during the layout */
    if (!self->notify_source)
        self->notify_source = g_idle_add_full(GTK_PRIORITY_RESIZE - 1, on_settled, self, NULL);
}

static void
place(GtkWidget *child, int x, int width, int height, gboolean visible)
{
    GtkAllocation box = {x, 0, width, height};

    if (!child)
        return;
    gtk_widget_set_child_visible(child, visible);
    if (visible)
        gtk_widget_size_allocate(child, &box, -1);
}

static void
mamuto_split_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    MamutoSplit *self = MAMUTO_SPLIT(widget);
    gboolean right_to_left = gtk_widget_get_direction(widget) == GTK_TEXT_DIR_RTL;
    gboolean both = self->start && self->end && gtk_widget_get_visible(self->end);
    int start_minimum, end_minimum, natural, start_width, end_width;

    measure_child(self->start, GTK_ORIENTATION_HORIZONTAL, -1, &start_minimum, &natural);
    measure_child(self->end, GTK_ORIENTATION_HORIZONTAL, -1, &end_minimum, &natural);
    set_narrow(self, width < MAX(self->threshold, start_minimum + end_minimum + 1));
    if (!both || self->narrow) {
        gboolean show_end = both && self->show_end;

        place(self->start, 0, width, height, !show_end);
        place(self->separator, 0, 1, height, FALSE);
        place(self->end, 0, width, height, show_end);
        return;
    }
    end_width = self->end_width > 0 ? self->end_width : width / 2;
    end_width = CLAMP(end_width, end_minimum, width - start_minimum - 1);
    start_width = width - end_width - 1;
    place(self->start, right_to_left ? end_width + 1 : 0, start_width, height, TRUE);
    place(self->separator, right_to_left ? end_width : start_width, 1, height, TRUE);
    place(self->end, right_to_left ? 0 : start_width + 1, end_width, height, TRUE);
}

static void
mamuto_split_class_init(MamutoSplitClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);
    const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

    object_class->dispose = mamuto_split_dispose;
    object_class->get_property = mamuto_split_get_property;
    object_class->set_property = mamuto_split_set_property;
    widget_class->measure = mamuto_split_measure;
    widget_class->size_allocate = mamuto_split_size_allocate;
    props[PROP_START] = g_param_spec_object("start-child", NULL, NULL, GTK_TYPE_WIDGET, flags);
    props[PROP_END] = g_param_spec_object("end-child", NULL, NULL, GTK_TYPE_WIDGET, flags);
    props[PROP_END_WIDTH] = g_param_spec_int("end-width", NULL, NULL, 0, G_MAXINT, 0, flags);
    props[PROP_THRESHOLD] = g_param_spec_int("threshold", NULL, NULL, 0, G_MAXINT, 0, flags);
    props[PROP_SHOW_END] =
        g_param_spec_boolean("show-end", NULL, NULL, FALSE, flags | G_PARAM_EXPLICIT_NOTIFY);
    props[PROP_NARROW] = g_param_spec_boolean("narrow", NULL, NULL, FALSE,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, N_PROPS, props);
}

static void
mamuto_split_init(MamutoSplit *self)
{
    self->separator = gtk_separator_new(GTK_ORIENTATION_VERTICAL);
    gtk_widget_set_parent(self->separator, GTK_WIDGET(self));
    gtk_widget_set_overflow(GTK_WIDGET(self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
mamuto_split_new(void)
{
    return g_object_new(MAMUTO_TYPE_SPLIT, NULL);
}

gboolean
mamuto_split_get_narrow(MamutoSplit *self)
{
    return self->narrow;
}

void
mamuto_split_set_show_end(MamutoSplit *self, gboolean show_end)
{
    if (self->show_end == !!show_end)
        return;
    self->show_end = !!show_end;
    gtk_widget_queue_allocate(GTK_WIDGET(self));
    g_object_notify_by_pspec(G_OBJECT(self), props[PROP_SHOW_END]);
}

gboolean
mamuto_split_get_show_end(MamutoSplit *self)
{
    return self->show_end;
}
